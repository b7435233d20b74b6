#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Security that tells the truth: the safety number in the window is the one the other side has, a changed key stops
everything until a person accepts it there, and the way words travel is said."""

import os
import shutil
import subprocess

import desk
import harness
from desk import Client


def talk(t):
    """Alice in a window, bob in a terminal, a channel between them."""
    server = t.server()
    alice = Client(t, server, 'alice')
    alice.sign_up('alice', 'correct horse')
    bob = t.cli(server, 'bob')
    bob.send('sign bob staple')
    bob.expect('authenticated')
    alice.double_click(alice.person('bob'))
    alice.find('text', 'Message')
    say(alice, 'first words')
    t.equal(bob.expect('message')['text'], 'first words')
    alice.message('You, first words, ', ', delivered')
    return server, alice, bob


def say(alice, text):
    alice.find('text', 'Message').get_editable_text_iface().set_text_contents(text)
    alice.press('Send')


def number_of(bob):
    bob.send('verify alice')
    return bob.expect('channel', peer='alice')['safety_number']


def shows(alice, number):
    """Three rows of four groups, and nothing else in that label."""
    groups = number.split()
    rows = '\n'.join(' '.join(groups[i:i + 4]) for i in (0, 4, 8))
    return alice.find('label', rows)


def scan(t):
    """What a scanner reads off the screen, one line a code."""
    picture = os.path.join(t.dir, 'screen.png')
    subprocess.run(['import', '-window', 'root', picture], check=True, timeout=30)
    done = subprocess.run(['zbarimg', '--quiet', '--raw', picture], capture_output=True, text=True, timeout=60, check=False)
    return done.stdout.split()


def check_qr_code(t, alice, number):
    "A scanner reads the number off the screen, a screen reader the groups."
    alice.press('Show as QR Code', 'toggle button')
    picture = alice.find('image', 'QR code of the safety number')
    t.equal(picture.get_description(), number, 'what is read out')
    if all(shutil.which(name) for name in ('import', 'zbarimg')):
        desk.wait_until(lambda: scan(t) == [number.replace(' ', '')], 'the number to be scanned')


def test_compared_and_verified(t):
    "From the badge: what is measured, the number of both sides, a wrong one refused, the right one marked."
    _, alice, bob = talk(t)
    number = number_of(bob)
    alice.press('Direct · not verified yet', 'toggle button')
    alice.says('Safety numbers were not compared yet')
    for line in ('Their address', 'There and back', 'Key made'):
        alice.find('label', line)
    alice.find('label', lambda name: name.startswith('127.0.0.1:'))
    alice.find('label', lambda name: name.endswith(' ago'))
    alice.press('Compare Safety Number…')
    alice.find('dialog', 'Safety Number')
    shows(alice, number)
    check_qr_code(t, alice, number)
    alice.fill('Or paste the number they see', '00000 ' * 12)
    alice.press('They Are the Same')
    alice.says('These numbers differ')
    alice.find('toggle button', 'Direct · not verified yet')
    alice.fill('Or paste the number they see', number.replace(' ', ''))
    alice.press('They Are the Same')
    alice.gone('dialog', 'Safety Number')
    alice.find('toggle button', 'Direct · verified')
    # Once more: there is nothing left to decide, only to look at.
    alice.press('Direct · verified', 'toggle button')
    alice.says('it is really them')
    alice.press('Compare Safety Number…')
    shows(alice, number)
    alice.says('You compared this number with bob')
    t.equal(alice.matches('push button', 'They Are the Same'), [], 'to decide')
    alice.press('Close')
    alice.gone('dialog', 'Safety Number')


def test_a_changed_key(t):
    "Bob on a new computer: a row says so and no word leaves; a person who compared accepts, and all arrive, once."
    server, alice, bob = talk(t)
    bob.send('quit')
    bob.wait_exit()
    alice.find('list item', lambda name: name.startswith('bob, offline'))
    again = t.cli(server, 'bob-again')
    again.send('auth bob staple')
    again.expect('authenticated')
    say(alice, 'for your eyes only')
    alice.says('The key of bob has changed. Nothing is sent until you have compared safety numbers.')
    alice.find('toggle button', 'Their key changed')
    alice.message('You, for your eyes only, ', ', failed')
    say(alice, 'and this')
    alice.message('You, and this, ', ', failed')
    again.refute('message', 1)
    alice.press('Compare…')
    alice.find('dialog', 'Safety Number')
    alice.says('somebody stands between you')
    accept = alice.find('push button', 'They Are the Same: Accept the New Key')
    for state in ('FOCUSED', 'IS_DEFAULT'):
        t.check(not alice._has_state(accept, state), f'the button that accepts is {state}')
    alice.press('Not Now')
    alice.gone('dialog', 'Safety Number')
    again.refute('message', 1)
    alice.press('Compare…')
    alice.press('They Are the Same: Accept the New Key')
    alice.gone('dialog', 'Safety Number')
    t.equal([again.expect('message')['text'] for _ in range(2)], ['for your eyes only', 'and this'], 'in order')
    alice.message('You, for your eyes only, ', ', delivered')
    alice.message('You, and this, ', ', delivered')
    alice.gone('label', lambda name: 'has changed' in name)
    alice.find('toggle button', 'Direct · verified')
    say(alice, 'welcome back')
    t.equal(again.expect('message')['text'], 'welcome back')
    t.equal(alice.matches('push button', 'Try Again'), [], 'left to try')


def test_an_alarm_outlives_the_window(t):
    "After a restart the row is there before anything is typed, with the number of the key that bob has now."
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
    say(alice, 'first words')
    alice.message('You, first words, ', ', delivered')
    bob.send('quit')
    bob.wait_exit()
    again = t.cli(server, 'bob-again')
    again.send('auth bob staple')
    again.expect('authenticated')
    again.send('send alice it is me')
    alice.says('The key of bob has changed')
    alice.message('The key of bob changed. What you write waits until you have compared safety numbers. ')
    alice.close()
    alice = Client(t, server, 'alice', home=home)
    alice.log_in('alice', 'correct horse')
    alice.double_click(alice.person('bob'))
    alice.says('The key of bob has changed')
    alice.message('The key of bob changed. ')
    alice.press('Compare…')
    digits = alice.find('label', lambda name: len(name) == 71 and name.replace('\n', ' ').replace(' ', '').isdigit())
    number = digits.get_name().replace('\n', ' ')
    alice.press('They Are the Same: Accept the New Key')
    alice.gone('dialog', 'Safety Number')
    alice.message('bob, it is me, ')
    alice.message('You compared safety numbers with bob and accepted the new key. ')
    rows = [node.get_name() for node in alice.matches('list item', None, alice.find('list box', 'Conversation'))]
    starts = ['You, first', 'The key of bob changed', 'You compared', 'bob, it is me']
    t.check(len(rows) == 4 and all(row.startswith(start) for row, start in zip(rows, starts)), f'in time: {rows}')
    t.equal(number_of(again), number, 'the number that was accepted, on the other side')


def test_without_a_server(t):
    "The server goes, the conversation does not, and the badge says both; somebody else is waited for."
    server, alice, bob = talk(t)
    alice.find('toggle button', 'Direct · not verified yet')
    server.stop()
    alice.find('toggle button', 'Server offline, this conversation still works')
    say(alice, 'just the two of us')
    t.equal(bob.expect('message')['text'], 'just the two of us')
    alice.message('You, just the two of us, ', ', delivered')
    bob.send('send alice indeed')
    alice.message('bob, indeed, ')
    server.start()
    alice.find('toggle button', 'Direct · not verified yet')


def test_relayed(t):
    "To somebody who hides where they are the server passes words on, which is said; without it nothing goes, and that too."
    server = t.server()
    driver = os.path.join(harness.build_dir(), 'tests', 'integration', 'engine-driver')  # no command of the terminal does it
    alice, bob = Client(t, server, 'alice'), t.cli(server, 'bob', within=[driver])
    alice.sign_up('alice', 'correct horse')
    bob.send('hide')
    bob.sign('bob', 'staple')
    alice.double_click(alice.person('bob'))
    alice.find('text', 'Message')
    say(alice, 'the long way round')
    t.equal(bob.expect('message')['text'], 'the long way round')
    alice.message('You, the long way round, ', ', delivered')
    alice.press('Relayed · not verified yet', 'toggle button')
    alice.find('label', 'through the server')
    alice.key('Escape')
    server.stop()
    alice.find('toggle button', 'Server offline')
    say(alice, 'when it is back')
    alice.message('You, when it is back, ', ', queued')
    server.start()
    alice.message('You, when it is back, ', ', delivered')
    alice.find('toggle button', 'Relayed · not verified yet')


def test_what_the_server_knows(t):
    "From the account menu, in words."
    server = t.server()
    alice = Client(t, server, 'alice')
    alice.sign_up('alice', 'correct horse')
    alice.menu('What the Server Knows')
    alice.find('dialog', 'What the Server Knows About You')
    alice.find('list item', lambda name: name.startswith('Your username: '))
    for words in ('Who you write to, and when: ', 'Your network addresses: ', 'Your words: ', 'Your password: '):
        rows = alice.matches('list item', lambda name, words=words: name.startswith(words), showing=False)
        t.equal(len(rows), 1, words)
    alice.press('Close')
    alice.gone('dialog', 'What the Server Knows About You')


if __name__ == '__main__':
    desk.main(globals())
