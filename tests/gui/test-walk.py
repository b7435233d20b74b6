#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A walk by keyboard alone through every window, dialog and menu: Tab visits whatever can have the keyboard, each has a
name and a role, it comes round in both directions, Esc leaves, and the keyboard is back where it was."""

import os
from collections import namedtuple

import desk
from desk import Client, wait_until

STEPS_MAX = 60
NAMELESS = {'filler', 'panel', 'unknown', 'redundant object', 'frame'}
# Whoever comes to a list comes to one of its rows; Tab stands on one of the others, the arrows go to its neighbours.
NOT_BY_TAB = {'list box', 'list item', 'menu item', 'check menu item', 'radio button', 'table cell', 'label', 'link'}
PASSWORD = 'correct horse'

# How something is opened, and names that must be visited there. A chooser of files and the window of
# shortcuts are GTK's: they are only left.
Place = namedtuple('Place', 'name open visited ours', defaults=((), True))


def states(node, *wanted):
    node.clear_cache()
    state = node.get_state_set()
    return all(state.contains(getattr(desk.atspi().StateType, name)) for name in wanted)


def what(node):
    return node.get_role_name(), node.get_name() or ''


def active(client):
    """The window that has the keyboard."""
    found = [window for window in client.windows() if states(window, 'ACTIVE')]
    return found[0] if found else None


def focused(client):
    """What has the keyboard. The innermost one, but of a link in a sentence the sentence: it says of itself that it has it
    long after."""
    window = active(client)
    found = [node for node in client.matches(None, None, window, showing=False) if states(node, 'FOCUSED')] if window else []
    found = [node for node in found if node.get_role_name() != 'link']
    return found[-1] if found else None


def standing(client):
    return what(wait_until(lambda: focused(client), 'something to have the keyboard'))


def focusable(client):
    """All that could have it, by what the window says of itself."""
    return {what(node) for node in client.matches(None, None, active(client)) if states(node, 'FOCUSABLE', 'SENSITIVE')}


def step(client, key, where='main'):
    desk.xdotool('key', key)
    desk.time.sleep(0.12)
    return wait_until(lambda: focused(client), f'something in {where} to have the keyboard')


def walk(t, client, key, where):
    """All stops, until one of them comes again."""
    stops, been = [], []
    for _ in range(STEPS_MAX):
        node = step(client, key, where)
        role, name = what(node)
        t.check(name and role not in NAMELESS, f'{where}: no name or role: {role} {name} after {stops}')
        if any(node == earlier for earlier in been[:-1]):  # to a sentence with a link twice
            return stops
        stops.append((role, name))
        been.append(node)
    raise desk.Failure(f'{where}: does not come round: {stops}')


def both_ways(t, client, place):
    stops = walk(t, client, 'Tab', place.name)
    missed = [name for name in place.visited if name not in [stop[1] for stop in stops]]
    t.equal(missed, [], f'{place.name}: not visited, of {stops}')
    back = walk(t, client, 'shift+Tab', f'{place.name}, backwards')
    t.check(set(back) == set(stops), f'{place.name}: {stops}, backwards {back}')
    return stops


def visits(t, client, where, *visited):
    """Everything that can have the keyboard in the active window, these among it, forwards and backwards."""
    stops = both_ways(t, client, Place(where, None, visited))
    missed = [node for node in focusable(client) if node not in stops and node[0] not in NOT_BY_TAB]
    t.equal(missed, [], f'{where}: not visited, of {stops}')


def ids(client):
    """The X windows of this client."""
    return set((desk.xdotool_says('search', '--all', '--onlyvisible', '--pid', str(client.program.process.pid)) or '').split())


def give_keyboard(client, before):
    """There is no window manager: a window that was not there before gets the keyboard from us."""
    new = wait_until(lambda: ids(client) - before, 'another window').pop()
    desk.xdotool('windowfocus', '--sync', new)
    wait_until(lambda: active(client), 'it to be active')


def through_window(t, client, place):
    before, there = standing(client), ids(client)
    place.open(client)
    give_keyboard(client, there)
    if place.ours:
        visits(t, client, place.name, *place.visited)
        client.find(None, place.name)
    elif place.visited:
        t.equal(set(place.visited) - {name for _, name in focusable(client)}, set(), f'{place.name}: not there')
    desk.xdotool('key', 'Escape')
    wait_until(lambda: ids(client) <= there, f'{place.name} to be gone')
    client.focus()
    t.equal(standing(client), before, f'the keyboard after {place.name}')


def through_menu(t, client, place):
    before = standing(client)
    place.open(client)
    wait_until(lambda: standing(client)[1] in place.visited, f'{place.name} to have the keyboard')
    if len(place.visited) > 1:  # GTK leaves a popover by Tab that has one stop only, and it closes
        both_ways(t, client, place)
    desk.xdotool('key', 'Escape')
    wait_until(lambda: standing(client) == before, f'the keyboard to be back after {place.name}')


def account(item):
    return lambda client: client.menu(item)


def conversation(item):
    return lambda client: client.conversation(item)


def keys(*names):
    return lambda client: client.key(*names)


def toggle(name):
    return lambda client: client.press(name, 'toggle button')


def compare(client):
    toggle('Direct · not verified yet')(client)
    client.press('Compare Safety Number…')


WINDOWS = (
    Place('Preferences', account('Preferences'), ('Tell of new messages', 'What you have read')),
    Place('Change Password', account('Change Password…'), ('Current password', 'New password', 'Change', 'Cancel')),
    Place('Delete Account', account('Delete Account…'), ('Password', 'Delete', 'Cancel')),
    Place('What the Server Knows About You', account('What the Server Knows')),
    Place('Keyboard shortcuts', keys('ctrl+question'), ('Search',), ours=False),
    Place('About Sotto', account('About Sotto')),
    Place('Clear the history with everybody?', account('Clear All History…'), ('Cancel', 'Clear Everything')),
    Place('Clear the history with bob?', conversation('Clear History…'), ('Cancel', 'Clear')),
    Place('Keep nothing of what you and bob write?', conversation('Do Not Keep…'), ('Cancel', 'Do Not Keep')),
    Place('Details', conversation('Details'), ('Compare Safety Number…',)),
    Place('Set Alias', conversation('Set Alias…'), ('Alias', 'Cancel', 'Set')),
    Place('Keep Sotto running?', keys('ctrl+w'), ('Quit', 'Keep Running')),
    Place('Safety Number', compare, ('Copy the Number', 'Show as QR Code', 'Not Now')),
)
CHOOSERS = (
    Place('Export Conversation', conversation('Export…'), ours=False),
    Place('Save Identity As', account('Export Identity…'), ours=False),
)
MENUS = (
    Place('the account menu', toggle('Account menu'), ('Refresh People', 'Lock', 'Change Password…', 'Preferences', 'About Sotto')),
    Place('the menu of a conversation', toggle('Conversation menu'), ('Details', 'Set Alias…', 'Block', 'Export…', 'Clear History…')),
    Place('the badge', toggle('Direct · not verified yet'), ('Compare Safety Number…',)),
)


def talk(t, **options):
    """Alice in a window with bob's conversation open; bob is in a terminal."""
    server = t.server()
    alice = Client(t, server, 'alice', **options)
    alice.sign_up('alice', PASSWORD)
    bob = t.cli(server, 'bob')
    bob.sign('bob', 'staple')
    bob.send('send alice good morning')
    bob.expect('delivered')
    alice.double_click(alice.person('bob'))
    alice.find('text', 'Message')
    alice.focus()
    return server, alice


def test_login(t):
    server = t.server()
    alice = Client(t, server, 'alice', trust='ask')
    alice.find('text', 'Username')
    alice.focus()
    visits(t, alice, 'login', 'Server', 'Username', 'Password', 'Use an Identity from Another Device…')
    alice.fill_form('alice', PASSWORD)
    alice.press('Sign Up')
    alice.find('push button', 'Trust This Server')
    visits(t, alice, 'first use', 'Trust This Server')


def test_main(t):
    _, alice = talk(t)
    visits(t, alice, 'main', 'Find people', 'Account menu', 'Message', 'Send File…', 'Insert an emoji')
    for pane in ('bob', 'Message', 'bob'):
        name = what(step(alice, 'F6'))[1]
        t.check(name.startswith(pane), f'F6: {name}, not {pane}')


def test_windows(t):
    _, alice = talk(t)
    for place in WINDOWS:
        through_window(t, alice, place)


def test_choosers(t):
    "GtkFileChooser says critical things of itself to whoever looks at it while it goes."
    _, alice = talk(t, env={'G_DEBUG': ''})
    for place in CHOOSERS:
        through_window(t, alice, place)


def test_menus(t):
    _, alice = talk(t)
    for place in MENUS:
        through_menu(t, alice, place)
    step(alice, 'shift+Tab')  # to the messages
    through_menu(t, alice, Place('the menu of a message', keys('Menu'), ('Reply', 'Thumbs up')))


def test_search(t):
    "A page in the place of the people: a round, F6 to the conversation and back, and Esc to where one was."
    _, alice = talk(t)
    before = standing(alice)
    alice.key('ctrl+shift+f')
    alice.find('text', 'Words of a message')
    desk.xdotool('type', '--delay', '15', '--', 'morning')
    alice.find('list box', 'Found messages')
    visits(t, alice, 'search', 'Leave the search', 'Words of a message', 'Message')
    alice.find('text', 'Words of a message').get_component_iface().grab_focus()
    t.equal(what(step(alice, 'F6')), ('text', 'Message'), 'F6')
    t.equal(what(step(alice, 'F6')), ('text', 'Words of a message'), 'F6 again')
    desk.xdotool('key', 'Escape')
    wait_until(lambda: standing(alice) == before, 'the keyboard to be back')


def test_lock(t):
    "Esc opens nothing here; the password does."
    _, alice = talk(t)
    before = standing(alice)
    alice.key('ctrl+l')
    alice.find('password text', 'Password')
    alice.focus()
    visits(t, alice, 'lock', 'Password', 'Unlock', 'Log Out')
    alice.key('Escape')
    alice.fill('Password', PASSWORD)
    alice.press('Unlock')
    alice.find('list box', 'People')
    alice.focus()
    wait_until(lambda: standing(alice) == before, 'the keyboard to be back')


def test_locked_history(t):
    server = t.server()
    home = t.folder('home')
    alice = Client(t, server, 'alice', home=home)
    alice.sign_up('alice', PASSWORD)
    alice.close()
    desk.sottoctl(server, 'passwd', 'alice', said='another one')
    alice = Client(t, server, 'alice', home=home)
    alice.log_in('alice', 'another one')
    alice.says('locked, not lost')
    alice.focus()
    visits(t, alice, 'main with the bar', 'Why?')
    through_window(t, alice, Place('Earlier messages are locked', lambda client: client.press('Why?'), ('Understood',)))


def test_passphrases(t):
    "Chosen for a file that is written, asked for one that is read."
    path = os.path.join(t.folder('stick'), 'identity.json')

    def export(client):
        client.menu('Export Identity…')
        client.choose_file('Save Identity As', path)

    def use(client):
        client.press('Use an Identity from Another Device…')
        client.choose_file('Open Identity', path)
    _, alice = talk(t, home=t.folder('first'), env={'G_DEBUG': ''})
    through_window(t, alice, Place('Export Identity', export, ('Passphrase', 'Passphrase again', 'Cancel', 'Export')))
    with open(path, 'w', encoding='utf-8') as file:
        file.write('{}')
    alice.close()
    laptop = Client(t, None, 'alice', env={'G_DEBUG': ''})
    laptop.find('text', 'Server')
    laptop.focus()
    through_window(t, laptop, Place('Import Identity', use, ('Passphrase', 'Cancel', 'Import')))


if __name__ == '__main__':
    desk.main(globals())
