# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole honest client in Python: a session, a datagram port and one channel at a time. It keeps
every datagram, and its grant tells a test what Kxy was."""

import time

from sotto_client import Connection, Port, Unexpected, User
from sotto_crypto import Bad
from sotto_peer import Channel
from sotto_protocol import DATAGRAMS, SIGN

BOUND = DATAGRAMS['BOUND'].kind


class Person:
    """Signs up at `server` (anything with address and port), trusting the certificate it is shown."""

    def __init__(self, server, name):
        self.user = User(name)
        connection = Connection(server.address, server.port).greet()
        data, keys = connection.login_frame(connection.get_certificate().public_key(), self.user, SIGN)
        self.session = connection.send(data).open_session(self.user, keys)
        self.port = Port()
        self.port.bind(self.session, (server.address, server.port))
        self.channel = self.peer_at = None
        self.datagrams = []

    def accept(self):
        """Takes the next KEYGRANT."""
        return self.start(self.session.expect('KEYGRANT'))

    def ask(self, peer, req=1):
        return self.start(self.session.grant(peer, req))

    def start(self, grant):
        self.channel = Channel(grant, self.user.name, self.user.identity)
        self.peer_at = grant['addrs'][0] if grant['addrs'] else None
        return grant

    def say(self, text):
        self._send(self.channel.send_text(text))

    def turn(self):
        """One round: what is due goes out, what came is taken in."""
        self._send(self.channel.poll())
        got = self.port.read(0.02)
        if not got or got[0][1] == BOUND:
            return
        self.datagrams.append(got[0])
        try:
            answers = self.channel.receive(got[0])
        except Bad:
            return
        self.peer_at = got[1]
        self._send(answers)

    def until(self, what, seconds=20):
        """Turns until an event of that name is there; its fields. Each event is given once."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for n, (name, fields) in enumerate(self.channel.events):
                if name == what:
                    del self.channel.events[n]
                    return fields
            self.turn()
        raise Unexpected(f'no {what}: {self.channel.state} {self.channel.events}')

    def until_true(self, condition, what, seconds=20):
        """Turns until condition() holds."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise Unexpected(f'{what}: {self.channel.state} {self.channel.events}')
            self.turn()

    def _send(self, datagrams):
        for data in datagrams:
            self.datagrams.append(data)
            if self.peer_at:
                self.port.send(data, self.peer_at)
