#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was said, in the window: found again, exported, not kept, cleared, and locked away."""

import json
import os

import desk
from desk import Client, wait_until

PASSWORD = 'correct horse'


def talk(t, said=(), **options):
    """Alice in a window, bob in a terminal; what alice said arrived."""
    server = t.server()
    home = os.path.join(t.dir, 'alice')
    os.mkdir(home)
    alice = Client(t, server, 'alice', home=home, **options)
    alice.sign_up('alice', PASSWORD)
    bob = t.cli(server, 'bob')
    bob.send('sign bob staple')
    bob.expect('authenticated')
    alice.double_click(alice.person('bob'))
    alice.find('text', 'Message')
    for text in said:
        say(alice, text)
        alice.message(f'You, {text}, ', ', delivered')
    return server, alice, bob


def say(alice, text):
    alice.find('text', 'Message').get_editable_text_iface().set_text_contents(text)
    alice.press('Send')


def choose(alice, item):
    """An item of the conversation's menu."""
    alice.press('Conversation menu', 'toggle button')
    alice.find(None, item).get_action_iface().do_action(0)


def results(alice):
    nodes = alice.matches('list box', 'Found messages')
    return [node.get_name() for node in alice.matches('list item', None, nodes[0])] if nodes else []


def has_focus(alice, role, begins):
    nodes = alice.matches(role, lambda name: name.startswith(begins))
    return any(alice._has_state(node, 'FOCUSED') for node in nodes)  # pylint: disable=protected-access


def test_search(t):
    "Everywhere by Ctrl+Shift+F, live, by the keyboard alone; a result opens its conversation at the message."
    server, alice, bob = talk(t, ['the train leaves at eight'])
    carol = t.cli(server, 'carol')
    carol.send('sign carol staple')
    carol.expect('authenticated')
    carol.send('send alice which train do you take')
    alice.find('list item', lambda name: name.startswith('carol') and '1 unread' in name)
    for i in range(60):
        bob.send(f'send alice line {i}')
    alice.message('bob, line 59, ')

    alice.key('ctrl+shift+f')
    alice.find('text', 'Words of a message')
    desk.xdotool('type', '--delay', '15', '--', 'TRAIN')
    wait_until(lambda: len(results(alice)) == 2, 'two results')
    t.check(any(name.startswith('carol, which train do you take, ') for name in results(alice)), results(alice))
    desk.xdotool('type', '--delay', '15', '--', ' leaves')
    wait_until(lambda: len(results(alice)) == 1, 'one result')
    t.check(results(alice)[0].startswith('bob, You, the train leaves at eight, '), results(alice))
    desk.xdotool('key', 'Down')
    wait_until(lambda: has_focus(alice, 'list item', 'bob, You, the train'), 'the result to have the focus')
    desk.xdotool('key', 'Return')
    wait_until(lambda: has_focus(alice, 'list item', 'You, the train leaves'), 'the message to have the focus')
    row = alice.message('You, the train leaves at eight, ')
    box = row.get_extents(desk.atspi().CoordType.SCREEN)
    t.check(0 < box.y < 700, f'the message is in sight: {box.y}')

    alice.key('ctrl+f')  # in the conversation: its words alone
    alice.says('With bob only')
    desk.xdotool('type', '--delay', '15', '--', 'which train')
    alice.find('label', 'Nothing Found')
    alice.press('Search Everywhere')
    wait_until(lambda: len(results(alice)) == 1, 'the one with carol')
    desk.xdotool('key', 'Escape')
    alice.find('list box', 'People')


if __name__ == '__main__':
    desk.main(globals())
