# SPDX-License-Identifier: GPL-3.0-or-later
"""A bad line in user space: every UDP packet that a router of netns.py forwards is read from a TUN
device, lost, doubled, held back, damaged or let through, and put back. Real programs with real
sockets at both ends notice nothing but the weather. Decisions come from one seed.

    line = impair.Line(net, seed=1, loss=0.2, duplicate=0.1, jitter=0.05)
    line.blackout = True
    line.rebind('198.51.100.7')    # from now on its packets come from other ports
"""

import ctypes
import fcntl
import heapq
import os
import random
import select
import struct
import threading
import time

from harness import Skip

TUNSETIFF, IFF_TUN, IFF_NO_PI, CLONE_NEWNET = 0x400454CA, 1, 0x1000, 0x40000000
UDP = 17


class Packet:
    """An IPv4 packet with UDP in it, whose ports and payload may be changed."""

    def __init__(self, data):
        self.data = bytearray(data)
        self.udp = (self.data[0] & 15) * 4

    @staticmethod
    def is_one(data):
        return data[0] >> 4 == 4 and data[9] == UDP

    def address(self, at):
        return '.'.join(map(str, self.data[at:at + 4]))

    @property
    def source(self):
        return self.address(12)

    @property
    def destination(self):
        return self.address(16)

    def port(self, at):
        return struct.unpack_from('>H', self.data, self.udp + at)[0]

    def set_port(self, at, port):
        struct.pack_into('>H', self.data, self.udp + at, port)
        self._forget_checksum()

    def damage(self, dice):
        at = dice.randrange(self.udp + 8, len(self.data))
        self.data[at] ^= dice.randrange(1, 256)
        self._forget_checksum()

    def _forget_checksum(self):
        """Zero means none: what is damaged reaches the program, as on a line that damages well."""
        struct.pack_into('>H', self.data, self.udp + 6, 0)


class Line:
    """Chances are of one packet, times seconds, rate bytes a second (0 = any)."""

    def __init__(self, router, seed, loss=0, duplicate=0, reorder=0, corrupt=0, delay=0.01, jitter=0, rate=0):
        self.loss, self.duplicate, self.reorder, self.corrupt = loss, duplicate, reorder, corrupt
        self.delay, self.jitter, self.rate = delay, jitter, rate
        self.blackout = False
        self.dice = random.Random(seed)
        self.counts = dict.fromkeys(('passed', 'lost', 'doubled', 'held', 'damaged'), 0)
        self._shifts = {}  # address → what is added to its ports
        self._flying, self._n, self._free_at = [], 0, 0
        self._namespace = f'/run/netns/{router.name}'
        self._ready, self._problem = threading.Event(), None
        threading.Thread(target=self._run, daemon=True).start()
        self._ready.wait(10)
        if self._problem:
            raise Skip(f'no TUN device can be made here: {self._problem}')
        router.lead_udp_over('tun0')

    def rebind(self, address):
        """What a NAT does that has forgotten and gives other ports; the old ones lead nowhere."""
        self._shifts[address] = self.dice.randrange(1, 20000)

    def _open(self):
        libc = ctypes.CDLL(None, use_errno=True)
        with open(self._namespace, 'rb') as namespace:
            if libc.setns(namespace.fileno(), CLONE_NEWNET) != 0:  # of this thread alone
                raise OSError(ctypes.get_errno(), 'setns')
        tun = os.open('/dev/net/tun', os.O_RDWR)
        fcntl.ioctl(tun, TUNSETIFF, struct.pack('16sH22x', b'tun0', IFF_TUN | IFF_NO_PI))
        return tun

    def _run(self):
        try:
            tun = self._open()
        except OSError as problem:
            self._problem = problem
            return
        finally:
            self._ready.set()
        while True:
            wait = self._flying[0][0] - time.monotonic() if self._flying else 1
            if select.select([tun], [], [], max(0, wait))[0]:
                data = os.read(tun, 65536)
                if Packet.is_one(data):
                    self._take(Packet(data))
            while self._flying and self._flying[0][0] <= time.monotonic():
                os.write(tun, heapq.heappop(self._flying)[2].data)
                self.counts['passed'] += 1

    def _chance(self, of_one, what):
        hit = self.dice.random() < of_one
        self.counts[what] += hit
        return hit

    def _take(self, packet):
        self._translate(packet)
        if self.blackout or self._chance(self.loss, 'lost'):
            return
        copies = 2 if self._chance(self.duplicate, 'doubled') else 1
        if self._chance(self.corrupt, 'damaged'):
            packet.damage(self.dice)
        for _ in range(copies):
            self._n += 1
            heapq.heappush(self._flying, (self._arrival(packet), self._n, packet))

    def _arrival(self, packet):
        now = time.monotonic()
        if self.rate:
            now = self._free_at = max(now, self._free_at) + len(packet.data) / self.rate
        if self._chance(self.reorder, 'held'):
            now += self.delay + self.jitter
        return now + self.delay + self.dice.uniform(-1, 1) * self.jitter

    def _translate(self, packet):
        for address, at, sign in ((packet.source, 0, 1), (packet.destination, 2, -1)):
            if address in self._shifts:
                packet.set_port(at, 1024 + (packet.port(at) - 1024 + sign * self._shifts[address]) % (65536 - 1024))
