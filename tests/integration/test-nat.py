#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two people behind NATs: a direct way where there is one, the relay where there is none or it goes,
and every message once and in order whatever happens to the way between them."""

import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import netns  # noqa: E402
from conversation import Conversation  # noqa: E402
from harness import build_dir, main_at_once  # noqa: E402

NO_UDP = 'meta l4proto udp drop'
PLAIN, RANDOM = 'masquerade', 'masquerade fully-random'


def meet(t, ann, ben, net, **how):
    """A server outside and the two of them, in these two houses."""
    outside = net.house('203.0.113.1')
    server = t.server(within=outside.within, server_address='203.0.113.1')
    return Conversation(t, server, {'ann': ann, 'ben': ben}, **how)


def homes(net, first, second):
    """A house behind a NAT of each kind; None = with an address of its own. The two networks use the
    same addresses inside, as those of neighbours do."""
    places, routers = [], []
    for kind, address in ((first, '198.51.100.7'), (second, '198.51.100.8')):
        routers.append(net.nat(address, kind) if kind else None)
        places.append(routers[-1].house('192.168.1.2') if kind else net.house(address))
    return places, routers


def test_both_behind_masquerade(t):
    net = netns.Internet()
    places, _ = homes(net, PLAIN, PLAIN)
    talk = meet(t, *places, net)
    talk.exchange(3)
    t.equal(talk.paths(), {'ann': 'direct', 'ben': 'direct'}, 'paths')


def test_one_behind_masquerade(t):
    net = netns.Internet()
    places, _ = homes(net, PLAIN, None)
    talk = meet(t, *places, net)
    talk.exchange(3)
    t.equal(talk.paths(), {'ann': 'direct', 'ben': 'direct'}, 'paths')


def test_the_other_behind_masquerade(t):
    net = netns.Internet()
    places, _ = homes(net, None, PLAIN)
    talk = meet(t, *places, net)
    talk.exchange(3)
    t.equal(talk.paths(), {'ann': 'direct', 'ben': 'direct'}, 'paths')


def test_asker_behind_fully_random(t):
    net = netns.Internet()
    places, _ = homes(net, RANDOM, None)
    talk = meet(t, *places, net)
    talk.exchange(3)
    t.equal(talk.paths(), {'ann': 'direct', 'ben': 'direct'}, 'paths')


def test_asked_behind_fully_random(t):
    """INIT does not get in and PROBE is no answer: begun by the relay, direct at the first search."""
    net = netns.Internet()
    places, _ = homes(net, None, RANDOM)
    talk = meet(t, *places, net)
    talk.exchange(3)
    talk.wait_for_path('direct', 40)
    talk.exchange(3)


def test_both_behind_fully_random(t):
    net = netns.Internet()
    places, _ = homes(net, RANDOM, RANDOM)
    talk = meet(t, *places, net)
    began = time.monotonic()
    talk.exchange(3)
    t.check(time.monotonic() - began < 6, 'the relay took its time')
    t.equal(talk.paths(), {'ann': 'relayed', 'ben': 'relayed'}, 'paths')


def test_neighbours_in_one_network(t):
    net = netns.Internet()
    nat = net.nat('198.51.100.7', RANDOM)
    talk = meet(t, nat.house('192.168.1.2'), nat.house('192.168.1.3'), net)
    talk.exchange(3)
    t.equal(talk.paths(), {'ann': 'direct', 'ben': 'direct'}, 'paths')


def test_neighbours_that_are_kept_apart(t):
    """Two networks behind one NAT that do not reach each other, and it turns nothing round."""
    net = netns.Internet()
    nat = net.nat('198.51.100.7', PLAIN)
    nat.weather('iifname != "wan" oifname != "wan" drop')
    talk = meet(t, nat.house('192.168.1.2'), nat.house('192.168.1.3'), net)
    talk.exchange(3)
    t.equal(talk.paths(), {'ann': 'relayed', 'ben': 'relayed'}, 'paths')


def test_hairpin(t):
    """The same, but the NAT's outer address leads back in."""
    net = netns.Internet()
    nat = net.nat('198.51.100.7', PLAIN)
    first, second = nat.house('192.168.1.2'), nat.house('192.168.1.3')
    talk = meet(t, first, second, net)
    nat.turn_back(first, second)
    talk.exchange(3)
    t.equal(talk.paths(), {'ann': 'direct', 'ben': 'direct'}, 'paths')



def late(t, who):
    """They talk at once, and before the server has had a BIND of these: by the relay, for as long as it
    takes until who asked is told where the others are."""
    net = netns.Internet()
    places, routers = homes(net, PLAIN, PLAIN)
    for n in who:
        routers[n].weather(NO_UDP)
    talk = meet(t, *places, net, pause=0)
    talk.exchange(1)
    t.equal(talk.paths(), {'ann': 'relayed', 'ben': 'relayed'}, 'paths')
    for n in who:
        routers[n].weather()
    took = talk.wait_for_path('direct', 20)
    talk.exchange(2)
    t.notes.append(f'direct after {took:.1f} s')


def test_asked_before_the_others_bind(t):
    late(t, [1])


def test_asked_before_any_bind(t):
    late(t, [0, 1])


def test_talk_begins_with_the_login(t):
    net = netns.Internet()
    places, _ = homes(net, PLAIN, PLAIN)
    talk = meet(t, *places, net, pause=0)
    talk.exchange(1)
    talk.wait_for_path('direct', 20)


def hide(t, name):
    """One of two with addresses of their own shows it to nobody: not one datagram leaves the house."""
    driver = os.path.join(build_dir(), 'tests', 'integration', 'engine-driver')  # no command of the terminal does it
    net = netns.Internet()
    places, _ = homes(net, None, None)
    talk = meet(t, *places, net, drivers={name: [driver]}, hidden=[name])
    talk.exchange(3)
    t.equal(talk.paths(), {'ann': 'relayed', 'ben': 'relayed'}, 'paths')
    house, other = places[talk.names.index(name)], places[1 - talk.names.index(name)]
    t.equal(house.udp_sent(), 0, 'datagrams out')
    t.check(other.udp_sent() > 0, 'the count does not count')


def test_the_first_hides(t):
    hide(t, 'ann')


def test_the_second_hides(t):
    hide(t, 'ben')


main_at_once(globals(), netns.enter)
