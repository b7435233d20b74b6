#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first time: a join link with its invite, a certificate file, advice about the password."""

import gettext

import desk
from desk import Client, harness


def test_an_invite(t):
    "Without an invite the refusal says what to do; pasted into Server, the link with it admits."
    server = t.server(signup='invite')
    alice = Client(t, server, 'alice')
    alice.fill_form('alice', 'correct horse')
    alice.press('Sign Up')
    alice.says('Ask for a join link and paste it here')
    link = desk.sottoctl(server, 'invite').split()[-1]
    alice.sign_up('alice', 'correct horse', link)


def test_a_certificate_file(t):
    "Chosen on the first page: the server that has it needs no question, another one gets nothing."
    server, other = t.server(), t.server()
    alice = Client(t, None, 'alice')
    alice.find('text', 'Server')
    alice.press('Use a Certificate File…')
    alice.choose_file('Certificate of the Server', other.certificate)
    alice.find('push button', lambda name: name.startswith('Certificate: '))
    alice.fill_form('alice', 'correct horse', f'{server.address}:{server.port}')
    alice.press('Sign Up')
    alice.says('server key changed')
    # The page has grown by what was wrong: these may be out of sight.
    for name in ('Do without this certificate', 'Use a Certificate File…'):
        alice.matches('push button', name, showing=False)[0].get_action_iface().do_action(0)
    alice.choose_file('Certificate of the Server', server.certificate)
    alice.press('Sign Up')
    alice.find('list box', 'People')


def test_advice_about_the_password(t):
    "While it is typed, in words; who has an account here is left in peace."
    server = t.server()
    home = t.folder('home')
    alice = Client(t, server, 'alice', home=home)
    alice.fill_form('marianne', 'password1')
    alice.says('Easy to guess. This is what people try first.')
    alice.fill('Password', 'marianne7')
    alice.says('Leave your username out of it.')
    alice.fill('Password', 'correct horse battery staple')
    alice.says('Hard to guess.')
    alice.press('Sign Up')
    alice.find('list box', 'People')
    alice.close()
    alice = Client(t, server, 'alice', home=home)
    alice.find('password text', 'Password')
    alice.fill('Password', 'correct horse')
    alice.gone('label', lambda name: 'guess' in name)


def test_two_profiles(t):
    "Two people at one desk, or one with two names: windows, accounts, history and what is remembered are apart."
    server = t.server()
    home = t.folder('home')

    def start(name, trust='link', place=0):
        return Client(t, server if trust else None, name, home=home, place=place)
    alice, bob = start('alice'), start('bob', place=1)
    alice.sign_up('alice', 'correct horse')
    bob.sign_up('robert', 'battery staple')
    alice.double_click(alice.person('robert'))
    alice.type('across the desk')
    alice.key('Return')
    alice.message('You, across the desk, ', ', delivered')
    alice.find('frame', 'Sotto (alice)')
    bob.find('frame', '(1) Sotto (bob)')
    alice.close()
    bob.find('list item', lambda name: name.startswith('alice, offline, 1 unread'))
    bob.close()
    for name, person, password, other, said in (
            ('alice', 'alice', 'correct horse', 'robert', 'You, across the desk, '),
            ('bob', 'robert', 'battery staple', 'alice', 'alice, across the desk, ')):
        client = start(name, trust=None)
        client.find('text', 'Username')
        t.equal(client.find('text', 'Username').get_text_iface().get_text(0, -1), person, f'remembered in {name}')
        client.fill('Password', password)
        client.press('Log In')
        client.double_click(client.person(other))
        client.message(said)
        client.close()


def test_in_arabic(t):
    "From the right: people there, words left of them, and one's own on the left; every word of the windows is another."
    server = t.server()
    path = desk.os.path.join(harness.build_dir(), 'po')
    arabic = gettext.translation('sotto', path, languages=['ar']).gettext
    alice = Client(t, server, 'alice', env={'LANGUAGE': 'ar', 'LC_ALL': 'C.UTF-8'})
    for field, text in (('Username', 'alice'), ('Password', 'correct horse')):
        alice.find(None, arabic(field))
        alice.fill(arabic(field), text)
    alice.press(arabic('Sign Up'))
    people = alice.find('list box', arabic('People'))
    bob = t.cli(server, 'bob')
    bob.sign('bob', 'staple')
    bob.send('send alice hello')
    alice.double_click(alice.person('bob'))
    theirs = alice.find('list item', lambda name: name.startswith('bob, hello'))
    alice.find('text', arabic('Message')).get_editable_text_iface().set_text_contents('marhaban')
    alice.press(arabic('Send'))
    own = alice.find('list item', lambda name: 'marhaban' in name and name.endswith(arabic('delivered')))
    t.check(own.get_name().startswith(arabic('You')), own.get_name())
    conversation = alice.find('list box', arabic('Conversation'))
    t.check(left(people) > left(conversation), f'people at {left(people)}, words at {left(conversation)}')
    said, heard = (left(alice.find('label', text, row)) for text, row in (('marhaban', own), ('hello', theirs)))
    t.check(said < heard, f'own words at {said}, theirs at {heard}')


def left(node):
    return desk.box_of(node).x


def test_an_identity_from_another_device(t):
    "Exported in one window, imported in another: bob, who knew alice's key, is told of no other one."
    server = t.server()
    path = desk.os.path.join(t.folder('stick'), 'identity.json')
    alice = Client(t, server, 'alice', home=t.folder('first'))
    alice.sign_up('alice', 'correct horse')
    bob = t.cli(server, 'bob')
    bob.send('sign bob staple')
    bob.send('send alice hello')
    bob.expect('delivered')
    alice.menu('Export Identity…')
    alice.choose_file('Save Identity As', path)
    alice.find('dialog', 'Export Identity')
    alice.fill('Passphrase', 'rain on the stone bridge')
    alice.fill('Passphrase again', 'rain on the stone')
    alice.press('Export')
    alice.says('not the same as above')
    alice.fill('Passphrase again', 'rain on the stone bridge')
    alice.press('Export')
    alice.says('Your identity is in')
    alice.close()
    laptop = Client(t, None, 'alice')
    laptop.find('text', 'Server')
    laptop.press('Use an Identity from Another Device…')
    laptop.choose_file('Open Identity', path)
    laptop.find('dialog', 'Import Identity')
    laptop.fill('Passphrase', 'snow on the stone bridge')
    laptop.press('Import')
    laptop.says('passphrase')
    laptop.fill('Passphrase', 'rain on the stone bridge')
    laptop.press('Import')
    laptop.gone('dialog', 'Import Identity')
    laptop.fill('Password', 'correct horse')
    laptop.press('Log In')
    laptop.find('list box', 'People')
    bob.send('send alice still you')
    bob.expect('delivered')
    t.check(not any(event.get('state') == 'alarm' for event in bob.events), 'bob was told of another key')


if __name__ == '__main__':
    desk.main(globals())
