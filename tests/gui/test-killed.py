#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A window killed in the middle of anything: its next run has the history, the drafts and the outbox, and no word twice."""

import os

import desk
import settings
from desk import Client, Failure, wait_until
from preloaded import Clock, Disk

PASSWORD = 'correct horse'


class Mortal:
    """Alice in a window that is killed again and again, bob in a terminal that stays. The disk under `at`, her profile unless
    said, counts what is written."""

    def __init__(self, t, at=None, env=None):
        self.t = t
        self.server = t.server()
        self.home = t.folder('alice')
        self.disk = Disk(t, at or os.path.join(self.home, 'data', 'sotto'))
        self.env = {**self.disk.env, **(env or {})}
        self.window = self._start()
        self.window.sign_up('alice', PASSWORD)
        self.bob = t.cli(self.server, 'bob')
        self.bob.sign('bob', 'staple')
        self._open()

    def _start(self):
        return Client(self.t, self.server, 'alice', home=self.home, env=self.env)

    def _open(self):
        self.window.double_click(self.window.person('bob'))
        wait_until(lambda: self.window.matches('text', 'Message'), 'the conversation')

    def kill(self):
        self.window.program.process.kill()
        self.window.close()

    def dies_before(self, n, act):
        """It is killed when `act` has it write for the nth time."""
        window = self.window
        self.disk.breaks('kill', n)
        try:
            act()
            wait_until(lambda: not window.program.running, f'the {n}th write')
        except (Failure, desk.glib().Error):
            if window.program.running:
                raise
        self.disk.works()
        window.close()

    def come_back(self, *passwords):
        """With the first of these that opens, which is given back."""
        self.window = self._start()
        for password in passwords or (PASSWORD,):
            self.window.fill_form('alice', password)
            self.window.press('Log In')
            wait_until(self._is_answered, 'an answer')
            if self.window.matches('list box', 'People'):
                self._open()
                return password
        raise Failure(f'none of {passwords} opens\n{self.window.describe()}')

    def _is_answered(self):
        return self.window.matches('list box', 'People') or self.window.matches('label', lambda name: 'Wrong password' in name)

    def write(self, text):
        self.window.find('text', 'Message').get_editable_text_iface().set_text_contents(text)

    def written(self):
        return self.window.find('text', 'Message').get_text_iface().get_text(0, -1)

    def say(self, text):
        self.write(text)
        self.window.press('Send')

    def rows(self):
        rows = self.window.matches('list item', None, self.window.find('list box', 'Conversation'), showing=False)
        return [row.get_name() for row in rows]

    def once(self, words):
        wait_until(lambda: [words in row for row in self.rows()].count(True) == 1, f'{words!r} once, of {self.rows()}')

    def furnish(self):
        """Something said and heard, and a draft, all of them on the disk."""
        self.say('what I said')
        self.bob.send('send alice what bob said')
        self.window.message('bob, what bob said, ')
        self.window.message('You, what I said, ', ', delivered')
        self.write('what I shall say')
        desk.time.sleep(1.5)  # kept a second after the last change

    def check(self):
        """That all of it is there."""
        self.once('You, what I said, ')
        self.once('bob, what bob said, ')
        self.t.equal(self.written(), 'what I shall say', 'draft')


def test_killed_while_writing(t):
    "A draft of a second ago is there again; one that was sent is none any more."
    alice = Mortal(t)
    alice.write('half a thou')
    desk.time.sleep(2.5)  # kept a second after the last change
    alice.write('half a thought and mo')
    alice.kill()
    alice.come_back()
    t.check(alice.written() in ('half a thou', 'half a thought and mo'), f'draft {alice.written()!r}')
    alice.say('the whole thought')
    t.equal(alice.bob.expect('message')['text'], 'the whole thought')
    desk.time.sleep(2.5)
    alice.kill()
    alice.come_back()
    t.equal(alice.written(), '', 'draft of what was sent')
    alice.once('the whole thought')


def test_killed_while_sending(t):
    "What the row called queued goes out in the next life, in order, each once; nobody is there to take it meanwhile."
    alice = Mortal(t)
    alice.bob.send('quit')
    alice.bob.wait_exit()
    for word in ('one', 'two', 'three'):
        alice.say(word)
    alice.window.message('You, three, ', ', queued')
    desk.time.sleep(1)
    alice.kill()
    alice.come_back()
    for word in ('one', 'two', 'three'):
        alice.once(f'You, {word}, ')
    bob = t.cli(alice.server, 'bob')
    bob.send('auth bob staple')
    t.equal([bob.expect('message')['text'] for _ in range(3)], ['one', 'two', 'three'], 'what arrived')
    alice.window.message('You, three, ', ', delivered')
    # Killed while it sends: every word arrives, and none twice.
    for i in range(5):
        alice.say(f'word {i}')
    alice.kill()
    alice.come_back()
    alice.say('the last')
    got = []
    while not got or got[-1] != 'the last':
        got.append(bob.expect('message')['text'])
    said = [f'word {i}' for i in range(5)]
    t.equal(got[:-1], said[:len(got) - 1], 'in order, each once')
    for word in got:
        alice.once(f'You, {word}, ')


def test_killed_while_receiving(t):
    "All that was told as delivered is in the history, once."
    alice = Mortal(t)
    for i in range(20):
        alice.bob.send(f'send alice number {i}.')
    alice.bob.expect('delivered')
    alice.kill()
    alice.come_back()
    alice.bob.send('send alice and the last.')
    alice.window.message('bob, and the last., ')
    for i in range(20):
        alice.once(f'bob, number {i}., ')


def test_killed_while_a_file_comes(t):
    "The card is there again, the rest comes by itself, and the bytes are right."
    alice = Mortal(t)
    data = os.urandom(1 << 20) * 96
    path = os.path.join(t.folder('own'), 'large.bin')
    with open(path, 'wb') as file:
        file.write(data)
    alice.bob.send(f'file alice {path}')
    alice.window.message('bob, large.bin, ', ', offered')
    alice.window.press('Accept')
    alice.bob.expect('file', to='alice', done=lambda n: 0 < n < len(data))
    alice.kill()
    alice.come_back()
    alice.window.message('bob, large.bin, ', ', received')
    with open(os.path.join(alice.home, 'Downloads', 'large.bin'), 'rb') as file:
        t.check(file.read() == data, 'the bytes')
    t.equal(os.listdir(os.path.join(alice.home, 'Downloads')), ['large.bin'], 'files')


def test_killed_while_a_file_goes(t):
    "The offer stands in the next life, and the other side has the file whole."
    alice = Mortal(t)
    data = os.urandom(1 << 20) * 96
    path = os.path.join(t.folder('own'), 'large.bin')
    with open(path, 'wb') as file:
        file.write(data)
    alice.window.press('Send File…')
    alice.window.choose_file('Send File', path)
    alice.bob.send(f'accept {alice.bob.expect("file", from_="alice")["id"]}')
    alice.bob.expect('file', from_='alice', done=lambda n: 0 < n < len(data))
    alice.kill()
    alice.come_back()
    got = alice.bob.expect('file', from_='alice', path=lambda p: isinstance(p, str))
    with open(got['path'], 'rb') as file:
        t.check(file.read() == data, 'the bytes')
    alice.window.message('You, large.bin, ', ', delivered')


def change_password(window, old, new):
    window.menu('Change Password…')
    for field, text in (('Current password', old), ('New password', new), ('New password again', new)):
        window.fill(field, text)
    window.press('Change')
    window.gone('dialog', 'Change Password')


def test_killed_while_the_password_changes(t):
    "Before the server is asked the old one opens everything, once it has answered the new one does."
    alice, password, changed = Mortal(t, at='keys.json'), PASSWORD, []
    alice.furnish()
    for n in (4, 5, 7):
        new = f'battery staple {n}'
        alice.dies_before(n, lambda password=password, new=new: change_password(alice.window, password, new))
        opened = alice.come_back(new, password)
        changed.append(opened == new)
        password = opened
        alice.check()
        t.equal([name for _, _, names in os.walk(alice.home) for name in names if name.startswith('keys.json.new-')], [],
                'vaults that may open with another password')
    t.equal(changed, [False, True, True], 'whether it is the new one')


def export(alice, path):
    alice.window.conversation('Export…')
    alice.window.choose_file('Export Conversation', path)
    alice.window.says('The conversation is in')


def test_killed_while_exporting(t):
    "No file stands there that is not whole; what was said is untouched."
    folder = t.folder('exports')
    alice, path = Mortal(t, at=folder), os.path.join(folder, 'said.txt')
    alice.furnish()
    for n in (1, 2):
        alice.dies_before(n, lambda: export(alice, path))
        t.check(not os.path.exists(path), f'it is there before the {n}th write')
        alice.come_back()
        alice.check()


def clear(alice, name):
    alice.window.about(name, 'Clear History…')
    alice.window.press('Clear')


def n_kept(alice, name):
    """How many messages with somebody are on the disk."""
    alice.window.about(name, 'Details')
    row = alice.window.find('list item', lambda name: name.startswith('Kept on this computer: '))
    n = int(row.get_name().split()[4])
    alice.window.press('Close')
    return n


def test_killed_while_history_goes(t):
    "What is cleared may be there once more, and goes at the next wish; with everybody else nothing is missing."
    alice = Mortal(t, at='history-')
    carol = t.cli(alice.server, 'carol')
    carol.sign('carol', 'staple')
    alice.furnish()
    for n in (1, 2, 4):
        for i in range(10):
            carol.send(f'send alice number {i}')
        carol.expect('delivered')
        alice.window.find('list item', lambda name: name.startswith('carol, online, 10 unread'))
        alice.dies_before(n, lambda: clear(alice, 'carol'))
        alice.come_back()
        alice.check()
        t.check(n_kept(alice, 'carol') in (0, 10), 'half of it is gone')
        clear(alice, 'carol')
        wait_until(lambda: n_kept(alice, 'carol') == 0, 'all of it to go')


def test_killed_while_history_grows_old(t):
    "What is too old goes at the next start; what is not stays."
    clock, config = Clock(t), t.folder('config')
    settings.write(config, 'keep-days=uint32 30')
    preload = f'{clock.env["LD_PRELOAD"]}:{Disk(t, "").env["LD_PRELOAD"]}'
    alice = Mortal(t, at='history-', env={**clock.env, 'LD_PRELOAD': preload, **settings.kept_in(config)})
    alice.say('long ago')
    alice.window.message('You, long ago, ', ', delivered')
    clock.set(days=20)
    alice.furnish()
    alice.dies_before(2, lambda: clock.set(days=31, seconds=3700))
    alice.come_back()
    alice.check()
    wait_until(lambda: not any('long ago' in row for row in alice.rows()), 'the old to go')


def test_killed_while_wishes_are_written(t):
    "A switch, and what is settled about somebody: as it was or as it was to be, and the other wishes untouched."
    config = t.folder('config')
    settings.write(config, 'typing=false')
    alice = Mortal(t, at=t.dir, env=settings.kept_in(config))
    alice.furnish()
    alice.window.conversation('Add to Favourites')
    alice.window.find('list item', 'bob, online, favourite')
    desk.time.sleep(1)
    alice.window.menu('Preferences')
    alice.dies_before(3, lambda: alice.window.press('Show the words', 'toggle button'))
    alice.come_back()
    alice.check()
    t.check('typing=false' in settings.read(config), settings.read(config))
    alice.window.conversation('Set Alias…')
    alice.window.fill('Alias', 'Robert')
    alice.dies_before(3, lambda: alice.window.press('Set'))
    alice.come_back()
    alice.check()
    alice.window.find('list item', lambda name: name in ('bob, online, favourite', 'bob, Robert, online, favourite'))


def test_killed_while_a_key_is_accepted(t):
    "Either it is accepted, and what waited goes out, or it is asked again, and nothing does; no word goes twice."
    alice = Mortal(t, at='contacts-')
    alice.furnish()
    bob, asked = alice.bob, []
    for n in (3, 4):
        bob.quit()
        alice.window.find('list item', lambda name: name.startswith('bob, offline'))
        desk.time.sleep(1)  # that it was seen then is written
        bob = t.cli(alice.server, f'bob-{n}')
        bob.send('auth bob staple')
        bob.expect('authenticated')
        alice.say(f'for bob {n}')
        alice.window.press('Compare…')
        alice.dies_before(n, lambda: alice.window.press('They Are the Same: Accept the New Key'))
        alice.come_back()
        wait_until(lambda: alice.window.matches('push button', 'Compare…') or bob.every('message'), 'either')
        asked.append(not bob.every('message'))
        if asked[-1]:
            bob.refute('message', 1)
            alice.window.press('Compare…')
            alice.window.press('They Are the Same: Accept the New Key')
        alice.window.message(f'You, for bob {n}, ', ', delivered')
        t.equal([event['text'] for event in bob.every('message')], [f'for bob {n}'], 'what bob has')
        alice.once('You, what I said, ')
    t.equal(asked, [True, False], 'asked again')


if __name__ == '__main__':
    desk.main(globals())
