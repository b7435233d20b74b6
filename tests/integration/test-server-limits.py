#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits per source and per account (docs/protocol.md, section 6) where loopback is not exempt."""

import os
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

from harness import main, wait_until
from sotto_client import Connection, User, connect, log_in, public_key, sign
from sotto_protocol import AUTH, CODES, SIGN, frame, open_result


def strict(t, **config):
    return t.server(exempt_sources='[]', **config)


def attempt(server, user, op=AUTH, source=None):
    """(frame, code, retry_s) that a LOGIN ends with."""
    connection = connect(server, source)
    data, keys = connection.login_frame(public_key(server), user, op)
    name, fields, _ = connection.send(data).read_named()
    if name == 'RESULT':
        fields = open_result(keys.K_sc, fields['token'])
    connection.close()
    return name, CODES[fields['code']], fields['retry_s']


def test_logins_of_a_source(t):
    """A burst of 20, then RATE; another source is not touched."""
    server = strict(t, limits='{logins: 1/min burst 20}')
    for n in range(20):
        t.equal(attempt(server, User(f'nobody{n}')), ('RESULT', 'AUTH', 0), f'LOGIN {n}')
    for _ in range(2):
        name, code, retry_s = attempt(server, User('nobody'))
        t.equal((name, code), ('FAIL', 'RATE'))
        t.check(retry_s > 0, 'retry_s')
    t.equal(attempt(server, User('nobody'), source='127.0.0.2')[1], 'AUTH', 'another source')


def test_sign_ups_of_a_source(t):
    server = strict(t)
    for n in range(10):
        t.equal(attempt(server, User(f'user{n}'), SIGN)[1], 'OK', f'SIGN {n}')
    _, code, retry_s = attempt(server, User('user10'), SIGN)
    t.equal(code, 'RATE')
    t.check(retry_s > 0, 'retry_s')
    t.equal(attempt(server, User('user10'), SIGN, '127.0.0.2')[1], 'OK', 'another source')


def test_failures_of_an_account(t):
    """After 10 the sources that failed wait, whether the account exists or not; its owner does not."""
    server = strict(t, limits='{logins: 1000/s burst 1000}')
    alice = User('alice')
    sign(server, alice, '127.0.0.2').bye()
    for name in ('alice', 'nobody'):
        codes = [attempt(server, User(name)) for _ in range(12)]
        t.equal([c[1] for c in codes[:10]], ['AUTH'] * 10, f'{name}: ten failures')
        t.equal(codes[10][1], 'RATE', f'{name}: the eleventh')
        t.check(codes[10][2] > 0, 'retry_s')
    t.equal(attempt(server, alice)[1], 'RATE', 'nor does the right password get in from there')
    log_in(server, alice, source='127.0.0.2').bye()


def test_penalty(t):
    """A broken protocol costs the source its LOGINs for a while, never its RESUME."""
    server = strict(t)
    alice = User('alice')
    session = sign(server, alice, '127.0.0.7')
    session.bye()
    connect(server, '127.0.0.7').send(frame(0x55)).expect_fail('PROTOCOL')
    name, code, retry_s = attempt(server, alice, source='127.0.0.7')
    t.equal((name, code), ('FAIL', 'RATE'))
    t.check(0 < retry_s <= 60, f'retry_s {retry_s}')
    connection = connect(server, '127.0.0.7')
    data, keys = connection.resume_frame('alice', session.ticket, session.keys.RMS)
    connection.send(data).open_session(alice, keys).ping().bye()
    log_in(server, alice, source='127.0.0.8').bye()


def test_loopback_can_be_exempt(t):
    """The control: with the configuration of all other tests none of this happens."""
    server = t.server()
    for _ in range(3):
        connect(server).send(frame(0x55)).expect_fail('PROTOCOL')
    for n in range(30):
        t.equal(attempt(server, User('nobody'))[1], 'AUTH', f'LOGIN {n}')


def test_limits_change_while_running(t):
    """SIGHUP: in force at once, for who is logged in too."""
    server = strict(t)
    server.restart()  # with the port written down
    alice, bob = sign(server, User('alice'), '127.0.0.2'), sign(server, User('bob'), '127.0.0.3')
    alice.grant('bob')
    server.write_config(limits='{logins: 2/h, signups: 1/h, key_requests: 2/h, password_changes: 1/h, records: 1000/s, '
                        'relay_rate: 1 KiB/s, unauthenticated: 3, sessions: 3, queue: 1 MiB}')
    server.current.process.send_signal(signal.SIGHUP)
    wait_until(lambda: 'configuration reloaded' in server.log, 'the reload')
    alice.grant('bob', 2)
    alice.send('KEYREQ', req=3, peer='bob').expect_error(3, 'RATE')
    for req, code in ((4, 'AUTH'), (5, 'RATE')):
        alice.send('PASSWD', req=req, H_old=bytes(32), H_new=bytes(32))
        alice.expect_error(req, code)
    for _ in range(150):  # more than the old burst
        alice.send('LIST', after='')
    began = time.monotonic()
    for _ in range(150):
        alice.expect('USERS')
    t.check(time.monotonic() - began < 0.9, 'records are read at once')
    t.equal(attempt(server, User('carol'), SIGN, '127.0.0.4')[1], 'OK', 'one sign-up')
    t.equal(attempt(server, User('dave'), SIGN, '127.0.0.4')[1], 'RATE', 'and no other from there')
    t.equal(attempt(server, User('dave'), SIGN, '127.0.0.4')[:2], ('FAIL', 'RATE'), 'nor a third LOGIN')
    carol = sign(server, User('carol2'), '127.0.0.5')
    t.equal(attempt(server, User('dave'), SIGN, '127.0.0.6')[1], 'BUSY', 'a fourth session')
    carol.bye()
    strangers = [connect(server, '127.0.0.7') for _ in range(3)]
    t.equal(Connection(server.address, server.port).expect_fail('BUSY')['retry_s'], 10, 'a fourth stranger')
    for stranger in strangers:
        stranger.close()


main(globals())
