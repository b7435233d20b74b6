#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of people: what one settles about somebody, from the conversation's menu and from their row."""

import desk
from desk import Client


def with_bob(t):
    """Alice in a window, bob in a terminal, both logged in."""
    server = t.server()
    home = t.folder('alice')
    alice = Client(t, server, 'alice', home=home)
    alice.sign_up('alice', 'correct horse')
    bob = t.cli(server, 'bob')
    bob.send('sign bob staple')
    bob.expect('authenticated')
    alice.person('bob')
    return server, home, alice, bob


def row(alice, name):
    return alice.find('list item', name)


def test_alias_favourite_mute(t):
    "Settled in the menu, said in the row's name, kept over a restart; the name stays visible beside the alias."
    server, home, alice, bob = with_bob(t)
    alice.open('bob')
    alice.conversation('Set Alias…')
    alice.find('dialog', 'Set Alias')
    alice.fill('Alias', 'x' * 97)
    alice.press('Set')
    alice.says('too long for an alias')
    alice.fill('Alias', '  Robert ')
    alice.press('Set')
    alice.gone('dialog', 'Set Alias')
    item = row(alice, 'bob, Robert, online')
    for text in ('Robert', 'bob'):
        t.check(alice.matches('label', text, root=item), f'{text} is not to be seen in the row')
    alice.conversation('Add to Favourites')
    alice.conversation('Mute')
    row(alice, 'bob, Robert, online, favourite, muted')
    alice.close()
    bob.send('quit')
    bob.wait_exit()
    alice = Client(t, server, 'alice', home=home)
    alice.log_in('alice', 'correct horse')
    row(alice, 'bob, Robert, offline, favourite, muted')


def test_last_seen(t):
    "Nothing of who is here or was never seen; in the header and beside the row once they left, and after a restart."
    server, home, alice, bob = with_bob(t)
    seen = lambda: alice.matches('label', lambda name: name.startswith('Last seen'))
    alice.open('bob')
    bob.send('send alice hello')
    alice.message('bob, hello, ')
    t.equal(seen(), [], 'of somebody who is here')
    bob.send('quit')
    bob.wait_exit()
    alice.find('list item', lambda name: name.startswith('bob, offline'))
    alice.says('Last seen today at ')
    alice.close()
    alice = Client(t, server, 'alice', home=home)
    alice.log_in('alice', 'correct horse')
    said = alice.find('list item', lambda name: name.startswith('bob, offline')).get_description()
    t.check(said.startswith('Last seen today at '), f'the row says {said!r}')
    alice.person('bob').get_action_iface().do_action(0)
    alice.says('Last seen today at ')


def order(alice):
    rows = alice.matches('list item', None, alice.find('list box', 'People'))
    return [node.get_name().split(',')[0] for node in rows]


def test_order(t):
    "Favourites, then those of whom one heard last, here or not; the others by name."
    server, _, alice, bob = with_bob(t)
    carol, dave = t.cli(server, 'carol'), t.cli(server, 'dave')
    for cli in (carol, dave):
        cli.sign(cli.profile, 'staple')
    desk.wait_until(lambda: order(alice) == ['bob', 'carol', 'dave'], 'by name')
    dave.send('send alice hello')
    desk.wait_until(lambda: order(alice) == ['dave', 'bob', 'carol'], 'who wrote last first')
    bob.send('send alice hello too')
    desk.wait_until(lambda: order(alice) == ['bob', 'dave', 'carol'], 'who wrote after that')
    bob.quit()
    alice.find('list item', lambda name: name.startswith('bob, offline'))
    t.equal(order(alice), ['bob', 'dave', 'carol'], 'when bob left')
    alice.about('carol', 'Add to Favourites')
    desk.wait_until(lambda: order(alice) == ['carol', 'bob', 'dave'], 'a favourite first')


def details(alice):
    """The rows of the open dialog, title → what it says."""
    alice.find('dialog', 'Details')
    rows = alice.matches('list item', None, alice.find('list box', 'Details'))
    return dict(node.get_name().split(': ', 1) for node in rows)


def test_details(t):
    "What is known of somebody, from their menu: nothing that is not, and all of it once words went and numbers were compared."
    _, _, alice, bob = with_bob(t)
    alice.open('bob')
    alice.conversation('Details')
    alice.find('list item', 'Kept on this computer: 0 messages')
    t.equal(details(alice), {
        'Presence': 'Online', 'Kept on this computer': '0 messages',
        'Safety number': 'No key is known yet. It comes with the first conversation.'}, 'of a stranger')
    alice.press('Close')
    alice.gone('dialog', 'Details')
    bob.send('send alice hello')
    alice.message('bob, hello, ')
    alice.conversation('Set Alias…')
    alice.fill('Alias', 'Robert')
    alice.press('Set')
    alice.gone('dialog', 'Set Alias')
    alice.conversation('Mute')
    alice.conversation('Details')
    alice.find('list item', 'Kept on this computer: 1 message')
    t.equal(details(alice), {
        'Username': 'bob', 'Presence': 'Online', 'You settled': 'muted', 'Kept on this computer': '1 message',
        'Safety number': 'Safety numbers were not compared yet.', 'This key is known since': 'Today'}, 'of bob')
    alice.press('Compare Safety Number…')
    alice.press('They Are the Same')
    alice.gone('dialog', 'Safety Number')
    alice.conversation('Details')
    t.equal(details(alice)['Safety number'], 'You compared safety numbers: it is really them.', 'compared')


def test_the_menu_of_a_row(t):
    "By Menu key, Shift+F10 and the right button: the same menu as the conversation's."
    _, _, alice, _ = with_bob(t)
    alice.about('bob', 'Mute')
    row(alice, 'bob, online, muted')
    alice.person('bob').get_component_iface().grab_focus()
    alice.key('Menu')
    alice.find(None, 'Unmute').get_action_iface().do_action(0)
    node = row(alice, 'bob, online')
    box = desk.box_of(node)
    desk.xdotool('mousemove', str(box.x + box.width // 2), str(box.y + box.height // 2))
    desk.xdotool('click', '3')
    alice.find(None, 'Add to Favourites').get_action_iface().do_action(0)
    row(alice, 'bob, online, favourite')


def test_blocked(t):
    "The conversation says so where one would write; nothing comes; unblocked, what waited arrives."
    _, _, alice, bob = with_bob(t)
    alice.open('bob')
    alice.conversation('Block')
    row(alice, 'bob, online, blocked')
    alice.says('You blocked bob')
    alice.find('toggle button', 'Blocked')  # instead of by which way words would go
    alice.gone('text', 'Message')
    bob.send('send alice are you there')
    bob.expect('queued')
    desk.time.sleep(1)
    t.equal(alice.matches('list item', lambda name: 'are you there' in name), [], 'words of somebody who is blocked')
    alice.find('push button', 'Unblock').get_component_iface().grab_focus()
    alice.key('Return')
    alice.gone('toggle button', 'Blocked')
    alice.message('bob, are you there, ')
    alice.type('here I am')  # the keyboard is where one goes on
    alice.key('Return')
    bob.expect('message', text='here I am')


if __name__ == '__main__':
    desk.main(globals())
