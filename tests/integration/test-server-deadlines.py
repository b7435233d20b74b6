#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server's clocks, for real: 10 s for a whole LOGIN, PING after 30 s of silence."""

import os
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import sotto_crypto as crypto
from harness import main
from shared_server import Shared
from sotto_client import User, connect, public_key, sign
from sotto_protocol import frame

shared = Shared()
DEADLINE_S, SLACK_S = 10, 4


def drip(connection, data):
    """One byte every 0.8 s: always alive, never done."""
    for byte in data:
        try:
            connection.send(bytes([byte]))
        except OSError:
            return
        time.sleep(0.8)


def test_login_deadline(t):
    def silent(connection):
        pass

    def half(connection):
        data, _ = connection.login_frame(public_key(shared()), User('alice'))
        connection.send(data[:len(data) // 2])

    def length_only(connection):
        connection.send(b'\0\0\2\x10')

    def dripping(connection):
        data, _ = connection.login_frame(public_key(shared()), User('alice'))
        threading.Thread(target=drip, args=(connection, data), daemon=True).start()

    def getcert(connection):
        connection.send(frame('GETCERT'))
        connection.read_named()

    def half_resume(connection):
        data, _ = connection.resume_frame('alice', crypto.to_text(bytes(153)), bytes(32))
        connection.send(data[:-1])

    ways = (silent, half, length_only, dripping, getcert, half_resume)
    began, connections = time.monotonic(), []
    for way in ways:
        connection = connect(shared())
        way(connection)
        connections.append((way.__name__, connection))
    for name, connection in connections:
        connection.expect_fail('TIMEOUT', DEADLINE_S + SLACK_S)
        seconds = time.monotonic() - began
        t.check(DEADLINE_S - 1 < seconds < DEADLINE_S + SLACK_S, f'{name}: FAIL TIMEOUT after {seconds:.1f} s')


def test_a_session_outlives_the_deadline_and_is_pinged(t):
    """Also: a client that answers is left alone, and its PONG is not answered."""
    session = sign(shared(), User('bob'))
    began = time.monotonic()
    nonce = session.expect('PING', 40)['nonce']
    seconds = time.monotonic() - began
    t.check(25 < seconds < 37, f'PING after {seconds:.1f} s')
    session.send('PONG', nonce=nonce).expect_silence(0.5)
    session.ping().bye()


def test_the_server_ends_well(t):
    shared.end()


main(globals())
