# SPDX-License-Identifier: GPL-3.0-or-later
"""The client's side of the control connection over real sockets, step by step, so that a test can
leave the path at any of them.

    user = User('alice')
    session = sign(server, user)            # HELLO, LOGIN, RESULT
    session.send('LIST', after='')
    page = session.expect('USERS')
"""

import os
import socket
import time as clock

from sotto_crypto import load_certificate, new_private, oaep, open_text, public_of
from sotto_protocol import (AUTH, CODE, CODES, LIMIT_FROM_SERVER, LIMIT_READY, RECORDS, SERVER_ONLY, SIGN,
                            build_login, build_resume, decode_frame, decode_record, frame, make_datagram,
                            open_datagram, open_result, seal_record, split_frames)

TIMEOUT = float(os.environ.get('SOTTO_TEST_PATIENCE', '30'))


class Unexpected(AssertionError):
    """The other side did something else."""


class User:
    """A name with its H and identity key. H is random: the server never sees a password."""

    def __init__(self, name, h=None, identity=None):
        self.name = name
        self.h = h or os.urandom(32)
        self.identity = identity or new_private()

    @property
    def public(self):
        return public_of(self.identity)


class Connection:
    """Frames over one TCP connection. `source` binds the near end."""

    def __init__(self, address, port, source=None):
        self.socket = socket.create_connection((address, port), TIMEOUT,
                                               (source, 0) if source else None)
        self.buffer, self.waiting = bytearray(), []
        self.limit = LIMIT_FROM_SERVER
        self.hello_frame = self.hello = None

    @property
    def local(self):
        return self.socket.getsockname()[:2]

    def send(self, data):
        self.socket.sendall(data)
        return self

    def read(self, timeout=None):
        """(type, body, frame), or None once the other side has closed."""
        deadline = clock.monotonic() + (TIMEOUT if timeout is None else timeout)
        while not self.waiting:
            left = deadline - clock.monotonic()
            if left <= 0:
                raise TimeoutError('no frame and no end')
            self.socket.settimeout(left)
            try:
                data = self.socket.recv(65536)
            except (ConnectionResetError, BrokenPipeError):
                data = b''
            except socket.timeout as error:
                raise TimeoutError('no frame and no end') from error
            if not data:
                if self.buffer:
                    raise Unexpected(f'closed within a frame: {bytes(self.buffer).hex()}')
                return None
            self.buffer += data
            self.waiting += split_frames(self.buffer, self.limit)
        return self.waiting.pop(0)

    def read_named(self, timeout=None):
        """(name, fields, frame) of a frame before READY."""
        got = self.read(timeout)
        if got is None:
            raise Unexpected('closed')
        return (*decode_frame(got[0], got[1], True), got[2])

    def greet(self):
        """Reads HELLO."""
        name, self.hello, self.hello_frame = self.read_named()
        if name != 'HELLO':
            raise Unexpected(f'{name} {self.hello} instead of HELLO')
        return self

    def get_certificate(self):
        self.send(frame('GETCERT'))
        name, fields, _ = self.read_named()
        if name != 'CERT':
            raise Unexpected(f'{name} {fields} instead of CERT')
        return load_certificate(fields['certificate'])

    def expect_fail(self, code, timeout=None):
        """FAIL with that code, then the end of the connection."""
        name, fields, _ = self.read_named(timeout)
        if name != 'FAIL' or CODES[fields['code']] != code:
            raise Unexpected(f'{name} {fields} instead of FAIL {code}')
        self.expect_end()
        return fields

    def expect_end(self, timeout=None):
        """The other side closes and says nothing more."""
        got = self.read(timeout)
        if got is not None:
            raise Unexpected(f'frame {got[2].hex()} instead of the end')
        self.close()

    def close(self):
        self.socket.close()

    # Login. Every part can be given to make it wrong.

    def login_frame(self, public_key, user, op=AUTH, *, kid=None, es=None, ec=None, k=None, wrap=None, hello=None,
                    label=b'sotto/1 login', plain=None, **fields):
        """(frame, keys) of a LOGIN."""
        ec, k = ec or new_private(), k or os.urandom(32)
        values = dict(op=op, features=0, name=user.name, H=user.h, I=user.public, invite='')
        values.update(fields)
        return build_login(hello or self.hello_frame, es or self.hello['Es'], kid or self.hello['kid'], ec, public_of(ec), k,
                           public_key.encrypt(k, oaep(label)) if wrap is None else wrap, values, plain)

    def resume_frame(self, name, ticket, rms, *, es=None, ec=None, plain=None, hello=None, features=0):
        """(frame, keys) of a RESUME."""
        ec = ec or new_private()
        return build_resume(hello or self.hello_frame, es or self.hello['Es'], ec, public_of(ec), ticket, rms,
                            dict(features=features, name=name), plain)

    def read_result(self, keys, timeout=None):
        name, fields, _ = self.read_named(timeout)
        if name != 'RESULT':
            raise Unexpected(f'{name} {fields} instead of RESULT')
        return open_result(keys.K_sc, fields['token'])

    def expect_refusal(self, keys, code):
        """RESULT with that code, then the end; its fields."""
        result = self.read_result(keys)
        if CODES[result['code']] != code:
            raise Unexpected(f'RESULT {CODES[result["code"]]} instead of {code}')
        self.expect_end()
        return result

    def open_session(self, user, keys):
        """After LOGIN or RESUME was sent: RESULT has to be True."""
        result = self.read_result(keys)
        if result['code']:
            raise Unexpected(f'RESULT {CODES[result["code"]]}')
        self.limit = LIMIT_READY
        return Session(self, user, keys, result)


class Session:
    """A session that is READY. Records that a test did not ask for wait in `passed`."""

    def __init__(self, connection, user, keys, result):
        self.connection, self.user, self.keys, self.result = connection, user, keys, result
        self.name = user.name
        self.ctr_out, self.ctr_in = 0, 1
        self.passed = []

    @property
    def ticket(self):
        return self.result['ticket'].encode()

    # out

    def seal(self, name, /, *, ctr=None, kind=None, extra=b'', **fields):
        """The next SEALED frame; ctr, kind and extra bytes make it wrong."""
        ctr = self.ctr_out if ctr is None else ctr
        self.ctr_out += 1
        kind = RECORDS[name].kind if kind is None else kind
        return seal_record(self.keys.K_cs, ctr, kind, RECORDS[name].put(fields) + extra)

    def send(self, name, /, **fields):
        self.connection.send(self.seal(name, **fields))
        return self

    def send_body(self, kind, body):
        """A record of any type and body."""
        self.connection.send(seal_record(self.keys.K_cs, self.ctr_out, kind, body))
        self.ctr_out += 1

    # in

    def read(self, timeout=None):
        """(name, fields) of the next record, or None at the end."""
        got = self.connection.read(timeout)
        if got is None:
            return None
        kind, body, whole = got
        if kind != 0x10:
            raise Unexpected(f'frame {whole.hex()} in a session')
        ctr, name, fields = decode_record(open_text(self.keys.K_sc, body))
        if ctr != self.ctr_in:
            raise Unexpected(f'counter {ctr}, not {self.ctr_in}')
        if name not in SERVER_ONLY + ('PING', 'PONG', 'BYE', 'RELAY'):
            raise Unexpected(f'{name} from a server')
        self.ctr_in += 1
        return name, fields

    def expect(self, name, timeout=None, aside=('PRESENCE',), **wanted):
        """The fields of the next record but for those put aside; it has to be this one."""
        deadline = clock.monotonic() + (TIMEOUT if timeout is None else timeout)
        while True:
            got = self.read(max(0, deadline - clock.monotonic()))
            if got is None:
                raise Unexpected(f'closed instead of {name}')
            if got[0] == name or got[0] not in aside:
                break
            self.passed.append(got)
        if got[0] != name or any(got[1][key] != value for key, value in wanted.items()):
            raise Unexpected(f'{got} instead of {name} {wanted}')
        return got[1]

    def expect_error(self, req, code):
        return self.expect('ERR', req=req, code=CODE[code])

    def expect_silence(self, seconds):
        """Nothing comes, but also no end."""
        try:
            got = self.read(seconds)
        except TimeoutError:
            return
        raise Unexpected(f'{got or "the end"} instead of silence')

    def expect_bye(self, code=None):
        fields = self.expect('BYE')
        if code and CODES[fields['code']] != code:
            raise Unexpected(f'BYE {CODES[fields["code"]]} instead of {code}')
        self.connection.expect_end()

    def expect_dropped(self):
        """Closed without an answer; what was on its way before does not count."""
        while (got := self.connection.read()) is not None:
            name = decode_record(open_text(self.keys.K_sc, got[1]))[1] if got[0] == 0x10 else got[2].hex()
            if name != 'PRESENCE':
                raise Unexpected(f'{name} instead of a close without an answer')
        self.connection.close()

    def presence(self, timeout=None):
        """The next batch as {name: event}; whatever was put aside comes first."""
        for n, (name, fields) in enumerate(self.passed):
            if name == 'PRESENCE':
                del self.passed[n]
                break
        else:
            fields = self.expect('PRESENCE', timeout)
        return {event['name']: event['ev'] for event in fields['events']}

    def await_presence(self, name, event, timeout=None):
        """Reads batches until one says so."""
        deadline = clock.monotonic() + (TIMEOUT if timeout is None else timeout)
        while self.presence(max(0, deadline - clock.monotonic())).get(name) != event:
            pass

    def ping(self):
        """A round trip: what was sent before has been dealt with."""
        nonce = int.from_bytes(os.urandom(8), 'big')
        self.send('PING', nonce=nonce)
        self.expect('PONG', nonce=nonce)
        return self

    def users(self):
        """All pages of LIST."""
        names, more = [], True
        while more:
            self.send('LIST', after=names[-1] if names else '')
            page = self.expect('USERS')
            names += page['names']
            more = page['more']
        return names

    def grant(self, peer, req=1):
        self.send('KEYREQ', req=req, peer=peer)
        return self.expect('KEYGRANT', req=req)

    def bye(self):
        """Leaves as a client does; what was on its way is read and forgotten."""
        self.send('BYE', code=0)
        while self.read() is not None:
            pass
        self.close()

    def close(self):
        self.connection.close()


class Port:
    """A datagram socket."""

    def __init__(self, address='127.0.0.1'):
        self.socket = socket.socket(socket.AF_INET6 if ':' in address else socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, 0))

    @property
    def local(self):
        return self.socket.getsockname()[:2]

    def send(self, data, to):
        self.socket.sendto(data, to)

    def read(self, timeout=None):
        """(data, from), or None when the time is up."""
        self.socket.settimeout(TIMEOUT if timeout is None else timeout)
        try:
            data, source = self.socket.recvfrom(65536)
        except (TimeoutError, BlockingIOError):
            return None
        return data, source[:2]

    def bind_frame(self, session, ctr, nonce=b'nonce 8.'):
        return make_datagram('BIND', session.result['sid'], session.keys.U_cs, ctr=ctr, nonce=nonce)

    def bind(self, session, to, ctr=0):
        """BIND until BOUND, as clients do; the address that the server saw."""
        for n in range(ctr, ctr + 20):
            nonce = os.urandom(8)
            self.send(self.bind_frame(session, n, nonce), to)
            got = self.read(1.5)
            if got:
                name, sid, fields = open_datagram(session.keys.U_sc, got[0])
                if (name, sid, fields['nonce']) != ('BOUND', session.result['sid'], nonce):
                    raise Unexpected(f'{name} {fields} instead of BOUND')
                return fields['addr']
        raise Unexpected('no BOUND')

    def close(self):
        self.socket.close()


def connect(server, source=None):
    """A connection to a harness server that has said HELLO."""
    return Connection(server.address, server.port, source).greet()


def public_key(server):
    return load_certificate(server.read_file('certificate.pem')).public_key()


def log_in(server, user, op=AUTH, source=None, **fields):
    connection = connect(server, source)
    data, keys = connection.login_frame(public_key(server), user, op, **fields)
    return connection.send(data).open_session(user, keys)


def sign(server, user, source=None, **fields):
    return log_in(server, user, SIGN, source, **fields)


def resume(server, session):
    """A RESUME with the newest ticket of a session."""
    connection = connect(server)
    data, keys = connection.resume_frame(session.name, session.ticket, session.keys.RMS)
    return connection.send(data).open_session(session.user, keys)


def refused(server, user, op, code, **fields):
    """A LOGIN that ends in RESULT with that code; its fields."""
    connection = connect(server)
    data, keys = connection.login_frame(public_key(server), user, op, **fields)
    return connection.send(data).expect_refusal(keys, code)
