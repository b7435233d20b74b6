#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be done with what was said, and that it is still there after a restart: a window and a terminal client,
one session for all of it."""

import os

import desk
from desk import Client


def choose(alice, row, item):
    """An item of a message's menu, as a screen reader gets to it."""
    row.get_action_iface().do_action(0)
    alice.find('push button', item).get_action_iface().do_action(0)


def test_said_changed_and_kept(t):
    "Edit with Up, react, delete, answer; then a kill, and history, draft and unread count are back."
    server = t.server()
    home = os.path.join(t.dir, 'alice')
    os.mkdir(home)
    alice = Client(t, server, 'alice', home=home)
    alice.sign_up('alice', 'correct horse')
    bob = t.cli(server, 'bob')
    bob.send('sign bob staple')
    bob.expect('authenticated')

    alice.double_click(alice.person('bob'))
    alice.find('text', 'Message')
    alice.type('see you at tne')
    alice.key('Return')
    alice.message('You, see you at tne, ')
    target = bob.expect('message')['id']

    alice.key('Up')
    alice.says('Editing your message')
    alice.key('BackSpace', 'BackSpace', 'BackSpace')
    alice.type('ten')
    alice.key('Return')
    alice.message('You, see you at ten, ')
    edited = bob.expect('edited')
    t.equal((edited['target'], edited['text']), (target, 'see you at ten'), 'edited')

    bob.send('send alice fine with me')
    theirs = alice.message('bob, fine with me, ')
    choose(alice, theirs, 'Thumbs up')
    t.equal(bob.expect('reacted')['reaction'], '👍', 'reaction')
    alice.says('👍')

    choose(alice, theirs, 'Reply')
    alice.says('Reply to: fine with me')
    alice.find('text', 'Message').get_editable_text_iface().set_text_contents('me too')
    alice.press('Send')
    t.equal(bob.expect('message')['text'], '> fine with me\nme too', 'answer')

    choose(alice, alice.message('You, see you at ten, '), 'Delete')
    t.equal(bob.expect('deleted')['target'], target, 'deleted')
    alice.message('You, Message deleted, ')

    alice.find('text', 'Message').get_editable_text_iface().set_text_contents('half a thou')
    desk.time.sleep(2.5)  # drafts are kept a second after the last change
    alice.program.process.kill()
    alice.close()
    bob.send('send alice while you were gone')
    bob.expect('queued')

    alice = Client(t, server, 'alice', home=home)
    alice.log_in('alice', 'correct horse')
    alice.find('list item', lambda name: name.startswith('bob,') and '1 unread' in name)
    alice.double_click(alice.person('bob'))
    alice.message('You, Message deleted, ')
    alice.message('bob, fine with me, ')
    alice.message('You, > fine with me\nme too, ')
    alice.message('bob, while you were gone, ')
    text = alice.find('text', 'Message').get_text_iface()
    t.equal(text.get_text(0, -1), 'half a thou', 'draft')
    rows = [node.get_name() for node in alice.matches('list item', None, alice.find('list box', 'Conversation'))]
    t.equal(len(rows), 4, f'rows {rows}')


if __name__ == '__main__':
    desk.main(globals())
