#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""sotto-cli against servers that lie. Each lie has the honest server beside it, which the same
client believes; what a client did not send is read from the server's own list."""

import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import sotto_crypto as crypto
from harness import Failure, main, run_cli
from sotto_fake_server import FakeServer, Identity
from sotto_fields import pad
from sotto_protocol import RESULT_LEN, VERSION, frame, make_frame, seal_text

PASSWORD = 'correct-horse-battery'
ONE, OTHER = Identity('realm one'), Identity('realm two')
SAME_REALM = Identity(ONE.realm)
SAME_KEY = Identity('realm three')
SAME_KEY.__dict__.update({k: v for k, v in ONE.__dict__.items() if k != 'realm'})
WRONG_PASSWORD = ('auth', 'name_taken', 'bad_name')


def write_config(t, server, profile):
    path = os.path.join(t.home(profile), 'client.yaml')
    with open(path, 'w', encoding='utf-8') as file:
        file.write(f'server_address: {server.address}\nserver_port: {server.port}\n')
    return path


def talk_to(t, server, *lines, trust=None, seconds=6, profile='alice'):
    """One run of the client with these commands: CompletedProcess with .events. trust: None or a link."""
    way = ['--join', trust] if trust else ['--config', write_config(t, server, profile)]
    return run_cli(*way, '--profile', profile, '--json', '--timeout', str(seconds), input='\n'.join(lines) + '\n',
                   home=t.home(profile), timeout=90)


def events(done, name):
    return [e for e in done.events if e['event'] == name]


def codes(done, name='error'):
    return [e['code'] for e in events(done, name)]


def fake(t, kind=FakeServer, identity=ONE, port=0):
    server = kind(identity, port)
    t.defer(server.close)
    return server


def replaced(t, server, kind=FakeServer, identity=ONE):
    """Another server at the same address."""
    server.close()
    other = fake(t, kind, identity, server.port)
    other.accounts = server.accounts
    return other


def signed(t, identity=ONE, profile='alice', name='alice'):
    """An honest server that this profile has signed up with and pinned."""
    server = fake(t, identity=identity)
    done = talk_to(t, server, f'sign {name} {PASSWORD}', 'list', 'quit', profile=profile)
    t.equal(done.returncode, 0, f'exit with the honest server\n{done.stdout}{done.stderr}')
    t.check(events(done, 'connected')[0]['first_use'], 'first use is said')
    t.check(events(done, 'authenticated'), 'authenticated')
    return server


def never_believed(t, done):
    """Whatever it was, the client neither logged in nor blamed the person."""
    t.equal(events(done, 'authenticated'), [], 'authenticated')
    t.equal([c for c in codes(done, 'refused') if c in WRONG_PASSWORD], [], 'refused')
    t.equal([c for c in codes(done) if c in WRONG_PASSWORD], [], 'errors')
    t.check(done.returncode in (1, 3), f'exit {done.returncode}\n{done.stdout}{done.stderr}')


# Whom one talks to


def test_honest_again(t):
    """The control: the pinned server is believed, without a word about first use."""
    server = signed(t)
    done = talk_to(t, replaced(t, server), f'auth alice {PASSWORD}', 'quit')
    t.equal(done.returncode, 0, f'exit\n{done.stdout}{done.stderr}')
    connected = events(done, 'connected')[0]
    t.equal((connected['first_use'], connected['fingerprint'], connected['realm'], connected['port']),
            (False, ONE.fingerprint.hex(), ONE.realm, server.port), 'connected')


def test_wrong_password_is_said(t):
    """The other control: a RESULT is believed."""
    server = signed(t)
    done = talk_to(t, server, 'auth alice wrong', 'quit')
    t.equal(codes(done, 'refused'), ['auth'])


def test_another_key_at_the_address(t):
    for identity in (OTHER, SAME_REALM):
        server = signed(t, profile=f'p{identity.realm[-3:]}')
        liar = replaced(t, server, identity=identity)
        done = talk_to(t, liar, f'auth alice {PASSWORD}', 'list', profile=f'p{identity.realm[-3:]}')
        t.equal(codes(done), ['server_key'], 'error')
        t.equal(done.returncode, 1, 'exit')
        t.equal((liar.seen('LOGIN'), liar.seen('RESUME')), (0, 0), 'no LOGIN')
        never_believed(t, done)
        liar.close()


def test_another_realm_with_the_key(t):
    server = signed(t)
    liar = replaced(t, server, identity=SAME_KEY)
    done = talk_to(t, liar, f'auth alice {PASSWORD}', 'list')
    t.equal(codes(done), ['realm'], 'error')
    t.equal(done.returncode, 1, 'exit')
    t.equal((liar.seen('LOGIN'), liar.seen('RESUME')), (0, 0), 'no LOGIN')


def test_a_realm_that_is_pinned_for_another_key(t):
    """Elsewhere, but with the realm of a server that is known: it would get the H of that one."""
    signed(t)
    liar = fake(t, identity=SAME_REALM)
    done = talk_to(t, liar, f'auth alice {PASSWORD}', 'list')
    t.equal(codes(done), ['realm'], 'error')
    t.equal(done.returncode, 1, 'exit')
    t.equal(liar.seen('LOGIN'), 0, 'no LOGIN')


def test_join_link_of_another_key_or_realm(t):
    server = fake(t)
    good = server.join_link
    for link, code in ((good.replace(ONE.fingerprint.hex(), OTHER.fingerprint.hex()), 'server_key'),
                       (good.replace('realm%20one', 'realm%20two'), 'realm')):
        done = talk_to(t, server, f'sign alice {PASSWORD}', trust=link, profile=code.replace('_', '-'))
        t.equal(codes(done), [code], f'error\n{done.stdout}{done.stderr}')
        t.equal(done.returncode, 1, 'exit')
        t.equal(server.seen('LOGIN'), 0, 'no LOGIN')
    done = talk_to(t, server, f'sign alice {PASSWORD}', 'quit', trust=good)
    t.equal(done.returncode, 0, f'the right link\n{done.stdout}{done.stderr}')
    t.equal(events(done, 'connected')[0]['first_use'], False, 'a link is no first use')


def test_certificate_file_of_another_key(t):
    server = fake(t)
    home = t.home('alice')
    for name, identity in (('wrong', OTHER), ('right', ONE)):
        with open(os.path.join(home, 'server.der'), 'wb') as file:
            file.write(identity.certificate)
        with open(os.path.join(home, 'client.yaml'), 'w', encoding='utf-8') as file:
            file.write(f'server_address: 127.0.0.1\nserver_port: {server.port}\nserver_certificate: server.der\n')
        done = run_cli('--config', os.path.join(home, 'client.yaml'), '--profile', name, '--json', '--timeout', '6',
                       input=f'sign alice {PASSWORD}\nquit\n', home=home, timeout=90)
        if name == 'wrong':
            t.equal((codes(done), done.returncode), (['server_key'], 1), 'wrong file')
            t.equal(server.seen('LOGIN'), 0, 'no LOGIN')
        else:
            t.equal((codes(done), done.returncode), ([], 0), f'right file {done.stdout}')


def test_certificate_that_is_not_of_the_kid(t):
    class Liar(FakeServer):
        def cert_frame(self):
            return make_frame('CERT', certificate=OTHER.certificate)

    liar = fake(t, Liar)
    done = talk_to(t, liar, f'sign alice {PASSWORD}')
    t.equal(liar.seen('GETCERT'), 1, 'GETCERT')
    t.equal(liar.seen('LOGIN'), 0, 'no LOGIN')
    never_believed(t, done)


def test_certificate_that_is_none(t):
    for body in (b'', b'\0', os.urandom(700), ONE.certificate[:-1], ONE.certificate + b'\0'):
        class Liar(FakeServer):
            def cert_frame(self, body=body):
                return frame('CERT', body)

        liar = fake(t, Liar)
        done = talk_to(t, liar, f'sign alice {PASSWORD}', profile=f'p{liar.port}', seconds=3)
        t.equal(liar.seen('LOGIN'), 0, 'no LOGIN')
        never_believed(t, done)
        liar.close()


# HELLO


def hello(**changes):
    def make(self, es_public):
        fields = dict(ver=VERSION, features=0, kid=self.identity.kid, Ns=os.urandom(16), Es=es_public, realm=self.identity.realm)
        return make_frame('HELLO', **{**fields, **changes})
    return make


def longer(data):
    return struct.pack('>I', len(data) - 3) + data[4:] + b'\0'


BAD_OPENINGS = {
    'version 2': hello(ver=2),
    'low-order Es': hello(Es=bytes(32)),
    'another low-order Es': hello(Es=b'\1' + bytes(31)),
    'realm of 65': hello(realm='r' * 65),
    'realm that is no UTF-8': hello(realm=b'\xff\xfe'),
    'trailing byte': lambda self, es: longer(hello()(self, es)),
    'length 0': lambda self, es: bytes(4),
    'unknown type': lambda self, es: frame(0x55, bytes(70)),
    'RESULT first': lambda self, es: frame('RESULT', crypto.seal_text(bytes(32), bytes(511))),
    'SEALED first': lambda self, es: frame('SEALED', crypto.seal_text(bytes(32), bytes(9))),
    'LOGIN from a server': lambda self, es: frame('LOGIN', bytes(600)),
    'over the limit': lambda self, es: struct.pack('>IB', 4097, 1) + bytes(4096),
    'as long as can be': lambda self, es: b'\xff\xff\xff\xff\x01' + bytes(100),
}


def test_bad_hello(t):
    server = signed(t)
    for why, opening in BAD_OPENINGS.items():
        kind = type('Liar', (FakeServer,), {'hello_frame': opening})
        liar = server = replaced(t, server, kind)
        done = talk_to(t, liar, f'auth alice {PASSWORD}', seconds=2)
        t.check(liar.connections, f'{why}: nobody connected')
        t.equal((liar.seen('LOGIN'), liar.seen('RESUME')), (0, 0), f'{why}: LOGIN')
        try:
            never_believed(t, done)
        except Failure as failure:
            raise Failure(f'{why}: {failure}') from failure
    test_after_all_lies(t, server)


def test_after_all_lies(t, server=None):
    """Nothing that came unauthenticated made the client forget what it knew."""
    server = replaced(t, server or signed(t))
    done = talk_to(t, server, f'auth alice {PASSWORD}', 'quit')
    t.equal((done.returncode, codes(done)), (0, []), f'exit\n{done.stdout}{done.stderr}')
    t.equal(events(done, 'connected')[0]['first_use'], False, 'the pin is still there')


# FAIL is in clear, hence nobody's word


def test_fail_instead_of_hello(t):
    server = signed(t)
    for code in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 17, 18, 20, 255):
        kind = type('Liar', (FakeServer,), {'hello_frame': lambda self, es, code=code: make_frame('FAIL', code=code,
                                                                                                 retry_s=65535)})
        liar = server = replaced(t, server, kind)
        done = talk_to(t, liar, f'auth alice {PASSWORD}', seconds=1)
        never_believed(t, done)
        waits = [e['retry_in'] for e in events(done, 'disconnected') if e['retry_in'] is not None]
        t.check(all(wait <= 60 for wait in waits), f'waits {waits}')
    test_after_all_lies(t, server)


def test_fail_instead_of_result(t):
    server = signed(t)
    for code in (1, 2, 3, 8, 18, 20):
        class Liar(FakeServer):
            def result_frame(self, connection, _, code=code):
                return make_frame('FAIL', code=code, retry_s=0)

        liar = server = replaced(t, server, Liar)
        done = talk_to(t, liar, f'auth alice {PASSWORD}', seconds=1)
        t.check(liar.seen('LOGIN'), 'a LOGIN came')
        never_believed(t, done)
    test_after_all_lies(t, server)


# RESULT


def true_result(connection, ctr=0, t=4, tail=b'', size=RESULT_LEN, cut=None):
    """A RESULT of True with one thing that is wrong."""
    fields = struct.pack('>QBBH', ctr, t, 0, 0) + connection.sid.to_bytes(8, 'big') + struct.pack('>H', connection.server.port)
    fields += b'\4\x7f\0\0\1' + struct.pack('>H', connection.peer[1])
    ticket = crypto.to_text(os.urandom(153))
    fields += struct.pack('>H', len(ticket)) + ticket + struct.pack('>I', 86400) + tail
    return pad(fields[:cut], size)


BAD_RESULTS = {
    'counter 1': lambda c: frame('RESULT', seal_text(c.keys.K_sc, true_result(c, ctr=1))),
    'another type': lambda c: frame('RESULT', seal_text(c.keys.K_sc, true_result(c, t=0x2F))),
    'padding': lambda c: frame('RESULT', seal_text(c.keys.K_sc, true_result(c, tail=b'\1'))),
    'short': lambda c: frame('RESULT', seal_text(c.keys.K_sc, true_result(c, size=495))),
    'MAC': lambda c: frame('RESULT', seal_text(c.keys.K_cs, true_result(c))),
    'no key': lambda c: frame('RESULT', seal_text(bytes(32), true_result(c))),
    'not base64': lambda c: frame('RESULT', b'!' * 760),
    'oversized': lambda c: struct.pack('>IB', 4097, 4) + bytes(4096),
    'HELLO again': lambda c: c.opening,
    'SEALED instead': lambda c: frame('SEALED', seal_text(c.keys.K_sc, bytes(8) + b'\x2f\0')),
}


def test_bad_result(t):
    server = signed(t)
    for why, make in BAD_RESULTS.items():
        kind = type('Liar', (FakeServer,), {'result_frame': lambda self, connection, code, make=make: make(connection)})
        liar = server = replaced(t, server, kind)
        done = talk_to(t, liar, f'auth alice {PASSWORD}', seconds=1)
        t.check(liar.seen('LOGIN'), f'{why}: no LOGIN came')
        try:
            never_believed(t, done)
        except Failure as failure:
            raise Failure(f'{why}: {failure}') from failure
    test_after_all_lies(t, server)


main(globals())
