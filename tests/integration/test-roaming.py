#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way between two people changes while they talk: the conversation follows, or goes through the
server for a while; nothing is lost, doubled or out of order."""

import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import netns  # noqa: E402
from conversation import Conversation  # noqa: E402
from harness import main_at_once  # noqa: E402

NO_UDP = 'meta l4proto udp drop'


def meet(t, kinds=('masquerade', 'masquerade')):
    """Two that already talk directly; a kind None is a house with an address of its own."""
    net = netns.Internet()
    outside = net.house('203.0.113.1')
    edges, places = [], {}
    for name, kind, address in zip(('ann', 'ben'), kinds, ('198.51.100.7', '198.51.100.8')):
        edges.append(net.nat(address, kind) if kind else net.house(address))
        places[name] = edges[-1].house('192.168.1.2') if kind else edges[-1]
    talk = Conversation(t, t.server(within=outside.within, server_address='203.0.113.1'), places)
    talk.exchange(1)
    talk.wait_for_path('direct', 40)  # at once, but on a busy machine at the first search
    return net, edges, talk


def test_udp_is_blocked_and_comes_back(t):
    net, _, talk = meet(t)
    net.weather(NO_UDP)
    talk.say('ann')
    took = talk.wait_for_path('relayed', 4, ['ann'])
    talk.chatter(3)
    talk.settle()
    t.equal(talk.paths(), {'ann': 'relayed', 'ben': 'relayed'}, 'paths')
    net.weather()
    back = talk.chatter(32, until=lambda: set(talk.paths().values()) == {'direct'})
    talk.settle()
    talk.exchange(2)
    t.notes.append(f'relayed after {took:.1f} s, direct again after {back:.1f} s')


def test_udp_is_blocked_while_nobody_speaks(t):
    """And the one who was silent longest speaks first."""
    net, _, talk = meet(t)
    time.sleep(2)
    net.weather(NO_UDP)
    time.sleep(1)
    talk.say('ben')
    talk.wait_for_path('relayed', 4, ['ben'])
    talk.exchange(2)


def test_one_direction_is_blocked(t):
    """What ann sends does not arrive; what ben sends does."""
    net, edges, talk = meet(t)
    net.weather(f'ip saddr {edges[0].address} ip daddr {edges[1].address} udp length > 0 drop')
    talk.say('ann')
    talk.wait_for_path('relayed', 4, ['ann'])
    talk.chatter(3)
    talk.settle()


def test_only_small_datagrams_pass(t):
    """A way that carries an INIT and no full datagram is not one."""
    net, _, talk = meet(t)
    net.weather('udp length > 1000 drop')
    talk.say('ann', ' and this is long' * 60)
    talk.wait_for_path('relayed', 4, ['ann'])
    talk.settle()


def test_another_source_port(t):
    """The NAT forgets its mappings and gives ann another port."""
    _, edges, talk = meet(t)
    time.sleep(10)  # before, the server would repeat the grant
    edges[0].translate('meta l4proto { tcp, udp } masquerade to :40000-41000')
    edges[0].flush_connections('-p', 'udp')
    talk.chatter(12, until=lambda: talk.went_through('relayed', 'direct'))
    talk.settle()


def test_another_address_of_the_nat(t):
    """The line at home gets another address: the session is gone as well."""
    _, edges, talk = meet(t)
    edges[0].move('198.51.100.70')
    edges[0].flush_connections()
    talk.chatter(15, until=lambda: talk.went_through('relayed', 'direct'))
    talk.settle()


def test_another_network(t):
    """A laptop leaves one network for another one, without a word to anybody."""
    _, edges, talk = meet(t, (None, 'masquerade'))
    edges[0].move('198.51.100.71')
    talk.chatter(4)
    talk.settle()


def test_a_nat_that_forgets_soon(t):
    """Mappings that live for two seconds, and a silence longer than that."""
    _, edges, talk = meet(t)
    for edge in edges:
        edge.forget_udp_after(2)
    time.sleep(8)
    talk.say('ben')
    talk.settle(5)
    talk.exchange(2)


def test_the_session_goes_while_relayed(t):
    net, edges, talk = meet(t)
    net.weather(NO_UDP)
    talk.exchange(1)
    t.equal(talk.paths(), {'ann': 'relayed', 'ben': 'relayed'}, 'paths')
    net.weather(NO_UDP, f'ip saddr {edges[0].address} meta l4proto tcp reject with tcp reset')
    talk.people['ann'].send('list')
    talk.chatter(3)
    net.weather(NO_UDP)
    talk.settle()
    t.check(talk.people['ann'].every('disconnected'), 'the session was not lost at all')


main_at_once(globals(), netns.enter)
