#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each program's manual and its completions, for three shells, name the options and commands that
the program itself knows (--help), and no others."""

import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

from harness import PATIENCE, ROOT, Skip, main, private_env, program  # noqa: E402

MANUALS = {'sotto': 1, 'sotto-cli': 1, 'sotto-server': 8, 'sottoctl': 8}
# The toolkit's own, which are no surface of ours.
FOREIGN = {'--help-all', '--help-gtk', '--display'}
CHECKERS = {'bash': ['bash', '-n'], 'zsh': ['zsh', '-n'], 'fish': ['fish', '--no-execute']}


def read(path):
    with open(os.path.join(ROOT, path), encoding='utf-8') as file:
        return file.read()


def known(t, name):
    """What --help says: options and commands."""
    done = subprocess.run([program(name), '--help'], capture_output=True, text=True, check=True, timeout=PATIENCE, env=private_env(t.dir))
    options = set(re.findall(r'^  (?:-\w, )?(--[a-z-]+)', done.stdout, re.M)) - FOREIGN
    # Commands are indented by two, and are not options.
    commands = re.findall(r'^  ([a-z]+)(?: .*)?$', done.stdout, re.M)
    commands = [c for c in commands if not re.search(rf'^  {c} \[OPTION', done.stdout, re.M)]
    return options, list(dict.fromkeys(commands))


def completion(shell, name):
    return f'data/completions/{shell}/' + {'bash': name, 'zsh': '_' + name, 'fish': name + '.fish'}[shell]


def named(shell, text):
    """What a completion offers: options and commands."""
    if shell == 'bash':
        words = ' '.join(re.findall(r"compgen -W '([^']*)'", text)).split()
        return {w for w in words if w.startswith('--')}, {w for w in words if not w.startswith('-')}
    if shell == 'zsh':
        return set(re.findall(r"(?<![\w(-])(--[a-z-]+)(?==?[\[}])", text)), set(re.findall(r"^  '([a-z]+):", text, re.M))
    return ({'--' + w for w in re.findall(r' -l ([a-z-]+)', text)},
            set(re.findall(r'__fish_use_subcommand -a ([a-z]+)', text)))


def each(t):
    """The programs that are built."""
    for name in MANUALS:
        try:
            yield name, *known(t, name)
        except Skip:
            pass


def test_completions(t):
    for name, options, commands in each(t):
        for shell in CHECKERS:
            path = completion(shell, name)
            offered_options, offered_commands = named(shell, read(path))
            t.equal(sorted(offered_options - FOREIGN), sorted(options), f'options in {path}')
            t.equal(sorted(offered_commands), sorted(commands), f'commands in {path}')


def test_manuals(t):
    for name, options, commands in each(t):
        path = f'data/man/{name}.{MANUALS[name]}'
        manual = read(path).replace('\\-', '-')
        described = re.findall(r'^\.TP\n((?:\..+\n)+)', manual, re.M)
        t.equal(sorted(set(re.findall(r'--[a-z-]+', ' '.join(described))) & options), sorted(options), f'options of {path}')
        t.equal(sorted(set(re.findall(r'--[a-z][a-z-]+', manual)) - options - FOREIGN), [], f'unknown options in {path}')
        if commands:
            section = re.search(r'^\.SH COMMANDS\n(.*?)(?=^\.SH)', manual, re.M | re.S).group(1)
            heads = re.findall(r'^\.T[PQ]\n((?:\.[BIR]+ .+\n(?:\.br\n)?)+)', section, re.M)
            first = re.findall(r'^\.[BIR]+ "?([a-z]+)', ''.join(heads), re.M)
            t.equal(sorted(set(first) - set(commands)), [], f'unknown commands in {path}')
            t.equal(sorted(set(commands) - set(re.findall(r'[a-z]+', ' '.join(heads)))), [], f'commands missing in {path}')


def test_completions_are_sound(t):
    checked = 0
    for name in MANUALS:
        for shell, checker in CHECKERS.items():
            if shutil.which(shell):
                done = subprocess.run([*checker, os.path.join(ROOT, completion(shell, name))], capture_output=True, text=True,
                                      check=False, timeout=PATIENCE)
                t.equal((done.returncode, done.stderr), (0, ''), completion(shell, name))
                checked += 1
    t.check(checked >= len(MANUALS), 'not even bash')


def complete(name, *words):
    """What bash offers."""
    script = (f'source {os.path.join(ROOT, completion("bash", name))}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); '
              f'_{name.replace("-", "_")}; printf "%s\\n" "${{COMPREPLY[@]}}"')
    return subprocess.run(['bash', '-c', script, 'bash', name, *words], capture_output=True, text=True, check=True,
                          timeout=PATIENCE, cwd=os.path.join(ROOT, 'data')).stdout.split()


def test_bash_completes(t):
    t.equal(complete('sottoctl', 'in'), ['invite', 'invites'], 'commands')
    t.equal(complete('sottoctl', '--s'), ['--socket'], 'options')
    t.equal(complete('sottoctl', 'backup', 'meson'), ['meson.build'], 'files')
    t.equal(complete('sottoctl', 'kick', 'a'), [], 'names are not guessed')
    t.equal(complete('sotto-server', 'init', 'ma'), ['man'], 'folders')


main(globals())
