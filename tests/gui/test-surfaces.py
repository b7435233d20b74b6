#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window's names as a program meets them that knows nothing else: the first accessible of a name
is the one that is meant, everything can be done without a pointer, and no button is nameless."""

import desk
from desk import Client, wait_until


def first(client, name):
    """Depth first through the whole tree, shown or not, as the simplest of searches goes."""
    def look():
        return next((node for node in client.walk() if name(node.get_name() or '')), None)
    return wait_until(look, 'an accessible of that name')


def named(name):
    return lambda text: text == name


def write(client, name, text):
    first(client, named(name)).get_editable_text_iface().set_text_contents(text)


def act(client, name):
    first(client, name).get_action_iface().do_action(0)


def test_everything_by_name_and_action(t):
    server = t.server()
    alice, bob = Client(t, server, 'alice', trust=None), Client(t, server, 'bob', trust=None, place=1)
    for client, username in ((alice, 'alice'), (bob, 'bob')):
        write(client, 'Server', f'{server.address}:{server.port}')
        write(client, 'Username', username)
        write(client, 'Password', 'correct horse')
        act(client, named('Sign Up'))
        client.find('push button', 'Trust This Server')
        act(client, named('Trust This Server'))
        client.find('list box', 'People')
    alice.person('bob')
    act(alice, lambda name: name.startswith('bob'))
    alice.find('text', 'Message')
    write(alice, 'Message', 'by name alone')
    act(alice, named('Send'))
    alice.message('You, by name alone, ', ', delivered')
    bob.find('list item', lambda name: name.startswith('alice') and '1 unread' in name)
    act(bob, lambda name: name.startswith('alice, '))
    bob.message('alice, by name alone, ')
    rows = first(alice, named('Conversation'))
    t.equal(rows.get_role_name(), 'list box', 'role of the conversation')
    t.equal(rows.get_child_count(), 1, 'rows')
    for client in (alice, bob):
        for node in client.walk():
            if 'button' in node.get_role_name():
                t.check(node.get_name(), f'a nameless {node.get_role_name()}\n{client.describe()}')


def test_the_last_login_is_remembered(t):
    "Started again, only the password is missing."
    server = t.server()
    home = t.folder('home')
    alice = Client(t, server, 'alice', home=home)
    alice.sign_up('alice', 'correct horse')
    alice.close()
    alice = Client(t, None, 'alice', home=home)
    alice.find('text', 'Username')
    where = first(alice, named('Server')).get_text_iface()
    t.equal(where.get_text(0, -1), f'{server.address}:{server.port}', 'Server')
    t.equal(first(alice, named('Username')).get_text_iface().get_text(0, -1), 'alice', 'Username')
    t.equal(first(alice, named('Password')).get_text_iface().get_character_count(), 0, 'length of Password')
    write(alice, 'Password', 'correct horse')
    alice.press('Log In')
    alice.find('list box', 'People')


def test_a_server_that_changed_its_key(t):
    "Another key at an address that is known: nothing is sent, and the words say why."
    server = t.server()
    home = t.folder('home')
    alice = Client(t, server, 'alice', home=home)
    alice.sign_up('alice', 'correct horse')
    alice.close()
    server.stop()
    impostor = t.server(server_address=server.address, server_port=str(server.port), realm=server.config['realm'])
    alice = Client(t, None, 'alice', home=home)
    alice.find('text', 'Username')
    write(alice, 'Password', 'correct horse')
    alice.press('Sign Up')
    alice.says('The server key changed, so nothing was sent')
    t.check(not alice.matches('push button', 'Trust This Server'), 'trust is offered')
    alice.close()
    impostor.stop()
    accounts = desk.os.path.join(impostor.dir, 'pass.json')
    if desk.os.path.exists(accounts):
        t.check(b'alice' not in impostor.read_file(accounts), 'the account was made')


def test_try_again_after_a_failure(t):
    "A person whose key changed: the message fails in words, and trying again is possible but no way round."
    server = t.server()
    alice = Client(t, server, 'alice')
    alice.sign_up('alice', 'correct horse')
    bob = t.cli(server, 'bob')
    bob.send('sign bob staple')
    bob.expect('authenticated')
    alice.person('bob')
    act(alice, lambda name: name.startswith('bob'))
    alice.find('text', 'Message')
    write(alice, 'Message', 'one')
    act(alice, named('Send'))
    alice.message('You, one, ', ', delivered')
    bob.send('quit')
    alice.find('list item', lambda name: name.startswith('bob, offline'))
    stranger = t.cli(server, 'stranger')
    stranger.send('auth bob staple')
    stranger.expect('authenticated')
    alice.find('list item', lambda name: name.startswith('bob, online'))
    write(alice, 'Message', 'two')
    act(alice, named('Send'))
    alice.message('You, two, ', ', failed')
    alice.says('The key of this person has changed')
    alice.find('toggle button', 'Their key changed')
    alice.press('Try Again')
    alice.message('You, two, ', ', failed')
    t.check(not any(event.get('text') == 'two' for event in stranger.events), 'the stranger got it')


if __name__ == '__main__':
    desk.main(globals())
