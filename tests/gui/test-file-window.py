#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files in the window: a window and a terminal client, offers both ways, taken and declined."""

import os

import desk
from desk import Client


def make_file(t, name, data):
    path = os.path.join(t.folder('own'), name)
    with open(path, 'wb') as file:
        file.write(data)
    return path


def choose(alice, path):
    alice.press('Send File…')
    alice.choose_file('Send File', path)


def test_files_both_ways(t):
    "Offered from the window and to it; accepted with the right bytes, declined, warned of, and there after a restart."
    server = t.server()
    home = os.path.join(t.dir, 'alice')
    os.mkdir(home)
    alice = Client(t, server, 'alice', home=home)
    alice.sign_up('alice', 'correct horse')
    bob = t.cli(server, 'bob')
    bob.sign('bob', 'staple')
    alice.double_click(alice.person('bob'))
    alice.find('text', 'Message')

    # Theirs, taken.
    data = os.urandom(300000)
    path = make_file(t, 'plan.pdf', data)
    bob.send(f'file alice {path}')
    bob.expect('file', to='alice', done=0)
    alice.message('bob, plan.pdf, 300.0', ', offered')
    alice.says('PDF')
    t.check(not os.path.exists(os.path.join(home, 'Downloads', 'plan.pdf')), 'nothing before it is accepted')
    alice.press('Accept')
    alice.message('bob, plan.pdf, 300.0', ', received')
    with open(os.path.join(home, 'Downloads', 'plan.pdf'), 'rb') as file:
        t.equal(file.read() == data, True, 'the bytes')
    alice.find('push button', 'Open')
    alice.find('push button', 'Show in Folder')
    bob.expect('file', to='alice', done=len(data))

    # Theirs, a program under the name of a picture: warned of, and declined.
    path = make_file(t, 'photo.jpg.exe', b'MZ')
    bob.send(f'file alice {path}')
    alice.message('bob, photo.jpg.exe, ', ', offered')
    alice.says('This is a program.')
    alice.press('Decline')
    alice.message('bob, photo.jpg.exe, ', ', declined')
    alice.says('You declined this file.')
    bob.expect('file', state='refused', code='declined')
    alice.gone('push button', 'Accept')

    # Own, taken.
    data = os.urandom(200000)
    choose(alice, make_file(t, 'numbers.csv', data))
    alice.message('You, numbers.csv, 200.0', ', offered')
    offer = bob.expect('file', from_='alice', name='numbers.csv', size=len(data), done=0)
    bob.send(f'accept {offer["id"]}')
    got = bob.expect('file', id=offer['id'], path=lambda p: isinstance(p, str))
    with open(got['path'], 'rb') as file:
        t.equal(file.read() == data, True, 'the bytes')
    alice.message('You, numbers.csv, ', ', delivered')

    # Own, declined; and one that is cancelled before anybody took it.
    choose(alice, make_file(t, 'not wanted.txt', b'words'))
    offer = bob.expect('file', from_='alice', name='not wanted.txt')
    bob.send(f'refuse {offer["id"]}')
    alice.message('You, not wanted.txt, ', ', declined')
    choose(alice, make_file(t, 'too late.txt', b'words'))
    bob.expect('file', from_='alice', name='too late.txt')
    alice.press('Cancel')
    alice.message('You, too late.txt, ', ', cancelled')
    bob.expect('file', from_='alice', name='too late.txt', state='refused', code='cancelled')

    # What became of each is still there in another run.
    alice.program.process.kill()
    alice.close()
    alice = Client(t, server, 'alice', home=home)
    alice.log_in('alice', 'correct horse')
    alice.double_click(alice.person('bob'))
    for name, state in (('bob, plan.pdf', 'received'), ('bob, photo.jpg.exe', 'declined'),
                        ('You, numbers.csv', 'delivered'), ('You, not wanted.txt', 'declined'),
                        ('You, too late.txt', 'cancelled')):
        alice.message(name + ', ', ', ' + state)


if __name__ == '__main__':
    desk.main(globals())
