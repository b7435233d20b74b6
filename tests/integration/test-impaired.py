#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two people on a line that loses, doubles, mixes up, delays and damages what they say: every message
once and in order. Without the relay, so all of it goes over that line."""

import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import netns  # noqa: E402
from conversation import Conversation  # noqa: E402
from harness import main_at_once  # noqa: E402
from impair import Line  # noqa: E402

ANN = '198.51.100.7'


def meet(t, seed, **weather):
    net = netns.Internet()
    outside = net.house('203.0.113.1')
    places = {'ann': net.house(ANN), 'ben': net.house('198.51.100.8')}
    line = Line(net, seed, **weather)
    server = t.server(within=outside.within, server_address='203.0.113.1', relay='no')
    return line, Conversation(t, server, places)


def check_weather(t, line, *kinds):
    t.notes.append(' '.join(f'{n} {kind}' for kind, n in line.counts.items()))
    for kind in kinds:
        t.check(line.counts[kind] >= 3, f'the line was too good: {line.counts}')


def test_everything_at_once(t):
    line, talk = meet(t, 1, loss=0.3, duplicate=0.1, reorder=0.25, corrupt=0.05, delay=0.05, jitter=0.05)
    for _ in range(60):
        for name in talk.names * 2:
            talk.say(name)
        time.sleep(0.1)
        talk.check()
    talk.settle(90)
    check_weather(t, line, 'lost', 'doubled', 'held', 'damaged')


def test_everything_is_mixed_up(t):
    line, talk = meet(t, 2, reorder=0.5, delay=0.02, jitter=0.02)
    for _ in range(20):
        for name in talk.names * 10:
            talk.say(name, ' and on' * 100)
        talk.check()
    talk.settle()
    check_weather(t, line, 'held')


def test_a_thin_line(t):
    """30 KB/s for 200 KB: nothing is given up, and what is said last comes last."""
    line, talk = meet(t, 3, rate=30000, loss=0.02)
    for _ in range(12):
        talk.say('ann', ' at length' * 1500)
        talk.say('ben')
    talk.settle()
    check_weather(t, line, 'passed')


def test_silence_for_three_seconds(t):
    line, talk = meet(t, 4, loss=0.05)
    talk.exchange(2)
    line.blackout = True
    talk.chatter(3)
    line.blackout = False
    talk.chatter(1)
    talk.settle(30)


def test_other_ports_all_of_a_sudden(t):
    """The NAT between them has forgotten: ben follows whoever speaks from another port and proves it."""
    line, talk = meet(t, 5, loss=0.05)
    talk.exchange(2)
    for _ in range(3):
        line.rebind(ANN)
        talk.chatter(1.5)
    talk.settle(30)
    t.equal(talk.paths(), {'ann': 'direct', 'ben': 'direct'}, 'paths')


main_at_once(globals(), netns.enter)
