#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""More people than have a row in a real window: each can be found, reached by keyboard and opened."""

import desk
from desk import Client, wait_until
from sotto_person import Person

CROWD, ROWS = 170, 150


def rows(client):
    people = client.find('list box', 'People')
    people.clear_cache()
    return people.get_child_count()


def test_a_crowd(t):
    "Some have rows; the filter, End and Home reach the others; one opens, another leaves."
    server = t.server()
    alice = Client(t, server, 'alice')
    alice.sign_up('alice', 'correct horse')
    crowd = [Person(server, f'person{i:03}', bind=False) for i in range(CROWD)]
    alice.person('person000')
    wait_until(lambda: rows(alice) == ROWS, f'{ROWS} rows')
    last = f'person{CROWD - 1:03}'
    # By its end
    alice.person('person000').get_component_iface().grab_focus()
    alice.key('End')
    alice.person(last)
    alice.gone('list item', lambda name: name.startswith('person000'))
    wait_until(lambda: rows(alice) == ROWS, f'{ROWS} rows at the end')
    alice.key('Home')
    alice.person('person000')
    # By its name; and it stays chosen when all are listed again.
    entry = alice.find('text', 'Find people').get_editable_text_iface()
    entry.set_text_contents(last)
    wait_until(lambda: rows(alice) == 1, 'one row')
    alice.double_click(alice.person(last))
    alice.find('text', 'Message')
    entry.set_text_contents('')
    alice.person('person000')
    # Somebody far down who leaves changes nothing in sight; the first one does.
    crowd[160].session.connection.socket.close()
    crowd[0].session.connection.socket.close()
    alice.gone('list item', lambda name: name.startswith('person000'))
    alice.person('person001')
    entry.set_text_contents('person160')
    wait_until(lambda: rows(alice) == 0, 'no row')


if __name__ == '__main__':
    desk.main(globals())
