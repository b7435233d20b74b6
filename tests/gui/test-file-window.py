#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files in the window: a window and a terminal client, offers both ways, taken and declined."""

import glob
import os
import re
import subprocess

import desk
from desk import Client
from played import FileManager


def make_file(t, name, data):
    path = os.path.join(t.folder('own'), name)
    with open(path, 'wb') as file:
        file.write(data)
    return path


def choose(alice, path):
    alice.press('Send File…')
    alice.choose_file('Send File', path)


def alice_and_bob(t, home=None, env=None):
    """A window of alice's that shows bob, who sits at a terminal."""
    server = t.server()
    alice = Client(t, server, 'alice', home=home, env=env)
    alice.sign_up('alice', 'correct horse')
    bob = t.cli(server, 'bob')
    bob.sign('bob', 'staple')
    alice.double_click(alice.person('bob'))
    alice.find('text', 'Message')
    return server, alice, bob


def written(client):
    return client.find('text', 'Message').get_text_iface().get_text(0, -1)


def folder_of_pasted(alice):
    return next(path for path, _, _ in os.walk(alice.home) if os.path.basename(path) == 'made')


def pasted(alice):
    """What lies there for as long as it is offered, with the bits of its mode."""
    folder = folder_of_pasted(alice)
    return {name: os.stat(os.path.join(folder, name)).st_mode & 0o777 for name in os.listdir(folder)}


def test_a_picture_is_pasted(t):
    "Ctrl+V with a picture offers it as a file that is private, and gone when the offer is over; words stay words."
    _, alice, bob = alice_and_bob(t)
    other = desk.Neighbour(t, 'picture', 320, 200)
    known = set()
    for end, state in (('accept', 'delivered'), ('refuse', 'declined'), (None, 'cancelled')):
        alice.key('ctrl+v')
        offer = bob.expect('file', from_='alice', id=lambda id_: id_ not in known)
        known.add(offer['id'])
        alice.message(f'You, {offer["name"]}, ', ', offered')
        t.check(re.fullmatch(r'Pasted image \d{4}-\d\d-\d\d \d\d-\d\d-\d\d\.png', offer['name']), offer['name'])
        t.equal(pasted(alice), {offer['name']: 0o600}, 'in the profile')
        if end:
            bob.send(f'{end} {offer["id"]}')
        else:
            alice.press('Cancel')
        alice.message(f'You, {offer["name"]}, ', ', ' + state)
        desk.wait_until(lambda: not pasted(alice), 'nothing to be left of it')
        if end == 'accept':
            got = bob.expect('file', id=offer['id'], path=lambda p: isinstance(p, str))
            said = subprocess.run(['identify', got['path']], capture_output=True, text=True, check=True).stdout
            t.check('PNG 320x200' in said, said)
    t.equal(written(alice), '', 'written')
    other.close()
    alice.type('just words')
    alice.key('ctrl+a', 'ctrl+c', 'End', 'ctrl+v')
    desk.wait_until(lambda: written(alice) == 'just wordsjust words', 'the words twice')
    t.equal(len(alice.matches('list item', lambda name: name.startswith('You, Pasted image '))), 3, 'offers')


def test_pasted_and_killed(t):
    "What was pasted outlives the program as long as it is offered; what nobody was offered does not."
    home = os.path.join(t.dir, 'alice')
    os.mkdir(home)
    server, alice, bob = alice_and_bob(t, home)
    desk.Neighbour(t, 'picture', 320, 200)
    alice.key('ctrl+v')
    offer = bob.expect('file', from_='alice')
    alice.message(f'You, {offer["name"]}, ', ', offered')
    alice.program.process.kill()
    alice.close()
    with open(os.path.join(folder_of_pasted(alice), 'never offered.png'), 'wb') as file:
        file.write(b'of a program that was killed before')
    alice = Client(t, server, 'alice', home=home)
    alice.log_in('alice', 'correct horse')
    desk.wait_until(lambda: list(pasted(alice)) == [offer['name']], 'what is offered to be left alone')
    bob.send(f'accept {offer["id"]}')
    bob.expect('file', id=offer['id'], path=lambda p: isinstance(p, str))
    desk.wait_until(lambda: not pasted(alice), 'nothing to be left of it')
    folder = folder_of_pasted(alice)
    os.rmdir(folder)
    with open(folder, 'wb'):
        pass  # in the way
    alice.double_click(alice.person('bob'))
    alice.find('text', 'Message')
    alice.key('ctrl+v')
    alice.message('You, Pasted image ', ', failed')


def test_several_are_dropped(t):
    "Three files dropped on a conversation are three offers, in their order."
    _, alice, bob = alice_and_bob(t)
    paths = [make_file(t, name, name.encode()) for name in ('one.txt', 'two words.txt', 'drei ä.txt')]
    desk.Neighbour(t, 'files', 1400, 300, *paths)
    box = desk.box_of(alice.find('list box', 'Conversation'))
    desk.drag((1440, 330), (box.x + box.width // 2, box.y + box.height // 2))
    for path in paths:
        name = os.path.basename(path)
        offer = bob.expect('file', from_='alice', name=name, size=len(name.encode()))
        alice.message(f'You, {name}, ', ', offered')
        bob.send(f'accept {offer["id"]}')
        alice.message(f'You, {name}, ', ', delivered')
    rows = [node.get_name() for node in alice.matches('list item', lambda name: name.startswith('You, '))]
    t.equal([row.split(', ')[1] for row in rows], [os.path.basename(path) for path in paths], 'order')


def make_picture(t):
    path = os.path.join(t.folder('theirs'), 'photo.png')
    subprocess.run(['convert', '-size', '300x200', 'plasma:red-blue', 'png:' + path], check=True)
    return path


def test_a_picture_after_accepting(t):
    "Of an offered picture nothing is shown or fetched; of an accepted one the picture."
    _, alice, bob = alice_and_bob(t)
    path = make_picture(t)
    bob.send(f'file alice {path}')
    alice.message('bob, photo.png, ', ', offered')
    desk.time.sleep(1)
    t.equal(alice.matches(None, 'Picture: photo.png'), [], 'pictures before it is accepted')
    alice.press('Accept')
    alice.message('bob, photo.png, ', ', received')
    picture = alice.find('icon', 'Picture: photo.png')
    box = desk.box_of(picture)
    t.check(box.width >= 270 and box.height >= 180, f'{box.width}x{box.height}')
    # One that is declined is never seen.
    bob.send(f'file alice {path}')
    alice.message('bob, photo.png, ', ', offered')
    alice.press('Decline')
    alice.message('bob, photo.png, ', ', declined')
    t.equal(len(alice.matches(None, 'Picture: photo.png')), 1, 'pictures')


def partials(alice):
    found = glob.glob(os.path.join(alice.home, 'data', 'sotto', 'alice', '*', 'partial', '*'))
    return [os.path.getsize(path) for path in found]


def test_paused_and_resumed(t):
    "A pause holds the file where it is and not the words; it goes on by hand, also after a restart; then it is whole."
    home = os.path.join(t.dir, 'alice')
    os.mkdir(home)
    server, alice, bob = alice_and_bob(t, home)
    data = os.urandom(1 << 20) * 240
    bob.send(f'file alice {make_file(t, "film.bin", data)}')
    alice.message('bob, film.bin, ', ', offered')
    alice.press('Accept')

    def pause():
        before = sum(partials(alice))
        desk.wait_until(lambda: sum(partials(alice)) > before, 'more of it to be there')
        alice.press('Pause')
        alice.message('bob, film.bin, ', ', paused')
        alice.says('Paused · ')
        desk.time.sleep(1)  # what was on its way to the disk
        return sum(partials(alice))

    there = pause()
    t.check(0 < there < len(data), f'{there} bytes')
    bob.send('send alice meanwhile')
    alice.message('bob, meanwhile, ')
    desk.time.sleep(2)
    t.equal(partials(alice), [there], 'while it is paused')
    alice.press('Resume')
    alice.message('bob, film.bin, ', ', receiving')
    again = pause()
    t.check(there < again < len(data), f'{again} bytes, after {there}')

    alice.program.process.kill()
    alice.close()
    alice = Client(t, server, 'alice', home=home)
    alice.log_in('alice', 'correct horse')
    alice.double_click(alice.person('bob'))
    alice.message('bob, film.bin, ', ', offered')
    desk.time.sleep(2)
    t.equal(partials(alice), [again], 'until somebody says so')
    alice.press('Accept')
    alice.message('bob, film.bin, ', ', received', timeout=120)
    with open(os.path.join(home, 'Downloads', 'film.bin'), 'rb') as file:
        t.check(file.read() == data, 'the bytes')


def test_paused_while_they_are_away(t):
    "The sender goes and comes back: paused stays paused, and what was resumed meanwhile goes on with them."
    server, alice, bob = alice_and_bob(t)
    data = os.urandom(1 << 20) * 180

    def away_and_back(between=lambda: None):
        bob.kill()
        bob.close()
        alice.find('list item', lambda name: name.startswith('bob, offline'), timeout=90)
        between()
        again = t.cli(server, 'bob')
        again.send('auth bob staple')
        again.expect('authenticated')
        return again

    bob.send(f'file alice {make_file(t, "film.bin", data)}')
    alice.message('bob, film.bin, ', ', offered')
    alice.press('Accept')
    desk.wait_until(lambda: sum(partials(alice)) > 0, 'some of it to be there')
    alice.press('Pause')
    alice.message('bob, film.bin, ', ', paused')
    desk.time.sleep(1)  # what was on its way to the disk
    there = partials(alice)
    bob = away_and_back()
    bob.send('send alice back')
    alice.message('bob, back, ')
    desk.time.sleep(2)
    t.equal(partials(alice), there, 'while it is paused')
    bob = away_and_back(lambda: alice.press('Resume'))
    alice.message('bob, film.bin, ', ', received', timeout=120)
    with open(os.path.join(alice.home, 'Downloads', 'film.bin'), 'rb') as file:
        t.check(file.read() == data, 'the bytes')


def test_cancelled_and_sent_again(t):
    "A file on its way is cancelled by who receives it and nothing is left; offered again it comes whole."
    _, alice, bob = alice_and_bob(t)
    data = os.urandom(1 << 20) * 180
    path = make_file(t, 'film.bin', data)
    there = os.path.join(alice.home, 'Downloads', 'film.bin')
    bob.send(f'file alice {path}')
    alice.message('bob, film.bin, ', ', offered')
    alice.press('Accept')
    alice.find('progress bar', None)
    alice.find('label', lambda name: re.fullmatch(r'[\d.]+.MB of 188.7.MB · [\d.]+.[kM]?B/s · \d+ (second|minute)s? left', name))
    desk.wait_until(lambda: any(size > 0 for size in partials(alice)), 'some of it to be there')
    alice.press('Cancel')
    alice.message('bob, film.bin, ', ', cancelled')
    bob.expect('file', state='refused', code='cancelled')
    desk.wait_until(lambda: not partials(alice), 'nothing to be left')
    t.check(not os.path.exists(there), 'nor in its place')
    bob.send(f'file alice {path}')
    alice.message('bob, film.bin, ', ', offered')
    alice.press('Accept')
    alice.message('bob, film.bin, ', ', received', timeout=120)
    with open(there, 'rb') as file:
        t.check(file.read() == data, 'the bytes')


def opener(home, kind, app):
    """The person's choice for a kind of file: a program that writes down what it was asked to open."""
    said = os.path.join(home, app)
    for path, text in (
            (f'data/applications/{app}.desktop',
             f'[Desktop Entry]\nType=Application\nName={app}\nExec=sh -c \'echo "$1" >> {said}\' sh %f\nMimeType={kind};\n'),
            ('config/mimeapps.list', f'[Default Applications]\n{kind}={app}.desktop\n')):
        path = os.path.join(home, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
    return said


def lines(path):
    return open(path, encoding='utf-8').read().splitlines() if os.path.exists(path) else []  # pylint: disable=consider-using-with


def test_opened_and_shown(t):
    """A name that hides what it is is warned of and shown as it is; what came is opened by the program that a person chose,
    and shown in the folder by the one that shows folders."""
    manager = FileManager(t)
    home = t.folder('alice')
    opened = opener(home, 'application/pdf', 'reader')
    # GTK leaks what it calls the window to the program that it starts.
    _, alice, bob = alice_and_bob(t, home, {'ASAN_OPTIONS': 'detect_leaks=0'})
    bob.send(f'file alice {make_file(t, "photo‮gpj.exe", b"MZ")}')
    alice.says('The name has hidden characters')
    row = alice.find('list item', lambda name: name.startswith('bob, photo') and name.endswith(', offered'))
    t.check('\u202e' not in row.get_name() and 'gpj.exe' in row.get_name(), ascii(row.get_name()))
    alice.press('Decline')
    alice.gone('push button', 'Decline')
    bob.send(f'file alice {make_file(t, "plan.pdf", b"%PDF-1.4")}')
    alice.message('bob, plan.pdf, ', ', offered')
    alice.press('Accept')
    alice.message('bob, plan.pdf, ', ', received')
    path = os.path.join(home, 'Downloads', 'plan.pdf')
    alice.press('Open')
    desk.wait_until(lambda: lines(opened) == [path], 'the reader to be asked')
    alice.press('Show in Folder')
    desk.wait_until(lambda: manager.shown == ['file://' + path], 'the folder to be shown')


def test_files_both_ways(t):
    "Offered from the window and to it; accepted with the right bytes, declined, warned of, and there after a restart."
    home = os.path.join(t.dir, 'alice')
    os.mkdir(home)
    server, alice, bob = alice_and_bob(t, home)

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
