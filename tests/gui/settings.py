# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings that outlive a window, in a folder of their own; else they are in its memory alone."""

import os


def kept_in(folder):
    """The environment of a window whose settings they are."""
    return {'GSETTINGS_BACKEND': 'keyfile', 'XDG_CONFIG_HOME': folder}


def _path(folder):
    return os.path.join(folder, 'glib-2.0', 'settings', 'keyfile')


def read(folder):
    if not os.path.exists(_path(folder)):
        return ''
    with open(_path(folder), encoding='utf-8') as file:
        return file.read()


def write(folder, *lines):
    os.makedirs(os.path.dirname(_path(folder)))
    with open(_path(folder), 'w', encoding='utf-8') as file:
        file.writelines(line + '\n' for line in ('[org/sotto/Sotto]', *lines))
