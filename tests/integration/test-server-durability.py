#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the server promised is there after it ends: by kill -9 right after a True, and by SIGTERM."""

import os
import signal
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

from harness import main
from sotto_client import Connection, User, connect, log_in, public_key, refused, resume, sign
from sotto_protocol import AUTH, SIGN

ROUNDS = 5


def test_kill_right_after_true(t):
    server = t.server()
    for n in range(ROUNDS):
        user = User(f'user{n}')
        sign(server, user)
        server.kill()
        server.start()
        log_in(server, user).ping().close()
    for n in range(ROUNDS):
        refused(server, User(f'user{n}'), SIGN, 'NAME_TAKEN')


def test_kill_while_many_sign_up(t):
    """Of 30 sign-ups under way, those that read True exist afterwards; the file is whole."""
    server = t.server()
    key = public_key(server)
    pending = []
    for n in range(30):
        connection, user = connect(server), User(f'user{n}')
        data, keys = connection.login_frame(key, user, SIGN)
        pending.append((connection, user, keys, data))
    promised, enough = [], threading.Event()

    def take(connection, user, keys):
        try:
            if connection.read_result(keys)['code'] == 0:
                promised.append(user)
        except (AssertionError, OSError):
            pass
        if len(promised) >= 5:
            enough.set()

    threads = [threading.Thread(target=take, args=p[:3], daemon=True) for p in pending]
    for thread in threads:
        thread.start()
    for connection, _, _, data in pending:
        connection.send(data)
    t.check(enough.wait(30), 'some True')
    os.kill(server.pid, signal.SIGKILL)
    for thread in threads:
        thread.join(30)
    server.kill()
    server.start()
    t.check(len(promised) >= 5, f'{len(promised)} True')
    for user in promised:
        log_in(server, user).bye()


def test_changes_are_durable(t):
    """PASSWD, IDENTITY and UNSIGN, too, are on disk before their OK."""
    server = t.server()
    alice, bob = User('alice'), User('bob')
    new = User('alice', identity=alice.identity)
    gone, session = sign(server, bob), sign(server, alice)
    gone.send('UNSIGN', req=1, H=bob.h).expect('OK', req=1)
    session.send('PASSWD', req=2, H_old=alice.h, H_new=new.h).expect('OK', req=2)
    server.kill()
    server.start()
    refused(server, alice, AUTH, 'AUTH')
    refused(server, bob, AUTH, 'AUTH')
    session = log_in(server, new)
    other = User('x')
    session.send('IDENTITY', req=3, H=new.h, I_new=other.public).expect('OK', req=3)
    server.kill()
    server.start()
    asked, asker = log_in(server, User('alice', new.h, other.identity)), sign(server, User('carol'))
    t.equal(asker.grant('alice')['I_peer'], other.public)
    asked.close()
    asker.close()


def test_sigterm(t):
    server = t.server()
    sessions = [sign(server, User(f'user{n}')) for n in range(3)]
    waiting = Connection(server.address, server.port).greet()
    server.current.process.terminate()
    for session in sessions:
        session.expect('BYE', code=17)
        session.connection.expect_end()
    got = waiting.read()
    t.check(got is None or got[2] == b'\0\0\0\4\5\x11\0\0', f'before LOGIN: {got}')
    t.equal(server.current.wait_exit(), 0, 'exit')
    server.start()
    for session in sessions:
        resume(server, session).ping().bye()


def test_stored_files_are_private(t):
    server = t.server()
    user = User('alice')
    sign(server, user).bye()
    for name in ('key.pem', 'pass.json'):
        mode = os.stat(os.path.join(server.dir, name)).st_mode & 0o777
        t.equal(oct(mode), '0o600', name)
    t.check(user.h not in server.read_file('pass.json') and user.h.hex().encode() not in server.read_file('pass.json'), 'H')


main(globals())
