# SPDX-License-Identifier: GPL-3.0-or-later
complete -c sotto-server -f
complete -c sotto-server -s c -l config -r -F -d 'Configuration file'
complete -c sotto-server -l help -d 'Show help options'
complete -c sotto-server -l version -d 'Print the version'
complete -c sotto-server -n __fish_use_subcommand -a init -d 'Make a key, a certificate and a configuration'
complete -c sotto-server -n __fish_use_subcommand -a check -d 'Say what is wrong with the configuration'
complete -c sotto-server -n '__fish_seen_subcommand_from init' -a '(__fish_complete_directories)'
