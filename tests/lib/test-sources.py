#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every source owes a stranger: a licence, no path of somebody's machine, nothing left undone
without an issue."""

import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import ROOT, Failure, main  # noqa: E402

FOLDERS = ('shared', 'server', 'cli', 'gui', 'tests', 'scripts', 'data', 'po', 'docs', '.ci')
FILES = ('run', 'check', 'meson.build', 'README.md')
SPDX = 'SPDX-License-Identifier: GPL-3.0-or-later'
# Written in two parts, so that this file does not name them.
FOREIGN_PATHS = re.compile(r'(?<![\w.])/(' + '|'.join(('wo' + 'rk/', 'ho' + 'me/[a-z]', 'ro' + 'ot/', 'tmp/[a-z]+' + r'\.(md|txt)',
                                                       'Us' + 'ers/')) + ')')
UNDONE = re.compile(r'\b(TO' + r'DO|FIX' + r'ME|X' + r'XX|HA' + r'CK)\b(?!.*(#\d+|issue \d+))')


def listed():
    """Paths that git knows; without git, what lies in the project's folders."""
    try:
        done = subprocess.run(['git', '-C', ROOT, 'ls-files'], capture_output=True, text=True, check=True)
        paths = [p for p in done.stdout.splitlines() if os.path.isfile(os.path.join(ROOT, p))]
        if paths:
            return paths
    except (OSError, subprocess.CalledProcessError):
        pass
    paths = list(FILES)
    for folder in FOLDERS:
        for at, _, names in os.walk(os.path.join(ROOT, folder)):
            paths += [os.path.relpath(os.path.join(at, n), ROOT) for n in names if not n.endswith('.pyc')]
    return paths


def texts():
    for path in listed():
        with open(os.path.join(ROOT, path), 'rb') as file:
            data = file.read()
        if b'\0' not in data:
            yield path, data.decode('utf-8', 'replace')


def is_code(path, text):
    return path.endswith(('.c', '.h', '.py', '.sh')) or text.startswith('#!')


def refuse(wrong):
    if wrong:
        raise Failure('\n'.join(wrong))


def test_every_source_names_its_licence(t):
    found = [(path, text) for path, text in texts() if is_code(path, text)]
    t.check(len(found) > 20, f'only {len(found)} sources were found')
    refuse([path for path, text in found if SPDX not in ''.join(text.splitlines(True)[:2])])


def test_no_path_of_a_machine_is_named(t):
    refuse([f'{path}:{n}: {line.strip()}' for path, text in texts() if not path.startswith('tests/vectors/')
            for n, line in enumerate(text.splitlines(), 1) if FOREIGN_PATHS.search(line)])


def test_nothing_is_left_undone_without_an_issue(t):
    refuse([f'{path}:{n}: {line.strip()}' for path, text in texts() if is_code(path, text)
            for n, line in enumerate(text.splitlines(), 1) if UNDONE.search(line)])


def test_text_files_end_in_one_newline(t):
    refuse([path for path, text in texts() if is_code(path, text) and (not text.endswith('\n') or text.endswith('\n\n'))])


main(globals())
