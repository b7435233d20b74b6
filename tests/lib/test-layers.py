#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The layers of docs/architecture.md, kept: an include points down only and is written from the
root, and each foreign library is known to one folder. Then shows that it would notice."""

import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import ROOT, Failure, main  # noqa: E402

# What a folder may include from the project, besides itself: folders, and single headers.
BELOW = {
    'shared/base': (),
    'shared/crypto': ('shared/base',),
    'shared/wire': ('shared/crypto', 'shared/base'),
    'shared/peer': ('shared/wire', 'shared/crypto', 'shared/base'),
    'shared/net': ('shared/wire', 'shared/crypto', 'shared/base'),
    'shared/client': ('shared/net', 'shared/peer', 'shared/wire', 'shared/crypto', 'shared/base'),
    'server': ('shared/net', 'shared/peer', 'shared/wire', 'shared/crypto', 'shared/base'),
    'gui/model': ('shared/client/remark.h', 'shared/base'),
    'gui/view': ('gui/model', 'gui/settings.h', 'gui/sotto-resources.h', 'shared/client/fold.h', 'shared/base'),
    'gui/presenter': ('gui/model', 'shared/client', 'shared/base'),
    'gui/desktop': ('gui/model', 'gui/settings.h', 'gui/options.h', 'shared/client', 'shared/base'),
    'gui': ('gui/model', 'gui/view', 'gui/presenter', 'gui/desktop', 'shared/client', 'shared/base'),
    'cli': ('shared/client', 'shared/base'),
}
# Foreign headers and the only folders that may know them.
FOREIGN = (
    (r'openssl/', ('shared/crypto',)),
    (r'crypt\.h', ('shared/crypto',)),
    (r'yaml\.h', ('shared/base',)),
    (r'json-glib/', ('shared/base',)),
    (r'(gtk|gdk|handy)(/|\.h)', ('gui', 'gui/view', 'gui/desktop')),
    (r'gspell/', ('gui/view',)),
    (r'libsecret/', ('gui/presenter',)),
    (r'systemd/', ('server',)),
    (r'sqlite3\.h', ('shared/client',)),
)
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)


def folder_of(path):
    """The layer a path belongs to; None for what is no layer (tests)."""
    return max((folder for folder in BELOW if path.startswith(folder + '/')), key=len, default=None)


def complaints(path, text, exists):
    """What is wrong with the includes of one file, as sentences."""
    own = folder_of(path)
    for kind, name in INCLUDE.findall(text):
        if kind == '<':
            for pattern, folders in FOREIGN:
                if re.match(pattern, name) and own not in folders:
                    yield f'{path}: <{name}> belongs to {", ".join(folders)} alone'
            continue
        if name == 'config.h':
            continue
        target = folder_of(name)
        if target is None or '..' in name:
            yield f'{path}: "{name}" is not written from the root'
        elif target != own and target not in BELOW[own] and name not in BELOW[own]:
            yield f'{path}: "{name}" points up or sideways'
        elif not exists(name) and not name.endswith('-resources.h'):  # those are generated
            yield f'{path}: "{name}" does not exist'


def layer_files():
    for folder in BELOW:
        for at, _, names in os.walk(os.path.join(ROOT, folder)):
            paths = (os.path.relpath(os.path.join(at, name), ROOT) for name in names if name.endswith(('.c', '.h')))
            yield from (path for path in paths if folder_of(path) == folder)


def read(path):
    with open(os.path.join(ROOT, path), encoding='utf-8') as file:
        return file.read()


def test_includes_point_down(t):
    found = list(layer_files())
    t.check(len(found) > 20, f'only {len(found)} sources were found')
    wrong = [c for path in sorted(found)
             for c in complaints(path, read(path), lambda name: os.path.exists(os.path.join(ROOT, name)))]
    if wrong:
        raise Failure('\n'.join(wrong))


def test_own_header_comes_first(t):
    """That a .c includes its own header before any other of the project proves it stands alone."""
    wrong = []
    for path in sorted(layer_files()):
        header = path[:-2] + '.h'
        if not path.endswith('.c') or not os.path.exists(os.path.join(ROOT, header)):
            continue
        first = next((n for k, n in INCLUDE.findall(read(path)) if k == '"' and n != 'config.h'), None)
        if first not in (header, path[:-2] + '-private.h'):
            wrong.append(f'{path}: first include is {first}, not {header}')
    if wrong:
        raise Failure('\n'.join(wrong))


def test_upward_includes_are_noticed(t):
    bad = (
        ('shared/base/text.c', '#include "shared/wire/frame.h"'),
        ('shared/peer/channel.c', '#include "shared/net/link.h"'),
        ('shared/net/link.c', '#include "shared/peer/channel.h"'),
        ('shared/client/engine.c', '#include "gui/main.h"'),
        ('server/main.c', '#include "shared/client/engine.h"'),
        ('cli/main.c', '#include "gui/main.h"'),
        ('cli/main.c', '#include "shared/net/link.h"'),
        ('gui/view/row.c', '#include "cli/events.h"'),
        ('gui/view/row.c', '#include "shared/client/engine.h"'),
        ('gui/view/row.c', '#include "gui/presenter/file-presenter.h"'),
        ('gui/model/chat.c', '#include <gtk/gtk.h>'),
        ('gui/model/chat.c', '#include "gui/view/row.h"'),
        ('gui/presenter/file-presenter.c', '#include "gui/desktop/notifier.h"'),
        ('gui/presenter/file-presenter.c', '#include "gui/view/row.h"'),
        ('gui/desktop/notifier.c', '#include "gui/presenter/file-presenter.h"'),
        ('server/main.c', '#include "config-file.h"'),
        ('server/main.c', '#include "../shared/base/text.h"'),
        ('server/main.c', '#  include <openssl/evp.h>'),
        ('shared/wire/login.c', '#include <openssl/sha.h>'),
        ('shared/client/engine.c', '#include <gtk/gtk.h>'),
        ('server/accounts.c', '#include <json-glib/json-glib.h>'),
        ('server/config.c', '#include <yaml.h>'),
    )
    for path, text in bad:
        t.check(list(complaints(path, text, lambda name: True)), f'not noticed: {path}: {text}')


def test_downward_includes_pass(t):
    good = (
        ('server/main.c', '#include "config.h"\n#include "server/server.h"\n#include <gio/gio.h>'),
        ('gui/view/row.c', '#include "gui/model/chat.h"\n#include "gui/settings.h"\n#include <gtk/gtk.h>'),
        ('gui/presenter/chats.c', '#include "gui/model/chat.h"\n#include "shared/client/engine.h"'),
        ('gui/application.c', '#include "gui/desktop/desktop.h"\n#include <gtk/gtk.h>'),
        ('shared/crypto/fernet.c', '#include <openssl/evp.h>\n#include "shared/base/secret.h"'),
        ('shared/base/yaml.c', '#include <yaml.h>'),
    )
    for path, text in good:
        t.equal(list(complaints(path, text, lambda name: True)), [], path)


main(globals())
