#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two people in two real windows, a real server between them, everything through the accessibility tree."""

import desk
from desk import Client


def two_people(t):
    server = t.server()
    alice, bob = Client(t, server, 'alice'), Client(t, server, 'bob', place=1)
    alice.sign_up('alice', 'correct horse')
    bob.sign_up('bob', 'battery staple')
    return alice, bob


def test_a_message_from_window_to_window(t):
    "Sign up, double-click, type, Enter: the other window shows it, the writer's row says delivered."
    alice, bob = two_people(t)
    alice.double_click(alice.person('bob'))
    alice.find('text', 'Message')
    alice.type('Hello from a window')
    alice.key('Return')
    alice.message('You, Hello from a window, ', ', delivered')
    bob.find('list item', lambda name: name.startswith('alice,') and '1 unread' in name)
    bob.double_click(bob.person('alice'))
    t.equal(bob.message('alice, Hello from a window, ').get_description(), 'Today, New messages', 'what stands above it')
    bob.gone('list item', lambda name: name.startswith('alice,') and 'unread' in name)
    # And back: written into the entry as a screen reader would, sent with the button.
    bob.find('text', 'Message').get_editable_text_iface().set_text_contents('Good evening, alice')
    bob.press('Send')
    alice.message('bob, Good evening, alice, ')
    bob.message('You, Good evening, alice, ', ', delivered')


def test_enter_opens(t):
    "The keyboard does what the pointer does."
    alice, bob = two_people(t)
    alice.person('bob').get_component_iface().grab_focus()
    alice.key('Return')
    alice.find('text', 'Message')
    alice.type('by keyboard')
    alice.key('shift+Return')
    alice.type('alone')
    alice.key('Return')
    alice.message('You, by keyboard\nalone, ', ', delivered')


def test_words_wait_for_who_is_away(t):
    "What is written to somebody who left stays queued, says so, and arrives when they are back."
    server = t.server()
    home = desk.os.path.join(t.dir, 'bob')
    desk.os.mkdir(home)
    alice, bob = Client(t, server, 'alice'), Client(t, server, 'bob', place=1, home=home)
    alice.sign_up('alice', 'correct horse')
    bob.sign_up('bob', 'battery staple')
    alice.double_click(alice.person('bob'))
    alice.type('before')
    alice.key('Return')
    alice.message('You, before, ', ', delivered')
    bob.close()
    alice.find('list item', lambda name: name.startswith('bob, offline'))
    alice.type('while you were away')
    alice.key('Return')
    alice.message('You, while you were away, ', ', queued')
    alice.find('toggle button', 'Waiting for bob')
    bob = Client(t, server, 'bob', place=1, home=home)
    bob.log_in('bob', 'battery staple')
    alice.message('You, while you were away, ', ', delivered')
    bob.double_click(bob.person('alice'))
    bob.message('alice, while you were away, ')


def test_people_are_live(t):
    "Somebody comes and goes; typing filters."
    server = t.server()
    alice = Client(t, server, 'alice')
    alice.sign_up('alice', 'correct horse')
    bob, carol = t.cli(server, 'bob'), t.cli(server, 'carol')
    bob.send('sign bob staple')
    carol.send('sign carol staple')
    alice.person('bob')
    alice.person('carol')
    alice.find('text', 'Find people').get_editable_text_iface().set_text_contents('car')
    alice.gone('list item', lambda name: name.startswith('bob'))
    alice.person('carol')
    alice.find('text', 'Find people').get_editable_text_iface().set_text_contents('')
    alice.person('bob')
    bob.send('quit')
    alice.gone('list item', lambda name: name.startswith('bob'))


def test_wrong_password_and_name_taken(t):
    "What is wrong is said in words; mended, it works in the same window."
    server = t.server()
    first = t.cli(server, 'first')
    first.send('sign alice right-one')
    first.expect('authenticated')
    alice = Client(t, server, 'alice')
    alice.fill_form('alice', 'wrong-one')
    alice.press('Log In')
    alice.says('Wrong password')
    alice.fill_form('alice', 'wrong-one')
    alice.press('Sign Up')
    alice.says('username is taken')
    alice.fill_form('a b', 'right-one')
    alice.press('Log In')
    alice.says('A username is')
    alice.log_in('alice', 'right-one')


def test_enter_logs_in(t):
    server = t.server()
    first = t.cli(server, 'first')
    first.send('sign alice right-one')
    first.expect('authenticated')
    alice = Client(t, server, 'alice')
    alice.fill_form('alice', 'right-one')
    alice.find('password text', 'Password').get_component_iface().grab_focus()
    alice.key('Return')
    alice.find('list box', 'People')


def test_cannot_reach_the_server(t):
    alice = Client(t, None, 'alice')
    alice.fill_form('alice', 'whatever', f'127.0.0.1:{desk.harness.free_port()}')
    alice.press('Log In')
    alice.says('Cannot reach the server')


def test_first_use_shows_the_fingerprint(t):
    "A server met for the first time: its fingerprint, Cancel, then trust, without haste."
    server = t.server()
    alice = Client(t, server, 'alice', trust=None)
    alice.fill_form('alice', 'correct horse')
    alice.press('Sign Up')
    alice.find('push button', 'Trust This Server')
    digits = alice.find('label', lambda name: name.replace(' ', '').replace('\n', '') == server.fingerprint)
    t.check(digits is not None, 'digits')
    alice.press('Cancel')
    alice.press('Sign Up')
    alice.find('push button', 'Trust This Server')
    # Comparing takes longer than the server waits for a login.
    desk.time.sleep(12)
    alice.press('Trust This Server')
    alice.find('list box', 'People')


def test_a_changed_server_key_stops(t):
    "The certificate in the configuration is of another server: nothing is sent, and it is said."
    server, other = t.server(), t.server()
    server.certificate_path = other.certificate
    alice = Client(t, None, 'alice', args=('--config', write_config(t, server, other.certificate)))
    alice.fill_form('alice', 'correct horse')
    alice.press('Sign Up')
    alice.says('server key changed')


def write_config(t, server, certificate):
    path = desk.os.path.join(t.dir, 'client.yaml')
    with open(path, 'w', encoding='utf-8') as file:
        file.write(f'server_address: "{server.address}"\nserver_port: {server.port}\nserver_certificate: {certificate}\n')
    return path


def test_change_password_log_out_and_in(t):
    server = t.server()
    alice = Client(t, server, 'alice')
    alice.sign_up('alice', 'old one')
    alice.menu('Change Password…')
    alice.find('dialog', 'Change Password')
    alice.fill('Current password', 'not it')
    alice.fill('New password', 'new one')
    alice.fill('New password again', 'new one')
    alice.press('Change')
    alice.says('Wrong password')
    alice.fill('Current password', 'old one')
    alice.press('Change')
    alice.gone('dialog', 'Change Password')
    alice.menu('Log Out')
    alice.fill_form('alice', 'old one')
    alice.press('Log In')
    alice.says('Wrong password')
    alice.log_in('alice', 'new one')


def test_delete_account(t):
    server = t.server()
    alice = Client(t, server, 'alice')
    alice.sign_up('alice', 'for a day')
    alice.menu('Delete Account…')
    alice.find('dialog', 'Delete Account')
    alice.fill('Password', 'for a day')
    alice.press('Delete')
    alice.fill_form('alice', 'for a day')
    alice.press('Log In')
    alice.says('Wrong password')


def test_a_second_start_raises_the_window(t):
    server = t.server()
    alice = Client(t, server, 'alice')
    alice.find('text', 'Server')
    again = Client(t, server, 'alice', home=alice.home)
    t.equal(again.program.wait_exit(), 0, 'exit of the second start')
    t.equal(len(alice.application() and alice.matches('frame', None)), 1, 'windows')
    other = Client(t, server, 'bob', place=1)
    other.find('text', 'Server')


def test_the_server_goes_and_comes_back(t):
    "A bar counts down; when the server is back so is everything else."
    server = t.server()
    alice = Client(t, server, 'alice')
    alice.sign_up('alice', 'patience')
    server.stop()
    alice.says('The server is away')
    server.start()
    alice.gone('label', lambda name: 'The server is away' in name)
    bob = t.cli(server, 'bob')
    bob.send('sign bob staple')
    alice.person('bob')


def seconds_left(client):
    """What the bar counts down, None while it does not."""
    said = [desk.harness.re.search(r'Trying again in (\d+) second', node.get_name())
            for node in client.matches('label', lambda name: 'The server is away' in name)]
    return next((int(match.group(1)) for match in said if match), None)


def test_try_now(t):
    "The bar counts the seconds down; Try Now does not wait for the rest of them."
    server = t.server()
    alice = Client(t, server, 'alice')
    alice.sign_up('alice', 'patience')
    server.stop()
    # Each time in vain doubles the wait.
    most = desk.wait_until(lambda: (seconds_left(alice) or 0) >= 12 and seconds_left(alice), 'a long wait', 90)
    desk.wait_until(lambda: 0 < (seconds_left(alice) or 0) < most, 'fewer seconds')
    server.start()
    left, begun = seconds_left(alice), desk.time.monotonic()
    alice.press('Try Now')
    alice.gone('label', lambda name: 'The server is away' in name)
    took = desk.time.monotonic() - begun
    t.check(took < left - 3, f'it took {took:.1f} s, with {left} s left')
    bob = t.cli(server, 'bob')
    bob.sign('bob', 'staple')
    alice.person('bob')


def test_french(t):
    "The window speaks French where the person does."
    alice = Client(t, None, 'alice', env={'LANGUAGE': 'fr', 'LC_ALL': 'C.UTF-8'})
    alice.find('push button', 'Se connecter')
    alice.find('password text', 'Mot de passe')


def test_every_button_has_a_name(t):
    alice, bob = two_people(t)
    alice.double_click(alice.person('bob'))
    alice.find('text', 'Message')
    for role in ('push button', 'toggle button', 'text', 'list item', 'list box'):
        for node in alice.matches(role, None):
            t.check(node.get_name(), f'a {role} has no name\n{alice.describe()}')


def test_command_line(t):
    "What it refuses, and how."
    server = t.server()
    bad = desk.os.path.join(t.dir, 'bad.yaml')
    with open(bad, 'w', encoding='utf-8') as file:
        file.write('server_adress: x\n')
    cases = [(('--config', bad), 78, 'bad.yaml:1:1'), (('--config', server.config_path), 78, "server"),
             (('--profile', 'No Good'), 2, 'profile'), (('--nonsense',), 2, 'nonsense'),
             (('a', 'b'), 2, 'join link'), (('--version',), 0, ''), (('--help',), 0, '')]
    for args, status, words in cases:
        client = Client(t, None, 'alice', args=args)
        t.equal(client.program.wait_exit(), status, f'exit of {args}')
        t.check(words in client.program.log, f'{args}: {client.program.log}')


if __name__ == '__main__':
    desk.main(globals())
