#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many at once: what everybody knows of everybody while people come and go, who reads too slowly, and the end in
the middle of a rush (docs/protocol.md, sections 3 and 6)."""

import os
import random
import socket
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

from harness import PATIENCE, main, wait_until
from sotto_client import Connection, User, connect, log_in, public_key, resume, sign
from sotto_protocol import SIGN, open_result

WIDE = '{records: 1000000/s, key_requests: 1000000/s, relay_rate: 1000 MiB/s, queue: 32 KiB}'
DATAGRAM = 1221


class Watcher:
    """Someone with an empty list who applies USERS and PRESENCE as they come."""

    def __init__(self, session):
        self.session, self.online = session, set()

    def look(self, barrier):
        """Asks for the list and reads up to the PONG of a PING sent behind it."""
        self.session.send('LIST', after='').send('PING', nonce=barrier)
        while True:
            name, fields = self.session.read()
            if name == 'USERS':
                self.online |= set(fields['names'])
            elif name == 'PRESENCE':
                self.apply(fields)
            elif name == 'PONG' and fields['nonce'] == barrier:
                return

    def apply(self, fields):
        for event in fields['events']:
            assert event['name'] != self.session.name, 'told of oneself'
            (self.online.add if event['ev'] == 1 else self.online.discard)(event['name'])

    def settle(self, truth):
        """Reads on until the list is right."""
        def right():
            try:
                name, fields = self.session.read(0.2)
                if name == 'PRESENCE':
                    self.apply(fields)
            except TimeoutError:
                pass
            return self.online == truth
        wait_until(right, f'{sorted(truth)} at {self.session.name}, who has {sorted(self.online)}')


def test_everybody_knows_who_is_here(t):
    server, rng = t.server(), random.Random(7)
    users = [User(f'user{n}') for n in range(12)]
    for user in users:
        sign(server, user).bye()
    here = {}
    watchers = [Watcher(sign(server, User(f'watcher{n}'))) for n in range(3)]
    for step in range(150):
        user = rng.choice(users)
        known = here.pop(user.name, None)
        if known is None:
            here[user.name] = log_in(server, user)
        elif rng.random() < 0.4:
            here[user.name] = resume(server, known)     # replaces it: nobody is told
        elif rng.random() < 0.5:
            known.bye()
        else:
            known.close()
        if step % 10 == 3:
            watchers[rng.randrange(len(watchers))].look(step)
        if step % 40 == 20:
            watchers.append(Watcher(sign(server, User(f'late{step}'))))
    truth = set(here) | {watcher.session.name for watcher in watchers}
    for watcher in watchers:
        watcher.look(1000)
        watcher.settle(truth)


def narrow(server, user):
    """A session whose end takes little before it is read."""
    connection = Connection.__new__(Connection)
    plain = socket.socket()
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    plain.settimeout(PATIENCE)
    plain.connect((server.address, server.port))
    connection.__dict__.update(socket=plain, buffer=bytearray(), waiting=[], limit=4096)
    data, keys = connection.greet().login_frame(public_key(server), user, SIGN)
    return connection.send(data).open_session(user, keys)


def test_who_does_not_read_is_slow(t):
    """BYE(SLOW) to him alone, once the kernel takes no more and the queue is full."""
    server = t.server(limits=WIDE)
    # Long names make long answers.
    crowd = [sign(server, User(f'{n:x}'.ljust(32, 'x'))) for n in range(24)]
    other, deaf = sign(server, User('other')), narrow(server, User('deaf'))

    def rests():
        for _ in range(100):
            deaf.send('LIST', after='')
        other.ping()
        return 'end of session of deaf' in server.log
    wait_until(rests, 'the end of who does not read')
    t.check('deaf from 127.0.0.1' in server.log and ': slow' in server.log, server.log)
    name, fields = 'USERS', {}
    while name in ('USERS', 'PRESENCE'):
        name, fields = deaf.read()
    t.equal((name, fields), ('BYE', {'code': 16}))
    other.await_presence('deaf', 2)
    t.equal(len(crowd[0].users()), len(crowd) + 1, 'all others are here')


def test_relay_makes_nobody_slow(t):
    server = t.server(limits=WIDE)
    sender, deaf = sign(server, User('sender')), narrow(server, User('deaf'))
    cid = sender.grant('deaf')['cid']
    datagram = bytes([0xC4, 3, 0, 0]) + cid.to_bytes(8, 'big') + os.urandom(DATAGRAM - 12)
    deaf.send('RELAY', cid=cid, datagram=datagram)
    for _ in range(120):
        for _ in range(50):
            sender.send('RELAY', cid=cid, datagram=datagram)
        sender.send('PING', nonce=2)
        sender.expect('PONG', aside=('PRESENCE', 'RELAY'))
    relayed, name = 0, None
    deaf.send('PING', nonce=9)
    while name != 'PONG':
        name, _ = deaf.read()
        relayed += name == 'RELAY'
    t.check(20 < relayed < 6000, f'{relayed} of 6000 relayed')


def test_end_in_a_rush(t):
    """SIGTERM while many log in: whoever is not in hears FAIL SHUTDOWN or nothing, and the server ends well."""
    server = t.server(bcrypt_cost='11')
    key, answers, users = public_key(server), {}, [User(f'user{n}') for n in range(30)]
    connections = [connect(server) for _ in users]
    begun = threading.Barrier(len(users) + 1)

    def rush(user, connection):
        data, keys = connection.login_frame(key, user, SIGN)
        begun.wait()
        try:
            name, fields, _ = connection.send(data).read_named()
            code = open_result(keys.K_sc, fields['token'])['code'] if name == 'RESULT' else fields['code']
            answers[user.name] = name, code
        except (OSError, AssertionError) as error:
            answers[user.name] = 'closed', str(error)
        connection.close()
    threads = [threading.Thread(target=rush, args=pair) for pair in zip(users, connections)]
    for thread in threads:
        thread.start()
    begun.wait()
    wait_until(lambda: any(answer[0] == 'RESULT' for answer in answers.values()), 'the first is in')
    t.equal(server.stop(), 0)
    for thread in threads:
        thread.join(PATIENCE)
    t.equal({answer for answer in answers.values() if answer[0] != 'closed'} - {('RESULT', 0), ('FAIL', 17)}, set())
    server.start()
    for user in users:
        if answers[user.name] == ('RESULT', 0):
            log_in(server, user).bye()


main(globals())
