#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Evidence that the server cannot read: a known message is in nothing that it receives, holds in
memory, stores or logs, and neither the message nor H, Kxy or a password passes in clear anywhere.

Each search has its counterpart that must find something, else it would prove nothing.
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import netns
import sotto_crypto as crypto
from harness import Skip, main
from recording import Proxy, Sniffer, datagrams_of, files_below, find, find_in_memory
from sotto_person import Person

os.environ['G_MESSAGES_DEBUG'] = 'all'  # for the servers: a log that says all it can
TEXT = 'the heron stands in the reeds at 4.17, tell nobody'
BACK = 'then bring the blue lantern and the other half'
PASSWORD = 'aardvark-Zeppelin-9172'
REALM = 'secrecy test'


def open_pair(t, bind=True):
    """(server, proxy, cli of alice, peer bob): both through the proxy; the real server behind it."""
    server = t.server(realm=f'"{REALM}"')
    proxy = Proxy(server)
    t.defer(proxy.close)
    alice = t.cli(proxy, 'alice')
    alice.sign('alice', PASSWORD)
    bob = Person(proxy, 'bob', bind)
    return server, proxy, alice, bob


def secrets_of(bob, grant):
    h, v = crypto.password_keys(PASSWORD, REALM, 'alice')
    return {'text': TEXT.encode(), 'answer': BACK.encode(), 'H': h, 'V': v, 'password': PASSWORD.encode(), 'Kxy': grant['Kxy'],
            'H of bob': bob.user.h}


def refute(t, secrets, where, data):
    for name, secret in secrets.items():
        t.check(not find(secret, data), f'{name} stands in clear in {where}')


def converse(alice, bob):
    """alice asks and writes, bob answers; the grant that bob got, and what he read."""
    alice.send(f'send bob {TEXT}')
    grant = bob.accept()
    text = bob.until('TEXT')['text']
    bob.until_true(lambda: alice.seen('delivered', to='bob'), 'delivered')
    bob.say(BACK)
    bob.until('RECEIVED')
    alice.expect('message', from_='bob', text=BACK)
    return grant, text


def test_nothing_in_clear(t):
    sniffer = Sniffer() if ALONE else None
    server, proxy, alice, bob = open_pair(t)
    grant, text = converse(alice, bob)
    t.equal(text, TEXT, 'the message arrived')
    secrets = secrets_of(bob, grant)
    server_sees = {k: v for k, v in secrets.items() if k in ('text', 'answer', 'password', 'V')}

    # what the server holds while both are there, and again after they left
    present = find_in_memory(server.pid, {**server_sees, 'a name': b'alice', 'its realm': REALM.encode()})
    t.equal(present, {'a name', 'its realm'}, 'in the memory of the server')
    t.equal(find_in_memory(alice.program.process.pid, {'text': TEXT.encode()}), {'text'}, 'in the memory of the writer')
    alice.quit()
    bob.session.bye()
    present = find_in_memory(server.pid, {**server_sees, 'its realm': REALM.encode()})
    t.equal(present, {'its realm'}, 'in the memory of the server afterwards')
    server.stop()

    # what passed
    for where, data in (('what the server received', proxy.to_server), ('what the server sent', proxy.from_server),
                        ('datagrams through the proxy', b'|'.join(proxy.datagrams)),
                        ('datagrams between the peers', b'|'.join(bob.datagrams))):
        t.check(len(data) > 500, f'{where}: only {len(data)} bytes recorded')
        refute(t, secrets, where, bytes(data))
    t.check(REALM.encode() in proxy.from_server, 'the recorder did not see the realm of HELLO')
    t.check(any(bob.channel.init == data for data in bob.datagrams), 'the recorder did not see INIT')
    if sniffer:
        packets = sniffer.stop()
        datagrams = datagrams_of(packets)
        t.check(bob.channel.init in datagrams, 'the sniffer did not see INIT')
        t.check(any(REALM.encode() in packet for packet in packets), 'the sniffer did not see HELLO')
        refute(t, secrets, 'the loopback interface', b'|'.join(packets))

    # what stays
    stored = dict(files_below(server.dir))
    t.check(any(b'"alice"' in data for data in stored.values()), 'the account is not in a file of the server')
    for path, data in stored.items():
        refute(t, secrets, path, data)
    for path, data in files_below(t.home('alice')):
        refute(t, secrets, path, data)
    t.check(server.log, 'the log of the server is empty')
    refute(t, secrets, 'the standard output of the server', '\n'.join(server.current.lines).encode())
    refute(t, secrets, 'the log of the client', alice.log.encode())


def test_relayed(t):
    """Every word passes through the server, and it can still read none."""
    server, proxy, alice, bob = open_pair(t, bind=False)
    grant, text = converse(alice, bob)
    t.equal(text, TEXT, 'the message arrived')
    t.equal(alice.expect('channel', state='open')['path'], 'relayed')
    secrets = secrets_of(bob, grant)
    present = find_in_memory(server.pid, {'text': secrets['text'], 'answer': secrets['answer'], 'a name': b'alice'})
    t.equal(present, {'a name'}, 'in the memory of the server')
    t.equal([data for data in proxy.datagrams if data[1] in (1, 2, 3)], [], 'datagrams of peers')
    alice.quit()
    server.stop()
    refute(t, secrets, 'what the server received', bytes(proxy.to_server))
    refute(t, secrets, 'what the server sent', bytes(proxy.from_server))
    for path, data in files_below(server.dir):
        refute(t, secrets, path, data)


def test_two_terminal_clients(t):
    """The same with sotto-cli at both ends: the text, both ways."""
    sniffer = Sniffer() if ALONE else None
    server = t.server(realm=f'"{REALM}"')
    proxy = Proxy(server)
    t.defer(proxy.close)
    alice, bob = t.cli(proxy, 'alice'), t.cli(proxy, 'bob')
    alice.sign('alice', PASSWORD)
    bob.sign('bob', PASSWORD + 'b')
    alice.send(f'send bob {TEXT}')
    bob.expect('message', from_='alice', text=TEXT)
    alice.expect('delivered', to='bob')
    bob.send(f'send alice {BACK}')
    alice.expect('message', from_='bob', text=BACK)
    bob.expect('delivered', to='alice')
    h, v = crypto.password_keys(PASSWORD, REALM, 'alice')
    secrets = {'text': TEXT.encode(), 'answer': BACK.encode(), 'password': PASSWORD.encode(), 'V': v}
    present = find_in_memory(server.pid, {**secrets, 'a name': b'alice'})
    t.equal(present, {'a name'}, 'in the memory of the server')
    secrets['H'] = h
    alice.quit()
    bob.quit()
    server.stop()
    refute(t, secrets, 'what the server received', bytes(proxy.to_server))
    refute(t, secrets, 'what the server sent', bytes(proxy.from_server))
    refute(t, secrets, 'datagrams', b'|'.join(proxy.datagrams))
    if sniffer:
        refute(t, secrets, 'the loopback interface', b'|'.join(sniffer.stop()))
    for folder in (server.dir, t.home('alice'), t.home('bob')):
        for path, data in files_below(folder):
            refute(t, secrets, path, data)


try:
    netns.enter_alone()
    ALONE = True
except Skip as why:
    ALONE = False
    print(f'# {why}: searching only what the proxy and our own client saw')
main(globals())
