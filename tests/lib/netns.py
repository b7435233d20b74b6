# SPDX-License-Identifier: GPL-3.0-or-later
"""A small internet of network namespaces: a core router, houses with an address of their own, and
houses behind a NAT made by nftables.

    netns.enter()                       # first thing in the program; raises Skip where it cannot be
    net = Internet()
    server_house = net.house('203.0.113.1')
    nat = net.nat('203.0.113.7', 'masquerade')
    laptop = nat.house('192.168.1.2')
    cli = t.cli(server, 'alice', within=laptop.within)

Everything lives in a network and mount namespace of the test's own (and a user namespace, for who is
not root), so nothing outside is touched and all of it goes when the program ends. Links are point to
point and routed, so an address may be taken and given away at any time.
"""

import ctypes
import itertools
import os
import shutil
import subprocess

from harness import Failure, Skip

CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWNET = 0x20000, 0x10000000, 0x40000000
TOOLS = ('ip', 'nft', 'nsenter', 'mount', 'conntrack', 'ss')
# A router lets in what was asked for, as every router at home does; what comes unasked for itself
# must not take the place of a mapping in its tables either.
GUARD = '''
table inet guard {
  chain input {
    type filter hook input priority 0
    iifname "wan" ct state new drop
  }
  chain forward {
    type filter hook forward priority 0
    iifname "wan" ct state new drop
  }
}
table ip nat {
  chain post {
    type nat hook postrouting priority 100
  }
}
'''
FILTER = '''
table inet weather {
  chain forward {
    type filter hook forward priority -10
  }
}
'''


def run(*argv, input=None):
    """The output of a tool; a Failure with its words when it fails."""
    done = subprocess.run(argv, input=input, capture_output=True, text=True, timeout=20, check=False)
    if done.returncode != 0:
        raise Failure(f'{" ".join(argv)}: {done.stderr.strip()}{done.stdout.strip()}\n{input or ""}')
    return done.stdout


def _unshare(flags):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(flags) != 0:
        raise Skip(f'no namespaces can be made here: {os.strerror(ctypes.get_errno())}')


def _leave(flags, *tools):
    """Into namespaces of our own, as root there. Nothing is done where that, or a tool, is missing."""
    os.environ['PATH'] += ':/usr/sbin:/sbin'
    missing = [tool for tool in tools if shutil.which(tool) is None]
    if missing:
        raise Skip(f'not installed: {", ".join(missing)}')
    uid, gid = os.geteuid(), os.getegid()
    _unshare(flags | (CLONE_NEWUSER if uid != 0 else 0))
    if uid != 0:
        for name, text in (('setgroups', 'deny'), ('uid_map', f'0 {uid} 1'), ('gid_map', f'0 {gid} 1')):
            with open(f'/proc/self/{name}', 'w', encoding='ascii') as file:
                file.write(text)


def enter_alone():
    """Puts this process where only itself and what it starts use the loopback interface. Before any
    thread is started."""
    _leave(CLONE_NEWNET, 'ip')
    run('ip', 'link', 'set', 'lo', 'up')


def enter():
    """Puts this process where it may make networks. Before any thread is started."""
    try:
        _leave(CLONE_NEWNS | CLONE_NEWNET, *TOOLS)
        run('mount', '--make-rprivate', '/')
        run('mount', '-t', 'tmpfs', 'tmpfs', '/run')
        run('ip', 'netns', 'add', 'trial')
        run('ip', '-n', 'trial', 'link', 'add', 'one', 'type', 'veth', 'peer', 'name', 'two')
        run('ip', 'netns', 'exec', 'trial', 'nft', '-f', '-', input=GUARD + FILTER)
        run('ip', 'netns', 'exec', 'trial', 'nft', 'add rule ip nat post oifname one masquerade fully-random')
        run('ip', 'netns', 'del', 'trial')
    except (Failure, OSError) as problem:
        raise Skip(f'no network can be made here: {str(problem).splitlines()[0]}') from None


class Place:
    """One network namespace."""

    _numbers = itertools.count()

    def __init__(self):
        self.name = f'n{next(self._numbers)}'
        run('ip', 'netns', 'add', self.name)
        self.ip('link set lo up')

    @property
    def within(self):
        """What a command begins with that is to run here."""
        return ['nsenter', f'--net=/run/netns/{self.name}']

    def ip(self, *commands):
        run('ip', '-n', self.name, '-batch', '-', input='\n'.join(commands))

    def nft(self, text):
        return run(*self.within, 'nft', '-f', '-', input=text)

    def sysctl(self, key, value):
        run(*self.within, 'sh', '-c', f'echo {value} > /proc/sys/{key.replace(".", "/")}')

    def flush_connections(self, *which):
        """Forgets what the tables of connections hold. That there was none is no failure."""
        subprocess.run([*self.within, 'conntrack', '-D', *which], capture_output=True, timeout=20, check=False)


class House(Place):
    """A machine on a router. `address` may be changed while everything runs."""

    def __init__(self, router, address):
        Place.__init__(self)
        self.router, self.address = router, None
        self.link = router.attach(self)
        self.ip('link set wan up')
        self.move(address)

    def move(self, address):
        """Takes another address; the old one is gone."""
        old, self.address = self.address, address
        if old:
            self.ip(f'addr del {old}/32 dev wan')
            self.router.ip(f'route del {old} dev {self.link}')
        self.router.ip(f'route add {address} dev {self.link}')
        self.ip(f'addr add {address}/32 dev wan', f'route replace {self.router.gateway} dev wan src {address}',
                f'route replace default via {self.router.gateway} src {address}')

    def udp_sent(self):
        """How many datagrams left programs in this house."""
        lines = [line.split() for line in run(*self.within, 'cat', '/proc/net/snmp').splitlines() if line.startswith('Udp:')]
        return int(dict(zip(*lines))['OutDatagrams'])

    def udp_ports(self):
        lines = run(*self.within, 'ss', '-H', '-u', '-l', '-n', '-4').splitlines()
        return [int(line.split()[3].rsplit(':', 1)[1]) for line in lines]


class Router(Place):
    """Forwards between what is attached to it, and can be told to drop."""

    def __init__(self, gateway):
        Place.__init__(self)
        self.gateway, self.links = gateway, itertools.count()
        self.sysctl('net.ipv4.ip_forward', 1)
        self.nft(FILTER)

    def attach(self, house):
        link = f'h{next(self.links)}'
        run('ip', '-n', self.name, 'link', 'add', link, 'type', 'veth', 'peer', 'name', 'wan', 'netns', house.name)
        self.ip(f'link set {link} up', f'addr add {self.gateway}/32 dev {link}')
        return link

    def house(self, address):
        return House(self, address)

    def lead_udp_over(self, device):
        """UDP from the houses goes to this device and is forwarded as it comes back from there."""
        self.sysctl('net.ipv4.conf.all.rp_filter', 0)
        self.ip(f'link set {device} up', f'route add default dev {device} table 100',
                *(f'rule add iif h{n} ipproto udp lookup 100' for n in range(next(self.links))))
        self.sysctl(f'net.ipv4.conf.{device}.rp_filter', 0)

    def weather(self, *rules):
        """Rules for what passes, in place of those before: `udp length > 0 drop`."""
        lines = ['flush chain inet weather forward', *(f'add rule inet weather forward {rule}' for rule in rules)]
        self.nft('\n'.join(lines) + '\n')


class Internet(Router):
    """The core router. All addresses of 203.0.113.0/24 and 198.51.100.0/24 may live on it."""

    def __init__(self):
        Router.__init__(self, '203.0.113.254')

    def nat(self, address, kind, gateway='192.168.1.1'):
        return Nat(self, address, kind, gateway)


class Nat(House, Router):
    """A router whose houses share its address; kind: the nftables statement that does it."""

    def __init__(self, core, address, kind, gateway):
        House.__init__(self, core, address)
        self.gateway, self.links = gateway, itertools.count()
        self.sysctl('net.ipv4.ip_forward', 1)
        self.nft(FILTER + GUARD)
        self.translate(kind)

    def translate(self, kind):
        """From now on new connections leave by this statement."""
        self.nft(f'flush chain ip nat post\nadd rule ip nat post oifname "wan" {kind}\n')

    def forget_udp_after(self, seconds):
        self.sysctl('net.netfilter.nf_conntrack_udp_timeout', seconds)
        self.sysctl('net.netfilter.nf_conntrack_udp_timeout_stream', seconds)

    def turn_back(self, *houses):
        """The houses, which have their UDP ports by now, reach each other by the outer address alone:
        what comes for a port there goes to whoever has it inside."""
        lines = ['add chain ip nat back { type nat hook prerouting priority -100 ; }',
                 f'add rule ip nat post oifname != "wan" ct status dnat snat to {self.address}']
        for house in houses:
            for port in house.udp_ports():
                lines.append(f'add rule ip nat back iifname != "wan" ip daddr {self.address} udp dport {port} dnat to {house.address}')
        self.nft('\n'.join(lines) + '\n')
        self.weather('ct status dnat accept', 'iifname != "wan" oifname != "wan" drop')
