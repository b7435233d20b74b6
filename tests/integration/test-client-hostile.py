#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""sotto-cli with a peer and a server that do what is allowed but seldom: records of later versions,
answers that never come, grants in a row, ends in the middle of something."""

import json
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

from harness import main, private_env, program, wait_until
from sotto_fake_server import FakeServer, Identity
from sotto_packet import put_frame
from sotto_peer import Channel
from sotto_person import Person
from sotto_protocol import CODE, INITIATOR, RESPONDER, make_frame, stream_record

IDENTITY = Identity('a realm')
PASSWORD = 'correct-horse'


class Server(FakeServer):
    """Honest; silent about the records in `mute`."""

    def __init__(self, identity=IDENTITY, port=0):
        self.mute = set()
        super().__init__(identity, port)

    def record(self, connection, name, fields):
        if name not in self.mute:
            super().record(connection, name, fields)

    def count(self, name, user='alice'):
        return sum(who == user and what == name for who, what, _ in list(self.records))


def start(t, name='alice', server=None):
    if server is None:
        server = Server()
        t.defer(server.close)
    return server, t.cli(server, name, trust=None)


def alone(t, profile='alice'):
    server, alice = start(t, profile)
    alice.sign('alice', PASSWORD)
    wait_until(lambda: server.bound('alice'), 'BIND')
    return server, alice


def talking(t, profile='alice'):
    """alice and bob with an open channel that bob asked for."""
    server, alice = alone(t, profile)
    bob = Person(server, 'bob')
    bob.ask('alice')
    bob.until('OPEN')
    alice.expect('channel', state='open')
    return server, alice, bob


# The session


def test_list_survives_the_connection(t):
    server, alice = alone(t)
    wait_until(lambda: server.count('LIST') == 1, 'the first LIST')
    server.mute = {'LIST'}
    alice.send('list')
    wait_until(lambda: server.count('LIST') == 2, 'LIST')
    server.mute = set()
    server.sessions['alice'].end()
    t.equal(alice.expect('users')['online'], ['alice'])
    alice.quit()


def test_list_ends_with_the_session(t):
    """Kicked while a list is awaited: the command fails, the next line is read."""
    server, alice = alone(t)
    server.mute = {'LIST'}
    alice.send('list')
    wait_until(lambda: server.count('LIST') == 2, 'LIST')
    server.sessions['alice'].send('BYE', code=CODE['KICKED'])
    t.equal(alice.expect('disconnected')['code'], 'kicked')
    alice.send('send bob hello')
    alice.expect('error', code='not_authenticated')
    t.equal(alice.quit(), 1, 'exit')


def test_list_without_a_server(t):
    server, alice = alone(t)
    server.close()
    alice.expect('disconnected')
    alice.send('list')
    alice.expect('error', code='unreachable')
    alice.send(f'passwd {PASSWORD} another')
    alice.expect('error', code='unreachable')
    t.equal(alice.quit(), 1, 'exit')


def test_first_use_is_said_once(t):
    server, alice = alone(t)
    t.equal(alice.expect('connected')['first_use'], True)
    server.sessions['alice'].end()
    t.equal(alice.expect('connected')['first_use'], False, 'after a reconnect')
    alice.quit()


def test_certificate_is_asked_for_once(t):
    server, alice = alone(t)
    alice.quit()
    _, alice = start(t, server=server)
    alice.auth('alice', PASSWORD)
    t.equal(alice.expect('connected')['first_use'], False)
    t.equal(server.seen('GETCERT'), 1, 'GETCERT')
    alice.quit()


def test_realm_is_pinned_by_a_refusal(t):
    """RESULT proves the realm whatever it answers: the next H is for no other."""
    server, alice = start(t)
    alice.send(f'auth alice {PASSWORD}').expect('refused', code='auth')
    alice.quit()
    server.close()
    liar = Identity('another realm')
    liar.__dict__.update({k: v for k, v in IDENTITY.__dict__.items() if k != 'realm'})
    server = Server(liar, server.port)
    t.defer(server.close)
    _, alice = start(t, server=server)
    alice.send(f'auth alice {PASSWORD}').expect('error', code='realm')
    t.equal(alice.wait_exit(), 1, 'exit')
    t.equal(server.seen('LOGIN'), 0, 'no LOGIN')


def test_one_request_at_a_time(t):
    """A KEYREQ that waits for its grant is not asked again when PRESENCE says connected."""
    server, alice = alone(t)
    server.mute = {'KEYREQ'}
    bob = Person(server, 'bob')
    alice.expect('joined', username='bob')
    alice.send('send bob hello')
    wait_until(lambda: server.count('KEYREQ') == 1, 'KEYREQ')
    server.sessions['alice'].send('PRESENCE', events=[dict(ev=1, name='bob')])
    time.sleep(1)
    t.equal(server.count('KEYREQ'), 1, 'KEYREQs')
    server.mute = set()
    t.equal(bob.until('TEXT', 20)['text'], 'hello', 'asked again when no answer came')
    alice.quit()


def test_offline_after_a_lost_request(t):
    """The KEYREQ went down with its connection: on the next one it is known that bob is away."""
    server, alice = alone(t)
    server.mute = {'KEYREQ'}
    alice.send('send bob hello')
    queued = alice.expect('queued')
    wait_until(lambda: server.count('KEYREQ') == 1, 'KEYREQ')
    server.sessions['alice'].end()
    alice.expect('error', code='offline', id=queued['id'], to='bob')
    alice.quit()


def test_waits_no_longer_than_a_minute(t):
    """FAIL is anybody's word: with an hour in it the client comes back within 60 s."""
    server, alice = alone(t)
    server.hello_frame = lambda es: make_frame('FAIL', code=CODE['BUSY'], retry_s=3600)
    server.sessions['alice'].end()
    alice.expect('disconnected')
    t.check(30 < alice.expect('disconnected')['retry_in'] <= 60, 'retry_in')
    del server.hello_frame
    alice.send('list').expect('users', online=['alice'])
    alice.quit()


def test_replaced_closes_channels(t):
    for code in ('REPLACED', 'KICKED'):
        server, alice, bob = talking(t, code.lower())
        server.sessions['alice'].send('BYE', code=CODE[code])
        bob.until('CLOSE')
        alice.expect('channel', state='closed')
        end = alice.expect('disconnected')
        t.equal((end['code'], end['retry_in']), (code.lower(), None))
        alice.quit()


def test_grants_acted_on(t):
    """60 at once and no more: the rest is passed over, and nothing goes to their addresses."""
    server, alice = alone(t)
    bob = Person(server, 'bob')
    cids = []
    for n in range(75):
        cids.append(int.from_bytes(os.urandom(8), 'big'))
        server.sessions['alice'].send('KEYGRANT', req=0, role=INITIATOR, cid=cids[-1], peer=f'p{n}', I_peer=os.urandom(32),
                                      Kxy=os.urandom(32), ttl_s=120, addrs=[bob.port.local])
    seen, deadline = set(), time.monotonic() + 3
    while time.monotonic() < deadline:
        got = bob.port.read(0.2)
        if got and got[0][1] == 1:
            seen.add(int.from_bytes(got[0][4:12], 'big'))
    t.check(60 <= len(seen) <= 63, f'{len(seen)} grants acted on')
    t.equal(seen - set(cids[:63]), set(), 'the first ones')
    alice.quit()


# The terminal


def shell(t, server, words):
    """One run by a shell that may close descriptors: CompletedProcess."""
    home = t.home('shell')
    line = f"exec '{program('sotto-cli')}' --json --join '{server.join_link}' --profile shell {words}"
    return subprocess.run(['/bin/sh', '-c', line], env=private_env(home, SOTTO_PASSWORD=PASSWORD), cwd=home, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=60, check=False)


def test_closed_descriptors(t):
    """No input is the end of input; no output is a failure, and its number is nobody else's."""
    server, _ = alone(t)
    done = shell(t, server, '<&-')
    t.equal((done.returncode, done.stdout, done.stderr), (0, '', ''))
    done = shell(t, server, 'sign carol <&- 2>&-')
    t.equal((done.returncode, '"authenticated"' in done.stdout), (0, True), done.stdout)
    done = shell(t, server, 'auth carol >&-')
    t.equal((done.returncode, done.stderr), (1, ''))
    t.equal(server.seen('LOGIN'), 2, 'nothing goes on without a reader')


def test_arguments_that_are_no_text(t):
    server, _ = alone(t)
    done = shell(t, server, "--user alice send bob \"$(printf '\\377')\"")
    t.equal(done.returncode, 2, done.stdout + done.stderr)
    t.equal(json.loads(done.stdout.splitlines()[-1])['code'], 'usage')


# The channel


def test_changes_of_nothing(t):
    """EDIT, DELETE and REACT of what is not there: answered and dropped. READ of nothing: ignored."""
    server, alice, bob = talking(t)
    target = os.urandom(16)
    for kind, more in (('EDIT', dict(text='new')), ('DELETE', {}), ('REACT', dict(reaction='+'))):
        id16 = os.urandom(16)
        for _ in range(2):
            bob.send(bob.channel.send_record(kind, id=id16, target=target, **more))
            t.equal(bob.until('RECEIVED')['id'], id16, kind)
    for kind, more in (('READ', {}), ('RECEIVED', {}), ('FILE_ACCEPT', dict(offset=0)), ('FILE_REFUSE', dict(code=4))):
        bob.send(bob.channel.send_record(kind, id=os.urandom(16), **more))
    bob.say('still here')
    alice.expect('message', text='still here')
    t.equal([e for e in alice.events if e['event'] in ('error', 'read', 'delivered')], [], 'events')
    alice.quit()


def test_a_declined_file_stays_declined(t):
    server, alice, bob = talking(t)
    id16 = os.urandom(16)
    for stream in (2, 4):  # an offer that comes again is answered again, and nobody is asked again
        bob.send(bob.channel.send_record('FILE_OFFER', id=id16, stream=stream, size=9, media_type='text/plain', name='a.txt'))
        if stream == 2:
            bob.until_true(lambda: alice.seen('file', id=id16.hex()), 'the offer')
            alice.send(f'refuse {id16.hex()}')
        refused = bob.until('FILE_REFUSE')
        t.equal((refused['id'], refused['code']), (id16, 1))
    bob.say('still here')
    alice.expect('message', text='still here')
    t.equal(len(alice.every('file')), 2, 'offered and declined')
    alice.quit()


def test_read_is_told(t):
    server, alice, bob = talking(t)
    alice.send('send bob look')
    id16 = bob.until('TEXT')['id']
    bob.until_true(lambda: alice.seen('delivered', to='bob', id=id16.hex()), 'delivered')
    bob.send(bob.channel.send_record('READ', id=id16))
    bob.until_true(lambda: alice.seen('read', to='bob', id=id16.hex()), 'read')
    names = [e['event'] for e in alice.events if e.get('id') == id16.hex()]
    t.equal(names, ['queued', 'sent', 'delivered', 'read'], 'order')
    alice.quit()


def test_typing(t):
    server, alice, bob = talking(t)
    for notice, active in ((1, True), (2, False)):
        bob.send(bob.channel.send_frames(put_frame('NOTICE', notice=notice), False))
        t.equal(alice.expect('typing')['active'], active)
    alice.quit()


class Silent(Channel):
    """Takes everything and answers nothing with RECEIVED."""

    def send_record(self, name, /, **fields):
        return [] if name == 'RECEIVED' else super().send_record(name, **fields)


def test_unanswered_records(t):
    """At most 4,096 are sent and not RECEIVED."""
    server, alice, bob = talking(t)
    bob.channel.__class__ = Silent
    for n in range(4106):
        alice.send(f'send bob {n}')
    bob.until_true(lambda: sum(e[0] == 'TEXT' for e in bob.events) >= 4096, '4,096 texts', 120)
    bob.turn_for(1)
    texts = [e[1] for e in bob.events if e[0] == 'TEXT']
    t.equal([e['text'] for e in texts], [str(n) for n in range(4096)], 'in order')
    bob.channel.__class__ = Channel
    for e in texts[:4]:
        bob.send(bob.channel.send_record('RECEIVED', id=e['id']))
    bob.until_true(lambda: sum(e[0] == 'TEXT' for e in bob.events) >= 4100, 'four more')
    alice.kill()


class Deaf(Channel):
    """Acknowledges nothing, so that answers to it pile up."""

    def _ack(self):
        return b''


def test_answers_that_wait(t):
    """Over 4,096 of them: CLOSE(SLOW)."""
    server, alice, bob = talking(t)
    bob.channel.__class__ = Deaf
    deaf, n = bob.channel, 0
    while n < 6500 and deaf.state == 'open':
        records = b''.join(stream_record('TEXT', id=os.urandom(16), sent=1, text='x') for _ in range(30))
        bob.send(deaf.send_frames(put_frame('STREAM', id=0, offset=deaf.offset, flags=0, data=records)))
        deaf.offset, n = deaf.offset + len(records), n + 30
        if n % 300 == 0:
            bob.turn()
    t.equal(bob.until('CLOSE')['code'], CODE['SLOW'])
    t.check(n > 4096, f'after {n} texts')
    alice.expect('channel', state='closed')
    bob.ask('alice', 9)
    bob.until_true(lambda: bob.channel.state == 'open', 'a new channel')
    bob.say('better now')
    alice.expect('message', text='better now')
    alice.quit()


def test_later_grant_closes_the_earlier(t):
    """What was on its way on the earlier channel comes on the later one, once and in order."""
    server, alice, bob = talking(t)
    first = bob.channel
    first.__class__ = Silent
    for n in range(5):
        alice.send(f'send bob number {n}')
    bob.until_true(lambda: sum(e[0] == 'TEXT' for e in bob.events) == 5, 'five texts')
    bob.events.clear()
    server.recent.clear()
    bob.ask('alice', 2)
    bob.until('OPEN')
    bob.until_true(lambda: first.state == 'closed', 'CLOSE of the earlier')
    bob.until_true(lambda: sum(e[0] == 'TEXT' for e in bob.events) == 5, 'five texts again')
    t.equal([e[1]['text'] for e in bob.events if e[0] == 'TEXT'], [f'number {n}' for n in range(5)])
    for n in range(5):
        bob.until_true(lambda: alice.seen('delivered', to='bob'), 'delivered')
    sent = [e['id'] for e in alice.events if e['event'] == 'sent']
    t.equal(len(sent), len(set(sent)), 'sent once each')
    t.equal([e for e in alice.events if e['event'] == 'channel' and e['state'] == 'closed'], [], 'closed events')
    bob.say('onwards')
    alice.expect('message', text='onwards')
    alice.quit()


def test_grants_in_a_row(t):
    """Two grants before either is OPEN, one each way: the later counts for both."""
    server, alice = alone(t)
    bob = Person(server, 'bob')
    alice.expect('joined', username='bob')
    server.mute = {'KEYREQ'}
    alice.send('send bob crossing')
    wait_until(lambda: server.count('KEYREQ') == 1, 'KEYREQ')
    req = [f for who, what, f in server.records if what == 'KEYREQ'][0]['req']
    sessions = server.sessions['alice'], server.sessions['bob']
    early = server.grants(*sessions, req)
    late = server.grants(*reversed(sessions), 7)
    for for_alice, for_bob in (early, reversed(late)):
        sessions[0].send('KEYGRANT', **for_alice)
        sessions[1].send('KEYGRANT', **for_bob)
    # alice may have begun with the early one before she read of the late one; that is lost on the way
    deadline = time.monotonic() + 0.5
    while time.monotonic() < deadline:
        bob.port.read(0.1)
    bob.accept()
    t.equal(bob.until('TEXT')['text'], 'crossing')
    t.equal(bob.channel.grant['role'], INITIATOR, 'role in the later grant')
    t.equal([c.state for c in bob.channels], ['handshake', 'open'], 'the earlier one is not used')
    bob.until_true(lambda: alice.seen('delivered', to='bob'), 'delivered')
    alice.quit()


def test_gone_without_a_word(t):
    """The server says that bob left, the channel does not: away it is, until he is heard of."""
    server, alice, bob = talking(t)
    server.sessions['bob'].end()
    alice.expect('left', username='bob')
    alice.send('send bob are you there')
    queued = alice.expect('queued')
    alice.expect('error', code='offline', to='bob', id=queued['id'])
    channel = bob.channel
    bob._take_records = lambda: None  # that session is over
    t.equal(bob.until('TEXT')['text'], 'are you there', 'the channel as it was')
    bob.until_true(lambda: alice.seen('delivered', to='bob', id=queued['id']), 'delivered')
    alice.send('send bob good')
    t.equal(bob.until('TEXT')['text'], 'good')
    bob.until_true(lambda: alice.seen('delivered', to='bob'), 'delivered')
    t.equal(len([e for e in alice.events if e['event'] == 'error']), 1, 'errors')
    t.check(bob.channel is channel, 'one channel')
    alice.quit()


def test_close_by_the_peer(t):
    """A channel that the peer closed is asked for anew when something waits."""
    server, alice, bob = talking(t)
    first = bob.channel
    bob.send(first.send_frames(put_frame('CLOSE', code=0), False))
    first.state = 'closed'
    alice.expect('channel', state='closed')
    server.recent.clear()  # else the server would give the old grant again
    alice.send('send bob again')
    t.equal(bob.until('TEXT')['text'], 'again')
    t.check(bob.channel is not first and bob.channel.grant['role'] == RESPONDER, 'a new grant')
    bob.until_true(lambda: alice.seen('delivered', to='bob'), 'delivered')
    alice.quit()


def test_lines_that_are_odd(t):
    """Each is answered by an error, and the next line is read."""
    server, alice, bob = talking(t)
    pipe = alice.program.process.stdin
    for line in (b'send bob a\0b', b'send bob \xff\xfe', b'x' * 3000000, b'\0', b'send bob ' + b'y' * 16385, b'send bob',
                 b'send', b'wait', b'wait -1', b'wait nan', b'wait 1x', b'list now', b'nonsense'):
        pipe.write(line + b'\n')
        pipe.flush()
        code = alice.expect('error')['code']
        t.equal(code, 'too_big' if b'yy' in line else 'usage', repr(line[:20]))
    alice.send('send BOB \t two  blanks and a tab\t ')
    t.equal(bob.until('TEXT')['text'], '\t two  blanks and a tab\t ')
    for text in ('ü' * 8192, 'x' * 16384):
        alice.send('send bob ' + text)
        t.equal(bob.until('TEXT')['text'], text)
    alice.send('send bob ' + 'ü' * 8192 + 'x').expect('error', code='too_big')
    alice.quit()


main(globals())
