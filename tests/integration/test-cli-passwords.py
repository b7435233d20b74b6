#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where sotto-cli takes passwords from: the line, the environment, the terminal without echo, and
never the line that follows."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

from harness import main, run_cli  # noqa: E402
from shared_server import Shared  # noqa: E402

shared = Shared()
SECRET = 'a-quiet-word'


def signed_up(t, name):
    client = t.cli(shared(), name)
    client.sign(name, SECRET)
    client.quit()


def test_from_the_environment(t):
    client = t.cli(shared(), 'ann', env={'SOTTO_PASSWORD': SECRET, 'SOTTO_NEW_PASSWORD': 'another-word'})
    client.send('sign ann')
    client.expect('authenticated', username='ann')
    client.send('auth ann -')
    client.expect('authenticated', username='ann')
    client.send('passwd')
    client.expect('password_changed')
    client.send('auth ann another-word')
    client.expect('authenticated', username='ann')


def test_nobody_to_ask(t):
    signed_up(t, 'ben')
    client = t.cli(shared(), 'ben')
    client.send(f'auth ben\nauth ben -\npasswd\n{SECRET}\nauth ben {SECRET}\nlist')
    for code in ('password', 'password', 'password', 'usage'):  # the secret was taken for a command
        client.expect('error', code=code)
    client.expect('authenticated', username='ben')
    client.expect('users')
    t.equal(client.finish(), 0, 'exit')
    t.check(SECRET not in client.log + ''.join(client.program.lines), 'the password was printed')


def test_only_a_failed_password_decides_the_exit(t):
    done = run_cli('--json', '--join', shared().join_link, input='auth ben\n')
    t.equal((done.returncode, [e['code'] for e in done.events]), (1, ['password']), 'result')


def test_asked_on_the_terminal_without_echo(t):
    client = t.cli(shared(), 'carl', terminal=True)
    client.send('sign carl')
    seen = client.read_terminal('assword')
    client.send(SECRET)
    client.expect('authenticated', username='carl')
    client.send('passwd')
    seen += client.read_terminal('ld password')
    client.send(SECRET)
    seen += client.read_terminal('ew password')
    client.send('another-word')
    client.expect('password_changed')
    client.send('list')  # echo is back
    seen += client.read_terminal('list')
    client.expect('users')
    t.check(SECRET not in seen and 'another-word' not in seen, f'shown: {seen!r}')
    client.end_input()
    t.equal(client.wait_exit(), 0, 'exit')


def test_lines_typed_ahead_are_no_password(t):
    client = t.cli(shared(), 'dora', terminal=True)
    client.send('sign dora\nlist')
    client.read_terminal('assword')
    client.send(SECRET)
    client.expect('authenticated', username='dora')
    client.expect('users', online=lambda online: 'dora' in online)


def test_nothing_typed(t):
    client = t.cli(shared(), 'emil', terminal=True)
    client.send('sign emil')
    client.read_terminal('assword')
    client.send('')
    client.expect('error', code='password')
    client.send('sign emil')
    client.read_terminal('assword')
    client.end_input()
    client.expect('error', code='password')
    client.send('quit')
    t.equal(client.wait_exit(), 1, 'exit')


def test_the_environment_goes_before_the_terminal(t):
    client = t.cli(shared(), 'fay', terminal=True, env={'SOTTO_PASSWORD': SECRET})
    client.send('sign fay')
    client.expect('authenticated', username='fay')


def test_the_fingerprint_is_asked_for_on_a_terminal(t):
    server = shared()
    client = t.cli(server, 'gil', trust=None, terminal=True, env={'SOTTO_PASSWORD': SECRET})
    client.send('sign gil')
    t.check(server.fingerprint in client.read_terminal('yes/no'), 'the question does not show the fingerprint')
    client.send('no')
    client.expect('error', code='server_key')
    again = t.cli(server, 'gil', trust=None, terminal=True, env={'SOTTO_PASSWORD': SECRET})
    again.send('sign gil')
    again.read_terminal('yes/no')
    again.send('yes')
    again.expect('connected', first_use=True, fingerprint=server.fingerprint)
    again.expect('authenticated', username='gil')
    again.send('quit')
    t.equal(again.wait_exit(), 0, 'exit')
    known = t.cli(server, 'gil', trust=None, terminal=True, env={'SOTTO_PASSWORD': SECRET})
    known.send('auth gil')
    known.expect('connected', first_use=False)
    known.expect('authenticated', username='gil')


def test_login_before_a_command_asks_too(t):
    signed_up(t, 'hans')
    client = t.cli(shared(), 'hans', args=['--user', 'hans', 'list'], terminal=True)
    client.read_terminal('assword')
    client.send(SECRET)
    client.expect('users')
    t.equal(client.wait_exit(), 0, 'exit')


main(globals())
