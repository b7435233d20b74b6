#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Session records: bad ones close without an answer, refused ones get ERR, good ones what is written."""

import json
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'lib'))

import sotto_crypto as crypto
import sotto_protocol as protocol
from harness import main
from shared_server import Shared
from sotto_client import Unexpected, User, connect, log_in, public_key, refused, resume, sign
from sotto_protocol import AUTH, SIGN

shared = Shared(limits='{password_changes: 1000/s burst 1000, records: 100000/s burst 100000}')


def fresh():
    return sign(shared(), shared.user())


def expect_dropped(why, data, session):
    session.connection.send(data)
    try:
        session.expect_dropped()
    except (Unexpected, TimeoutError) as error:
        raise Unexpected(f'{why}: {error}') from error


# Close without an answer


def test_bad_mac(t):
    session = fresh()
    data = session.seal('PING', nonce=1)
    raw = bytearray(crypto.from_text(data[5:]))
    raw[-1] ^= 1
    expect_dropped('MAC', protocol.frame('SEALED', crypto.to_text(bytes(raw))), session)
    session = fresh()
    expect_dropped('key of the other direction', protocol.seal_record(session.keys.K_sc, 0, 0x2D, bytes(8)), session)


def test_text_that_is_not_canonical(t):
    for change in (lambda text: text[:-1], lambda text: text + b'\n', lambda text: text.rstrip(b'='), lambda text: b''):
        session = fresh()
        expect_dropped('text', protocol.frame('SEALED', change(session.seal('PING', nonce=1)[5:])), session)


def test_gap_in_the_counter(t):
    for ctr in (1, 2, 2 ** 63, 2 ** 64 - 1):
        session = fresh()
        expect_dropped(f'ctr {ctr}', session.seal('PING', ctr=ctr, nonce=1), session)


def test_repeated_record(t):
    session = fresh()
    data = session.seal('PING', nonce=1)
    session.connection.send(data)
    session.expect('PONG', nonce=1)
    expect_dropped('repeat', data, session)


def test_record_of_another_session(t):
    session, other = fresh(), fresh()
    expect_dropped('another session', other.seal('PING', nonce=1), session)
    other.ctr_out = 0
    other.ping().bye()


def test_unknown_types(t):
    for kind in (0x00, 0x01, 0x04, 0x1F, 0x21, 0x31, 0xFF):
        session = fresh()
        expect_dropped(f'type {kind:02X}', session.seal('BYE', kind=kind, code=0), session)
    session = fresh()
    expect_dropped('no type', protocol.frame('SEALED', crypto.seal_text(session.keys.K_cs, bytes(8))), session)


def test_records_of_a_server(t):
    key = bytes(32)
    for name, fields in (('USERS', dict(more=0, names=[])), ('PRESENCE', dict(events=[])), ('OK', dict(req=1)),
                         ('ERR', dict(req=1, code=1, retry_s=0)), ('RELAYNO', dict(cid=1, code=13)),
                         ('KEYGRANT', dict(req=1, role=1, cid=1, peer='a', I_peer=key, Kxy=key, ttl_s=120, addrs=[]))):
        session = fresh()
        expect_dropped(name, session.seal(name, **fields), session)


def test_trailing_bytes(t):
    key = bytes(32)
    for name, fields in (('ADDRESS', dict(addrs=[])), ('LIST', dict(after='')), ('KEYREQ', dict(req=1, peer='a')),
                         ('PING', dict(nonce=1)), ('PONG', dict(nonce=1)), ('BYE', dict(code=0)),
                         ('PASSWD', dict(req=1, H_old=key, H_new=key)), ('IDENTITY', dict(req=1, H=key, I_new=key)),
                         ('UNSIGN', dict(req=1, H=key))):
        session = fresh()
        expect_dropped(f'{name} and a byte', session.seal(name, **fields, extra=b'\0'), session)


def test_malformed_records_of_the_vectors(t):
    """Every invalid plaintext of the vectors that a client could send, under this session's key."""
    with open(os.environ.get('SOTTO_TEST_VECTORS', os.path.join(HERE, '..', 'vectors')) + '/sotto.json') as file:
        cases = json.load(file)['sealed']['invalid']
    t.check(len(cases) > 30, 'cases')
    for case in cases:
        session = fresh()
        plain = bytes.fromhex(case['plain'])
        token = crypto.seal_text(session.keys.K_cs, bytes(8) + plain[8:])
        expect_dropped(case['why'], protocol.frame('SEALED', token), session)


def test_names_that_are_none(t):
    for name in ('', 'Alice', 'a b', '.a', 'a' * 33, 'a\0'):
        session = fresh()
        expect_dropped(f'KEYREQ {name!r}', session.seal('KEYREQ', req=1, peer=name), session)
        if name:
            session = fresh()
            expect_dropped(f'LIST {name!r}', session.seal('LIST', after=name), session)


def test_relay_of_a_wrong_size_or_id(t):
    session = fresh()
    expect_dropped('size', session.seal('RELAY', cid=7, datagram=bytes(132)), session)
    session = fresh()
    data = protocol.make_datagram('PROBE', 8, bytes(32), n=0)
    expect_dropped('id', session.seal('RELAY', cid=7, datagram=data), session)


def test_a_dropped_session_is_gone(t):
    watcher, session = fresh(), fresh()
    watcher.await_presence(session.name, 1)
    session.connection.send(session.seal('PING', ctr=5, nonce=1))
    session.expect_dropped()
    watcher.await_presence(session.name, 2)
    t.check(session.name not in watcher.users(), 'still listed')
    resume(shared(), session).ping().bye()
    watcher.bye()


# Answers


def test_ping(t):
    session = fresh()
    for nonce in (0, 1, 2 ** 64 - 1):
        session.send('PING', nonce=nonce)
        session.expect('PONG', nonce=nonce)
    session.bye()


def test_many_records_in_one_segment(t):
    session = fresh()
    session.connection.send(b''.join(session.seal('PING', nonce=n) for n in range(30)))
    for n in range(30):
        session.expect('PONG', nonce=n)
    session.bye()


def test_one_byte_at_a_time(t):
    session = fresh()
    for byte in session.seal('PING', nonce=3):
        session.connection.send(bytes([byte]))
    session.expect('PONG', nonce=3)
    session.bye()


def test_relay_of_an_unknown_cid(t):
    session = fresh()
    session.send('RELAY', cid=9, datagram=protocol.make_datagram('PROBE', 9, bytes(32), n=0))
    session.expect('RELAYNO', cid=9, code=protocol.CODE['UNAVAILABLE'])
    session.ping().bye()


def test_bye(t):
    watcher, session = fresh(), fresh()
    watcher.await_presence(session.name, 1)
    session.bye()
    watcher.await_presence(session.name, 2)
    watcher.bye()


# LIST and PRESENCE


def about(session, names, seconds):
    """[(name, event)] of PRESENCE about these names, in the order of arrival, for that long."""
    heard, deadline = [], time.monotonic() + seconds
    records, session.passed = session.passed, []
    while True:
        for name, fields in records:
            if name == 'PRESENCE':
                heard += [(e['name'], e['ev']) for e in fields['events'] if e['name'] in names]
        try:
            records = [session.read(max(0, deadline - time.monotonic()))]
        except TimeoutError:
            return heard


def test_presence_starts_at_ready(t):
    first = fresh()
    time.sleep(0.3)  # the batch that tells of it is out
    second = fresh()
    names = {first.name, second.name}
    t.equal(about(second, names, 0.5), [], 'the second hears nothing of before, nor of itself')
    t.equal(about(first, names, 0.1), [(second.name, 1)], 'the first hears of the second, not of itself')
    t.check(names <= set(second.users()), 'both are listed')
    second.bye()
    t.equal(about(first, names, 0.5), [(second.name, 2)], 'and when it leaves')
    first.bye()


def test_presence_is_not_told_of_refused_logins(t):
    watcher, user = fresh(), shared.user()
    refused(shared(), user, AUTH, 'AUTH')
    t.equal(about(watcher, {user.name}, 0.4), [])
    watcher.bye()


def test_presence_says_the_latest(t):
    """One event a name in a batch: who came and went in between is not told of twice."""
    watcher, users = fresh(), [shared.user() for _ in range(10)]
    for user in users:
        sign(shared(), user).bye()
    names = {user.name for user in users}
    about(watcher, names, 0.5)
    for user in users:
        log_in(shared(), user).bye()
    last = dict(about(watcher, names, 0.8))
    t.equal(set(last.values()) - {2}, set(), 'the last word about each is that it left')
    watcher.bye()


def test_presence_is_batched(t):
    server = t.server()
    watcher = sign(server, User('watcher'))
    sessions = [sign(server, User(f'u{n}')) for n in range(25)]
    names = {session.name for session in sessions}
    came = dict(about(watcher, names, 0.5))
    t.equal(came, {name: 1 for name in names}, 'all came')
    for session in sessions:
        session.connection.send(session.seal('BYE', code=0))
    began, left, batches = time.monotonic(), {}, 0
    while set(left) != names:
        left.update(watcher.presence())
        batches += 1
    seconds = time.monotonic() - began
    t.equal(left, {name: 2 for name in names}, 'all left')
    t.check(batches <= 2 + seconds / 0.05, f'{batches} batches in {seconds:.2f} s')
    watcher.bye()


def test_list_in_pages(t):
    """Over 200 names, bytewise sorted, the asker among them; `after` continues."""
    server = t.server()
    key = public_key(server)
    names = sorted({f'{start}{n}' for n in range(42) for start in ('a', 'a-', 'b_', 'c.', '0')} | {'a', 'zz'})
    pending = []
    for user in map(User, names):
        connection = connect(server)
        data, keys = connection.login_frame(key, user, SIGN)
        connection.send(data)
        pending.append((connection, user, keys))
    sessions = [connection.open_session(user, keys) for connection, user, keys in pending]
    asker = sessions[7]
    asker.send('LIST', after='')
    page = asker.expect('USERS')
    t.equal((page['more'], page['names']), (1, names[:200]), 'first page')
    asker.send('LIST', after=page['names'][-1])
    page = asker.expect('USERS')
    t.equal((page['more'], page['names']), (0, names[200:]), 'second page')
    asker.send('LIST', after='b')
    t.equal(asker.expect('USERS')['names'], [n for n in names if n > 'b'][:200], 'after a name that is not there')
    asker.send('LIST', after='zz')
    t.equal(asker.expect('USERS'), dict(more=0, names=[]), 'after the last')
    for session in sessions:
        session.close()


# PASSWD, IDENTITY, UNSIGN


def test_passwd(t):
    session = fresh()
    user, new = session.user, User(session.name)
    session.send('PASSWD', req=7, H_old=os.urandom(32), H_new=new.h).expect_error(7, 'AUTH')
    session.ping()
    session.send('PASSWD', req=8, H_old=user.h, H_new=new.h).expect('OK', req=8)
    session.send('PASSWD', req=9, H_old=user.h, H_new=new.h).expect_error(9, 'AUTH')
    session.ping().bye()
    refused(shared(), user, AUTH, 'AUTH')
    log_in(shared(), User(user.name, new.h, user.identity)).bye()


def test_identity(t):
    session, other = fresh(), fresh()
    old = other.grant(session.name)['I_peer']
    session.expect('KEYGRANT')
    t.equal(old, session.user.public, 'identity before')
    new = User(session.name, session.user.h)
    session.send('IDENTITY', req=4, H=os.urandom(32), I_new=new.public).expect_error(4, 'AUTH')
    t.equal(other.grant(session.name)['I_peer'], old, 'not changed')
    session.expect('KEYGRANT')
    session.send('IDENTITY', req=5, H=session.user.h, I_new=new.public).expect('OK', req=5)
    t.equal(other.grant(session.name)['I_peer'], new.public, 'identity after')
    session.expect('KEYGRANT')
    session.bye()
    other.bye()


def test_unsign(t):
    watcher, session = fresh(), fresh()
    user = session.user
    watcher.await_presence(user.name, 1)
    session.send('UNSIGN', req=1, H=os.urandom(32)).expect_error(1, 'AUTH')
    session.ping()
    session.send('UNSIGN', req=2, H=user.h).expect('OK', req=2)
    session.expect_bye()
    watcher.await_presence(user.name, 2)
    refused(shared(), user, AUTH, 'AUTH')
    t.check(f'"{user.name}"'.encode() not in shared().read_file('pass.json'), 'still stored')
    sign(shared(), User(user.name)).bye()
    watcher.bye()


def test_one_password_check_at_a_time(t):
    server = t.server(bcrypt_cost='11')
    session = sign(server, User('alice'))
    frames = [session.seal('PASSWD', req=n, H_old=os.urandom(32), H_new=bytes(32)) for n in (1, 2)]
    session.connection.send(b''.join(frames))
    answers = {}
    for _ in frames:
        fields = session.expect('ERR')
        answers[fields['req']] = protocol.CODES[fields['code']]
    t.equal(answers[1], 'AUTH')
    t.check(answers[2] in ('AUTH', 'BUSY', 'RATE'), f'the second: {answers[2]}')
    session.ping().bye()


def test_password_changes_have_a_rate(t):
    server = t.server()
    session = sign(server, User('alice'))
    answers = []
    for req in range(1, 6):
        session.send('PASSWD', req=req, H_old=os.urandom(32), H_new=bytes(32))
        answers.append(session.expect('ERR', req=req))
    codes = [protocol.CODES[a['code']] for a in answers]
    t.equal(codes, ['AUTH'] * 3 + ['RATE'] * 2, 'three a minute')
    t.check(all(a['retry_s'] > 0 for a in answers[3:]), 'RATE carries retry_s')
    session.ping().bye()


def test_the_server_ends_well(t):
    shared.end()


main(globals())
