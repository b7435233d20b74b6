#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""sotto-cli and a client that shares no code with it: handshake in both roles, loss, repetition, and
what a broken but authenticated peer gets (docs/protocol.md, sections 4 and 5)."""

import os
import struct
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

from harness import Failure, main
from shared_server import Shared
from sotto_client import Unexpected
from sotto_packet import put_frame
from sotto_peer import Channel
from sotto_person import Person
from sotto_protocol import CODE, INITIATOR, RESPONDER, make_datagram, stream_record

shared = Shared(limits='{key_requests: 100000/s burst 100000}')


def pair(t):
    """(terminal client, Python client), each with a name of its own, not yet in touch."""
    server = shared()
    cli = t.cli(server, shared.user('cli').name)
    cli.sign(cli.profile)
    person = Person(server, shared.user('py').name)
    t.defer(person.session.close)
    return cli, person


def open_channel(t):
    """A pair whose channel is open; the Python client asked for it."""
    cli, person = pair(t)
    person.ask(cli.profile)
    person.until('OPEN')
    return cli, person


def delivered(cli, person):
    person.until_true(lambda: cli.seen('delivered', to=person.user.name), 'delivered')


def test_terminal_client_asks(t):
    cli, person = pair(t)
    cli.send(f'send {person.user.name} hello from C')
    t.equal(person.accept()['role'], RESPONDER)
    t.equal(person.until('TEXT')['text'], 'hello from C')
    delivered(cli, person)
    person.say('hello from Python')
    person.until('RECEIVED')
    cli.expect('message', from_=person.user.name, text='hello from Python')


def test_python_client_asks(t):
    cli, person = pair(t)
    t.equal(person.ask(cli.profile)['role'], INITIATOR)
    person.until('OPEN')
    person.say('ünïcode ☂\nשלום')
    received = person.until('RECEIVED')
    message = cli.expect('message', from_=person.user.name, text='ünïcode ☂\nשלום')
    t.equal(message['id'], received['id'].hex(), 'id')
    cli.send(f'send {person.user.name} and back')
    t.equal(person.until('TEXT')['text'], 'and back')
    delivered(cli, person)


def test_channel_is_told(t):
    cli, person = open_channel(t)
    channel = cli.expect('channel', peer=person.user.name, state='open')
    t.equal((channel['path'], channel['verified']), ('direct', False))
    t.equal(len(channel['safety_number'].split()), 12)


def test_many_and_long_texts(t):
    cli, person = open_channel(t)
    texts = [f'{n} ' + 'ab' * n * 20 for n in range(30)] + ['x' * 16384]
    for text in texts:
        person.say(text)
        person.until('RECEIVED')
    for text in texts:
        cli.expect('message', text=text)
    long = 'y' * 16384
    cli.send(f'send {person.user.name} {long}')
    t.equal(person.until('TEXT')['text'], long)
    delivered(cli, person)


def test_each_datagram_twice(t):
    """Repeated datagrams are dropped: every text is printed once."""
    cli, person = pair(t)
    once = person.send
    person.send = lambda datagrams, channel=None: once([d for d in datagrams for _ in (1, 2)], channel)
    person.ask(cli.profile)
    person.until('OPEN')
    for n in range(5):
        person.say(f'number {n}')
        person.until('RECEIVED')
    for data in person.datagrams[-60:]:
        person.port.send(data, person.peer_at)
    person.say('last')
    person.until('RECEIVED')
    for text in [f'number {n}' for n in range(5)] + ['last']:
        cli.expect('message', text=text)
    cli.refute('message', 0.5, text=lambda text: cli_count(cli, text) > 1)


def cli_count(cli, text):
    return sum(e['event'] == 'message' and e['text'] == text for e in cli.events)


def test_lost_datagrams(t):
    """Every second one of ours is lost, from INIT on; so is every third of theirs."""
    cli, person = pair(t)
    once, read, counts = person.send, person.port.read, {'out': 0, 'in': 0}

    def lossy_send(datagrams, channel=None):
        kept = []
        for data in datagrams:
            counts['out'] += 1
            if counts['out'] % 2 == 0:
                kept.append(data)
        once(kept, channel)

    def lossy_read(timeout=None):
        got = read(timeout)
        counts['in'] += got is not None
        return None if got and counts['in'] % 3 == 0 else got

    person.send, person.port.read = lossy_send, lossy_read
    person.ask(cli.profile)
    person.until('OPEN')
    for n in range(5):
        person.say(f'through the storm {n}')
        person.until('RECEIVED')
        cli.send(f'send {person.user.name} and back {n}')
        t.equal(person.until('TEXT')['text'], f'and back {n}')
    for n in range(5):
        cli.expect('message', text=f'through the storm {n}')


def test_a_record_on_two_channels_is_stored_once(t):
    cli, person = open_channel(t)
    record = dict(id=os.urandom(16), sent=1, text='only once')
    person.send(person.channel.send_record('TEXT', **record))
    person.until('RECEIVED')
    cli.expect('message', text='only once')
    person.ask(cli.profile, 2)
    person.until('OPEN')
    person.send(person.channel.send_record('TEXT', **record))
    t.equal(person.until('RECEIVED')['id'], record['id'], 'answered again')
    cli.refute('message', 0.5, text=lambda text: cli_count(cli, text) > 1)


def test_unknown_records_are_skipped(t):
    cli, person = open_channel(t)
    odd = b''.join(struct.pack('>IB', 1 + n, kind) + bytes(n) for kind, n in ((0, 0), (10, 3), (0x7F, 300), (0xFF, 1)))
    person.send(person.channel.send_frames(put_frame('STREAM', id=0, offset=0, flags=0, data=odd)))
    person.channel.offset = len(odd)
    person.say('after them')
    person.until('RECEIVED')
    cli.expect('message', text='after them')


def test_record_in_small_pieces(t):
    cli, person = open_channel(t)
    data = stream_record('TEXT', id=os.urandom(16), sent=1, text='piece by piece')
    order = list(range(0, len(data), 5))
    for at in order[::-1] + order[:3]:
        person.send(person.channel.send_frames(put_frame('STREAM', id=0, offset=at, flags=0, data=data[at:at + 5])))
    person.until('RECEIVED')
    cli.expect('message', text='piece by piece')


def stream0(data, offset=0, flags=0):
    return put_frame('STREAM', id=0, offset=offset, flags=flags, data=data)


def long_text(n):
    whole = stream_record('TEXT', id=bytes(16), sent=0, text=b'x' * n)
    return [stream0(whole[at:at + 1024], at) for at in range(0, len(whole), 1024)]


BAD_FRAMES = {
    'unknown frame': b'\x0d',
    'frame FF': b'\xff',
    'non-zero after PADDING': b'\0\0\0\1',
    'second frame unknown': b'\1\x20',
    'truncated STREAM': b'\3' + bytes(13) + b'\xff\xffabc',
    'STREAM flags 2': b'\3' + bytes(12) + b'\2\0\1a',
    'ACK of a packet never sent': put_frame('ACK', delay=0, ranges=[(90, 100)]),
    'ACK with a gap of 0': bytes.fromhex('02000000000000000a000001000000000000000000000001'),
    'ACK below zero': bytes.fromhex('02000000000000000400000000000005'),
    'stream data over credit': stream0(b'x', 256 * 1024),
    'stream offset 2^62': b'\3\0\0\0\0\x40' + bytes(7) + b'\0\0\0',
    'FIN of stream 0': stream0(b'', 0, 1),
    'RESET of stream 0': put_frame('RESET_STREAM', id=0, code=0),
    'STOP of stream 0': put_frame('STOP_STREAM', id=0, code=0),
    'record length 0': stream0(bytes(4)),
    'record over 65,536': stream0(b'\0\1\0\1\x7f'),
    'TEXT with a NUL': stream0(stream_record('TEXT', id=bytes(16), sent=0, text=b'a\0b')),
    'TEXT that is no UTF-8': stream0(stream_record('TEXT', id=bytes(16), sent=0, text=b'\xc3\x28')),
    'TEXT of 16,385 bytes': long_text(16385),
    'RECEIVED with a trailing byte': stream0(stream_record('RECEIVED', id=bytes(16))[:3] + b'\x12\2' + bytes(17)),
    'file stream of the other side': put_frame('STREAM', id=1, offset=0, flags=0, data=b'x'),
}


def test_broken_peer_is_closed(t):
    cli, person = pair(t)
    for n, (why, frames) in enumerate(BAD_FRAMES.items()):
        person.ask(cli.profile, n + 1)
        person.until('OPEN')
        pieces = frames if isinstance(frames, list) else [frames]
        for piece in pieces:
            person.send(person.channel.send_frames(piece, eliciting=False))
        try:
            code = person.until('CLOSE', 8)['code']
        except Unexpected as error:
            raise Failure(f'{why}: {error}') from error
        t.equal(code, CODE['PROTOCOL'], why)
    cli.refute('message', 0.1)


def test_good_frames_are_no_fault(t):
    """The control for the case above: what is odd but allowed."""
    cli, person = open_channel(t)
    person.say('something to acknowledge')
    person.until('RECEIVED')
    for frames in (b'', b'\0' * 20, put_frame('PING'), put_frame('ACK', delay=9, ranges=[(0, 0)]), put_frame('NOTICE', notice=1),
                   put_frame('MAX_STREAM', id=0, limit=1 << 30), stream0(b'', 0), put_frame('PATH_RESPONSE', data=bytes(8))):
        person.send(person.channel.send_frames(frames, eliciting=False))
    person.say('still here')
    person.until('RECEIVED')
    cli.expect('message', text='still here')


def test_garbage_on_the_channel(t):
    """What is not authenticated is never answered and disturbs nothing."""
    cli, person = open_channel(t)
    stranger = type(person.port)()
    good = person.datagrams[-1]
    garbage = [os.urandom(n) for n in (0, 1, 12, 133, 325, 581, 1221, 1400)]
    garbage += [good[:at] + bytes([good[at] ^ 1]) + good[at + 1:] for at in (0, 1, 2, 3, 4, 11, 12, 30, len(good) - 1)]
    garbage += [good, person.channel.init, good[:-1], good + b'\0', make_datagram('PROBE', person.channel.cid, bytes(32), n=1)]
    for data in garbage * 2:
        stranger.send(data, person.peer_at)
    got = stranger.read(1)
    t.check(got is None, f'answered {got}')
    person.say('undisturbed')
    person.until('RECEIVED')
    cli.expect('message', text='undisturbed')


def test_copies_of_init(t):
    """r answers each copy of the first INIT, at most 100 times, and no other; none once OPEN."""
    cli, person = pair(t)
    grant = person.request(cli.profile)
    channel = Channel(grant, person.user.name, person.user.identity)
    init = channel.poll()[0]
    to = grant['addrs'][0]
    answers = []
    for _ in range(130):
        person.port.send(init, to)
        answers += take_resps(person.port, 0.01)
    answers += take_resps(person.port, 0.5)
    t.check(1 <= len(answers) <= 100, f'{len(answers)} RESPs')
    t.equal(len(set(answers)), 1, 'the cached RESP each time')
    other = make_datagram('INIT', channel.cid, channel.psk_i, ver=1, E_i=os.urandom(32))
    person.port.send(other, to)
    t.equal(take_resps(person.port, 0.5), [], 'another INIT')
    for data in channel.receive(answers[0]):
        person.port.send(data, to)
    cli.expect('channel', peer=person.user.name, state='open')
    take_resps(person.port, 0.3)
    person.port.send(init, to)
    t.equal(take_resps(person.port, 0.5), [], 'INIT once OPEN')


def take_resps(port, seconds):
    out, deadline = [], time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        got = port.read(left)
        if got and got[0][1] == 2:
            out.append(got[0])
    return out


def test_the_server_ends_well(t):
    shared.end()


main(globals())
