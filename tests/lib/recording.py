# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes down every byte between programs, and looks for secrets in recordings, memory and files."""

import base64
import os
import signal
import socket
import struct
import threading
import time

from harness import Skip

ETH_P_ALL = 0x0003
REGION_MAX = 1 << 30  # larger mappings are a sanitizer's shadow: flags of bytes, never their values


class Proxy:
    """Forwards TCP and UDP to a server and keeps what passed. It listens on a loopback address of its
    own at the server's port, since clients send their datagrams to the host they connected to, and
    keeps the clients' IP. For datagrams it is a NAT: each client has one outside address, which is
    what the server tells its peers, so what peers send there is forwarded and recorded, too."""

    def __init__(self, server):
        self.server, self.port = server, server.port
        self.address = f'127.77.{os.getpid() >> 8 & 255}.{os.getpid() & 255}'
        self.to_server, self.from_server = bytearray(), bytearray()
        self.datagrams = []
        self.outside = {}  # client -> socket
        self.routes = {}  # (client, id) -> the peer that uses this id
        self.tcp = socket.create_server((self.address, self.port))
        self.udp = self._socket(self.address, self.port)
        for job in (self._accept, self._forward_datagrams):
            threading.Thread(target=job, daemon=True).start()

    # what tests want to know of a server

    @property
    def join_link(self):
        return self.server.join_link.replace(self.server.address, self.address)

    @property
    def fingerprint(self):
        return self.server.fingerprint

    def read_file(self, name):
        return self.server.read_file(name)

    def close(self):
        for sock in (self.tcp, self.udp, *self.outside.values()):
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            sock.close()

    @staticmethod
    def _socket(address, port):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind((address, port))
        return sock

    def _accept(self):
        while True:
            try:
                near, client = self.tcp.accept()
                far = socket.create_connection((self.server.address, self.server.port), source_address=(client[0], 0))
            except OSError:
                return
            for source, sink, record in ((near, far, self.to_server), (far, near, self.from_server)):
                threading.Thread(target=self._pump, args=(source, sink, record), daemon=True).start()

    @staticmethod
    def _pump(source, sink, record):
        try:
            while data := source.recv(65536):
                record += data
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def _forward_datagrams(self):
        while True:
            try:
                data, client = self.udp.recvfrom(65536)
            except OSError:
                return
            if client is None:  # shut down
                return
            self.datagrams.append(data)
            if client not in self.outside:
                self.outside[client] = self._socket(client[0], 0)
                threading.Thread(target=self._return_datagrams, args=(client,), daemon=True).start()
            to = self.routes.get((client, data[4:12]), (self.server.address, self.server.port))
            self.outside[client].sendto(data, to)

    def _return_datagrams(self, client):
        while True:
            try:
                data, source = self.outside[client].recvfrom(65536)
                if source is None:  # shut down
                    return
                self.udp.sendto(data, client)
            except OSError:
                return
            self.datagrams.append(data)
            if source != (self.server.address, self.server.port):
                self.routes[client, data[4:12]] = source


class Sniffer:
    """All that passes the loopback interface. Needs root, and a network of its own (netns.enter_alone):
    the traffic of other programs could be more than it keeps up with."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        try:
            self.socket.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)  # SO_RCVBUFFORCE
        except PermissionError:  # root of a user namespace: what the machine allows everybody
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 << 20)
        self.socket.bind(('lo', 0))
        self.socket.settimeout(0.2)
        self.packets, self.running = [], True
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        while self.running:
            try:
                self.packets.append(self.socket.recv(65536))
            except socket.timeout:
                pass

    def stop(self):
        """Ends it; the packets, none of which may be missing."""
        time.sleep(0.3)
        self.running = False
        self.thread.join()
        dropped = struct.unpack('II', self.socket.getsockopt(263, 6, 8))[1]  # SOL_PACKET, PACKET_STATISTICS
        self.socket.close()
        if dropped:
            raise AssertionError(f'{dropped} packets were not recorded')
        return self.packets


def ip_payload(packet):
    """(protocol, payload) of an Ethernet frame with IPv4 in it, else None."""
    if packet[12:14] != b'\x08\x00':
        return None
    ip = packet[14:]
    return ip[9], ip[(ip[0] & 15) * 4:struct.unpack('>H', ip[2:4])[0]]


def datagrams_of(packets):
    return [got[1][8:] for got in map(ip_payload, packets) if got and got[0] == socket.IPPROTO_UDP]


def spellings(secret):
    """A secret as it may stand somewhere: as it is, in hexadecimal, in base64 of any alignment."""
    yield secret
    yield secret.hex().encode()
    yield secret.hex().upper().encode()
    for codec in (base64.b64encode, base64.urlsafe_b64encode):
        for shift in range(3):
            text = codec(bytes(shift) + secret)[4 if shift else 0:-4]
            if len(text) >= 12:  # shorter ones are found by chance
                yield text


def find(secret, data):
    """Whether any spelling of the secret is in data."""
    return any(spelling in data for spelling in spellings(secret))


def memory_of(pid):
    """Yields (name, bytes) of each readable mapping of a process, which stands still meanwhile."""
    os.kill(pid, signal.SIGSTOP)
    try:
        with open(f'/proc/{pid}/maps', encoding='utf-8') as maps, open(f'/proc/{pid}/mem', 'rb', 0) as memory:
            for line in maps:
                span, rights, *rest = line.split()
                start, end = (int(part, 16) for part in span.split('-'))
                if not rights.startswith('r') or end - start > REGION_MAX:
                    continue
                yield rest[-1] if len(rest) > 3 else 'anonymous', read_region(memory, start, end)
    except PermissionError as error:
        raise Skip(f'another process may not be looked into here: {error}') from error
    finally:
        os.kill(pid, signal.SIGCONT)


def read_region(memory, start, end):
    """What can be read of it: [vvar] and pages of a truncated file cannot."""
    out, step = bytearray(), 16 << 20
    for at in range(start, end, step):
        try:
            memory.seek(at)
            out += memory.read(min(step, end - at))
        except OSError:
            break
    return bytes(out)


def find_in_memory(pid, secrets):
    """The names of the secrets ({name: bytes}) that a process has in its memory."""
    found = set()
    for _, data in memory_of(pid):
        found |= {name for name, secret in secrets.items() if name not in found and find(secret, data)}
    return found


def files_below(folder):
    """Yields (path, bytes) of every file."""
    for path, _, names in os.walk(folder):
        for name in names:
            full = os.path.join(path, name)
            if os.path.isfile(full) and not os.path.islink(full):
                with open(full, 'rb') as file:
                    yield full, file.read()
