#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""sotto-cli in the session of a server that lies: broken frames, swapped identities, grants that are
none. The honest server is the same one before it begins to lie."""

import os
import struct
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import sotto_crypto as crypto
from harness import Failure, main, wait_until
from sotto_client import Port
from sotto_fake_server import FakeServer, Identity
from sotto_peer import Channel
from sotto_person import Person
from sotto_protocol import RESPONDER, frame, seal_text

PASSWORD = 'correct-horse-battery'
IDENTITY = Identity('a realm')


class SwappingServer(FakeServer):
    """Honest until `swap` is set; then it says that this is a user's identity key."""

    def __init__(self):
        self.swap = {}
        super().__init__(IDENTITY)

    def grants(self, asker, other, req):
        for_asker, for_other = super().grants(asker, other, req)
        for grant in (for_asker, for_other):
            grant['I_peer'] = self.swap.get(grant['peer'], grant['I_peer'])
        return for_asker, for_other


def bad_frames(talk):
    """Frames that a client has to close on, without an answer."""
    key = talk.keys.K_sc
    record = struct.pack('>QB', talk.ctr_out, 0x2D) + bytes(8)
    yield 'oversized', struct.pack('>IB', 16385, 0x10)
    yield 'length 0', bytes(4)
    yield 'unknown frame', frame(0x55)
    yield 'RESULT again', frame('RESULT', seal_text(key, bytes(511)))
    yield 'bad MAC', frame('SEALED', seal_text(talk.keys.K_cs, record))
    yield 'gap', frame('SEALED', seal_text(key, struct.pack('>QB', talk.ctr_out + 1, 0x2D) + bytes(8)))
    yield 'repeat', frame('SEALED', seal_text(key, struct.pack('>QB', 0, 0x2D) + bytes(8)))
    yield 'unknown record', frame('SEALED', seal_text(key, struct.pack('>QB', talk.ctr_out, 0x77)))
    yield 'record of a client', frame('SEALED', seal_text(key, struct.pack('>QB', talk.ctr_out, 0x22) + b'\0'))
    yield 'trailing byte', frame('SEALED', seal_text(key, record + b'\0'))


def test_bad_frames_in_a_session(t):
    """The client leaves at once and comes back by itself."""
    server = SwappingServer()
    t.defer(server.close)
    alice = t.cli(server, 'alice', trust=None)
    alice.sign('alice', PASSWORD)
    for n in range(10):
        talk = wait_until(lambda: server.sessions.get('alice'), 'a session')
        why, data = list(bad_frames(talk))[n]
        talk.send_raw(data)
        wait_until(lambda: server.sessions.get('alice') is not talk, f'{why}: the client leaves')
        alice.expect('disconnected')
        wait_until(lambda: server.sessions.get('alice'), f'{why}: the client comes back', 40)
        t.equal([r for r in server.records if r[1] == 'BYE'], [], f'{why}: an answer')
    alice.quit()


def met(t):
    """(server, cli of alice, bob) who have talked once, so that alice has pinned bob."""
    server = SwappingServer()
    t.defer(server.close)
    alice, bob = t.cli(server, 'alice', trust=None), Person(server, 'bob')
    alice.sign('alice', PASSWORD)
    alice.send('send bob first words')
    bob.accept()
    t.equal(bob.until('TEXT')['text'], 'first words')
    alice_delivered(alice, bob)
    return server, alice, bob


def alice_delivered(alice, bob):
    bob.until_true(lambda: alice.seen('delivered', to='bob'), 'delivered')


def hears_nothing(t, port, seconds, why):
    """No datagram of a peer comes."""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        got = port.read(left)
        if got and got[0][1] != 0x11:
            raise Failure(f'{why}: got {got[0].hex()[:60]} from {got[1]}')


def test_swapped_identity_of_a_known_peer(t):
    """Asked by alice: an alarm, and not one byte to whoever it is."""
    server, alice, bob = met(t)
    alice.quit()
    mallory = crypto.new_private()
    server.swap = {'bob': crypto.public_of(mallory)}
    while bob.port.read(0.3):
        pass
    alice = t.cli(server, 'alice', trust=None)
    alice.auth('alice', PASSWORD)
    alice.send('send bob for your eyes only')
    alice.expect('channel', peer='bob', state='alarm')
    hears_nothing(t, bob.port, 3, 'after the alarm')
    alice.refute('delivered', 0.1)
    alice.refute('sent', 0.1)
    server.swap = {}
    alice.quit()


def test_swapped_identity_of_one_who_asks(t):
    """The same as responder: no RESP, no PROBE."""
    server, alice, bob = met(t)
    alice.quit()
    bob.turn_for(0.5)
    alice = t.cli(server, 'alice', trust=None)
    alice.auth('alice', PASSWORD)
    wait_until(lambda: server.bound('alice'), 'BIND of alice')
    while bob.port.read(0.3):
        pass
    mallory = crypto.new_private()
    server.swap = {'bob': crypto.public_of(mallory)}
    grant = bob.request('alice', 3)
    channel = Channel(grant, 'bob', mallory)
    for _ in range(6):
        for data in channel.poll():
            bob.port.send(data, grant['addrs'][0])
        hears_nothing(t, bob.port, 0.3, 'INIT of a swapped key')
    alice.expect('channel', peer='bob', state='alarm')
    alice.quit()


def sink_grant(server, sink, **changes):
    fields = dict(req=0, role=RESPONDER, cid=int.from_bytes(os.urandom(8), 'big'), peer='bob', I_peer=server.accounts['bob']['I'],
                  Kxy=os.urandom(32), ttl_s=120, addrs=[sink.local])
    return {**fields, **changes}


def test_grants_that_are_to_be_ignored(t):
    server, alice, bob = met(t)
    talk, sink = server.sessions['alice'], Port()
    talk.send('KEYGRANT', **sink_grant(server, sink))
    t.check(sink.read(3), 'the control: a good grant of role 2 gets PROBEs')
    sinks = {}
    for why, changes in (('own identity key', dict(I_peer=server.accounts['alice']['I'])),
                         ('own identity key, role 1', dict(I_peer=server.accounts['alice']['I'], role=1)),
                         ('of oneself', dict(peer='alice')),
                         ('of oneself with the own key', dict(peer='alice', I_peer=server.accounts['alice']['I'])),
                         ('cid in use', dict(cid=bob.channel.cid)),
                         ('cid in use, role 1', dict(cid=bob.channel.cid, role=1)),
                         ('low-order identity', dict(peer='carol', I_peer=bytes(32)))):
        sinks[why] = Port()
        talk.send('KEYGRANT', **sink_grant(server, sinks[why], **changes))
    for why, port in sinks.items():
        if why != 'low-order identity':
            hears_nothing(t, port, 1, why)
    alice.send('send bob second words')
    t.equal(bob.until('TEXT')['text'], 'second words', 'the open channel lives')
    alice_delivered(alice, bob)
    t.check(server.sessions.get('alice') is talk, 'and so does the session')
    alice.quit()


def test_server_stays_out_of_a_conversation(t):
    """Kxy alone does not let the server be bob: it knows bob's key, but not the private part."""
    server = SwappingServer()
    t.defer(server.close)
    alice, bob = t.cli(server, 'alice', trust=None), Person(server, 'bob')
    alice.sign('alice', PASSWORD)
    bob.start = lambda grant: Person.start(bob, grant, crypto.new_private())
    alice.send('send bob hello')
    bob.accept()
    bob.turn_for(3)
    t.check(any(channel.resp for channel in bob.channels), 'INIT came and was answered')
    t.check(all(channel.state == 'handshake' for channel in bob.channels), 'open')
    alice.refute('channel', 0.2, state='open')
    alice.refute('sent', 0.1)
    alice.quit()


main(globals())
