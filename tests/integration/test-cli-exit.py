#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exit statuses of sotto-cli, and what it says on the way out: 0, 1 refused or unreachable, 2 usage,
3 timeout, 78 configuration."""

import os
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

from harness import free_port, main, private_env, program, run_cli  # noqa: E402
from shared_server import Shared  # noqa: E402

shared = Shared()
SECRET = 'a-quiet-word'
LINK = 'sotto://127.0.0.1:1/?realm=r&fp=' + 'ab' * 32


def config(t, text, name='client.yaml'):
    path = os.path.join(t.dir, name)
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)
    return path


def test_help_and_version(t):
    for option in ('--help', '--version'):
        done = run_cli(option)
        t.equal(done.returncode, 0, option)
        t.check('sotto-cli' in done.stdout, done.stdout)


def test_usage_of_the_command_line(t):
    for args in (['--nonsense'], ['--timeout'], ['--timeout', 'soon', 'list'], ['--timeout', '-1', 'list'], ['--join', 'http://x/', 'list'],
                 ['--join', LINK, '--profile', 'A/B', 'list'], ['--join', LINK, '--user', 'no/name', 'list'],
                 ['--join', LINK, 'frobnicate'], ['--join', LINK, 'list', 'all'], ['--join', LINK, 'send', 'bob'],
                 ['--join', LINK, 'auth'], ['--join', LINK, 'wait', 'long']):
        done = run_cli(*args)
        t.equal(done.returncode, 2, f'exit of {args}')
        t.check(done.stderr.strip() or done.stdout.strip(), f'{args}: nothing said')
        as_json = run_cli('--json', *args)
        t.equal(as_json.returncode, 2, f'exit of --json {args}')
        t.check(all(e['event'] == 'error' and e['code'] == 'usage' for e in as_json.events), as_json.stdout)


def test_usage_of_lines(t):
    lines = ('frobnicate', 'auth', 'auth a b c', 'sign', 'sign a b c d', 'list all', 'send', 'send bob', 'file bob', 'accept', 'refuse',
             'verify', 'passwd one', 'wait', 'wait x', 'wait -1', 'quit now', 'AUTH a b')
    done = run_cli('--json', '--join', LINK, input='\n'.join(lines) + '\n')
    t.equal(done.returncode, 2, 'exit')
    t.equal([(e['event'], e['code']) for e in done.events], [('error', 'usage')] * len(lines), 'events')
    recovered = run_cli('--json', '--join', shared().join_link, input=f'frobnicate\nsign ann {SECRET}\n')
    t.equal(recovered.returncode, 0, 'exit when the last command went well')


def test_a_line_that_is_no_text(t):
    client = t.cli(shared(), 'bad')
    client.program.process.stdin.write(b'send bob \xff\xfe\nsend bob a\0b\n')
    client.program.process.stdin.flush()
    for _ in range(2):
        client.expect('error', code='usage')
    t.equal(client.finish(), 2, 'exit')


def test_unreachable(t):
    port = free_port()
    done = run_cli('--json', '--join', f'sotto://127.0.0.1:{port}/?realm=r&fp=' + 'ab' * 32, '--user', 'ann', 'list',
                   env={'SOTTO_PASSWORD': SECRET})
    t.equal((done.returncode, done.events[-1]['event'], done.events[-1]['code']), (1, 'error', 'unreachable'), 'result')
    lines = run_cli('--json', '--join', f'sotto://127.0.0.1:{port}/?realm=r&fp=' + 'ab' * 32, input=f'auth ann {SECRET}\n')
    t.equal((lines.returncode, [e['event'] for e in lines.events]), (1, ['error']), 'from lines')


def test_a_name_that_does_not_resolve(t):
    done = run_cli('--json', '--config', config(t, 'server_address: does-not-exist.invalid\n'), 'auth', 'ann', SECRET)
    t.equal((done.returncode, done.events[-1]['code']), (1, 'unreachable'), 'result')


def test_refused(t):
    done = run_cli('--json', '--join', shared().join_link, 'auth', 'nobody', SECRET)
    t.equal((done.returncode, done.events[-1]['event'], done.events[-1]['code']), (1, 'refused', 'auth'), 'result')


def test_the_last_command_decides(t):
    link = shared().join_link
    for lines, status in ((f'auth nobody x\nsign cora {SECRET}', 0), ('send cora x', 1), (f'auth cora {SECRET}\nsend cora x', 1),
                          (f'auth cora {SECRET}\nsend cora x\nlist', 0), (f'auth cora {SECRET}\nsend cora x\nwait 0\nquit', 1),
                          ('quit\nfrobnicate', 0), ('# nothing\n', 0)):
        done = run_cli('--json', '--join', link, input=lines + '\n', home=t.home('cora'))
        t.equal(done.returncode, status, f'exit after {lines!r}')


def test_the_outbox_is_waited_for(t):
    began = time.monotonic()
    done = run_cli('--json', '--timeout', '1', '--join', shared().join_link, input=f'sign dora {SECRET}\nsend nobody hello\n')
    t.equal(done.returncode, 3, 'exit')
    t.check(1 <= time.monotonic() - began < 20, 'it did not wait for a second')
    began = time.monotonic()
    left = run_cli('--json', '--join', shared().join_link, input=f'sign dirk {SECRET}\nsend nobody hello\nquit\n')
    t.equal(left.returncode, 0, 'exit after quit')
    t.check(time.monotonic() - began < 20, 'quit waited')


def test_end_of_input_delivers_first(t):
    eve = t.cli(shared(), 'eve')
    eve.sign('eve', SECRET)
    done = run_cli('--json', '--join', shared().join_link, input=f'sign ed {SECRET}\nsend eve hello')
    t.equal((done.returncode, done.events[-1]['event']), (0, 'delivered'), 'result')
    eve.expect('message', from_='ed', text='hello')


def test_configuration(t):
    wrong = (
        ('', 'no server'), ('server_adress: localhost\n', ':1:1: '), ('server_address: localhost\nserver_port: high\n', ':2:14: '),
        ('server_address: a\nserver_address: b\n', ':2:1: '), ('server_address: localhost\nserver_port: 70000\n', ':2:14: '),
        ('server_address: localhost\nserver_certificate: none.pem\n', 'none.pem'),
        ('server_address: localhost\nserver_privateKey: key.pem\n', "server's file"), ('- a\n', ':1:1: '),
        ('server_address: &a localhost\n', ':1:'), ('# ' + 'x' * 70000, 'client.yaml'),
    )
    for text, said in wrong:
        path = config(t, text)
        done = run_cli('--config', path, 'list')
        t.equal(done.returncode, 78, f'exit with {text[:60]!r}: {done.stderr}')
        t.check(said in done.stderr, f'{text[:60]!r}: {done.stderr}')
        t.equal(done.stdout, '', 'standard output')
    t.equal(run_cli('--config', os.path.join(t.dir, 'absent.yaml'), 'list').returncode, 78, 'exit without the file')


def test_where_the_configuration_is_found(t):
    server, home = shared(), t.home('fred')
    text = f'server_address: "{server.address}"\nserver_port: {server.port}\nserver_certificate: "{server.certificate}"\n'
    folder = t.folder('here')
    with open(os.path.join(folder, 'config.yaml'), 'w', encoding='utf-8') as file:
        file.write(text)
    signed = run_cli('--json', '--profile', 'fred', 'sign', 'fred', SECRET, home=home, cwd=folder)
    t.equal((signed.returncode, signed.events[-1]['event']), (0, 'authenticated'), './config.yaml')
    os.makedirs(os.path.join(home, 'config', 'sotto'))
    with open(os.path.join(home, 'config', 'sotto', 'fred.yaml'), 'w', encoding='utf-8') as file:
        file.write(text)
    again = run_cli('--json', '--profile', 'fred', 'auth', 'fred', SECRET, home=home, cwd=t.folder('elsewhere'))
    t.equal((again.returncode, again.events[-1]['event']), (0, 'authenticated'), 'PROFILE.yaml')
    nothing = run_cli('--json', 'auth', 'fred', SECRET, home=home, cwd=t.folder('nowhere'))
    t.equal(nothing.returncode, 78, 'exit without any')


def test_a_profile_in_use(t):
    first = t.cli(shared(), 'gil')
    first.sign('gil', SECRET)
    second = t.cli(shared(), 'gil')
    second.send(f'auth gil {SECRET}')
    second.expect('error', message=lambda text: 'in use' in text.lower())
    t.equal(second.finish(), 1, 'exit')
    first.send('list')
    first.expect('users')


def test_a_signal_ends_it_at_once(t):
    client = t.cli(shared(), 'hugo')
    client.sign('hugo', SECRET)
    client.send('wait 1000')
    client.program.process.terminate()
    t.equal(client.wait_exit(), 128 + 15, 'exit')


def test_output_that_nobody_reads_ends_it(t):
    reader, writer = os.pipe()
    client = subprocess.Popen([program('sotto-cli'), '--json', '--join', shared().join_link], stdin=subprocess.PIPE, stdout=writer,
                              stderr=subprocess.PIPE, env=private_env(t.home('ines')))
    t.defer(client.kill)
    os.close(writer)
    os.close(reader)
    client.stdin.write(f'sign ines {SECRET}\nwait 100\n'.encode())
    client.stdin.flush()
    t.equal(client.wait(30), 1, 'exit')
    client.stdin.close()
    t.equal(client.stderr.read(), b'', 'standard error: the worker that still hashes is not in the way')
    client.stderr.close()


def test_a_server_that_never_speaks(t):
    with socket.create_server(('127.0.0.1', 0)) as silent:
        client = t.cli(None, 'jan', args=['--join', f'sotto://127.0.0.1:{silent.getsockname()[1]}/?realm=r&fp=' + 'ab' * 32])
        client.send(f'auth jan {SECRET}')
        client.expect('error', code=lambda code: code in ('unreachable', 'timeout'), timeout=60)
        t.equal(client.finish(), 1, 'exit')


main(globals())
