#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What LOGIN means: sign, auth, refusals, the newest session, many at once; and RESUME of what it gave."""

import os
import statistics
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

from harness import main
from shared_server import Shared
from sotto_client import User, connect, log_in, public_key, refused, resume, sign
from sotto_protocol import AUTH, SIGN

shared = Shared(realm='"Ünit test"')
LIFE_S = 86400


def test_sign_logs_in(t):
    user = shared.user()
    session = sign(shared(), user)
    result = session.result
    t.equal(result['udp_port'], shared().port, 'udp_port')
    t.equal(result['addr'], session.connection.local, 'observed address')
    t.equal(result['ticket_life_s'], LIFE_S, 'ticket life')
    t.equal(result['retry_s'], 0)
    t.equal(len(result['ticket']), 204, 'ticket text')
    t.check(user.name in session.users(), 'the asker is in the list')
    session.bye()


def test_realm_is_the_configured_one(t):
    t.equal(connect(shared()).hello['realm'], 'Ünit test')


def test_sids_are_random(t):
    sids = [sign(shared(), shared.user()).result['sid'] for _ in range(4)]
    t.equal(len(set(sids)), 4)
    t.check(max(sids) > 2 ** 48, f'sids {sids}')


def test_auth(t):
    user = shared.user()
    sign(shared(), user).bye()
    log_in(shared(), user).ping().bye()


def test_name_taken(t):
    user = shared.user()
    sign(shared(), user).bye()
    refused(shared(), User(user.name), SIGN, 'NAME_TAKEN')
    refused(shared(), user, SIGN, 'NAME_TAKEN')
    log_in(shared(), user).bye()


BAD_NAMES = ('', '.dot', '-dash', '_low', 'Upper', 'a b', 'a/b', 'ünï', 'a\0', 'a\n', 'a:b')


def test_bad_name(t):
    for name in BAD_NAMES:
        refused(shared(), User(name), SIGN, 'BAD_NAME')
        refused(shared(), User(name), AUTH, 'AUTH')
    t.check(all(name.encode() not in shared().read_file('pass.json') for name in ('Upper', 'a b')), 'stored')


def test_names_of_all_kinds(t):
    for name in ('a', '0', 'a.b-c_d', 'z' * 32):
        sign(shared(), User(name)).bye()


def test_unknown_user_is_like_a_wrong_password(t):
    user = shared.user()
    sign(shared(), user).bye()
    wrong = refused(shared(), User(user.name), AUTH, 'AUTH')
    unknown = refused(shared(), shared.user('nobody'), AUTH, 'AUTH')
    t.equal(wrong, unknown, 'RESULT')


def test_unknown_user_costs_the_same(t):
    server = t.server(bcrypt_cost='11')
    user = User('alice')
    sign(server, user).bye()

    def cost(name):
        times = []
        for _ in range(5):
            connection = connect(server)
            data, keys = connection.login_frame(public_key(server), User(name))
            began = time.monotonic()
            connection.send(data).expect_refusal(keys, 'AUTH')
            times.append(time.monotonic() - began)
        return statistics.median(times)

    wrong, unknown = cost('alice'), cost('nobody')
    t.check(0.33 < unknown / wrong < 3, f'unknown {unknown * 1000:.0f} ms, wrong {wrong * 1000:.0f} ms')


def test_refusal_ends_the_connection(t):
    connection = connect(shared())
    data, keys = connection.login_frame(public_key(shared()), shared.user('nobody'))
    result = connection.send(data).expect_refusal(keys, 'AUTH')
    t.equal(set(result), {'code', 'retry_s'}, 'the rest is zero')


def test_newest_session_wins(t):
    user, watcher = shared.user(), sign(shared(), shared.user('w'))
    first = sign(shared(), user)
    watcher.await_presence(user.name, 1)
    second = log_in(shared(), user)
    first.expect_bye('REPLACED')
    third = resume(shared(), second)
    second.expect_bye('REPLACED')
    time.sleep(0.3)
    watcher.ping()
    t.equal([p for p in watcher.passed if user.name in str(p)], [], 'presence of a replaced session')
    third.ping().bye()
    watcher.await_presence(user.name, 2)
    watcher.bye()


def test_resume_chain(t):
    user = shared.user()
    session = sign(shared(), user)
    tickets = {session.ticket}
    for _ in range(4):
        session.bye()
        session = resume(shared(), session)
        session.ping()
        tickets.add(session.ticket)
    t.equal(len(tickets), 5, 'a new ticket each time')
    session.bye()


def test_resume_after_an_abrupt_end(t):
    session = sign(shared(), shared.user())
    session.close()
    resume(shared(), session).ping().bye()


def test_resume_after_restart(t):
    server = t.server()
    user = User('alice')
    session = sign(server, user)
    server.restart()
    resume(server, session).ping().bye()
    log_in(server, user).ping().bye()


def test_sign_up_closed(t):
    server = t.server(signup='closed')
    refused(server, User('alice'), SIGN, 'INVITE')
    refused(server, User('Alice'), SIGN, 'BAD_NAME')
    refused(server, User('alice'), AUTH, 'AUTH')


def test_cost_of_bcrypt_follows_the_configuration(t):
    server = t.server(bcrypt_cost='4')
    user = User('alice')
    sign(server, user).bye()
    t.check(b'$2b$04$' in server.read_file('pass.json'), 'cost 4')
    server.write_config(bcrypt_cost='5')
    server.restart()
    log_in(server, user).bye()
    server.stop()
    t.check(b'$2b$05$' in server.read_file('pass.json'), 'rehashed to cost 5')
    server.start()
    log_in(server, user).bye()


def test_many_sign_up_at_once(t):
    pending = []
    for _ in range(40):
        connection, user = connect(shared()), shared.user('m')
        data, keys = connection.login_frame(public_key(shared()), user, SIGN)
        connection.send(data)
        pending.append((connection, user, keys))
    sessions = [connection.open_session(user, keys) for connection, user, keys in pending]
    stored = shared().read_file('pass.json')
    for session in sessions:
        t.check(session.name.encode() in stored, f'{session.name} has True but is not in the file')
        session.close()


def test_one_name_at_once(t):
    """Of many who sign the same name at the same moment one gets it."""
    name, pending = shared.user('race').name, []
    for _ in range(12):
        connection, user = connect(shared()), User(name)
        data, keys = connection.login_frame(public_key(shared()), user, SIGN)
        connection.send(data)
        pending.append((connection, user, keys))
    codes = [connection.read_result(keys)['code'] for connection, user, keys in pending]
    t.equal(sorted(codes), [0] + [2] * 11, 'codes')
    log_in(shared(), pending[codes.index(0)][1]).bye()


def test_the_server_ends_well(t):
    shared.end()


main(globals())
