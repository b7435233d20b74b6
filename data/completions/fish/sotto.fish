# SPDX-License-Identifier: GPL-3.0-or-later
complete -c sotto -f
complete -c sotto -l config -r -F -d 'Configuration file'
complete -c sotto -l background -d 'Without a window until it is needed'
complete -c sotto -l profile -x -d 'Whose keys and messages to use'
complete -c sotto -l display -x -d 'X display to use'
complete -c sotto -l help -d 'Show help options'
complete -c sotto -l version -d 'Print the version'
