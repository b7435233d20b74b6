# SPDX-License-Identifier: GPL-3.0-or-later
"""One side of a peer channel, just enough of it to hold a conversation in a test.

Datagrams and time in, datagrams out: the caller owns the socket. Does the handshake of either role,
stream 0 with TEXT and RECEIVED, ACKs and a plain retransmission; no rekeying, paths or files.
"""

import collections
import hmac
import os
import time as clock

from sotto_crypto import Bad, agree, hk, new_private, public_of, sha256
from sotto_fields import U64, lp_name
from sotto_packet import ELICITING, open_packet, put_frame, seal_packet
from sotto_protocol import (INITIATOR, SECURE, VERSION, datagram_header, make_datagram, open_datagram,
                            split_stream_records, stream_record)

PeerKeys = collections.namedtuple('PeerKeys', 'TH K_ir K_ri chain kconf conf')


def binding(cid, name_i, name_r, identity_i, identity_r):
    """B: what both sides have to agree on."""
    return U64.put(cid) + lp_name(name_i) + lp_name(name_r) + identity_i + identity_r


def handshake_key(kxy, cid, b, side):
    """PSK_i or PSK_r."""
    return hk(kxy, U64.put(cid), b'sotto/1 hs ' + side + sha256(b), 32)


def peer_keys(kxy, b, e_i_public, e_r_public, dh):
    """The keys of epoch 0 from the four secrets ee, i_i e_r, e_i i_r, i_i i_r."""
    th = sha256(b'sotto/1 peer', b, e_i_public, e_r_public)
    out = hk(b''.join(dh), kxy, b'sotto/1 peer' + th, 128)
    conf = hmac.digest(out[96:], b'r' + th, 'sha256')[:16]
    return PeerKeys(th, out[:32], out[32:64], out[64:96], out[96:], conf)


def rekey_keys(chain, epoch, dh, e_i_public, e_r_public):
    """(K_ir, K_ri, chain) of the next epoch."""
    out = hk(dh, chain, b'sotto/1 rekey' + bytes([epoch]) + e_i_public + e_r_public, 96)
    return out[:32], out[32:64], out[64:]


class Channel:
    """`grant` is a KEYGRANT's fields; `events` collects (what, fields) for the caller. An impostor
    claims a public identity of which it has not the private part."""

    RETRANSMIT_S = 0.3
    INIT_S = 0.25

    def __init__(self, grant, own_name, identity, claimed=None):
        self.grant, self.cid = grant, grant['cid']
        self.initiator = grant['role'] == INITIATOR
        self.identity, self.peer_identity = identity, grant['I_peer']
        self.e = new_private()
        self.state, self.events = 'handshake', []
        sides = [(own_name, claimed or public_of(identity)), (grant['peer'], self.peer_identity)]
        if not self.initiator:
            sides.reverse()
        self.b = binding(self.cid, sides[0][0], sides[1][0], sides[0][1], sides[1][1])
        self.psk_i = handshake_key(grant['Kxy'], self.cid, self.b, b'i')
        self.psk_r = handshake_key(grant['Kxy'], self.cid, self.b, b'r')
        self.init = self.resp = self.keys = None
        self.pn, self.seen, self.largest_acked = 0, set(), -1
        self.ack_due = False
        self.sent = {}  # pn -> frames that have to arrive
        self.next_try = 0.0
        self.offset, self.received, self.taken = 0, {}, 0
        self.stream = bytearray()

    # out

    def poll(self, now=None):
        """Datagrams to send now: the handshake, what was not acknowledged in time, an ACK."""
        now = clock.monotonic() if now is None else now
        out = []
        if self.state == 'handshake' and self.initiator and now >= self.next_try:
            self.init = self.init or make_datagram('INIT', self.cid, self.psk_i, ver=VERSION,
                                                   E_i=public_of(self.e))
            self.next_try = now + self.INIT_S
            out.append(self.init)
        elif self.state == 'open' and now >= self.next_try:
            waiting, self.sent = self.sent, {}
            out += [self._packet(frames) for frames in waiting.values()]
            self.next_try = now + self.RETRANSMIT_S
        if self.ack_due and self.keys:
            self.ack_due = False
            out.append(self._packet(b''))
        return out

    def send_record(self, name, /, **fields):
        """Datagrams that carry one record of stream 0."""
        data, out = stream_record(name, **fields), []
        for at in range(0, len(data), 1024):
            piece = data[at:at + 1024]
            out.append(self._packet(put_frame('STREAM', id=0, offset=self.offset, flags=0, data=piece)))
            self.offset += len(piece)
        return out

    def send_text(self, text, id16=None):
        return self.send_record('TEXT', id=id16 or os.urandom(16), sent=int(clock.time() * 1000), text=text)

    def send_frames(self, frames, eliciting=True):
        return [self._packet(frames, eliciting)]

    def _packet(self, frames, eliciting=True):
        key = self.keys.K_ir if self.initiator else self.keys.K_ri
        if frames and eliciting:
            self.sent[self.pn] = frames
        self.pn += 1
        return seal_packet(key, self.cid, 0, self.pn - 1, self._ack() + frames)

    def _ack(self):
        if not self.seen:
            return b''
        ranges = []
        for pn in sorted(self.seen, reverse=True):
            if ranges and ranges[-1][0] == pn + 1:
                ranges[-1][0] = pn
            elif len(ranges) == 4:
                break
            else:
                ranges.append([pn, pn])
        return put_frame('ACK', delay=0, ranges=ranges)

    # in

    def receive(self, data):
        """Answers to one datagram; Bad when it is not of this channel."""
        kind, epoch, cid = datagram_header(data)
        if cid != self.cid:
            raise Bad('another channel')
        if kind == SECURE:
            return self._receive_secure(epoch, data)
        if self.initiator and kind == 2:
            return self._receive_resp(data)
        if not self.initiator and kind == 1:
            return self._receive_init(data)
        return []

    def _receive_resp(self, data):
        if self.state != 'handshake' or not self.init:
            return []
        fields = open_datagram(self.psk_r, data)[2]
        if fields['init_hash'] != sha256(self.init):
            raise Bad('RESP of another INIT')
        dh = [agree(self.e, fields['E_r']), agree(self.identity, fields['E_r']),
              agree(self.e, self.peer_identity), agree(self.identity, self.peer_identity)]
        keys = peer_keys(self.grant['Kxy'], self.b, public_of(self.e), fields['E_r'], dh)
        if keys.conf != fields['conf']:
            raise Bad('conf')
        self.keys = keys
        self._set_open()
        return self.send_frames(put_frame('PING'))

    def _receive_init(self, data):
        if self.resp:
            return [self.resp] if data == self.init and self.state == 'handshake' else []
        fields = open_datagram(self.psk_i, data)[2]
        peer_e = fields['E_i']
        dh = [agree(self.e, peer_e), agree(self.e, self.peer_identity),
              agree(self.identity, peer_e), agree(self.identity, self.peer_identity)]
        self.init = data
        self.keys = peer_keys(self.grant['Kxy'], self.b, peer_e, public_of(self.e), dh)
        self.resp = make_datagram('RESP', self.cid, self.psk_r, E_r=public_of(self.e),
                                  init_hash=sha256(data), conf=self.keys.conf)
        return [self.resp]

    def _receive_secure(self, epoch, data):
        if not self.keys or epoch:
            raise Bad('no keys of that epoch')
        pn, frames = open_packet(self.keys.K_ri if self.initiator else self.keys.K_ir, data)
        if self.state == 'handshake':
            self._set_open()
        if pn in self.seen:
            return []
        self.seen.add(pn)
        self.ack_due |= any(name in ELICITING for name, _ in frames)
        out = []
        for name, fields in frames:
            out += self._take_frame(name, fields)
        return out

    def _take_frame(self, name, fields):
        if name == 'ACK':
            for low, high in fields['ranges']:
                for pn in [pn for pn in self.sent if low <= pn <= high]:
                    del self.sent[pn]
        elif name == 'STREAM' and fields['id'] == 0:
            self.received[fields['offset']] = fields['data']
            return self._take_stream()
        elif name == 'CLOSE':
            self.state = 'closed'
            self.events.append(('CLOSE', fields))
        elif name == 'PATH_CHALLENGE':
            return self.send_frames(put_frame('PATH_RESPONSE', data=fields['data']), False)
        elif name != 'PING':
            self.events.append((name, fields))
        return []

    def _take_stream(self):
        moved = True
        while moved:
            moved = False
            for offset in sorted(self.received):
                data = self.received[offset]
                if offset <= self.taken:
                    del self.received[offset]
                    fresh = data[self.taken - offset:]
                    self.stream += fresh
                    self.taken += len(fresh)
                    moved = True
        out = []
        for name, fields in split_stream_records(self.stream):
            self.events.append((name, fields))
            if name in ('TEXT', 'EDIT', 'DELETE', 'REACT'):
                out += self.send_record('RECEIVED', id=fields['id'])
        return out

    def _set_open(self):
        self.state = 'open'
        self.next_try = clock.monotonic() + self.RETRANSMIT_S
        self.events.append(('OPEN', {}))
