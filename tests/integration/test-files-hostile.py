#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files between sotto-cli and a peer that shares no code with it: first an honest one, then one that tries whatever
an authenticated peer can."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

from harness import main, wait_until
from sotto_crypto import sha256
from sotto_fake_server import FakeServer, Identity
from sotto_packet import put_frame
from sotto_person import Person
from sotto_protocol import CODE, stream_record

IDENTITY = Identity('a realm')
NO_SPACE, CANCELLED, DAMAGED, TOO_MANY = range(3, 7)
FIN = 1
BYTES = bytes(range(251)) * 40  # two windows' worth of packets, and no power of two


def talking(t, profile='alice'):
    """alice, and bob who asked for the channel: his streams are even, hers odd. A profile may meet but one bob."""
    server = FakeServer(IDENTITY)
    t.defer(server.close)
    alice = t.cli(server, profile, trust=None)
    alice.sign('alice', 'correct-horse')
    wait_until(lambda: server.bound('alice'), 'BIND')
    bob = Person(server, 'bob')
    bob.ask('alice')
    bob.until('OPEN')
    alice.expect('channel', state='open')
    return alice, bob


def offer(bob, size=len(BYTES), stream=2, name='a.bin', number=None):
    number = number or os.urandom(16)
    bob.send(bob.channel.send_record('FILE_OFFER', id=number, stream=stream, size=size, media_type='a/b', name=name))
    return number


def turn_with(bob, alice, event, **fields):
    """The event, while bob goes on answering."""
    found = []

    def look():
        found[:] = [alice.seen(event, **fields)]
        return found[0]
    bob.until_true(look, f'no {event} {fields}')
    return found[0]


def accepted(alice, bob, **what):
    """An offer that she has accepted."""
    number = offer(bob, **what)
    turn_with(bob, alice, 'file', id=number.hex(), from_='bob', done=0)
    alice.send(f'accept {number.hex()}')
    bob.until('FILE_ACCEPT')
    return number


def send_stream(bob, data, stream=2, offset=0, fin=True):
    """In order, not faster than it is acknowledged."""
    for at in range(0, max(len(data), 1), 1000):
        piece = data[at:at + 1000]
        last = fin and at + 1000 >= len(data)
        bob.send(bob.channel.send_frames(put_frame('STREAM', id=stream, offset=offset + at, flags=FIN * last, data=piece)))
        if at % 8000 == 0:
            bob.turn()


def whole(data=BYTES, start=0):
    return data[start:] + sha256(data)


def expect_close(t, alice, bob):
    t.equal(bob.until('CLOSE')['code'], CODE['PROTOCOL'], 'why it was closed')
    alice.expect('channel', state='closed')


def still_talking(t, alice, bob):
    bob.say('still here')
    turn_with(bob, alice, 'message', text='still here')
    t.equal(bob.channel.state, 'open')


# An honest peer


def test_a_file_from_an_independent_peer(t):
    alice, bob = talking(t)
    number = accepted(alice, bob)
    send_stream(bob, whole())
    got = turn_with(bob, alice, 'file', id=number.hex(), path=lambda p: True)
    with open(got['path'], 'rb') as file:
        t.equal(file.read(), BYTES, 'the file')
    t.equal(bob.until('RECEIVED')['id'], number, 'RECEIVED')
    offer(bob, stream=4, number=number)  # as if RECEIVED had been lost
    t.equal(bob.until('RECEIVED')['id'], number, 'RECEIVED again')
    t.equal(len(os.listdir(os.path.dirname(got['path']))), 1, 'files')


def test_a_file_for_an_independent_peer(t):
    "From an offset, within the credit, then all of it."
    alice, bob = talking(t)
    path = os.path.join(t.folder('own'), 'b.bin')
    with open(path, 'wb') as file:
        file.write(BYTES)
    alice.send(f'file bob {path}')
    alice.expect('file', to='bob')
    got = bob.until('FILE_OFFER')
    t.equal((got['stream'], got['size'], got['name']), (1, len(BYTES), 'b.bin'), 'the offer')
    bob.send(bob.channel.send_frames(put_frame('MAX_STREAM', id=1, limit=1500)))  # it may come first
    bob.send(bob.channel.send_record('FILE_ACCEPT', id=got['id'], offset=40))
    pieces = {}

    def take():
        for frame in [e for e in bob.events if e[0] == 'STREAM' and e[1]['id'] == 1]:
            bob.events.remove(frame)
            pieces[frame[1]['offset']] = (frame[1]['data'], frame[1]['flags'])
        return sum(len(data) for data, _ in pieces.values())
    bob.until_true(lambda: take() == 1500, 'what the credit allows')
    bob.turn_for(0.5)
    t.equal(take(), 1500, 'bytes within the credit')
    bob.send(bob.channel.send_frames(put_frame('MAX_STREAM', id=1, limit=1 << 20)))
    bob.until_true(lambda: take() == len(BYTES) - 40 + 32, 'the rest')
    t.equal(b''.join(pieces[at][0] for at in sorted(pieces)), whole(start=40), 'the bytes and the hash')
    t.equal(pieces[max(pieces)][1], FIN, 'the end of the stream')
    bob.send(bob.channel.send_record('RECEIVED', id=got['id']))
    turn_with(bob, alice, 'file', id=got['id'].hex(), done=len(BYTES))
    t.equal(alice.finish(), 0, 'exit with an empty outbox')


def test_nothing_but_the_hash_is_missing(t):
    "All bytes were there before: that they are checked and stored is told once, at RECEIVED."
    alice, bob = talking(t)
    alice.send(f'file bob {__file__}')
    got = bob.until('FILE_OFFER')
    bob.send(bob.channel.send_frames(put_frame('MAX_STREAM', id=1, limit=32)))
    bob.send(bob.channel.send_record('FILE_ACCEPT', id=got['id'], offset=got['size']))
    with open(__file__, 'rb') as file:
        t.equal(bob.until('STREAM')['data'], sha256(file.read()), 'the hash')
    still_talking(t, alice, bob)
    t.equal(len(alice.every('file')), 1, 'events before RECEIVED')
    bob.send(bob.channel.send_record('RECEIVED', id=got['id']))
    turn_with(bob, alice, 'file', id=got['id'].hex(), done=got['size'])
    t.equal(len(alice.every('file')), 2, 'events')


# A broken or a hostile one


def test_a_wrong_hash(t):
    alice, bob = talking(t)
    for stream, data in ((2, BYTES + sha256(b'else')), (4, whole()[:-1]), (6, BYTES[:100]), (8, b'')):
        number = accepted(alice, bob, stream=stream)
        send_stream(bob, data, stream)
        t.equal(bob.until('FILE_REFUSE'), {'id': number, 'code': DAMAGED}, 'the refusal')
        turn_with(bob, alice, 'file', id=number.hex(), state='refused', code='damaged')
    offer(bob, stream=10, number=number)
    t.equal(bob.until('FILE_REFUSE'), {'id': number, 'code': DAMAGED}, 'the same end again')
    t.equal(os.listdir(os.path.join(alice.home, 'Downloads')), [], 'downloads')
    still_talking(t, alice, bob)


def test_more_than_the_file(t):
    alice, bob = talking(t)
    accepted(alice, bob)
    send_stream(bob, whole() + b'x', fin=False)
    expect_close(t, alice, bob)


def test_bytes_before_they_are_allowed(t):
    alice, bob = talking(t)
    offer(bob)
    turn_with(bob, alice, 'file', from_='bob')
    send_stream(bob, b'early', fin=False)
    expect_close(t, alice, bob)


def test_names_that_are_paths(t):
    for n, name in enumerate(('../x', 'a/b', '..', 'a\\b')):
        alice, bob = talking(t, f'alice{n}')
        data = stream_record('FILE_OFFER', id=os.urandom(16), stream=2, size=1, media_type='', name='n' * len(name))
        data = data[:-len(name)] + name.encode()  # the library itself would not
        bob.send(bob.channel.send_frames(put_frame('STREAM', id=0, offset=bob.channel.offset, flags=0, data=data)))
        expect_close(t, alice, bob)
        t.equal(alice.every('file'), [], 'events')
        alice.quit()


def test_records_about_nothing(t):
    alice, bob = talking(t)
    for name, fields in (('FILE_ACCEPT', {'offset': 1 << 40}), ('FILE_REFUSE', {'code': 1}), ('RECEIVED', {})):
        bob.send(bob.channel.send_record(name, id=os.urandom(16), **fields))
    still_talking(t, alice, bob)
    t.equal(alice.every('file'), [], 'events')


def test_an_offset_beyond_the_file(t):
    alice, bob = talking(t)
    alice.send(f'file bob {__file__}')
    got = bob.until('FILE_OFFER')
    bob.send(bob.channel.send_record('FILE_ACCEPT', id=got['id'], offset=got['size'] + 1))
    expect_close(t, alice, bob)


def test_too_many_offers(t):
    alice, bob = talking(t)
    numbers = [offer(bob, stream=2 * n + 2) for n in range(17)]
    t.equal(bob.until('FILE_REFUSE'), {'id': numbers[16], 'code': TOO_MANY}, 'the seventeenth')
    for number in numbers[:16]:
        turn_with(bob, alice, 'file', id=number.hex())
    bob.send(bob.channel.send_record('FILE_REFUSE', id=numbers[3], code=CANCELLED))
    turn_with(bob, alice, 'file', id=numbers[3].hex(), state='refused', code='cancelled')
    number = offer(bob, stream=36)
    turn_with(bob, alice, 'file', id=number.hex())
    t.equal(len(alice.every('file')), 18, 'events')


def test_a_stream_that_stops(t):
    alice, bob = talking(t)
    number = accepted(alice, bob)
    send_stream(bob, BYTES[:3000], fin=False)
    bob.send(bob.channel.send_frames(put_frame('RESET_STREAM', id=2, code=0)))
    turn_with(bob, alice, 'file', id=number.hex(), state='refused', code='cancelled')
    t.equal(bob.until('FILE_REFUSE'), {'id': number, 'code': CANCELLED}, 'the refusal')
    number = offer(bob, stream=4)
    turn_with(bob, alice, 'file', id=number.hex())
    bob.send(bob.channel.send_frames(put_frame('RESET_STREAM', id=4, code=0)))
    turn_with(bob, alice, 'file', id=number.hex(), state='refused', code='cancelled')
    still_talking(t, alice, bob)


def stopped_at(t, credit):
    alice, bob = talking(t, f'alice{credit}')
    path = os.path.join(t.folder('own'), 'big')
    with open(path, 'wb') as file:
        file.truncate(1 << 20)
    alice.send(f'file bob {path}')
    got = bob.until('FILE_OFFER')
    bob.send(bob.channel.send_frames(put_frame('MAX_STREAM', id=1, limit=credit)))
    bob.send(bob.channel.send_record('FILE_ACCEPT', id=got['id'], offset=0))
    return alice, bob, got['id']


def test_a_stream_that_is_stopped(t):
    "Without a word why, at once and in the middle; nor does another FILE_ACCEPT begin it anew."
    for credit in (1, 300000):
        alice, bob, number = stopped_at(t, credit)
        if credit > 1:
            bob.until('STREAM')
        bob.send(bob.channel.send_frames(put_frame('STOP_STREAM', id=1, code=0)))
        bob.turn_for(0.5)
        bob.send(bob.channel.send_record('FILE_ACCEPT', id=number, offset=5))
        bob.send(bob.channel.send_frames(put_frame('MAX_STREAM', id=1, limit=1 << 40)))
        still_talking(t, alice, bob)
        bob.send(bob.channel.send_record('FILE_REFUSE', id=number, code=NO_SPACE))
        turn_with(bob, alice, 'file', id=number.hex(), state='refused', code='no_space')
        t.equal(alice.finish(), 0, 'exit')


def test_refused_after_the_last_byte(t):
    "No event says that all of it is there: `done` of what is refused is not its size."
    alice, bob, number = stopped_at(t, 1 << 30)
    bob.until_true(lambda: any(e[0] == 'STREAM' and e[1]['flags'] & FIN for e in bob.events), 'the end', 60)
    bob.send(bob.channel.send_record('FILE_REFUSE', id=number, code=DAMAGED))
    event = turn_with(bob, alice, 'file', id=number.hex(), state='refused', code='damaged')
    t.equal((event['done'], event['size']), (0, 1 << 20))


def test_stream_ids(t):
    "Each higher than the one before, and the sender's own."
    for second in (4, 2, 5, 0):
        alice, bob = talking(t, f'alice{second}')
        offer(bob, stream=4)
        turn_with(bob, alice, 'file', from_='bob')
        offer(bob, stream=second)
        expect_close(t, alice, bob)
        alice.quit()


def test_no_room(t):
    alice, bob = talking(t)
    number = offer(bob, size=1 << 61)
    turn_with(bob, alice, 'file', id=number.hex(), size=1 << 61)
    alice.send(f'accept {number.hex()}')
    t.equal(bob.until('FILE_REFUSE'), {'id': number, 'code': NO_SPACE}, 'the refusal')
    turn_with(bob, alice, 'file', id=number.hex(), state='refused', code='no_space')


def test_taken_back_at_once(t):
    "The offer and its end in one packet: told of both or of neither, and never open."
    alice, bob = talking(t)
    number = offer(bob)
    bob.send(bob.channel.send_record('FILE_REFUSE', id=number, code=CANCELLED))
    turn_with(bob, alice, 'file', id=number.hex(), state='refused', code='cancelled')
    alice.send(f'accept {number.hex()}')
    alice.expect('error', code='not_found')


def test_said_to_be_there_too_early(t):
    "RECEIVED before the bytes went: over, without harm."
    alice, bob = talking(t)
    alice.send(f'file bob {__file__}')
    got = bob.until('FILE_OFFER')
    bob.send(bob.channel.send_record('FILE_ACCEPT', id=got['id'], offset=0))
    bob.send(bob.channel.send_record('RECEIVED', id=got['id']))
    turn_with(bob, alice, 'file', id=got['id'].hex(), done=got['size'])
    still_talking(t, alice, bob)
    t.equal(alice.finish(), 0, 'exit')


main(globals())
