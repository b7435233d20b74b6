#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""KEYREQ and KEYGRANT: who gets which key, role and addresses, and ADDRESS and BIND behind them."""

import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

from harness import Skip, main
from shared_server import Shared
from sotto_client import Connection, Port, User, log_in, public_key, sign
from sotto_protocol import INITIATOR, RESPONDER, SIGN

shared = Shared(limits='{key_requests: 100000/s burst 100000}')


def pair(source_x=None, source_y=None):
    """(Y who asks, X who is asked), both logged in and through with their PRESENCE."""
    y = sign(shared(), shared.user('y'), source_y)
    x = sign(shared(), shared.user('x'), source_x)
    y.await_presence(x.name, 1)
    return y, x


def ask(y, x, req=1):
    """The two grants of one KEYREQ."""
    return y.grant(x.name, req), x.expect('KEYGRANT')


def test_grant(t):
    y, x = pair()
    to_y, to_x = ask(y, x, 77)
    t.equal((to_y['req'], to_x['req']), (77, 0), 'req')
    t.equal((to_y['role'], to_x['role']), (INITIATOR, RESPONDER), 'roles')
    t.equal((to_y['peer'], to_x['peer']), (x.name, y.name), 'peers')
    t.equal((to_y['I_peer'], to_x['I_peer']), (x.user.public, y.user.public), 'identities')
    for key in ('cid', 'Kxy'):
        t.equal(to_y[key], to_x[key], key)
    t.equal((to_y['ttl_s'], to_x['ttl_s']), (120, 120), 'ttl')
    t.equal((to_y['addrs'], to_x['addrs']), ([], []), 'no addresses were declared')
    y.bye()
    x.bye()


def test_each_request_makes_a_new_key(t):
    y, x = pair()
    grants = [ask(y, x, req) for req in range(1, 6)]
    for key in ('cid', 'Kxy'):
        t.equal(len({to_y[key] for to_y, _ in grants}), 5, key)
    t.check(all(to_y['role'] == INITIATOR for to_y, _ in grants), 'roles')
    y.bye()
    x.bye()


def test_grants_come_in_one_order(t):
    """The grants of one KEYREQ go to both before those of the next, whoever asks."""
    y, x = pair()
    z = sign(shared(), shared.user('z'))
    for req in range(1, 9):
        y.send('KEYREQ', req=req, peer=x.name)
        z.send('KEYREQ', req=req, peer=x.name)
        z.send('KEYREQ', req=req + 100, peer=y.name)
    to_x = [x.expect('KEYGRANT') for _ in range(16)]
    for side in (y, z):
        side.got = [side.expect('KEYGRANT') for _ in range(16)]
    for side in (y, z):
        own = [g['cid'] for g in side.got if g['peer'] == x.name]
        t.equal(own, [g['cid'] for g in to_x if g['peer'] == side.name], f'order at {side.name}')
    t.equal([g['cid'] for g in y.got if g['peer'] == z.name], [g['cid'] for g in z.got if g['peer'] == y.name])
    for side in (x, y, z):
        side.bye()


def test_crossing_requests_share_a_grant(t):
    y, x = pair()
    first, other = ask(y, x, 5)
    again = x.grant(y.name, 9)
    t.equal(again, {**other, 'req': 9}, 'the same grant, role 2')
    y.ping().expect_silence(0.3)
    own = x.grant(y.name, 10)
    t.equal(own['role'], RESPONDER, 'still the same within 10 s')
    t.equal(own['cid'], first['cid'])
    newer = y.grant(x.name, 6)
    t.check(newer['cid'] != first['cid'], "one's own repeat makes a new key")
    x.expect('KEYGRANT', cid=newer['cid'])
    y.bye()
    x.bye()


def test_crossing_ends_with_the_session(t):
    y, x = pair()
    first, _ = ask(y, x)
    y.close()
    y = log_in(shared(), y.user)
    again = x.grant(y.name, 2)
    t.equal(again['role'], INITIATOR, 'another session of the peer: a new grant')
    t.check(again['cid'] != first['cid'], 'cid')
    y.expect('KEYGRANT', role=RESPONDER)
    y.bye()
    x.bye()


def test_crossing_ends_after_10_s(t):
    y, x = pair()
    first, _ = ask(y, x)
    time.sleep(10.5)
    later = x.grant(y.name, 2)
    t.equal(later['role'], INITIATOR)
    t.check(later['cid'] != first['cid'], 'a new grant')
    y.bye()
    x.bye()


def test_requests_at_the_same_moment(t):
    """Both ask before either has an answer: one key, opposite roles."""
    y, x = pair()
    for req in range(1, 11):
        y.send('KEYREQ', req=req, peer=x.name)
        x.send('KEYREQ', req=req, peer=y.name)
    time.sleep(0.3)
    got = {}
    for side in (x, y):
        side.send('PING', nonce=1)
        grants = []
        while (record := side.read())[0] != 'PONG':
            if record[0] == 'KEYGRANT':
                grants.append(record[1])
        got[side.name] = grants
    keys = [{g['cid']: g['Kxy'] for g in got[side.name]} for side in (x, y)]
    t.equal(keys[0], keys[1], 'the same keys on both sides')
    roles = [{g['cid']: g['role'] for g in got[side.name]} for side in (x, y)]
    t.check(all({roles[0][cid], roles[1][cid]} == {1, 2} for cid in roles[0]), 'opposite roles')
    for side in (x, y):
        answered = [g['req'] for g in got[side.name] if g['req']]
        t.equal(sorted(answered), list(range(1, 11)), 'each request is answered')
        side.bye()


def test_offline_is_like_unknown(t):
    y, x = pair()
    x.bye()
    y.await_presence(x.name, 2)
    y.send('KEYREQ', req=3, peer=x.name)
    offline = y.expect_error(3, 'OFFLINE')
    y.send('KEYREQ', req=3, peer='nobody-has-this')
    t.equal(y.expect_error(3, 'OFFLINE'), offline, 'ERR')
    y.ping().bye()


def test_self(t):
    y, x = pair()
    y.send('KEYREQ', req=4, peer=y.name)
    y.expect_error(4, 'SELF')
    y.ping().bye()
    x.bye()


def test_req_0_is_malformed(t):
    y, x = pair()
    y.send('KEYREQ', req=0, peer=x.name)
    y.expect_dropped()
    x.bye()


def test_requests_have_a_rate(t):
    server = t.server(limits='{key_requests: 1/min burst 3}')
    y, x = sign(server, User('yy')), sign(server, User('xx'))
    for req in (1, 2, 3):
        y.grant('xx', req)
    for req in (4, 5):
        y.send('KEYREQ', req=req, peer='xx')
        t.check(y.expect_error(req, 'RATE')['retry_s'] > 0, 'retry_s')
    y.ping()
    for _ in range(3):
        x.expect('KEYGRANT', req=0)
    x.grant('yy', 9)  # another's allowance is its own
    y.bye()
    x.bye()


# Addresses


def server_at():
    return shared().address, shared().port


def candidates(y, x, side='x'):
    """What Y hears of X, or X of Y."""
    to_y, to_x = ask(y, x)
    return to_y['addrs'] if side == 'x' else to_x['addrs']


def test_bound_address_comes_first(t):
    y, x = pair()
    port = Port()
    t.equal(port.bind(x, server_at()), port.local, 'BOUND says where from')
    t.equal(candidates(y, x), [port.local])
    x.send('ADDRESS', addrs=[('10.1.2.3', 7), ('127.0.0.1', 40001)]).ping()
    t.equal(candidates(y, x), [port.local, ('10.1.2.3', 7), ('127.0.0.1', 40001)], 'then the declared ones')
    newer = Port()
    newer.bind(x, server_at(), ctr=100)
    t.equal(candidates(y, x)[0], newer.local, 'the last BIND counts')
    t.equal(candidates(y, x, 'y'), [], "Y's own are none")
    y.bye()
    x.bye()


def test_address_replaces_the_last_one(t):
    y, x = pair()
    x.send('ADDRESS', addrs=[('10.0.0.1', 1), ('10.0.0.2', 2), ('10.0.0.3', 3)]).ping()
    t.equal(candidates(y, x), [('10.0.0.1', 1), ('10.0.0.2', 2), ('10.0.0.3', 3)])
    x.send('ADDRESS', addrs=[('10.0.0.4', 4)]).ping()
    t.equal(candidates(y, x), [('10.0.0.4', 4)])
    x.send('ADDRESS', addrs=[]).ping()
    t.equal(candidates(y, x), [])
    y.bye()
    x.bye()


GOOD = ['10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.254', '192.168.0.1', 'fc00::1', 'fdff::1', '127.0.0.1']
BAD = ['9.255.255.255', '11.0.0.1', '172.15.255.255', '172.32.0.1', '192.167.255.255', '192.169.0.1', '8.8.8.8', '127.0.0.2',
       '0.0.0.0', '255.255.255.255', '169.254.1.1', '224.0.0.1', '100.64.0.1', '::', '::1', 'fe80::1', 'fbff::1', 'fe00::1',
       '2001:db8::1', 'ff02::1']


def test_address_filter(t):
    """Private addresses and that of the TCP connection; others are passed over."""
    y, x = pair()
    for ip in GOOD + BAD:
        x.send('ADDRESS', addrs=[(ip, 5000)]).ping()
        t.equal(candidates(y, x), [(ip, 5000)] if ip in GOOD else [], ip)
    x.send('ADDRESS', addrs=[('8.8.8.8', 1), ('10.0.0.1', 2), ('::1', 3)]).ping()
    t.equal(candidates(y, x), [('10.0.0.1', 2)], 'only what is passed over is left out')
    y.bye()
    x.bye()


def test_bind_from_another_ip_is_no_candidate(t):
    y, x = pair(source_x='127.0.0.1')
    port = Port('127.0.0.3')
    t.equal(port.bind(x, server_at()), port.local, 'it is answered')
    t.equal(candidates(y, x), [], 'but given to nobody')
    y.bye()
    x.bye()


def test_declared_addresses_of_a_loopback_owner(t):
    """Two loopback addresses: the owner is on loopback, so its declared addresses are told."""
    y, x = pair(source_x='127.0.0.2', source_y='127.0.0.1')
    x.send('ADDRESS', addrs=[('127.0.0.2', 40000), ('10.0.0.1', 1), ('127.0.0.1', 2)]).ping()
    t.equal(candidates(y, x), [('127.0.0.2', 40000), ('10.0.0.1', 1)])
    y.bye()
    x.bye()


def test_addresses_do_not_outlive_the_session(t):
    y, x = pair()
    port = Port()
    port.bind(x, server_at())
    x.send('ADDRESS', addrs=[('10.0.0.1', 1)]).ping()
    x.close()
    x = log_in(shared(), x.user)
    t.equal(candidates(y, x), [])
    y.bye()
    x.bye()


def test_ipv6(t):
    """A server on ::1: what it observes, and what its clients may declare."""
    if not can_bind('::1'):
        raise Skip('no IPv6 loopback address here')
    server = t.server(server_address='"::1"')
    x, y = log_in_at(server, '::1', User('xx')), log_in_at(server, '::1', User('yy'))
    t.equal(x.result['addr'], x.connection.local, 'observed')
    port = Port('::1')
    t.equal(port.bind(x, ('::1', server.port)), port.local, 'BOUND')
    x.send('ADDRESS', addrs=[('::1', 7), ('fd00::1', 8), ('127.0.0.1', 9)]).ping()
    t.equal(y.grant('xx')['addrs'], [port.local, ('::1', 7), ('fd00::1', 8)])
    for session in (x, y):
        session.close()


def can_bind(address):
    try:
        Port(address).close()
    except OSError:
        return False
    return True


def log_in_at(server, address, user):
    connection = Connection(address, server.port).greet()
    data, keys = connection.login_frame(public_key(server), user, SIGN)
    return connection.send(data).open_session(user, keys)


def test_the_server_ends_well(t):
    shared.end()


main(globals())
