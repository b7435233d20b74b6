# SPDX-License-Identifier: GPL-3.0-or-later
"""Field codecs of the protocol's notation (docs/protocol.md, section 2) and bodies made of them.

A codec puts a value into bytes and gets it out of a Reader; a Body is a row of named codecs. Getting
is strict, putting is not: a test must be able to write what a decoder has to refuse.
"""

import ipaddress
import re

from sotto_crypto import Bad

NAME = re.compile(rb'[a-z0-9][a-z0-9._-]{0,31}')
U62 = 1 << 62


class Reader:
    """Bytes that are taken from the front and have to be used up."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, n):
        if self.at + n > len(self.data):
            raise Bad('truncated')
        self.at += n
        return self.data[self.at - n:self.at]

    def rest(self):
        return self.take(len(self.data) - self.at)

    def left(self):
        return len(self.data) - self.at

    def end(self):
        if self.left():
            raise Bad('trailing bytes')

    def end_padding(self):
        if any(self.rest()):
            raise Bad('padding is not zero')


class Int:
    def __init__(self, size, low=0, high=None):
        self.size, self.low = size, low
        self.high = high if high is not None else 256 ** size - 1

    def put(self, value):
        return value.to_bytes(self.size, 'big')

    def get(self, reader):
        value = int.from_bytes(reader.take(self.size), 'big')
        if not self.low <= value <= self.high:
            raise Bad('number out of range')
        return value


class Raw:
    """n bytes as they are; without n all that is left."""

    def __init__(self, n=None):
        self.n = n

    def put(self, value):
        return value

    def get(self, reader):
        return reader.rest() if self.n is None else reader.take(self.n)


class Lp:
    """A string behind its length: bytes, or UTF-8 text when `text`."""

    def __init__(self, high=255, low=0, size=1, text=True, check=None):
        self.high, self.low, self.size, self.text, self.check = high, low, size, text, check

    def put(self, value):
        data = value.encode() if isinstance(value, str) else value
        return len(data).to_bytes(self.size, 'big') + data

    def get(self, reader):
        n = int.from_bytes(reader.take(self.size), 'big')
        data = reader.take(n)
        if not self.low <= n <= self.high or (self.check and not self.check(data)):
            raise Bad('string')
        return as_text(data) if self.text else data


class Text:
    """The rest of a record as UTF-8 without NUL."""

    def __init__(self, high):
        self.high = high

    def put(self, value):
        return value.encode() if isinstance(value, str) else value

    def get(self, reader):
        data = reader.rest()
        if len(data) > self.high or b'\0' in data:
            raise Bad('text')
        return as_text(data)


class Addr:
    """(ip, port), the IP as people write it."""

    def put(self, value):
        ip = ipaddress.ip_address(value[0])
        return bytes([ip.version]) + ip.packed + value[1].to_bytes(2, 'big')

    def get(self, reader):
        family = reader.take(1)[0]
        if family not in (4, 6):
            raise Bad('address family')
        ip = ipaddress.ip_address(reader.take(4 if family == 4 else 16))
        port = int.from_bytes(reader.take(2), 'big')
        if not port or (family == 6 and ip.ipv4_mapped):
            raise Bad('address')
        return str(ip), port


class Many:
    """u8 count, then that many of one codec; `key` must differ, and rise where `rising`."""

    def __init__(self, item, high=255, key=None, rising=False):
        self.item, self.high, self.key, self.rising = item, high, key, rising

    def put(self, value):
        return bytes([len(value)]) + b''.join(self.item.put(v) for v in value)

    def get(self, reader):
        n = reader.take(1)[0]
        if n > self.high:
            raise Bad('count')
        values = [self.item.get(reader) for _ in range(n)]
        keys = [self.key(v) for v in values] if self.key else []
        if len(set(keys)) != len(keys) or (self.rising and keys != sorted(keys)):
            raise Bad('order')
        return values


class Body:
    """Named fields one after the other; `kind` is the number that stands before them."""

    def __init__(self, name, kind=None, /, **fields):
        self.name, self.kind, self.fields = name, kind, fields

    def put(self, values):
        return b''.join(codec.put(values[key]) for key, codec in self.fields.items())

    def get(self, reader):
        return {key: codec.get(reader) for key, codec in self.fields.items()}

    def decode(self, data):
        reader = Reader(data)
        values = self.get(reader)
        reader.end()
        return values

    def decode_padded(self, data, size):
        if len(data) != size:
            raise Bad('plaintext size')
        reader = Reader(data)
        values = self.get(reader)
        reader.end_padding()
        return values


def as_text(data):
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise Bad('UTF-8') from error


def is_name(data):
    return bool(NAME.fullmatch(data))


U8, U16, U32, U64 = Int(1), Int(2), Int(4), Int(8)
U62_FIELD = Int(8, high=U62 - 1)
REQ = Int(4, low=1)
NAME_FIELD = Lp(32, 1, check=is_name)
NAME_OR_EMPTY = Lp(32, check=lambda data: not data or is_name(data))
ADDR = Addr()
KEY = Raw(32)
ID = Raw(16)


def pad(data, n):
    return data + bytes(max(0, n - len(data)))


def index(*bodies):
    """Bodies by name and by number."""
    return {b.name: b for b in bodies}, {b.kind: b for b in bodies if b.kind is not None}


def lp_name(name):
    return NAME_FIELD.put(name)
