#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A walk by keyboard alone: Tab visits everything that can be used, each has a name and a role, and it comes round."""

import desk
from desk import Client, wait_until

STEPS_MAX = 60
NAMELESS = {'filler', 'panel', 'unknown', 'redundant object', 'frame'}


def focused(client):
    """What has the keyboard: its place in the tree and (role, name). The innermost one."""
    state = desk.atspi().StateType.FOCUSED
    found = [node for node in client.matches(None, None, showing=False) if node.get_state_set().contains(state)]
    return (found[-1].get_role_name(), found[-1].get_name() or '') if found else None


def step(client, key):
    desk.xdotool('key', key)
    desk.time.sleep(0.12)
    return wait_until(lambda: focused(client), 'something to have the keyboard', 3)


def walk(t, client, key='Tab', where='the window'):
    """All stops of a round, which ends where it began."""
    stops = []
    for _ in range(STEPS_MAX):
        stop = step(client, key)
        role, name = stop
        t.check(name and role not in NAMELESS, f'{where}: no name or role: {stop} after {stops}')
        if stop in stops[:1] and len(stops) > 1:
            return stops
        stops.append(stop)
    raise desk.Failure(f'{where}: does not come round: {stops}')


def visits(t, client, where, *names):
    stops = walk(t, client, where=where)
    t.equal([name for name in names if name not in [stop[1] for stop in stops]], [], f'{where}: not visited, of {stops}')
    back = walk(t, client, 'shift+Tab', f'{where}, backwards')
    t.equal(sorted(set(back)), sorted(set(stops)), f'{where}: the same backwards')
    return stops


def give_keyboard(client, title):
    """There is no window manager: a dialog gets the keyboard from us."""
    def window():
        pid = str(client.program.process.pid)
        ids = desk.xdotool_says('search', '--all', '--onlyvisible', '--pid', pid, '--name', title)
        return ids.split()[-1] if ids else None
    found = wait_until(window, title)
    desk.xdotool('windowfocus', '--sync', found)
    desk.time.sleep(0.3)


def closes(client, role, name):
    desk.xdotool('key', 'Escape')
    client.gone(role, name)
    client.focus()


def test_login(t):
    alice = Client(t, t.server(), 'alice', trust='ask')
    alice.find('text', 'Username')
    alice.focus()
    visits(t, alice, 'login', 'Server', 'Username', 'Password')


def test_main_and_its_dialogs(t):
    server = t.server()
    alice = Client(t, server, 'alice')
    alice.sign_up('alice', 'correct horse')
    bob = t.cli(server, 'bob')
    bob.sign('bob', 'staple')
    bob.send('send alice good morning')
    bob.expect('delivered')
    alice.double_click(alice.person('bob'))
    alice.find('text', 'Message')
    alice.focus()
    visits(t, alice, 'main', 'Find people', 'Account menu', 'Message', 'Send File…', 'Insert an emoji')
    for pane in ('bob', 'Message', 'bob'):
        stop = step(alice, 'F6')
        t.check(stop[1].startswith(pane), f'F6: {stop}, not {pane}')
    for item, title, names in (
            ('Preferences', 'Preferences', ('Tell of new messages', 'What you have read')),
            ('Change Password…', 'Change Password', ('Current password', 'Change')),
            ('Delete Account…', 'Delete Account', ('Password',)),
            ('What the Server Knows', 'What the Server Knows', ())):
        alice.menu(item)
        give_keyboard(alice, title)
        visits(t, alice, title, *names)
        closes(alice, None, title)
    alice.press('Conversation menu', 'toggle button')
    alice.find(None, 'Details').get_action_iface().do_action(0)
    give_keyboard(alice, 'Details')
    visits(t, alice, 'Details', 'Compare Safety Number…')
    closes(alice, 'dialog', 'Details')
    alice.press('Direct · not verified yet', 'toggle button')
    alice.press('Compare Safety Number…')
    give_keyboard(alice, 'Safety Number')
    visits(t, alice, 'Safety Number', 'Copy the Number', 'Show as QR Code', 'Not Now')
    closes(alice, 'dialog', 'Safety Number')


if __name__ == '__main__':
    desk.main(globals())
