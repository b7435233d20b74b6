# SPDX-License-Identifier: GPL-3.0-or-later
"""A small server in Python that is honest until a test overrides one of its steps.

It keeps accounts in memory, answers everything a client asks for in a conversation, and writes down
what it was sent (`frames`, `logins`, `records`), so that a test can say what a client did not send.
"""

import datetime
import os
import socket
import threading
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

import sotto_crypto as crypto
from harness import free_port
from sotto_crypto import Bad
from sotto_protocol import (CODE, FRAMES_BY_TYPE, INITIATOR, LIMIT_READY, LIMIT_TO_SERVER, RECORDS, RESPONDER, SIGN, VERSION,
                            build_result, decode_frame, decode_record, make_datagram, make_frame,
                            open_datagram, open_text, seal_record, server_accepts, split_frames)


class Identity:
    """An RSA key with a certificate for it, and the realm that goes with them."""

    def __init__(self, realm='test realm', bits=2048):
        self.realm = realm
        self.private = rsa.generate_private_key(65537, bits)
        self.public = self.private.public_key()
        self.fingerprint = crypto.fingerprint(self.public)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, 'nobody')])
        day = datetime.datetime(2020, 1, 1)
        builder = x509.CertificateBuilder(name, name, self.public, x509.random_serial_number(), day,
                                          day + datetime.timedelta(days=20000))
        self.certificate = crypto.certificate_der(builder.sign(self.private, hashes.SHA256()))

    @property
    def kid(self):
        return self.fingerprint[:8]


class FakeServer:
    """Listens on loopback until closed. Subclasses override one of the steps below."""

    def __init__(self, identity, port=0):
        self.identity = identity
        self.accounts, self.tickets, self.sessions = {}, {}, {}
        self.recent, self.routes = {}, {}  # grants by the sessions, names by cid
        self.frames, self.logins, self.records = [], [], []
        self.connections = 0
        self.open_sockets, self.lock = [], threading.RLock()
        self.tcp = socket.create_server(('127.0.0.1', port or free_port()))
        self.address, self.port = self.tcp.getsockname()
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind((self.address, self.port))
        self.threads = [threading.Thread(target=job, daemon=True) for job in (self._accept, self._datagrams)]
        for thread in self.threads:
            thread.start()

    # what a harness Cli wants to know of a server

    @property
    def fingerprint(self):
        return self.identity.fingerprint.hex()

    @property
    def join_link(self):
        realm = self.identity.realm.replace(' ', '%20')
        return f'sotto://{self.address}:{self.port}/?realm={realm}&fp={self.fingerprint}'

    def close(self):
        """Ends it; the port is free for another."""
        for sock in [self.tcp, self.udp] + self.open_sockets:
            try:
                sock.shutdown(socket.SHUT_RDWR)  # wakes who waits for it
            except OSError:
                pass
        for thread in self.threads:
            thread.join(5)
        for sock in [self.tcp, self.udp] + self.open_sockets:
            sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # the steps of an honest server

    def hello_frame(self, es_public):
        """Bytes that open a connection."""
        return make_frame('HELLO', ver=VERSION, features=0, kid=self.identity.kid, Ns=os.urandom(16), Es=es_public,
                          realm=self.identity.realm)

    def cert_frame(self):
        return make_frame('CERT', certificate=self.identity.certificate)

    def login_code(self, connection, body):
        """The RESULT code for an opened LOGIN."""
        name = body['name'].decode()
        known = self.accounts.get(name)
        if body['op'] == SIGN:
            if known:
                return CODE['NAME_TAKEN']
            self.accounts[name] = dict(H=body['H'])
        elif not known or known['H'] != body['H']:
            return CODE['AUTH']
        self.accounts[name]['I'] = body['I']
        return CODE['OK']

    def result_frame(self, connection, code):
        """Bytes of RESULT. A ticket is as good as another of its size: nobody but its server opens it."""
        ticket = crypto.to_text(os.urandom(153)).decode()
        self.tickets[ticket.encode()] = connection.name, connection.keys.RMS
        return build_result(connection.keys.K_sc, dict(
            code=code, retry_s=0, sid=connection.sid, udp_port=self.port, addr=connection.peer, ticket=ticket,
            ticket_life_s=86400))

    def grants(self, asker, other, req):
        """The two KEYGRANTs of one KEYREQ: for the asker and for the other."""
        cid, kxy = int.from_bytes(os.urandom(8), 'big'), os.urandom(32)

        def one(req, role, peer):
            return dict(req=req, role=role, cid=cid, peer=peer.name, I_peer=self.accounts[peer.name]['I'], Kxy=kxy, ttl_s=120,
                        addrs=[peer.bound] if peer.bound else [])
        return one(req, INITIATOR, other), one(0, RESPONDER, asker)

    def record(self, connection, name, fields):
        """Answers one record of a session; what has no handler needs no answer."""
        handler = getattr(self, f'on_{name.lower()}', None)
        if handler:
            handler(connection, fields)

    def on_list(self, connection, fields):
        connection.send('USERS', more=0, names=sorted(self.sessions))

    def on_ping(self, connection, fields):
        connection.send('PONG', nonce=fields['nonce'])

    def on_keyreq(self, connection, fields):
        other = self.sessions.get(fields['peer'])
        if not other:
            connection.send('ERR', req=fields['req'], code=CODE['OFFLINE'], retry_s=0)
            return
        crossing = self.recent.get((other.sid, connection.sid))
        if crossing and time.monotonic() - crossing[0] < 10:
            connection.send('KEYGRANT', **{**crossing[1], 'req': fields['req']})
            return
        for_asker, for_other = self.grants(connection, other, fields['req'])
        self.routes[for_asker['cid']] = connection.name, other.name
        self.recent[connection.sid, other.sid] = time.monotonic(), for_other
        other.send('KEYGRANT', **for_other)
        connection.send('KEYGRANT', **for_asker)

    def on_relay(self, connection, fields):
        sides = self.routes.get(fields['cid'], ())
        for name in sides:
            if connection.name in sides and name != connection.name and name in self.sessions:
                self.sessions[name].send('RELAY', **fields)

    def on_passwd(self, connection, fields):
        known = self.accounts[connection.name]
        if known['H'] == fields['H_old']:
            known['H'] = fields['H_new']
            connection.send('OK', req=fields['req'])
        else:
            connection.send('ERR', req=fields['req'], code=CODE['AUTH'], retry_s=0)

    def on_bye(self, connection, fields):
        connection.end()

    def bind(self, session, fields, source):
        """Answers a BIND."""
        session.bound = source
        self.answer(source, make_datagram('BOUND', session.sid, session.keys.U_sc, nonce=fields['nonce'], addr=source))

    # the machine

    def _accept(self):
        while True:
            try:
                sock, peer = self.tcp.accept()
            except OSError:
                return
            with self.lock:
                self.connections += 1
                self.open_sockets.append(sock)
            threading.Thread(target=Talk(self, sock, peer).run, daemon=True).start()

    def _datagrams(self):
        while True:
            try:
                data, source = self.udp.recvfrom(65536)
            except OSError:
                return
            if source is None:  # shut down
                return
            for session in list(self.sessions.values()):
                try:
                    name, sid, fields = open_datagram(session.keys.U_cs, data)
                except Bad:
                    continue
                if name == 'BIND' and sid == session.sid:
                    self.bind(session, fields, source[:2])

    def answer(self, to, data):
        try:
            self.udp.sendto(data, to)
        except OSError:  # closed meanwhile
            pass

    def bound(self, name):
        """Where the datagrams of a user come from, or None so far."""
        session = self.sessions.get(name)
        return session and session.bound

    def seen(self, frame_name):
        """How many frames of that name arrived, on all connections."""
        return sum(name == frame_name for name in self.frames)

    def broadcast(self, joined, event):
        for session in list(self.sessions.values()):
            if session is not joined:
                session.send('PRESENCE', events=[dict(ev=event, name=joined.name)])


class Talk:
    """One connection of a FakeServer."""

    def __init__(self, server, sock, peer):
        self.server, self.socket, self.peer = server, sock, peer[:2]
        self.sid = int.from_bytes(os.urandom(8), 'big')
        self.es = crypto.new_private()
        self.name = self.keys = self.bound = None
        self.ctr_out, self.ctr_in = 1, 0
        self.buffer = bytearray()

    def run(self):
        try:
            self.opening = self.server.hello_frame(crypto.public_of(self.es))
            self.socket.sendall(self.opening)
            while data := self.socket.recv(65536):
                self.buffer += data
                limit = LIMIT_READY if self.keys else LIMIT_TO_SERVER
                for kind, body, whole in split_frames(self.buffer, limit):
                    self._take(kind, body, whole)
        except (OSError, Bad):
            pass
        finally:
            self.socket.close()
            if self.name and self.server.sessions.get(self.name) is self:
                del self.server.sessions[self.name]
                self.server.broadcast(self, 2)

    def send(self, name, /, **fields):
        with self.server.lock:
            try:
                self.socket.sendall(seal_record(self.keys.K_sc, self.ctr_out, RECORDS[name].kind, RECORDS[name].put(fields)))
                self.ctr_out += 1
            except OSError:
                pass

    def send_raw(self, data):
        self.socket.sendall(data)

    def _take(self, kind, body, whole):
        if self.keys:
            _, name, fields = decode_record(open_text(self.keys.K_cs, body))
            self.server.records.append((self.name, name, fields))
            self.server.record(self, name, fields)
            return
        found = FRAMES_BY_TYPE.get(kind)
        self.server.frames.append(found.name if found else kind)
        name, fields = decode_frame(kind, body, False)
        if name == 'GETCERT':
            self.socket.sendall(self.server.cert_frame())
        elif name == 'LOGIN':
            self._login(fields, whole)
        elif name == 'RESUME':
            self._resume(fields, whole)

    def _login(self, fields, whole):
        k = self.server.identity.private.decrypt(fields['wrap'], crypto.oaep())
        body, self.keys = server_accepts('LOGIN', self.es, self.opening, whole, k)
        self.server.logins.append(body)
        self.name = body['name'].decode()
        self._answer(self.server.login_code(self, body))

    def _resume(self, fields, whole):
        if fields['ticket'] not in self.server.tickets:
            self.socket.sendall(make_frame('FAIL', code=CODE['TICKET'], retry_s=0))
            self.end()
            return
        self.name, rms = self.server.tickets[fields['ticket']]
        body, self.keys = server_accepts('RESUME', self.es, self.opening, whole, rms)
        if body['name'] != self.name:
            raise Bad('RESUME of another name')
        self._answer(CODE['OK'])

    def _answer(self, code):
        self.socket.sendall(self.server.result_frame(self, code))
        if code:
            self.end()
            return
        older = self.server.sessions.get(self.name)
        self.server.sessions[self.name] = self
        if older:
            older.send('BYE', code=CODE['REPLACED'])
            older.end()
        else:
            self.server.broadcast(self, 1)

    def end(self):
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:  # the client was faster
            pass
