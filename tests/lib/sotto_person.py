# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole honest client in Python: a session, a datagram port and its channels. It keeps every
datagram, and its grants tell a test what Kxy was."""

import select
import time

from sotto_client import Connection, Port, Unexpected, User
from sotto_crypto import Bad
from sotto_peer import Channel
from sotto_protocol import DATAGRAMS, SIGN

BOUND = DATAGRAMS['BOUND'].kind
RELAY = 'relay'  # in place of an address


class Person:
    """Signs up at `server` (anything with address and port), trusting the certificate it is shown.
    Talks to one peer at a time; a later grant makes a channel beside the earlier ones."""

    def __init__(self, server, name, bind=True):
        self.user = User(name)
        connection = Connection(server.address, server.port).greet()
        data, keys = connection.login_frame(connection.get_certificate().public_key(), self.user, SIGN)
        self.session = connection.send(data).open_session(self.user, keys)
        self.port = Port()
        if bind:
            self.port.bind(self.session, (server.address, server.port))
        self.channels, self.datagrams, self.events = [], [], []

    @property
    def channel(self):
        """The newest that is open, else the newest."""
        return next((c for c in reversed(self.channels) if c.state == 'open'), self.channels[-1])

    @property
    def peer_at(self):
        return self.channel.peer_at

    # the session

    def accept(self):
        """Waits for a KEYGRANT, if none came yet."""
        self.until_true(lambda: self.channels, 'no KEYGRANT')
        return self.channel.grant

    def request(self, peer, req=1):
        """The grant that answers a KEYREQ; what came before it is dealt with."""
        self.session.send('KEYREQ', req=req, peer=peer)
        while (grant := self.session.expect('KEYGRANT'))['req'] != req:
            self.start(grant)
        return grant

    def ask(self, peer, req=1):
        return self.start(self.request(peer, req)).grant

    def start(self, grant, identity=None):
        channel = Channel(grant, self.user.name, identity or self.user.identity, self.user.public)
        channel.events = self.events
        channel.peer_at = grant['addrs'][0] if grant['addrs'] else None
        self.channels.append(channel)
        return channel

    # the channel

    def say(self, text):
        self.send(self.channel.send_text(text))

    def send(self, datagrams, channel=None):
        channel = channel or self.channel
        for data in datagrams:
            self.datagrams.append(data)
            if channel.peer_at == RELAY:
                self.session.send('RELAY', cid=channel.cid, datagram=data)
            elif channel.peer_at:
                self.port.send(data, channel.peer_at)

    def turn(self):
        """One round: what is due goes out, what came is taken in."""
        self._take_records()
        for channel in self.channels:
            self.send(channel.poll(), channel)
        got = self.port.read(0.02)
        if got and got[0][1:2] != bytes([BOUND]):
            self._take_datagram(*got)

    def _take_datagram(self, data, source):
        self.datagrams.append(data)
        for channel in self.channels:
            try:
                answers = channel.receive(data)
            except Bad:
                continue
            channel.peer_at = source
            self.send(answers, channel)

    def _take_records(self):
        connection = self.session.connection
        while connection.waiting or select.select([connection.socket], [], [], 0)[0]:
            got = self.session.read(1)
            if got is None:
                return
            if got[0] == 'KEYGRANT':
                self.start(got[1])
            elif got[0] == 'RELAY':
                self._take_datagram(got[1]['datagram'], RELAY)

    def turn_for(self, seconds):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.turn()

    def until(self, what, seconds=20):
        """Turns until an event of that name is there; its fields. Each event is given once."""
        found = []

        def look():
            found[:] = [event for event in self.events if event[0] == what][:1]
            return found
        self.until_true(look, f'no {what}', seconds)
        self.events.remove(found[0])
        return found[0][1]

    def until_true(self, condition, what, seconds=20):
        """Turns until condition() holds."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise Unexpected(f'{what}: {[c.state for c in self.channels]} {self.events}')
            self.turn()
