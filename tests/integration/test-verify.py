#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`verify`: the number of two people, marked once it was compared, and the only way to accept a key
that changed. The other side is a client in Python, so that what left can be counted."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import sotto_crypto as crypto
from harness import Failure, main, run_cli
from sotto_fake_server import FakeServer, Identity
from sotto_person import Person

PASSWORD = 'correct-horse-battery'
IDENTITY = Identity('a realm')
ZEROS = '00000 ' * 12


def serve(t):
    server = FakeServer(IDENTITY)
    t.defer(server.close)
    return server


def number(server, one, other):
    return crypto.safety_number(*((server.accounts[name]['I'], name) for name in (one, other)))


def meet(t, server, alice, bob, text='first words'):
    """Alice has pinned bob."""
    alice.send(f'send bob {text}')
    bob.accept()
    t.equal(bob.until('TEXT')['text'], text)
    bob.until_true(lambda: alice.seen('delivered', to='bob'), 'delivered')


def met(t):
    server = serve(t)
    alice, bob = t.cli(server, 'alice', trust=None), Person(server, 'bob')
    alice.sign('alice', PASSWORD)
    meet(t, server, alice, bob)
    return server, alice, bob


def back(t, server):
    """Alice, started anew."""
    alice = t.cli(server, 'alice', trust=None)
    alice.auth('alice', PASSWORD)
    return alice


def new_device(server, bob):
    """Bob has another key from now on, and the server tells of it."""
    bob.user.identity = crypto.new_private()
    server.accounts['bob']['I'] = bob.user.public
    bob.turn_for(0.3)
    bob.channels.clear()


def silence(t, bob, seconds):
    """Not one byte comes to bob: his grants are left unanswered, his port is read."""
    while bob.port.read(0.05):
        pass
    while got := bob.port.read(seconds):
        if got[0][1] != 0x11:
            raise Failure(f'a datagram came: {got[0].hex()[:40]}')


def test_before_anything(t):
    server = serve(t)
    alice = t.cli(server, 'alice', trust=None)
    alice.send('verify bob')
    alice.expect('error', code='not_authenticated')
    alice.sign('alice', PASSWORD)
    for line, code in (('verify bob', 'not_found'), (f'verify bob {ZEROS}', 'not_found'), ('verify b*b', 'bad_name'),
                       ('verify alice', 'self'), ('verify', 'usage')):
        alice.send(line)
        alice.expect('error', code=code)
    t.equal(alice.finish(), 2, 'exit after usage')
    args = ('--join', server.join_link, '--profile', 'alice', '--user', 'alice')
    done = run_cli(*args, 'verify', 'bob', home=t.home('alice'), env={'SOTTO_PASSWORD': PASSWORD})
    t.equal(done.returncode, 1, 'exit of not_found')
    t.check('bob' in done.stdout, done.stdout)


def test_the_number_and_its_mark(t):
    """Shown as SURFACES has it, compared with any blanks, kept over a restart."""
    server, alice, bob = met(t)
    want = number(server, 'alice', 'bob')
    t.equal(alice.expect('channel', state='open')['safety_number'], want, 'at the opening')
    alice.send('verify Bob')
    t.equal(alice.expect('channel', peer='bob'), dict(event='channel', peer='bob', state='open', path='direct', verified=False,
                                                      safety_number=want), 'shown')
    wrong = ('1' if want[0] == '0' else '0') + want[1:]
    for typed in (wrong, want[:-1], want + '0', want.replace(' ', '-'), 'yes', ZEROS):
        alice.send(f'verify bob {typed}')
        alice.expect('error', code='mismatch')
    alice.send('verify bob')
    alice.expect('channel', verified=False)
    alice.send(f'verify bob   {want.replace(" ", "")[:31]} \t {want.replace(" ", "")[31:]}')
    t.equal(alice.expect('channel', verified=True)['state'], 'open')
    t.equal(alice.finish(), 0, 'exit of the last')
    bob.turn_for(0.5)
    alice = back(t, server)
    alice.send('verify bob')
    t.equal(alice.expect('channel')['verified'], True, 'after a restart')
    alice.quit()


def test_words(t):
    """Without --json the number is in the line; the exit status tells a mismatch."""
    server, alice, _ = met(t)
    alice.quit()
    want = number(server, 'alice', 'bob')
    args = ('--join', server.join_link, '--profile', 'alice', '--user', 'alice', 'verify', 'bob')
    for typed, status, word in (((), 0, 'not verified yet'), (want.split(), 0, 'verified'), (('12345',), 1, 'differ')):
        done = run_cli(*args, *typed, home=t.home('alice'), env={'SOTTO_PASSWORD': PASSWORD})
        t.equal(done.returncode, status, f'exit of {typed}')
        t.check(word in done.stdout and (status or want in done.stdout), done.stdout)


def test_a_changed_key_is_accepted_once_compared(t):
    """Alarm, over a restart too, until the digits of the new key are typed; then what waited goes out, once."""
    server, alice, bob = met(t)
    old = number(server, 'alice', 'bob')
    new_device(server, bob)
    new = number(server, 'alice', 'bob')
    alice.quit()
    alice = back(t, server)
    alice.send('send bob for your eyes only')
    queued = alice.expect('queued')['id']
    t.equal(alice.expect('channel', state='alarm'), dict(event='channel', peer='bob', state='alarm', path='direct', verified=False,
                                                         safety_number=new), 'alarm')
    alice.expect('error', code='alarm', to='bob', id=queued)
    for typed in (old, ZEROS):
        alice.send(f'verify bob {typed}')
        alice.expect('error', code='mismatch')
    silence(t, bob, 1)
    t.equal(alice.quit(), 1, 'exit')

    alice = back(t, server)
    t.equal(alice.expect('channel', state='alarm')['safety_number'], new, 'told again')
    alice.send('send bob and this')
    alice.expect('error', code='alarm')
    alice.send('verify bob')
    t.equal(alice.expect('channel', peer='bob')['state'], 'alarm', 'still')
    alice.send(f'verify bob {old}')
    alice.expect('error', code='mismatch')
    silence(t, bob, 1)
    alice.send(f'verify bob {new}')
    t.equal(alice.expect('channel', verified=True)['safety_number'], new)
    bob.channels.clear()
    bob.accept()
    t.equal([bob.until('TEXT')['text'] for _ in range(2)], ['for your eyes only', 'and this'], 'in order')
    bob.until_true(lambda: alice.seen('delivered', id=queued), 'delivered')
    bob.turn_for(1)
    t.equal([e for e in bob.events if e[0] == 'TEXT'], [], 'once')
    t.equal(alice.expect('channel', state='open')['verified'], True, 'open and verified')
    alice.quit()
    alice = back(t, server)
    alice.refute('channel', 0.5, state='alarm')
    alice.quit()


def test_a_file_waits_for_the_comparison(t):
    "An offer of before and one made during the alarm; neither leaves, not even its name, and then each comes once."
    server, alice, bob = met(t)
    alice.quit()
    new_device(server, bob)
    alice = back(t, server)
    path = os.path.join(t.folder('own'), 'plans')
    with open(path, 'wb') as file:
        file.write(b'secret plans')
    ids = []
    for _ in range(2):
        alice.send(f'file bob {path}')
        ids.append(alice.expect('file', to='bob', id=lambda i: i not in ids, done=0)['id'])
        alice.expect('error', code='alarm', to='bob', id=ids[-1])
    silence(t, bob, 1)
    alice.send(f'verify bob {number(server, "alice", "bob")}')
    alice.expect('channel', verified=True)
    bob.channels.clear()
    bob.accept()
    t.equal([bob.until('FILE_OFFER')['id'].hex() for _ in ids], ids, 'in order')
    bob.turn_for(1)
    t.equal([e for e in bob.events if e[0] == 'FILE_OFFER'], [], 'once')
    for i in ids:
        bob.send(bob.channel.send_record('FILE_REFUSE', id=bytes.fromhex(i), code=1))
        bob.until_true(lambda i=i: alice.seen('file', id=i, state='refused', code='declined'), 'refused')
    t.equal(alice.finish(), 0, 'exit with an empty outbox')


def test_the_old_key_comes_back(t):
    """A server that lied for a while: the alarm stays, and shows the key that is offered now."""
    server, alice, bob = met(t)
    true_key, old = server.accounts['bob']['I'], number(server, 'alice', 'bob')
    server.accounts['bob']['I'] = crypto.public_of(crypto.new_private())
    alice.quit()
    alice = back(t, server)
    alice.send('send bob more')
    alice.expect('channel', state='alarm')
    server.accounts['bob']['I'] = true_key
    server.recent.clear()  # else it would be the grant of alice's own request once more
    grant = bob.request('alice', 7)
    t.equal(alice.expect('channel', state='alarm')['safety_number'], old)
    silence(t, bob, 1)
    alice.send(f'verify bob {old}')
    alice.expect('channel', verified=True)
    bob.start(grant)
    t.equal(bob.until('TEXT')['text'], 'more')
    alice.quit()


def test_accepting_without_anything_to_say(t):
    """A new grant is asked for all the same: it is bob who waits. Within ten seconds that is his own
    grant once more, of which nothing was used."""
    server, alice, bob = met(t)
    new_device(server, bob)
    alice.quit()
    alice = back(t, server)
    grant = bob.request('alice', 9)
    alice.expect('channel', state='alarm')
    alice.send(f'verify bob {number(server, "alice", "bob")}')
    alice.expect('channel', verified=True)
    bob.start(grant)
    bob.until_true(lambda: alice.seen('channel', state='open'), 'open')
    bob.say('at last')
    bob.until_true(lambda: alice.seen('message', text='at last'), 'the message')
    alice.quit()


main(globals())
