#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window and the machine under it: the screen that locks, nobody at the keyboard, sleep, another network."""

import os
import re
import signal

import desk
from desk import Client, wait_until
from played import Machine, ScreenSaver
from preloaded import Clock

PASSWORD = 'correct horse'


def start(t, **options):
    server = t.server()
    alice = Client(t, server, 'alice', **options)
    alice.sign_up('alice', PASSWORD)
    return server, alice


def prefer(alice, switch):
    """Thrown in the preferences."""
    alice.menu('Preferences')
    alice.press(switch, 'toggle button')
    alice.leave('Preferences')


def unlock(alice):
    alice.fill('Password', PASSWORD)
    alice.press('Unlock')
    alice.find('list box', 'People')


def test_locked_with_the_screen(t):
    "Who wishes it comes back to a password after the screen, the session or the machine was locked; who does not, does not."
    machine = Machine(t)
    savers = [ScreenSaver(t), ScreenSaver(t, 'org.gnome.ScreenSaver')]
    _, alice = start(t, env=machine.env)
    locks = [lambda: savers[0].active(True), lambda: savers[1].active(True), machine.logind.lock,
             lambda: machine.logind.sleep(True)]
    for lock in locks:
        lock()
    prefer(alice, 'Lock with the screen')
    t.equal(alice.matches('password text', 'Password'), [], 'locked, and nobody wished it')
    desk.time.sleep(1)  # it asks which session is its own
    for lock in locks:
        lock()
        alice.find('password text', 'Password')
        t.equal(alice.matches('list box', 'People', showing=False), [], 'people behind the lock')
        unlock(alice)
    savers[0].active(False)
    machine.logind.lock('/org/freedesktop/login1/session/_38')  # somebody else's
    desk.time.sleep(0.5)
    alice.find('list box', 'People')


def test_locked_when_idle(t):
    "After the minute that was chosen without a key or the pointer, and each of them begins it anew."
    clock = Clock(t)
    _, alice = start(t, env=clock.env)
    alice.menu('Preferences')
    t.equal(alice.preference('Lock when nobody uses it'), 'Never')
    alice.prefer('Lock when nobody uses it', 'After one minute')
    alice.leave('Preferences')
    clock.set(seconds=45)
    desk.time.sleep(0.5)
    alice.key('Tab')
    clock.set(seconds=90)
    desk.time.sleep(0.5)
    alice.find('list box', 'People')
    clock.set(seconds=160)
    alice.find('password text', 'Password')
    unlock(alice)


def seconds_left(alice):
    """What the bar counts down, 0 while it does not."""
    said = [re.search(r'Trying again in (\d+) second', node.get_name())
            for node in alice.matches('label', lambda name: 'The server is away' in name)]
    return next((int(match.group(1)) for match in said if match), 0)


def test_sleep_and_another_network(t):
    """A server that went without a word while the machine slept is missed in seconds, not after a minute; when a network
    comes it is tried at once, not after the rest of the wait."""
    machine = Machine(t)
    server, alice = start(t, env=machine.env)
    os.kill(server.pid, signal.SIGSTOP)
    machine.logind.sleep(True)
    machine.logind.sleep(False)
    began = desk.time.monotonic()
    alice.says('The server is away')
    took = desk.time.monotonic() - began
    t.check(took < 20, f'missed after {took:.1f} s')
    t.notes.append(f'missed after {took:.1f} s')
    server.kill()
    machine.network.connected(False)
    left = wait_until(lambda: seconds_left(alice) >= 8 and seconds_left(alice), 'a long wait', 90)
    server.start()
    began = desk.time.monotonic()
    machine.network.connected(True)
    alice.gone('label', lambda name: 'The server is away' in name)
    took = desk.time.monotonic() - began
    t.check(took < left - 2, f'it took {took:.1f} s, with {left} s left')


if __name__ == '__main__':
    desk.main(globals())
