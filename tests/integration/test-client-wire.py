#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What sotto-cli itself puts on the wire, seen by a server and a peer that share no code with it.
Intervals have room upwards: the machine may be busy."""

import os
import sys
import time
import unicodedata

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import sotto_crypto as crypto
from harness import main, wait_until
from sotto_client import Port
from sotto_crypto import Bad
from sotto_fake_server import FakeServer, Identity
from sotto_person import Person
from sotto_protocol import AUTH, SIGN, open_datagram

REALM = 'Prüf-Realm'
IDENTITY = Identity(REALM)
PASSWORD = 'pässwörd-Ω'


class Server(FakeServer):
    """Honest; `deaf` to BIND when a test says so, and with another key for a user in `swap`."""

    def __init__(self):
        self.deaf, self.binds, self.swap = False, [], {}
        super().__init__(IDENTITY)

    def bind(self, session, fields, source):
        self.binds.append((session.name, time.monotonic(), fields['ctr'], fields['nonce'], source))
        if not self.deaf:
            super().bind(session, fields, source)

    def grants(self, asker, other, req):
        both = super().grants(asker, other, req)
        for grant in both:
            grant['I_peer'] = self.swap.get(grant['peer'], grant['I_peer'])
        return both


def start(t, name='alice'):
    server = Server()
    t.defer(server.close)
    return server, t.cli(server, name, trust=None)


def records(server, name):
    return [fields for _, kind, fields in list(server.records) if kind == name]


def test_login(t):
    """Every field; H by the protocol's scrypt, of the password in NFC."""
    server, alice = start(t)
    alice.sign('alice', unicodedata.normalize('NFD', PASSWORD))
    h, _ = crypto.password_keys(PASSWORD, REALM, 'alice')
    login = server.logins[0]
    t.equal((login['op'], login['features'], login['name'], login['H'], login['invite']), (SIGN, 0, b'alice', h, ''))
    t.check(login['I'] != bytes(32) and login['I'] != h, 'an identity key')
    alice.quit()
    alice = t.cli(server, 'alice', trust=None)
    alice.auth('alice', unicodedata.normalize('NFC', PASSWORD))
    again = server.logins[1]
    t.equal((again['op'], again['H'], again['I']), (AUTH, h, login['I']), 'the same device')
    alice.quit()


def test_another_profile_is_another_device(t):
    server, alice = start(t)
    alice.sign('alice', PASSWORD)
    alice.quit()
    other = t.cli(server, 'other-device', trust=None)
    other.auth('alice', PASSWORD)
    t.check(server.logins[0]['I'] != server.logins[1]['I'], 'identity keys')
    t.equal(server.logins[0]['H'], server.logins[1]['H'], 'H')
    other.quit()


def test_after_login(t):
    """ADDRESS of addresses that a server accepts, LIST, BIND until BOUND."""
    server, alice = start(t)
    alice.sign('alice', PASSWORD)
    alice.send('list').expect('users', online=['alice'])
    t.equal(records(server, 'LIST')[0], dict(after=''))
    addrs = records(server, 'ADDRESS')[-1]['addrs']
    t.check(1 <= len(addrs) <= 3, f'ADDRESS {addrs}')
    wait_until(lambda: server.binds, 'BIND')
    port = server.binds[0][4][1]
    t.check(('127.0.0.1', port) in addrs, f'{addrs}, BIND from port {port}')
    time.sleep(1.2)
    t.equal(len(server.binds), 1, 'one BIND is enough')
    alice.quit()
    t.equal(records(server, 'BYE'), [dict(code=0)], 'BYE at quit')


def test_bind_is_repeated(t):
    server, alice = start(t)
    server.deaf = True
    alice.sign('alice', PASSWORD)
    wait_until(lambda: len(server.binds) >= 5, 'five BINDs')
    times, ctrs = [b[1] for b in server.binds[:5]], [b[2] for b in server.binds[:5]]
    gaps = [b - a for a, b in zip(times, times[1:])]
    t.check(all(0.35 < gap < 1.5 for gap in gaps), f'every 500 ms: {gaps}')
    t.equal(ctrs, sorted(set(ctrs)), 'ever higher')
    server.deaf = False
    n = len(server.binds)
    wait_until(lambda: len(server.binds) > n, 'one more')
    time.sleep(1.2)
    t.check(len(server.binds) <= n + 2, 'and it ends with BOUND')
    alice.quit()


def test_bind_ends_after_5_s(t):
    server, alice = start(t)
    server.deaf = True
    alice.sign('alice', PASSWORD)
    time.sleep(7)
    t.check(6 <= len(server.binds) <= 12, f'{len(server.binds)} BINDs')
    alice.quit()


def test_passwd(t):
    server, alice = start(t)
    alice.sign('alice', PASSWORD)
    old, new = (crypto.password_keys(p, REALM, 'alice')[0] for p in (PASSWORD, 'another-one'))
    alice.send(f'passwd {PASSWORD} another-one').expect('password_changed')
    asked = records(server, 'PASSWD')[0]
    t.equal((asked['H_old'], asked['H_new']), (old, new))
    alice.quit()
    alice = t.cli(server, 'alice', trust=None)
    alice.auth('alice', 'another-one')
    t.equal(server.logins[0]['I'], server.logins[-1]['I'], 'a changed password is no changed device')
    alice.quit()


def test_resume(t):
    """A lost connection comes back by RESUME; where that is refused, by LOGIN."""
    server, alice = start(t)
    alice.sign('alice', PASSWORD)
    for tickets_open in (True, True, False):
        if not tickets_open:
            server.tickets.clear()
        talk = wait_until(lambda: server.sessions.get('alice'), 'the session')
        frames = len(server.frames)
        talk.end()
        alice.expect('disconnected')
        wait_until(lambda: server.sessions.get('alice') not in (None, talk), 'the client is back')
        alice.expect('connected')
        alice.expect('authenticated')
        wanted = ['RESUME'] if tickets_open else ['RESUME', 'LOGIN']
        t.equal(server.frames[frames:], wanted, 'frames')
    alice.send('list').expect('users', online=['alice'])
    alice.quit()


def test_replaced_stays_away(t):
    server, alice = start(t)
    alice.sign('alice', PASSWORD)
    alice.quit()
    alice, other = t.cli(server, 'alice', trust=None), t.cli(server, 'other-device', trust=None)
    alice.auth('alice', PASSWORD)
    other.auth('alice', PASSWORD)
    t.equal(alice.expect('disconnected')['code'], 'replaced')
    connections = server.connections
    time.sleep(3)
    t.equal(server.connections, connections, 'no reconnect')
    t.check(server.sessions['alice'], 'the other device is still there')
    other.quit()


# Handshake


def peers(t):
    server, alice = start(t)
    alice.sign('alice', PASSWORD)
    bob = Person(server, 'bob')
    wait_until(lambda: server.bound('alice'), 'BIND')
    alice.expect('joined', username='bob')
    return server, alice, bob


def collect(port, seconds):
    """[(when, datagram)] of peers."""
    out, deadline = [], time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        got = port.read(left)
        if got and got[0][1] != 0x11:
            out.append((time.monotonic(), got[0]))
    return out


def test_init_is_repeated(t):
    """Byte-identical INITs: 250 ms, × 1.5, at most 1 s."""
    server, alice, bob = peers(t)
    alice.send('send bob hello')
    grant = bob.session.expect('KEYGRANT')
    came = collect(bob.port, 4.5)
    channel = bob.start(grant)
    inits = [(when, data) for when, data in came if data[4:12] == grant['cid'].to_bytes(8, 'big')]
    t.check(all(len(data) == 325 and data[1] == 1 for _, data in inits), 'kinds and sizes')
    t.equal(len({data for _, data in inits}), 1, 'identical')
    name, _, fields = open_datagram(channel.psk_i, inits[0][1])
    t.equal((name, fields['ver']), ('INIT', 1))
    gaps = [b[0] - a[0] for a, b in zip(inits, inits[1:])]
    for gap, wanted in zip(gaps, (0.25, 0.375, 0.5625, 0.84375, 1, 1)):
        t.check(wanted - 0.12 < gap < wanted + 0.8, f'gaps {gaps}')
    t.check(4 <= len(inits) <= 8, f'{len(inits)} INITs in 4.5 s')
    alice.quit()


def test_probes(t):
    """Before INIT r sends PROBE to each candidate every 200 ms, 25 at most, and nothing else."""
    server, alice, bob = peers(t)
    grant = bob.request('alice')
    alice.send('send bob queued while the channel is not open')
    alice.expect('queued')  # alice's KEYREQ crosses bob's: the same grant
    came = [item for item in collect(bob.port, 6.5) if item[1][4:12] == grant['cid'].to_bytes(8, 'big')]
    channel = bob.start(grant)
    numbers = [open_datagram(channel.psk_r, data)[2]['n'] for _, data in came]
    t.check(12 <= len(came) <= 25, f'{len(came)} PROBEs')
    t.equal(numbers, list(range(numbers[0], numbers[0] + len(numbers))), 'n')
    gaps = [b[0] - a[0] for a, b in zip(came, came[1:])]
    t.check(0.15 < sum(gaps) / len(gaps) < 0.5, f'every 200 ms: {gaps}')
    alice.quit()


def test_responder_waits_for_the_first_secure(t):
    """It has RESP and PROBE to say, although a message waits."""
    server, alice, bob = peers(t)
    grant = bob.request('alice')
    alice.send('send bob patience')
    channel = bob.start(grant)
    to = grant['addrs'][0]
    collect(bob.port, 0.5)  # alice has her grant
    bob.port.send(channel.poll()[0], to)
    came = [data for _, data in collect(bob.port, 1.5) if data[4:12] == grant['cid'].to_bytes(8, 'big')]
    t.equal({data[1] for data in came} - {2, 4}, set(), 'kinds')
    resp = next(data for data in came if data[1] == 2)
    t.equal(len([data for data in came if data[1] == 2]), 1, 'one RESP to one INIT')
    t.equal([data[1] for data in came[came.index(resp) + 1:]], [], 'no PROBE after an INIT')
    for data in channel.receive(resp):
        bob.port.send(data, to)
    t.equal(bob.until('TEXT')['text'], 'patience')
    alice.quit()


def test_waiting_text_asks_when_the_peer_comes(t):
    server, alice = start(t)
    alice.sign('alice', PASSWORD)
    alice.send('send bob see you later')
    queued = alice.expect('queued')
    alice.expect('error', code='offline', to='bob', id=queued['id'])
    time.sleep(0.5)
    asked = len(records(server, 'KEYREQ'))
    bob = Person(server, 'bob')
    bob.accept()
    t.equal(bob.until('TEXT')['text'], 'see you later')
    bob.until_true(lambda: alice.seen('delivered', to='bob', id=queued['id']), 'delivered')
    t.check(len(records(server, 'KEYREQ')) <= asked + 2, 'few KEYREQs')
    alice.quit()


def test_an_unproved_identity_is_not_pinned(t):
    """A grant names another key for a stranger; nobody proves it; the true one then raises no alarm."""
    server, alice, bob = peers(t)
    server.swap = {'bob': crypto.public_of(crypto.new_private())}
    alice.send('send bob hello stranger')
    bob.session.expect('KEYGRANT')
    t.check(collect(bob.port, 0.5), 'INIT')
    server.swap = {}
    t.equal(bob.until('TEXT', 40)['text'], 'hello stranger')
    t.equal([e for e in alice.events if e.get('state') == 'alarm'], [], 'alarms')
    alice.quit()


def test_relay_alone(t):
    """With no candidates at once through RELAY."""
    server, alice = start(t)
    server.deaf = True  # nobody is bound: grants carry no address
    alice.sign('alice', PASSWORD)
    bob = Person(server, 'bob', bind=False)
    alice.send('send bob through the server')
    t.equal(bob.until('TEXT')['text'], 'through the server')
    t.equal(alice.expect('channel', state='open')['path'], 'relayed')
    bob.say('and back')
    bob.until('RECEIVED')
    alice.expect('message', text='and back')
    alice.quit()


def test_answers_go_where_the_datagram_came_from(t):
    """RESP goes to the source of the INIT, be it a candidate or not; nothing goes anywhere else."""
    server, alice, bob = peers(t)
    grant = bob.request('alice')
    channel = bob.start(grant)
    elsewhere, init = Port(), channel.poll()[0]
    for _ in range(10):  # the first may come before alice has her grant
        elsewhere.send(init, grant['addrs'][0])
        if got := elsewhere.read(0.3):
            break
    t.check(got and got[0][1] == 2, 'RESP')
    try:
        channel.receive(got[0])
    except Bad:
        t.check(False, 'RESP does not open')
    alice.quit()


main(globals())
