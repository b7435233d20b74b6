# SPDX-License-Identifier: GPL-3.0-or-later
"""SECURE datagrams of protocol version 1: their frames, padding and sealing. No state."""

from sotto_crypto import Bad, fernet_open
from sotto_fields import KEY, U8, U16, U32, U62_FIELD, U64, Body, Int, Raw, Reader, index, pad
from sotto_protocol import PLAIN_SIZES, SECURE, datagram, datagram_header


class Ranges:
    """The acknowledged ranges of an ACK, [(lowest, highest)] downwards, behind `largest` and `delay`."""

    def put(self, ranges):
        first = ranges[0][1] - ranges[0][0]
        out = U8.put(len(ranges) - 1) + U32.put(first)
        for above, here in zip(ranges, ranges[1:]):
            out += U32.put(above[0] - here[1] - 1) + U32.put(here[1] - here[0] + 1)
        return out

    def get(self, reader, largest):
        n, first = U8.get(reader), U32.get(reader)
        if n > 16:
            raise Bad('ACK ranges')
        ranges = [(largest - first, largest)]
        for _ in range(n):
            gap, length = U32.get(reader), U32.get(reader)
            high = ranges[-1][0] - gap - 1
            if not gap or not length:
                raise Bad('ACK gap')
            ranges.append((high - length + 1, high))
        if any(low < 0 for low, _ in ranges):
            raise Bad('ACK below zero')
        return ranges


class Ack(Body):
    def put(self, values):
        return U64.put(values['ranges'][0][1]) + U16.put(values['delay']) + Ranges().put(values['ranges'])

    def get(self, reader):
        largest, delay = U64.get(reader), U16.get(reader)
        return dict(delay=delay, ranges=Ranges().get(reader, largest))


class Data16:
    def put(self, value):
        return U16.put(len(value)) + value

    def get(self, reader):
        return reader.take(U16.get(reader))


PACKET_FRAMES, PACKET_FRAMES_BY_TYPE = index(
    Body('PING', 1),
    Ack('ACK', 2, delay=U16, ranges=Ranges()),
    Body('STREAM', 3, id=U32, offset=U62_FIELD, flags=Int(1, high=1), data=Data16()),
    Body('MAX_STREAM', 4, id=U32, limit=U62_FIELD),
    Body('RESET_STREAM', 5, id=U32, code=U8),
    Body('STOP_STREAM', 6, id=U32, code=U8),
    Body('PATH_CHALLENGE', 7, data=Raw(8)),
    Body('PATH_RESPONSE', 8, data=Raw(8)),
    Body('REKEY1', 9, epoch=U8, E=KEY),
    Body('REKEY2', 10, epoch=U8, E=KEY),
    Body('CLOSE', 11, code=U8),
    Body('NOTICE', 12, notice=Int(1, 1, 2)))
ELICITING = ('PING', 'STREAM', 'MAX_STREAM', 'RESET_STREAM', 'STOP_STREAM', 'REKEY1', 'REKEY2')


def put_frame(name, /, **fields):
    return bytes([PACKET_FRAMES[name].kind]) + PACKET_FRAMES[name].put(fields)


def decode_frames(data):
    """[(name, fields)] of what follows the packet number."""
    reader, frames = Reader(data), []
    while reader.left():
        kind = reader.take(1)[0]
        if kind == 0:
            reader.end_padding()
        elif kind in PACKET_FRAMES_BY_TYPE:
            found = PACKET_FRAMES_BY_TYPE[kind]
            frames.append((found.name, found.get(reader)))
        else:
            raise Bad('frame of SECURE')
    return frames


def packet_plain(pn, frames):
    """pn and encoded frames in the smallest size that holds them."""
    plain = U64.put(pn) + frames
    return pad(plain, next(size for size in PLAIN_SIZES if size >= len(plain)))


def seal_packet(key, cid, epoch, pn, frames, iv=None, time=None):
    return datagram(SECURE, cid, key, packet_plain(pn, frames), epoch, iv, time)


def open_packet(key, data):
    """(pn, frames) of a SECURE datagram."""
    if datagram_header(data)[0] != SECURE:
        raise Bad('not SECURE')
    plain = fernet_open(key, data[12:])
    if len(plain) not in PLAIN_SIZES:
        raise Bad('plaintext size')
    return int.from_bytes(plain[:8], 'big'), decode_frames(plain[8:])
