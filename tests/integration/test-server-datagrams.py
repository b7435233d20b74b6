#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server's datagram port: BIND and BOUND, and not one byte out for anything else."""

import json
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'lib'))

import sotto_protocol as protocol
from harness import Skip, main
from shared_server import Shared
from sotto_client import Port, Unexpected, User, log_in, resume, sign
from sotto_crypto import fernet_assemble, sha256
from sotto_protocol import DATAGRAM_SIZES, datagram, make_datagram, open_datagram

shared = Shared()


def server_at():
    return shared().address, shared().port


def expect_nothing(port, why, *frames):
    """Each is sent twice; a BIND of another session behind them proves that they were dealt with."""
    for data in frames:
        port.send(data, server_at())
        port.send(data, server_at())
    fence, probe = sign(shared(), shared.user()), Port()
    probe.bind(fence, server_at())
    got = port.read(0.05)
    if got:
        raise Unexpected(f'{why}: answered with {got[0].hex()}')
    fence.bye()


def test_bind(t):
    session, port = sign(shared(), shared.user()), Port()
    for ctr, nonce in ((0, b'12345678'), (1, bytes(8)), (7, b'\xff' * 8), (2 ** 63, b'abcdefgh'), (2 ** 64 - 1, b'hgfedcba')):
        port.send(port.bind_frame(session, ctr, nonce), server_at())
        data, source = port.read()
        t.equal(source, server_at(), 'from the server port')
        t.equal(len(data), 133, 'no larger than what asked for it')
        t.equal(open_datagram(session.keys.U_sc, data),
                ('BOUND', session.result['sid'], dict(nonce=nonce, addr=port.local)))
    session.bye()


def test_bound_comes_from_the_address_that_was_asked(t):
    """Also where the server listens on all: no NAT lets another's answer in."""
    server = t.server(server_address='0.0.0.0')
    session = sign(server, User('ann'))
    for n, address in enumerate(('127.0.0.1', '127.0.0.3', '127.1.2.3')):
        port = Port()
        port.send(port.bind_frame(session, n), (address, server.port))
        data, source = port.read()
        t.equal((len(data), source), (133, (address, server.port)), 'BOUND')
        port.close()
    session.close()


def test_bound_of_many_ipv6_addresses(t):
    """As above, in a network of our own that has a second address."""
    if os.geteuid() != 0 or not shutil.which('unshare'):
        raise Skip('needs root and unshare')
    if os.environ.get('SOTTO_INSIDE') != '1':
        done = subprocess.run(['unshare', '--net', 'sh', '-c', 'ip link set lo up && ip addr add fd00::2/128 dev lo nodad && '
                               f'exec {sys.executable} {os.path.abspath(__file__)} ipv6'],
                              env={**os.environ, 'SOTTO_INSIDE': '1'}, capture_output=True, text=True, check=False)
        if not done.stdout:
            raise Skip('no namespaces here: ' + done.stderr[-200:])
        t.equal(done.returncode, 0, done.stdout)
        return
    server = t.server(server_address='"::"')
    session = sign(server, User('ann'))
    for n, address in enumerate(('fd00::2', '::1')):
        port = Port('::1')
        port.send(port.bind_frame(session, n), (address, server.port))
        t.equal(port.read()[1], (address, server.port), 'BOUND')
        port.close()
    session.close()


def test_bind_replayed(t):
    session, port = sign(shared(), shared.user()), Port()
    data = port.bind_frame(session, 5)
    port.send(data, server_at())
    t.check(port.read(), 'BOUND')
    thief = Port()
    expect_nothing(thief, 'replay from elsewhere', data)
    expect_nothing(port, 'replay and lower counters', data, port.bind_frame(session, 5), port.bind_frame(session, 4),
                   port.bind_frame(session, 0))
    watcher = sign(shared(), shared.user())
    t.equal(watcher.grant(session.name)['addrs'], [port.local], 'the replay moved nothing')
    port.send(port.bind_frame(session, 6), server_at())
    t.check(port.read(), 'the next counter is good')
    session.expect('KEYGRANT')
    session.bye()
    watcher.bye()


def test_garbage(t):
    port = Port()
    sizes = (0, 1, 11, 12, 73, 85, 132, 133, 134, 325, 581, 1221, 1222, 9000)
    expect_nothing(port, 'random bytes', *(os.urandom(n) for n in sizes))
    expect_nothing(port, 'zeros', *(bytes(n) for n in sizes))
    expect_nothing(port, 'header and random bytes',
                   *(bytes([0xC4, kind, 0, 0]) + os.urandom(n - 4) for kind in range(256) for n in DATAGRAM_SIZES[:2]))


def changed(data, at, value):
    out = bytearray(data)
    out[at] = value
    return bytes(out)


def test_spoilt_bind(t):
    session, port = sign(shared(), shared.user()), Port()
    good = port.bind_frame(session, 0)
    sid, key = session.result['sid'], session.keys.U_cs
    body = protocol.DATAGRAMS['BIND'].put(dict(ctr=9, nonce=bytes(8)))
    spoilt = {
        'magic': changed(good, 0, 0xC5), 'kind BOUND': changed(good, 1, 0x11), 'kind SECURE': changed(good, 1, 3),
        'epoch': changed(good, 2, 1), 'fourth byte': changed(good, 3, 1), 'id': changed(good, 11, good[11] ^ 1),
        'version': changed(good, 12, 0x81), 'MAC': changed(good, 132, good[132] ^ 1),
        'IV': changed(good, 25, good[25] ^ 1), 'one byte short': good[:-1], 'one byte long': good + b'\0',
        'other key': datagram(0x10, sid, session.keys.U_sc, protocol.pad(b'\x10' + body, 63)),
        'kind in the plaintext': datagram(0x10, sid, key, protocol.pad(b'\x11' + body, 63)),
        'padding': datagram(0x10, sid, key, protocol.pad(b'\x10' + body, 62) + b'\1'),
        'plaintext of 62': datagram(0x10, sid, key, protocol.pad(b'\x10' + body, 62)),
        'padded to 255': datagram(0x10, sid, key, protocol.pad(b'\x10' + body, 255)),
        'Fernet version': changed(good, 0, 0xC4)[:12] + fernet_assemble(key, protocol.pad(b'\x10' + body, 63) + b'\1',
                                                                        bytes(16), 0, 0x81),
        'Fernet padding': good[:12] + fernet_assemble(key, protocol.pad(b'\x10' + body, 63) + b'\2', bytes(16), 0),
        'BOUND': make_datagram('BOUND', sid, key, nonce=bytes(8), addr=('127.0.0.1', 1)),
        'INIT': make_datagram('INIT', sid, key, ver=1, E_i=sha256(b'')),
        'PROBE': make_datagram('PROBE', sid, key, n=0),
    }
    expect_nothing(port, 'spoilt BINDs', *spoilt.values())
    t.equal(port.bind(session, server_at()), port.local, 'the good one still works')
    session.bye()


def test_vectors(t):
    with open(os.environ.get('SOTTO_TEST_VECTORS', os.path.join(HERE, '..', 'vectors')) + '/sotto.json') as file:
        cases = json.load(file)['datagram']
    frames = [bytes.fromhex(case['datagram']) for case in cases['valid'] + cases['invalid']]
    expect_nothing(Port(), 'datagrams of nobody here', *frames)


def test_bind_of_an_ended_session(t):
    user = shared.user()
    session, port = sign(shared(), user), Port()
    port.bind(session, server_at())
    session.bye()
    expect_nothing(port, 'BIND after BYE', port.bind_frame(session, 50))
    first = log_in(shared(), user)
    second = resume(shared(), first)
    first.expect_bye('REPLACED')
    expect_nothing(port, 'BIND of the replaced session', port.bind_frame(first, 0))
    t.equal(port.bind(second, server_at()), port.local)
    second.bye()


def test_the_server_ends_well(t):
    shared.end()


main(globals())
