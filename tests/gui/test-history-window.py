#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was said, in the window: found again, exported, not kept, cleared, and locked away."""

import json
import os
import re

import desk
import settings
from desk import Client, wait_until
from preloaded import Clock

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
    wait_until(lambda: 0 < desk.box_of(row).y < 700, 'the message to be in sight')

    alice.key('ctrl+f')  # in the conversation: its words alone
    alice.says('With bob only')
    desk.xdotool('type', '--delay', '15', '--', 'which train')
    alice.find('label', 'Nothing Found')
    alice.press('Search Everywhere')
    wait_until(lambda: len(results(alice)) == 1, 'the one with carol')
    desk.xdotool('key', 'Escape')
    alice.find('list box', 'People')


def chooser(alice):
    """Its X window, None where there is none."""
    pid = str(alice.program.process.pid)
    ids = desk.xdotool_says('search', '--all', '--onlyvisible', '--pid', pid, '--name', '^Export Conversation$')
    return ids.split()[0] if ids else None


def focused_text(alice):
    """The chooser's entry has no name of its own."""
    nodes = alice.matches('text', lambda name: name not in ('Message', 'Find people'))
    return [node for node in nodes if alice._has_state(node, 'FOCUSED')]  # pylint: disable=protected-access


def export(alice, path):
    """The chooser's name is selected when it opens: one types another."""
    alice.conversation('Export…')
    window = wait_until(lambda: chooser(alice), 'the chooser')
    desk.xdotool('windowmove', window, '0', '0')
    desk.xdotool('windowfocus', '--sync', window)
    name = wait_until(lambda: focused_text(alice), 'the name to have the focus')[0]
    desk.xdotool('key', 'ctrl+a')
    desk.xdotool('type', '--delay', '15', '--', path)
    wait_until(lambda: name.get_text_iface().get_text(0, -1) == path, 'the path')
    desk.xdotool('key', 'Return')
    wait_until(lambda: not chooser(alice), 'the chooser to be gone')


def test_export(t):
    "The ending of the name says as what; success and failure are told."
    _, alice, _ = talk(t, ['the train leaves at eight', '<b>not bold</b>'])
    for ending in ('txt', 'html', 'json'):
        path = os.path.join(t.dir, f'said.{ending}')
        export(alice, path)
        alice.says(f'The conversation is in “said.{ending}”.')
        alice.find('push button', 'Show in Folder')
        alice.press('Close')
        alice.gone('label', lambda name: 'The conversation is in' in name)
        with open(path, encoding='utf-8') as file:
            content = file.read()
        t.check('the train leaves at eight' in content, content)
        t.equal('<b>not bold</b>' in content, ending != 'html', ending)
        if ending == 'json':
            json.loads(content)
    export(alice, '/proc/said.txt')
    alice.says('“said.txt” could not be written: ')


def test_not_kept_and_cleared(t):
    "What is not kept is gone after a restart; what was kept is cleared, with what waits, and the others keep theirs."
    server, alice, bob = talk(t, ['kept at first'])
    home = alice.home
    alice.conversation('Do Not Keep…')
    alice.says('bob may keep theirs')
    alice.press('Do Not Keep')
    say(alice, 'for the moment')
    alice.message('You, for the moment, ', ', delivered')
    bob.send('send alice likewise')
    alice.message('bob, likewise, ')
    alice.close()
    alice = Client(t, server, 'alice', home=home)
    alice.log_in('alice', PASSWORD)
    alice.double_click(alice.person('bob'))
    alice.message('You, kept at first, ')
    t.equal(alice.matches('list item', lambda name: 'for the moment' in name or 'likewise' in name), [], 'kept')
    alice.conversation('Do Not Keep…')
    alice.press('Keep Messages')

    bob.send('quit')
    bob.wait_exit()
    alice.find('list item', lambda name: name.startswith('bob') and 'offline' in name)
    say(alice, 'into the void')
    alice.message('You, into the void, ', ', queued')
    alice.conversation('Clear History…')
    alice.says('Messages that still wait to be sent go too')
    alice.press('Clear')
    alice.gone('list item', lambda name: name.startswith('You, '))
    bob = t.cli(server, 'bob')  # the same device
    bob.send('auth bob staple')
    bob.expect('authenticated')
    say(alice, 'a new beginning')
    t.equal(bob.expect('message')['text'], 'a new beginning', 'what waited never arrives')
    alice.menu('Clear All History…')
    alice.says('Clear the history with everybody?')
    alice.press('Clear Everything')
    alice.gone('list item', lambda name: name.startswith('You, '))


def days(alice):
    """What stands above the rows that begin one, as a screen reader is told."""
    rows = alice.matches('list item', None, alice.find('list box', 'Conversation'))
    return [row.get_description() for row in rows if row.get_description()]


def test_kept_for_a_while(t):
    "Each day has its name, which changes with the days; what is older than a person wishes leaves the screen and the disk."
    clock = Clock(t)
    env = {**clock.env, **settings.kept_in(t.folder('settings'))}
    server, alice, bob = talk(t, ['the first word'], env=env)
    t.equal(days(alice), ['Today'])
    clock.set(days=1, seconds=61)
    wait_until(lambda: days(alice) == ['Yesterday'], 'another day')
    clock.set(days=3, seconds=122)
    say(alice, 'three days later')
    alice.message('You, three days later, ', ', delivered')
    t.check(re.search(r' 20\d\d$', days(alice)[0]), f'the first of {days(alice)}')
    t.equal(days(alice)[1:], ['Today'])
    alice.menu('Preferences')
    t.equal(alice.preference('Keep messages'), 'For ever')
    alice.prefer('Keep messages', '7 days', answer='Remove')
    alice.leave('Preferences')
    alice.message('You, the first word, ')
    clock.set(days=8, seconds=3900)
    alice.gone('list item', lambda name: name.startswith('You, the first word'))
    alice.message('You, three days later, ')
    alice.close()
    alice = Client(t, server, 'alice', home=alice.home, env=env)
    alice.log_in('alice', PASSWORD)
    alice.double_click(alice.person('bob'))
    alice.message('You, three days later, ')
    alice.conversation('Details')
    alice.find('list item', 'Kept on this computer: 1 message')


def keyboard_to(title):
    window = wait_until(lambda: desk.xdotool_says('search', '--onlyvisible', '--name', f'^{title}$'), title).split()[-1]
    desk.xdotool('windowfocus', '--sync', window)


def test_lock(t):
    "The lock hides everything but a password; messages arrive behind it, and the right password brings all back."
    _, alice, bob = talk(t, ['nobody else reads this'])
    entry = alice.find('text', 'Message')
    entry.get_editable_text_iface().set_text_contents('half a thought')
    alice.menu('Change Password…')
    alice.fill('Current password', PASSWORD)
    keyboard_to('Change Password')
    desk.xdotool('key', 'ctrl+l')  # whoever leaves does not close a dialog first
    alice.fill('Password', PASSWORD)
    t.equal(alice.matches('dialog', 'Change Password', showing=False), [], 'the dialog')
    alice.press('Unlock')
    alice.menu('Preferences')
    alice.find(None, 'Tell of new messages')
    alice.menu('Lock')  # with another window open
    alice.find('password text', 'Password')
    for role, name in (('list box', 'People'), ('text', 'Message'), (None, 'Tell of new messages')):
        t.equal(alice.matches(role, name, showing=False), [], f'{name} while locked')
    t.equal(alice.matches(None, lambda name: 'reads this' in name or 'half a thought' in name, showing=False), [], 'words')
    bob.send('send alice are you there')
    t.equal(bob.expect('delivered')['to'], 'alice', 'it arrives')
    alice.key('ctrl+shift+f', 'ctrl+comma')
    alice.fill('Password', 'a guess')
    alice.press('Unlock')
    alice.says('Wrong password.')
    t.equal(alice.matches('list box', 'People', showing=False), [], 'still locked')
    alice.fill('Password', PASSWORD)
    alice.press('Unlock')
    alice.message('You, nobody else reads this, ')
    alice.message('bob, are you there, ')
    entry = alice.find('text', 'Message')
    wait_until(lambda: entry.get_text_iface().get_text(0, -1) == 'half a thought', 'the draft')
    alice.focus()
    t.equal(bob.expect('read')['to'], 'alice', 'read only now')
    alice.key('ctrl+l')
    alice.find('password text', 'Password')
    alice.press('Log Out')
    alice.find('push button', 'Log In')


def test_locked_history(t):
    "After an administrator's reset the window says that what was kept is locked, until a person has read it."
    server, alice, _ = talk(t, ['under the old password'])
    home = alice.home
    alice.close()
    desk.sottoctl(server, 'passwd', 'alice', said='another one')
    alice = Client(t, server, 'alice', home=home)
    alice.log_in('alice', 'another one')
    alice.says('Your earlier messages are locked, not lost.')
    alice.press('Why?')
    alice.says('encrypted with the old one')
    alice.press('Understood')
    alice.gone('label', lambda name: 'locked, not lost' in name)
    alice.menu('Log Out')
    alice.log_in('alice', 'another one')
    t.equal(alice.matches('label', lambda name: 'locked, not lost' in name), [], 'told again')
    alice.menu('Locked Messages')
    alice.says('encrypted with the old one')


if __name__ == '__main__':
    desk.main(globals())
