#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program and the desktop it runs on: notifications, life without a window, what closing means."""

import os

import desk
from desk import Client
from notifications import Service


def alice_and_bob(t, env=None, home=None):
    """A window of alice's that looks at nobody, and bob at a terminal."""
    server = t.server()
    alice, bob = Client(t, server, 'alice', env=env, home=home), t.cli(server, 'bob')
    alice.sign_up('alice', 'correct horse')
    bob.sign('bob')
    alice.person('bob')
    return server, alice, bob


def write_settings(home, lines):
    folder = os.path.join(home, 'config', 'glib-2.0', 'settings')
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, 'keyfile'), 'w', encoding='utf-8') as file:
        file.write('[org/sotto/Sotto]\n' + '\n'.join(lines) + '\n')


def read_settings(home):
    with open(os.path.join(home, 'config', 'glib-2.0', 'settings', 'keyfile'), encoding='utf-8') as file:
        text = file.read()
    return text if 'typing' in text else None


def online(cli):
    cli.send('list')
    return cli.expect('users')['online']


def keyring_in(home):
    """libsecret's own keyring in a file, of which only its tests know the password. It leaks etags of that file."""
    return {'SECRET_BACKEND': 'file', 'SECRET_FILE_TEST_PATH': os.path.join(home, 'keyring'),
            'SECRET_FILE_TEST_PASSWORD': 'of the test', 'ASAN_OPTIONS': 'detect_leaks=0'}


def test_a_notification_is_answered(t):
    "One a person, the newest words; Reply opens the conversation with the keyboard in the entry, Mark as Read does not."
    service = Service(t)
    _, alice, bob = alice_and_bob(t)
    bob.send('send alice first')
    service.wait('bob', 'first')
    bob.send('send alice second')
    shown = service.wait('bob', 'second')
    t.equal(len(service.shown), 1, 'notifications')
    alice.find('frame', '(2) Sotto (alice)')
    service.press(shown, 'Mark as Read')
    alice.gone('list item', lambda name: name.startswith('bob,') and 'unread' in name)
    alice.find('frame', 'Sotto (alice)')
    bob.send('send alice third')
    service.press(service.wait('bob', 'third'), 'Reply')
    alice.message('bob, third, ')
    alice.type('I am here')
    alice.key('Return')
    bob.expect('message', text='I am here')
    # Whoever looks needs no telling.
    bob.send('send alice fourth')
    alice.message('bob, fourth, ')
    service.wait_none()


def test_looking_takes_it_away(t):
    "Opening the conversation by hand withdraws its notification."
    service = Service(t)
    _, alice, bob = alice_and_bob(t)
    bob.send('send alice psst')
    service.wait('bob', 'psst')
    alice.double_click(alice.person('bob'))
    alice.message('bob, psst, ')
    service.wait_none()


def test_words_can_be_hidden(t):
    "With notify-words off it says that, not what."
    service = Service(t)
    home = desk.harness.make_private_dir()
    write_settings(home, ['notify-words=false'])
    _, _, bob = alice_and_bob(t, env={'GSETTINGS_BACKEND': 'keyfile', 'XDG_CONFIG_HOME': os.path.join(home, 'config')},
                              home=home)
    bob.send('send alice a secret')
    service.wait('bob', '1 new message')
    bob.send('send alice another')
    service.wait('bob', '2 new messages')


def test_it_goes_on_without_a_window(t):
    "Closing asks once; kept running it still tells of messages, and starting it again brings the window back."
    service = Service(t)
    server, alice, bob = alice_and_bob(t)
    alice.key('ctrl+w')
    alice.press('Keep Running')
    alice.gone('frame', None)
    bob.send('send alice are you there?')
    shown = service.wait('bob', 'are you there?')
    bob.expect('delivered')
    service.press(shown, None)
    alice.message('bob, are you there?, ')
    alice.key('ctrl+w')  # answered once: not asked again
    alice.gone('frame', None)
    again = Client(t, server, 'alice', home=alice.home)
    again.program.wait_exit()
    alice.find('list box', 'People')
    alice.key('ctrl+q')
    alice.program.wait_exit()
    bob.expect('left', username='alice')


def test_quitting_is_an_answer_too(t):
    "Esc leaves everything as it is; Quit ends the program."
    _, alice, bob = alice_and_bob(t)
    alice.key('ctrl+w')
    alice.find('push button', 'Keep Running')
    desk.xdotool('key', 'Escape')
    alice.gone('push button', 'Keep Running')
    alice.find('list box', 'People')
    alice.key('ctrl+w')
    alice.press('Quit')
    alice.program.wait_exit()
    bob.expect('left', username='alice')


def test_who_asks_to_be_remembered_is(t):
    "The password is in the keyring, follows a change of it, and is gone after logging out."
    server = t.server()
    home = desk.harness.make_private_dir()
    keyring = keyring_in(home)

    def start():
        return Client(t, server, 'alice', trust='ask', env=keyring, home=home)

    alice = start()
    alice.find('text', 'Username')
    if not alice.matches('check box', 'Remember me'):
        raise desk.Skip('built without libsecret')
    alice.press('Remember me', 'check box')
    alice.fill_form('alice', 'correct horse')
    alice.press('Sign Up')
    alice.press('Trust This Server')
    alice.find('list box', 'People')
    alice.program.process.terminate()
    alice.program.wait_exit()
    t.check(os.path.exists(keyring['SECRET_FILE_TEST_PATH']), 'the keyring has something')
    alice = start()
    alice.find('list box', 'People')
    alice.menu('Change Password…')
    alice.find('dialog', 'Change Password')
    alice.fill('Current password', 'correct horse')
    alice.fill('New password', 'battery staple')
    alice.fill('New password again', 'battery staple')
    alice.press('Change')
    alice.gone('dialog', 'Change Password')
    alice.program.process.terminate()
    alice.program.wait_exit()
    alice = start()
    alice.find('list box', 'People')
    alice.menu('Log Out')
    alice.find('text', 'Username')
    alice.program.process.terminate()
    alice.program.wait_exit()
    alice = start()
    alice.find('text', 'Username')
    t.check(not alice.matches('list box', 'People'), 'nobody is remembered')
    t.check(not alice.is_checked('Remember me'), 'nor asks to be')


def test_wishes_are_kept(t):
    "Preferences: what is switched there is in the settings, the engine does it, and closing no longer asks."
    home = desk.harness.make_private_dir()
    write_settings(home, [])
    server, alice, bob = alice_and_bob(t, env={'GSETTINGS_BACKEND': 'keyfile', 'XDG_CONFIG_HOME': os.path.join(home, 'config')},
                                       home=home)
    alice.menu('Preferences')
    alice.find(None, 'Tell of new messages')
    for name in ('Show the words', 'That you are typing', 'Start with the session'):
        alice.press(name, 'toggle button')
    desk.xdotool('key', 'Escape')
    kept = desk.wait_until(lambda: read_settings(home), 'the settings to be written')
    t.check('notify-words=false' in kept and 'typing=false' in kept, kept)
    with open(os.path.join(home, 'config', 'autostart', 'org.sotto.Sotto.p_alice.desktop'), encoding='utf-8') as file:
        t.check('Exec=sotto --background --profile alice' in file.read(), 'it starts with the session')


def test_started_with_the_session(t):
    "Remembered, it comes without a window and tells of messages; not remembered, it asks for the password."
    service = Service(t)
    server = t.server()
    home = desk.harness.make_private_dir()
    env = keyring_in(home)

    def start(*args):
        return Client(t, server, 'alice', trust='ask', env=env, home=home, args=args)

    alice = start('--background')
    alice.fill_form('alice', 'correct horse')
    if not alice.matches('check box', 'Remember me'):
        raise desk.Skip('built without libsecret')
    alice.press('Remember me', 'check box')
    alice.press('Sign Up')
    alice.press('Trust This Server')
    alice.find('list box', 'People')
    alice.key('ctrl+q')
    alice.program.wait_exit()
    alice = start('--background')
    bob = t.cli(server, 'bob')
    bob.sign('bob')
    desk.wait_until(lambda: 'alice' in online(bob), 'alice to be there')
    bob.send('send alice good morning')
    shown = service.wait('bob', 'good morning')
    t.check(not alice.matches('frame', None), 'there is no window')
    service.press(shown, 'Reply')
    alice.message('bob, good morning, ')


if __name__ == '__main__':
    desk.main(globals())
