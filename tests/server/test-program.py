#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""sotto-server as a program: command line, exit status, init and check, what it binds, its last words,
and what it does when it has no file descriptor left."""

import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

from harness import PATIENCE, main, private_env, program, wait_until  # noqa: E402

OK, FAILED, USAGE, CONFIG = 0, 1, 2, 78
LISTENING = re.compile(r'listening on (\S+) port (\d+)')
FAIL, BUSY, SHUTDOWN = 5, 4, 17
SEED_ACCOUNTS = '{"_default": {"1": {"username": "bob", "password": "xyz"}}}'


def run(*args, cwd=None):
    return subprocess.run([program('sotto-server'), *args], cwd=cwd,
                          capture_output=True, text=True, timeout=PATIENCE, check=False)


def write(folder, name, text):
    with open(os.path.join(folder, name), 'w', encoding='utf-8') as file:
        file.write(text)


def read(folder, name):
    with open(os.path.join(folder, name), encoding='utf-8') as file:
        return file.read()


def test_help_and_version(t):
    for words, shows in ((['--help'], 'init [DIR]'), (['--version'], 'sotto-server 0.')):
        done = run(*words)
        t.equal(done.returncode, OK)
        t.check(shows in done.stdout, done.stdout)


def test_usage(t):
    folder = t.folder('usage')
    for words in (['--bogus'], ['bogus'], ['init', 'a', 'b'], ['check', 'a'], ['--config'], ['--config', 'x', 'init']):
        done = run(*words, cwd=folder)
        t.equal((done.returncode, done.stdout), (USAGE, ''), f'{words}')
        t.check(done.stderr.startswith('sotto-server: '), done.stderr)
    t.equal(os.listdir(folder), [], 'made')


def test_init(t):
    folder = os.path.join(t.folder('init'), 'new')
    done = run('init', folder)
    t.equal(done.returncode, OK, done.stderr)
    t.equal(sorted(os.listdir(folder)), ['certificate.pem', 'config.yaml', 'key.pem'])
    t.equal(stat.S_IMODE(os.stat(os.path.join(folder, 'key.pem')).st_mode), 0o600)
    link = urllib.parse.urlsplit(done.stdout.splitlines()[-1])
    query = urllib.parse.parse_qs(link.query, strict_parsing=True)
    t.equal((link.scheme, link.netloc, link.path), ('sotto', '127.0.0.1:10000', '/'))
    t.equal(sorted(query), ['fp', 'realm'])
    t.check(re.fullmatch('[0-9a-f]{64}', query['fp'][0]), 'fingerprint')
    t.check(f'realm: {query["realm"][0]}\n' in read(folder, 'config.yaml'), 'the realm of the link is the file\'s')
    checked = run('check', cwd=folder)
    t.equal(checked.returncode, OK, checked.stderr)
    t.check(query['fp'][0] in checked.stdout, checked.stdout)


def test_init_overwrites_nothing(t):
    for name in ('config.yaml', 'key.pem', 'certificate.pem'):
        folder = t.folder('there-' + name)
        write(folder, name, 'mine')
        done = run('init', cwd=folder)
        t.equal(done.returncode, FAILED, name)
        t.check(name in done.stderr, done.stderr)
        t.equal((os.listdir(folder), read(folder, name)), ([name], 'mine'))


def test_no_configuration(t):
    for words in ([], ['check'], ['--config', 'absent.yaml'], ['check', '--config', 'absent.yaml']):
        done = run(*words, cwd=t.folder('none'))
        t.equal((done.returncode, done.stdout), (CONFIG, ''), f'{words}')


def test_files_that_do_not_do(t):
    server, other = t.server(start=False), t.server(start=False)
    for changes, blamed in (
            ({'bcrypt_cost': '3'}, 'config.yaml:'), ({'no_such_key': '1'}, 'no_such_key'),
            ({'server_privateKey': 'absent.pem'}, 'absent.pem'), ({'server_privateKey': 'certificate.pem'}, 'server_privateKey'),
            ({'server_certificate': 'key.pem'}, 'server_certificate'), ({'server_certificate': other.certificate}, 'belong together')):
        kept = dict(server.config)
        server.write_config(**changes)
        for words in (['check'], []):
            done = run(*words, '--config', server.config_path)
            t.equal((done.returncode, done.stdout), (CONFIG, ''), f'{changes} {words}')
            t.check(blamed in done.stderr and server.config_path in done.stderr, done.stderr)
        server.config = kept


def test_accounts_of_the_seed(t):
    server = t.server(start=False)
    for text, says in ((SEED_ACCOUNTS, 'these accounts must sign up again'), ('{"version": 1', 'pass.json:1'), ('', 'pass.json:1')):
        write(server.dir, 'pass.json', text)
        for words in (['check'], []):
            done = run(*words, '--config', server.config_path)
            t.equal(done.returncode, CONFIG, f'{words}')
            t.check(says in done.stderr, done.stderr)
            t.equal(read(server.dir, 'pass.json'), text, 'untouched')


def test_the_seed_s_configuration(t):
    server = t.server(start=False)
    write(server.dir, 'config.yaml', f'server_address: 127.0.0.1\nserver_port: {10000}\n'
          'server_certificate: certificate.pem\nserver_privateKey: key.pem\ndata_base: pass.json\n')
    done = run('check', cwd=server.dir)
    t.equal(done.returncode, OK, done.stderr)


def test_realm_is_made_once(t):
    server = t.server(realm=None)
    made = json.loads(server.read_file('pass.json'))['realm']
    t.equal(len(made), 16)
    server.stop()
    server.write_config(server_port='0')
    server.start()
    t.equal(json.loads(server.read_file('pass.json'))['realm'], made)


def test_one_server_a_folder(t):
    server = t.server()
    server.write_config(server_port='0')
    done = run('--config', server.config_path)
    t.equal((done.returncode, done.stdout), (FAILED, ''), done.stderr)


def test_port_in_use(t):
    server, other = t.server(), t.server(start=False)
    other.write_config(server_port=str(server.port))
    done = run('--config', other.config_path)
    t.equal((done.returncode, done.stdout), (FAILED, ''))
    t.check(str(server.port) in done.stderr, done.stderr)


def bound(server):
    return [m.groups() for m in map(LISTENING.fullmatch, server.current.lines) if m]


def test_binds_all(t):
    for address, wanted in (('"::"', {'::', '0.0.0.0'}), ('0.0.0.0', {'0.0.0.0'}), ('"::1"', {'::1'})):
        server = t.server(server_address=address)
        wait_until(lambda s=server, w=wanted: len(bound(s)) == len(w), 'all addresses')
        t.equal({where for where, _ in bound(server)}, wanted, 'addresses')
        t.equal(len({port for _, port in bound(server)}), 1, 'one port')
        for where in wanted:
            family = socket.AF_INET6 if ':' in where else socket.AF_INET
            with socket.socket(family, socket.SOCK_DGRAM) as taken:
                t.check(taken.connect_ex((where, server.port)) == 0, 'UDP is there')
        server.close()


def read_all(connection):
    connection.settimeout(PATIENCE)
    data = b''
    while chunk := connection.recv(4096):
        data += chunk
    return data


def test_last_words(t):
    server = t.server()
    with socket.create_connection((server.address, server.port)) as waiting:
        hello = waiting.recv(4096)
        t.equal(hello[4], 1, 'HELLO')
        begun = time.monotonic()
        server.current.process.send_signal(signal.SIGTERM)
        t.equal(read_all(waiting), bytes([0, 0, 0, 4, FAIL, SHUTDOWN, 0, 0]))
    t.equal(server.current.wait_exit(), OK)
    t.check(time.monotonic() - begun < 5, 'drained in time')


def test_reload(t):
    server = t.server()
    server.write_config(signup='closed', realm='"another"')
    server.current.process.send_signal(signal.SIGHUP)
    wait_until(lambda: 'reloaded' in server.log, 'reloaded')
    t.check('`realm` has changed, but takes effect only after a restart' in server.log, server.log)
    server.write_config(signup='perhaps')
    server.current.process.send_signal(signal.SIGHUP)
    wait_until(lambda: 'nothing reloaded' in server.log, 'refused')
    t.check(server.current.running, 'still there')


def cpu_seconds(pid):
    with open(f'/proc/{pid}/stat', encoding='ascii') as file:
        fields = file.read().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


def test_out_of_descriptors(t):
    """More connections than descriptors: the rest is told BUSY, nobody spins, and it heals."""
    server = t.server(start=False)
    # The server takes what the hard limit allows, so that one has to be low where it starts.
    command = ['/bin/sh', '-c', f'ulimit -n 60; exec {program("sotto-server")} --config {server.config_path}']
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=private_env(server.dir))
    try:
        port = int(LISTENING.match(process.stdout.readline().decode()).group(2))
        crowd = [socket.create_connection(('127.0.0.1', port)) for _ in range(80)]
        answers = []
        for connection in crowd:
            connection.settimeout(PATIENCE)
            answers.append(connection.recv(4096))
        refused = bytes([0, 0, 0, 4, FAIL, BUSY])
        t.check(30 < sum(a[4] == 1 for a in answers) < 60, 'greeted until full')
        t.equal({a[:6] for a in answers if a[4] != 1}, {refused}, 'refused')
        spent = cpu_seconds(process.pid)
        time.sleep(1)
        t.check(cpu_seconds(process.pid) - spent < 0.3, 'idle while full')
        for connection in crowd:
            connection.close()
        time.sleep(0.5)
        with socket.create_connection(('127.0.0.1', port)) as again:
            again.settimeout(PATIENCE)
            t.equal(again.recv(4096)[4], 1, 'greeted again')
        process.terminate()
        t.equal(process.wait(PATIENCE), OK)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


main(globals())
