#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tickets and RESUME: how a ticket is made, when it opens, and what ends it. The tests know the
server's key and forge what time or chance would have to bring."""

import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import sotto_crypto as crypto
import sotto_protocol as protocol
from harness import main
from shared_server import Shared
from sotto_client import User, connect, log_in, refused, resume, sign
from sotto_protocol import AUTH

shared = Shared()
LIFE_S = 86400


def server_secret():
    return crypto.server_secret(crypto.load_private_key(shared().read_file('key.pem')))


def forge(name, gen, rms, expiry=None, slot_time=None, **more):
    """A ticket as the server with this key would make it."""
    now = int(time.time())
    tk = crypto.ticket_key(server_secret(), slot_time if slot_time is not None else now)
    return protocol.seal_ticket(tk, dict(name=name, ticket_gen=gen, RMS=rms, expiry=now + LIFE_S if expiry is None else expiry,
                                         **more))


def open_ticket(session):
    tk = crypto.ticket_key(server_secret(), int(time.time()))
    return protocol.TICKET.decode_padded(crypto.open_text(tk, session.ticket), 95)


def resume_with(user, ticket, rms, name=None, **wrong):
    """(connection, keys) after such a RESUME."""
    connection = connect(shared())
    data, keys = connection.resume_frame(name or user.name, ticket, rms, **wrong)
    return connection.send(data), keys


def test_ticket_is_made_as_written(t):
    user = shared.user()
    session = sign(shared(), user)
    ticket = open_ticket(session)
    t.equal(ticket['name'], user.name)
    t.equal(ticket['RMS'], session.keys.RMS)
    t.check(abs(ticket['expiry'] - time.time() - LIFE_S) < 120, f'expiry {ticket["expiry"]}')
    session.bye()
    rms = os.urandom(32)
    connection, keys = resume_with(user, forge(user.name, ticket['ticket_gen'], rms), rms)
    connection.open_session(user, keys).ping().bye()


def test_ticket_slots(t):
    user = shared.user()
    session = sign(shared(), user)
    gen = open_ticket(session)['ticket_gen']
    session.bye()
    now, rms = int(time.time()), os.urandom(32)
    for slots, opens in ((1, True), (2, True), (3, False), (-1, False)):
        connection, keys = resume_with(user, forge(user.name, gen, rms, slot_time=now - slots * crypto.TICKET_SLOT_S), rms)
        if opens:
            connection.open_session(user, keys).bye()
        else:
            connection.expect_fail('TICKET')


def test_ticket_that_does_not_open(t):
    user = shared.user()
    session = sign(shared(), user)
    session.bye()
    raw = bytearray(crypto.from_text(session.ticket))
    for at in (0, 4, 12, 40, -1):
        spoilt = bytearray(raw)
        spoilt[at] ^= 1
        connection, _ = resume_with(user, crypto.to_text(bytes(spoilt)), session.keys.RMS)
        connection.expect_fail('TICKET')
    connection, _ = resume_with(user, crypto.to_text(os.urandom(153)), session.keys.RMS)
    connection.expect_fail('TICKET')


def test_expired_ticket(t):
    user = shared.user()
    session = sign(shared(), user)
    gen = open_ticket(session)['ticket_gen']
    session.bye()
    now, rms = int(time.time()), os.urandom(32)
    for expiry in (0, now - 1):
        connection, _ = resume_with(user, forge(user.name, gen, rms, expiry), rms)
        connection.expect_fail('TICKET')
    connection, keys = resume_with(user, forge(user.name, gen, rms, now + 60), rms)
    connection.open_session(user, keys).bye()


def test_wrong_resumption_secret(t):
    user = shared.user()
    session = sign(shared(), user)
    session.bye()
    connection, _ = resume_with(user, session.ticket, os.urandom(32))
    connection.expect_fail('HANDSHAKE')


def test_token_of_another_name(t):
    user, other = shared.user(), shared.user()
    session = sign(shared(), user)
    sign(shared(), other).bye()
    connection, _ = resume_with(user, session.ticket, session.keys.RMS, name=other.name)
    connection.expect_fail('HANDSHAKE')
    session.ping().bye()


def test_replayed_resume(t):
    user = shared.user()
    session = sign(shared(), user)
    session.bye()
    connection = connect(shared())
    data, keys = connection.resume_frame(user.name, session.ticket, session.keys.RMS)
    connection.send(data).open_session(user, keys).bye()
    connect(shared()).send(data).expect_fail('HANDSHAKE')


def test_bad_resume_plaintext(t):
    user = shared.user()
    session = sign(shared(), user)
    session.bye()
    good = protocol.pad(protocol.RESUME_PLAIN.put(dict(features=0, name=user.name)), 63)
    for plain in (good[:-1] + b'\1', good[:-1], good[:4] + b'\xff' + good[5:]):
        connection, _ = resume_with(user, session.ticket, session.keys.RMS, plain=plain)
        connection.expect_fail('HANDSHAKE')


def expect_ticket_ended(user, session):
    connection, keys = resume_with(user, session.ticket, session.keys.RMS)
    connection.expect_refusal(keys, 'TICKET')


def test_ticket_of_another_generation(t):
    user = shared.user()
    session = sign(shared(), user)
    gen = open_ticket(session)['ticket_gen']
    session.bye()
    rms = os.urandom(32)
    connection, keys = resume_with(user, forge(user.name, (gen + 1) % 2 ** 32, rms), rms)
    connection.expect_refusal(keys, 'TICKET')


def test_changed_password_ends_tickets(t):
    user = shared.user()
    session = sign(shared(), user)
    new = User(user.name, identity=user.identity)
    session.send('PASSWD', req=1, H_old=user.h, H_new=new.h).expect('OK', req=1)
    session.ping().bye()
    expect_ticket_ended(user, session)
    refused(shared(), user, AUTH, 'AUTH')
    session = log_in(shared(), new)
    session.bye()
    resume(shared(), session).bye()


def test_another_device_ends_tickets(t):
    user = shared.user()
    session = sign(shared(), user)
    session.bye()
    device = User(user.name, user.h)
    again = log_in(shared(), device)
    expect_ticket_ended(user, session)
    again.ping().bye()
    resume(shared(), again).bye()


def test_the_same_device_keeps_its_tickets(t):
    user = shared.user()
    session = sign(shared(), user)
    session.bye()
    log_in(shared(), user).bye()
    resume(shared(), session).ping().bye()


def test_changed_identity_ends_tickets(t):
    user = shared.user()
    session = sign(shared(), user)
    session.send('IDENTITY', req=2, H=user.h, I_new=User('x').public).expect('OK', req=2)
    session.ping().bye()
    expect_ticket_ended(user, session)


def test_deleted_account_ends_tickets(t):
    user = shared.user()
    session = sign(shared(), user)
    session.send('UNSIGN', req=3, H=user.h).expect('OK', req=3)
    session.expect_bye()
    expect_ticket_ended(user, session)
    refused(shared(), user, AUTH, 'AUTH')
    fresh = sign(shared(), User(user.name))
    expect_ticket_ended(user, session)
    fresh.ping().bye()


def test_ticket_of_nobody(t):
    user, rms = shared.user('nobody'), os.urandom(32)
    connection, keys = resume_with(user, forge(user.name, 0, rms), rms)
    connection.expect_refusal(keys, 'TICKET')


def test_the_server_ends_well(t):
    shared.end()


main(globals())
