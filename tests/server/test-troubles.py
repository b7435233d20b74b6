#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""sotto-server in surroundings that are not as they should be: keys that cannot be used or that anyone may read,
what a crash left, a log that nobody reads, strangers who take every file descriptor."""

import os
import re
import socket
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

from cryptography.hazmat.primitives import serialization  # noqa: E402
from harness import PATIENCE, main, private_env, program, wait_until  # noqa: E402
from sotto_client import User, log_in, sign  # noqa: E402
from sotto_protocol import frame  # noqa: E402

CONFIG = 78
LISTENING = re.compile(r'listening on (\S+) port (\d+)')


def run(*args, **options):
    return subprocess.run([program('sotto-server'), *args], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=PATIENCE, check=False, **options)


def load_key(server):
    with open(os.path.join(server.dir, 'key.pem'), 'rb') as file:
        return serialization.load_pem_private_key(file.read(), None)


def write(server, name, data):
    with open(os.path.join(server.dir, name), 'wb') as file:
        file.write(data)


def test_encrypted_keys(t):
    """A key with a password is refused in so many words; nobody is asked for one."""
    server = t.server(start=False)
    key, secret = load_key(server), serialization.BestAvailableEncryption(b'secret')
    for encoding in (serialization.Encoding.PEM, serialization.Encoding.DER):
        for form in (serialization.PrivateFormat.PKCS8, serialization.PrivateFormat.TraditionalOpenSSL):
            if encoding is serialization.Encoding.DER and form is serialization.PrivateFormat.TraditionalOpenSSL:
                continue
            write(server, 'locked', key.private_bytes(encoding, form, secret))
            server.write_config(server_privateKey='locked')
            for words in (['check'], []):
                done = run(*words, '--config', server.config_path, start_new_session=True)
                t.equal((done.returncode, done.stdout), (CONFIG, ''), f'{encoding} {form}')
                t.check('unencrypted' in done.stderr and 'server_privateKey' in done.stderr, done.stderr)
                t.equal(len(done.stderr.splitlines()), 1, done.stderr)


def test_key_in_der(t):
    server = t.server(start=False)
    write(server, 'key.der', load_key(server).private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    server.write_config(server_privateKey='key.der')
    t.equal(run('check', '--config', server.config_path).returncode, 0)


def test_open_key(t):
    """A key that others may read is used, with a word about it."""
    server = t.server(start=False)
    path = os.path.join(server.dir, 'key.pem')
    t.check('open to others' not in run('check', '--config', server.config_path).stdout, 'private')
    for mode in (0o640, 0o604):
        os.chmod(path, mode)
        done = run('check', '--config', server.config_path)
        t.equal(done.returncode, 0)
        t.check(f'warning: {path} is open to others than its owner (mode {mode:04o})' in done.stdout, done.stdout)
    server.start()
    t.check('warning: ' + path in server.log, server.log)


def test_no_folder_for_the_accounts(t):
    server = t.server(start=False)
    server.write_config(data_base='nowhere/pass.json')
    for words in (['check'], []):
        done = run(*words, '--config', server.config_path)
        t.equal((done.returncode, done.stdout), (CONFIG, ''), f'{words}')
        t.check(done.stderr.startswith(f'sotto-server: {server.config_path}:1:1: `data_base`'), done.stderr)


def test_what_a_crash_left(t):
    """Temporary files go, copies that somebody made stay."""
    server = t.server(start=False)
    for name in ('pass.json.new-a1B2c3', 'pass.json.backup', 'pass.json.new-short'):
        write(server, name, b'{}')
    server.start()
    left = {name for name in os.listdir(server.dir) if name.startswith('pass.json.')}
    t.equal(left, {'pass.json.lock', 'pass.json.backup', 'pass.json.new-short'})


def test_name_with_several_addresses(t):
    server = t.server(server_address='localhost')

    def bound():
        return [m.groups() for m in map(LISTENING.fullmatch, server.current.lines) if m]
    # GLib knows both, whatever /etc/hosts says; IPv6 may be missing here.
    wait_until(lambda: '127.0.0.1' in {address for address, _ in bound()}, 'IPv4')
    t.check({address for address, _ in bound()} <= {'127.0.0.1', '::1'}, bound())
    t.equal(len({port for _, port in bound()}), 1, 'one port')
    for address, port in bound():
        with socket.create_connection((address, int(port)), PATIENCE) as connection:
            t.equal(connection.recv(4096)[4], 1, f'HELLO of {address}')


def unread_server(t, folder, config_path, limit=None):
    """A server whose standard error is a pipe that nobody empties."""
    command = f'ulimit -n {limit}; exec "$0" "$@"' if limit else 'exec "$0" "$@"'
    process = subprocess.Popen(['/bin/sh', '-c', command, program('sotto-server'), '--config', config_path],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=private_env(folder))

    def end():
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()
    t.defer(end)
    return process, int(LISTENING.match(process.stdout.readline().decode()).group(2))


class At:
    """Where sotto_client finds a server that the harness did not start."""

    def __init__(self, server, port):
        self.address, self.port, self.read_file = '127.0.0.1', port, server.read_file


def test_log_that_nobody_reads(t):
    """More log than a pipe holds: the server goes on."""
    server = t.server(start=False)
    process, port = unread_server(t, server.dir, server.config_path)
    for _ in range(1500):
        with socket.create_connection(('127.0.0.1', port), PATIENCE) as rude:
            rude.settimeout(PATIENCE)
            rude.recv(4096)
            rude.sendall(frame(0x7f))
            rude.recv(4096)
    sign(At(server, port), User('alice')).bye()
    process.terminate()
    t.equal(process.wait(PATIENCE), 0)


def test_strangers_leave_some_descriptors(t):
    """Connections that never log in do not keep accounts from being written."""
    server = t.server(start=False)
    _, port = unread_server(t, server.dir, server.config_path, 100)
    alice = User('alice')
    session = sign(At(server, port), alice)
    crowd = [socket.create_connection(('127.0.0.1', port), PATIENCE) for _ in range(120)]
    greeted = 0
    for connection in crowd:
        connection.settimeout(PATIENCE)
        greeted += connection.recv(4096)[4] == 1
    t.check(60 < greeted < 100, f'{greeted} greeted')
    h_new = os.urandom(32)
    session.send('PASSWD', req=7, H_old=alice.h, H_new=h_new)
    session.expect('OK', req=7)
    for connection in crowd:
        connection.close()
    alice.h = h_new

    def logs_in():
        try:
            log_in(At(server, port), alice).bye()
            return True
        except (AssertionError, OSError):
            return False
    wait_until(logs_in, 'logs in again')
    asked = subprocess.run([program('sottoctl'), '--socket', os.path.join(server.dir, 'control'), 'metrics'], capture_output=True,
                           text=True, check=True, env=private_env(server.dir))
    refused = int(re.search(r'^sotto_connections_refused_total (\d+)$', asked.stdout, re.M).group(1))
    t.check(refused >= len(crowd) - greeted, f'{refused} counted')


main(globals())
