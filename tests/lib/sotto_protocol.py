# SPDX-License-Identifier: GPL-3.0-or-later
"""The control connection and the datagrams of protocol version 1: bodies, frames and key schedule.

Sections 3 and 4 of docs/protocol.md as tables, for the client and for a server that a test plays.
No sockets here.
"""

import collections
import struct

from sotto_crypto import (Bad, agree, fernet_open, fernet_seal, hk, open_text, seal_text, sha256)
from sotto_fields import (ADDR, ID, KEY, NAME_FIELD, NAME_OR_EMPTY, REQ, U8, U16, U32, U62_FIELD, U64,
                          Body, Int, Lp, Many, Raw, Reader, Text, index, pad)

VERSION = 1
CODES = ('OK AUTH NAME_TAKEN BAD_NAME BUSY RATE INVITE VERSION HANDSHAKE PROTOCOL TOO_BIG TIMEOUT '
         'REPLACED OFFLINE SELF UNAVAILABLE SLOW SHUTDOWN TICKET QUOTA KICKED').split()
CODE = {name: number for number, name in enumerate(CODES)}
FAIL_CODES = {4, 5, 7, 8, 9, 10, 11, 15, 17, 18}

LIMIT_TO_SERVER, LIMIT_FROM_SERVER, LIMIT_READY = 1024, 4096, 16384
LOGIN_LEN, RESUME_LEN, RESULT_LEN, TICKET_LEN = 175, 63, 511, 95
DATAGRAM_MAGIC = 0xC4
PLAIN_SIZES = (63, 255, 511, 1151)
DATAGRAM_SIZES = (133, 325, 581, 1221)
AUTH, SIGN = 1, 2
INITIATOR, RESPONDER = 1, 2

# Frames

VER = Int(1, VERSION, VERSION)
FRAMES, FRAMES_BY_TYPE = index(
    Body('HELLO', 1, ver=VER, features=U32, kid=Raw(8), Ns=Raw(16), Es=KEY, realm=Lp(64)),
    Body('LOGIN', 2, ver=VER, kid=Raw(8), Ec=KEY, wrap=Lp(65535, size=2, text=False), token=Raw()),
    Body('RESUME', 3, ver=VER, Ec=KEY, ticket=Lp(65535, size=2, text=False), token=Raw()),
    Body('RESULT', 4, token=Raw()),
    Body('FAIL', 5, code=U8, retry_s=U16),
    Body('GETCERT', 6),
    Body('CERT', 7, certificate=Raw()),
    Body('SEALED', 16, token=Raw()))

LOGIN_PLAIN = Body('LOGIN plaintext', op=Int(1, AUTH, SIGN), features=U32, name=Lp(32, text=False),
                   H=KEY, I=KEY, invite=Lp(32))
RESUME_PLAIN = Body('RESUME plaintext', features=U32, name=NAME_FIELD)
RESULT_HEAD = Body('RESULT plaintext', ctr=Int(8, 0, 0), t=Int(1, 4, 4), code=U8, retry_s=U16)
RESULT_TRUE = Body('RESULT of True', sid=U64, udp_port=U16, addr=ADDR,
                   ticket=Lp(65535, size=2), ticket_life_s=U32)
TICKET = Body('ticket', ver=VER, name=NAME_FIELD, ticket_gen=U32, RMS=KEY, expiry=U64)

# Session records

EVENT = Body('event', ev=Int(1, 1, 2), name=NAME_FIELD)


class PeerDatagram(Raw):
    """A whole datagram of a valid size and a peer's kind."""

    def get(self, reader):
        data = super().get(reader)
        if len(data) not in DATAGRAM_SIZES:
            raise Bad('datagram size')
        return data


RECORDS, RECORDS_BY_TYPE = index(
    Body('ADDRESS', 0x20, addrs=Many(ADDR, 3)),
    Body('LIST', 0x22, after=NAME_OR_EMPTY),
    Body('USERS', 0x23, more=U8, names=Many(NAME_FIELD, 200, key=str.encode, rising=True)),
    Body('PRESENCE', 0x24, events=Many(EVENT, key=lambda e: e['name'])),
    Body('KEYREQ', 0x25, req=REQ, peer=NAME_FIELD),
    Body('KEYGRANT', 0x26, req=U32, role=Int(1, 1, 2), cid=U64, peer=NAME_FIELD, I_peer=KEY, Kxy=KEY,
         ttl_s=U16, addrs=Many(ADDR, 4)),
    Body('RELAY', 0x27, cid=U64, datagram=PeerDatagram()),
    Body('RELAYNO', 0x28, cid=U64, code=U8),
    Body('PASSWD', 0x29, req=U32, H_old=KEY, H_new=KEY),
    Body('IDENTITY', 0x2A, req=U32, H=KEY, I_new=KEY),
    Body('UNSIGN', 0x30, req=U32, H=KEY),
    Body('OK', 0x2B, req=U32),
    Body('ERR', 0x2C, req=U32, code=U8, retry_s=U16),
    Body('PING', 0x2D, nonce=U64),
    Body('PONG', 0x2E, nonce=U64),
    Body('BYE', 0x2F, code=U8))
SERVER_ONLY = ('USERS', 'PRESENCE', 'KEYGRANT', 'RELAYNO', 'OK', 'ERR')

# Datagrams

DATAGRAMS, DATAGRAMS_BY_KIND = index(
    Body('BIND', 0x10, ctr=U64, nonce=Raw(8)),
    Body('BOUND', 0x11, nonce=Raw(8), addr=ADDR),
    Body('INIT', 0x01, ver=VER, E_i=KEY),
    Body('RESP', 0x02, E_r=KEY, init_hash=KEY, conf=Raw(16)),
    Body('PROBE', 0x04, n=U8))
SECURE = 0x03
PLAIN_SIZE = {'BIND': 63, 'BOUND': 63, 'INIT': 255, 'RESP': 255, 'PROBE': 63}

# Records of stream 0

STREAM_RECORDS, STREAM_RECORDS_BY_KIND = index(
    Body('TEXT', 1, id=ID, sent=U64, text=Text(16384)),
    Body('RECEIVED', 2, id=ID),
    Body('READ', 3, id=ID),
    Body('FILE_OFFER', 4, id=ID, stream=U32, size=U62_FIELD, media_type=Lp(255, size=2),
         name=Lp(255, 1, size=2, check=lambda name: name not in (b'.', b'..')
                 and not any(c in b'/\\\0' for c in name))),
    Body('FILE_ACCEPT', 5, id=ID, offset=U62_FIELD),
    Body('FILE_REFUSE', 6, id=ID, code=U8),
    Body('EDIT', 7, id=ID, target=ID, text=Text(16384)),
    Body('DELETE', 8, id=ID, target=ID),
    Body('REACT', 9, id=ID, target=ID, reaction=Lp(32)))


def frame(kind, body=b''):
    """A whole frame around body, whatever its type."""
    kind = FRAMES[kind].kind if isinstance(kind, str) else kind
    return struct.pack('>IB', 1 + len(body), kind) + body


def make_frame(name, /, **fields):
    return frame(name, FRAMES[name].put(fields))


def split_frames(buffer, limit):
    """Takes the whole frames off a bytearray: [(type, body, frame)]; a length over the limit or 0 is Bad."""
    frames = []
    while len(buffer) >= 4:
        n = int.from_bytes(buffer[:4], 'big')
        if not 0 < n <= limit:
            raise Bad('frame length')
        if len(buffer) < 4 + n:
            break
        whole = bytes(buffer[:4 + n])
        del buffer[:4 + n]
        frames.append((whole[4], whole[5:], whole))
    return frames


def decode_frame(kind, body, from_server):
    """(name, fields) of a frame before READY."""
    found = FRAMES_BY_TYPE.get(kind)
    if not found or (found.name in ('HELLO', 'CERT', 'RESULT', 'FAIL')) != from_server:
        raise Bad('frame type')
    return found.name, found.decode(body)


# Login

Keys = collections.namedtuple('Keys', 'dh T K0 T2 K_cs K_sc RMS U_cs U_sc')


def login_k0(s, dh, t, what):
    return hk(s + dh, t, b'sotto/1 ' + what, 32)


def session_keys(s, dh, t, k0, token):
    t2 = sha256(t, token)
    out = hk(s + dh + k0, t2, b'sotto/1 session', 160)
    return Keys(dh, t, k0, t2, *(out[n:n + 32] for n in range(0, 160, 32)))


def build_hello_reply(name, s, dh, hello, head, plain, what, iv=None, time=None):
    """(frame, keys) of a LOGIN or RESUME whose bytes up to the token are `head`."""
    length = len(head) + 4 * ((57 + 16 * (len(plain) // 16 + 1) + 2) // 3)
    start = struct.pack('>IB', 1 + length, FRAMES[name].kind) + head
    t = sha256(hello, start)
    k0 = login_k0(s, dh, t, what)
    token = seal_text(k0, plain, iv, time)
    return start + token, session_keys(s, dh, t, k0, token)


def build_login(hello, es, kid, ec, ec_public, k, wrap, fields, plain=None, iv=None, time=None):
    """(LOGIN frame, keys) for the HELLO frame `hello`; `plain` instead of fields for what is malformed."""
    head = FRAMES['LOGIN'].put(dict(ver=VERSION, kid=kid, Ec=ec_public, wrap=wrap, token=b''))
    plain = pad(LOGIN_PLAIN.put(fields), LOGIN_LEN) if plain is None else plain
    return build_hello_reply('LOGIN', k, agree(ec, es), hello, head, plain, b'login', iv, time)


def build_resume(hello, es, ec, ec_public, ticket, rms, fields, plain=None, iv=None, time=None):
    head = FRAMES['RESUME'].put(dict(ver=VERSION, Ec=ec_public, ticket=ticket, token=b''))
    plain = pad(RESUME_PLAIN.put(fields), RESUME_LEN) if plain is None else plain
    return build_hello_reply('RESUME', rms, agree(ec, es), hello, head, plain, b'resume', iv, time)


def build_result(k_sc, fields, iv=None, time=None):
    head = RESULT_HEAD.put(dict(ctr=0, t=4, code=fields['code'], retry_s=fields['retry_s']))
    rest = RESULT_TRUE.put(fields) if not fields['code'] else b''
    return frame('RESULT', seal_text(k_sc, pad(head + rest, RESULT_LEN), iv, time))


def open_result(k_sc, token):
    """The fields of a RESULT, checked to the last byte."""
    plain = open_text(k_sc, token)
    if len(plain) != RESULT_LEN:
        raise Bad('RESULT size')
    reader = Reader(plain)
    fields = RESULT_HEAD.get(reader)
    if fields['code'] == 0:
        fields.update(RESULT_TRUE.get(reader))
    reader.end_padding()
    return {key: value for key, value in fields.items() if key not in ('ctr', 't')}


def server_accepts(name, es, hello, whole, s):
    """What a server does with a LOGIN or RESUME frame once it has K or RMS: (plaintext, keys)."""
    fields = FRAMES[name].decode(whole[5:])
    t = sha256(hello, whole[:len(whole) - len(fields['token'])])
    dh = agree(es, fields['Ec'])
    k0 = login_k0(s, dh, t, name.lower().encode())
    body, size = (LOGIN_PLAIN, LOGIN_LEN) if name == 'LOGIN' else (RESUME_PLAIN, RESUME_LEN)
    plain = body.decode_padded(open_text(k0, fields['token']), size)
    return plain, session_keys(s, dh, t, k0, fields['token'])


def seal_ticket(tk, fields, iv=None, time=None):
    return seal_text(tk, pad(TICKET.put(dict(ver=VERSION, **fields)), TICKET_LEN), iv, time)


# SEALED


def seal_record(key, ctr, kind, body, iv=None, time=None):
    return frame('SEALED', seal_text(key, struct.pack('>QB', ctr, kind) + body, iv, time))


def decode_record(plain):
    """(ctr, name, fields) of a SEALED plaintext."""
    reader = Reader(plain)
    ctr, kind = U64.get(reader), U8.get(reader)
    record = RECORDS_BY_TYPE.get(kind)
    if not record:
        raise Bad('record type')
    fields = record.decode(reader.rest())
    if record.name == 'RELAY' and fields['datagram'][4:12] != U64.put(fields['cid']):
        raise Bad('RELAY id')
    return ctr, record.name, fields


# Datagrams


def datagram(kind, id64, key, plain, epoch=0, iv=None, time=None):
    return struct.pack('>BBBBQ', DATAGRAM_MAGIC, kind, epoch, 0, id64) + fernet_seal(key, plain, iv, time)


def make_datagram(name, id64, key, /, iv=None, time=None, **fields):
    kind = DATAGRAMS[name].kind
    plain = pad(bytes([kind]) + DATAGRAMS[name].put(fields), PLAIN_SIZE[name])
    return datagram(kind, id64, key, plain, 0, iv, time)


def datagram_header(data):
    """(kind, epoch, id) by the checks that need no key."""
    if len(data) not in DATAGRAM_SIZES:
        raise Bad('datagram size')
    magic, kind, epoch, zero, id64 = struct.unpack('>BBBBQ', data[:12])
    if magic != DATAGRAM_MAGIC or zero or (kind != SECURE and (kind not in DATAGRAMS_BY_KIND or epoch)):
        raise Bad('datagram header')
    return kind, epoch, id64


def open_datagram(key, data):
    """(name, id, fields) of a datagram other than SECURE."""
    kind, _, id64 = datagram_header(data)
    body = DATAGRAMS_BY_KIND[kind]
    plain = fernet_open(key, data[12:])
    if plain[:1] != bytes([kind]):
        raise Bad('datagram kind')
    return body.name, id64, body.decode_padded(plain[1:], PLAIN_SIZE[body.name] - 1)


# Stream 0


def stream_record(name, /, **fields):
    body = bytes([STREAM_RECORDS[name].kind]) + STREAM_RECORDS[name].put(fields)
    return struct.pack('>I', len(body)) + body


def split_stream_records(buffer):
    """Takes the whole records off a bytearray; a kind that is not known is left out."""
    records = []
    while len(buffer) >= 4:
        n = int.from_bytes(buffer[:4], 'big')
        if not 0 < n <= 65536:
            raise Bad('record length')
        if len(buffer) < 4 + n:
            break
        kind, body = buffer[4], bytes(buffer[5:4 + n])
        del buffer[:4 + n]
        if kind in STREAM_RECORDS_BY_KIND:
            found = STREAM_RECORDS_BY_KIND[kind]
            records.append((found.name, found.decode(body)))
    return records
