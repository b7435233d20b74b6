#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""sotto-cli answers a rekey of a client that shares no code with it: new keys, one packet number
space, the old epoch for a while (docs/protocol.md, section 4)."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

from harness import main
from shared_server import Shared
from sotto_crypto import Bad, agree, new_private, public_of
from sotto_packet import open_packet, put_frame, seal_packet
from sotto_peer import Channel, rekey_keys
from sotto_person import Person
from sotto_protocol import CODE

shared = Shared(limits='{key_requests: 100000/s burst 100000}')


class Rekeying(Channel):
    """The initiator's side, that may ask for new keys whenever a test says so."""

    epoch, e2 = 0, None

    def rekey(self, epoch=None, again=False):
        if not again:
            self.e2 = new_private()
        wanted = (self.epoch + 1) % 256 if epoch is None else epoch
        return self.send_frames(put_frame('REKEY1', epoch=wanted, E=public_of(self.e2)))

    def _packet(self, frames, eliciting=True):
        if frames and eliciting:
            self.sent[self.pn] = frames
        self.pn += 1
        return seal_packet(self.keys.K_ir, self.cid, self.epoch, self.pn - 1, self._ack() + frames)

    def _receive_secure(self, epoch, data):
        if epoch != self.epoch:
            raise Bad('another epoch')
        pn, frames = open_packet(self.keys.K_ri, data)
        if pn in self.seen:
            return []
        self.seen.add(pn)
        self.ack_due = True
        return [answer for name, fields in frames for answer in self._take_frame(name, fields)]

    def _take_frame(self, name, fields):
        if name != 'REKEY2':
            return super()._take_frame(name, fields)
        self.events.append((name, fields))
        if fields['epoch'] == self.epoch:
            return []
        k_ir, k_ri, chain = rekey_keys(self.keys.chain, fields['epoch'], agree(self.e2, fields['E']), public_of(self.e2), fields['E'])
        self.keys, self.epoch = self.keys._replace(K_ir=k_ir, K_ri=k_ri, chain=chain), fields['epoch']
        return self.send_frames(put_frame('PING'))


def talking(t):
    server = shared()
    cli = t.cli(server, shared.user('cli').name)
    cli.sign(cli.profile)
    person = Person(server, shared.user('py').name)
    t.defer(person.session.close)
    person.ask(cli.profile)
    person.until('OPEN')
    person.channel.__class__ = Rekeying
    return cli, person, person.channel


def both_ways(t, cli, person, text):
    person.say(text)
    person.until('RECEIVED')
    cli.expect('message', text=text)
    cli.send(f'send {person.user.name} {text} too')
    t.equal(person.until('TEXT')['text'], f'{text} too')


def test_new_keys(t):
    cli, person, channel = talking(t)
    both_ways(t, cli, person, 'epoch 0')
    for epoch in (1, 2, 3):
        person.send(channel.rekey())
        t.equal(person.until('REKEY2')['epoch'], epoch)
        both_ways(t, cli, person, f'epoch {epoch}')
    cli.quit()


def test_the_old_epoch_for_a_while(t):
    """What was sealed before the switch and comes after it still counts."""
    cli, person, channel = talking(t)
    late = channel.send_text('from the old epoch')
    person.send(channel.rekey())
    person.until('REKEY2')
    person.send(channel.send_frames(put_frame('PING')))
    person.turn_for(0.3)
    person.send(late)
    person.until('RECEIVED')
    cli.expect('message', text='from the old epoch')
    cli.quit()


def test_another_key_or_epoch(t):
    """A repeat changes nothing; another E' or epoch is PROTOCOL."""
    cli, person, channel = talking(t)
    first = channel.rekey()
    person.send(first + channel.rekey(again=True))
    person.until('REKEY2')
    both_ways(t, cli, person, 'repeated')
    person.send(channel.rekey(epoch=7))
    t.equal(person.until('CLOSE')['code'], CODE['PROTOCOL'], 'another epoch')
    person.ask(cli.profile, 2)
    person.until('OPEN')
    person.channel.__class__ = Rekeying
    channel = person.channel
    channel._take_frame = lambda name, fields: [] if name == 'REKEY2' else Rekeying._take_frame(channel, name, fields)
    person.send(channel.rekey())
    person.turn_for(0.3)
    person.send(channel.rekey())
    t.equal(person.until('CLOSE')['code'], CODE['PROTOCOL'], "another E'")
    cli.quit()


def test_the_server_ends_well(t):
    shared.end()


main(globals())
