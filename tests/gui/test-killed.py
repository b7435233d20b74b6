#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A window killed in the middle of anything: its next run has the history, the drafts and the outbox, and no word twice."""

import os

import desk
from desk import Client, wait_until


class Mortal:
    """Alice in a window that is killed again and again, bob in a terminal that stays."""

    def __init__(self, t):
        self.t = t
        self.server = t.server()
        self.home = os.path.join(t.dir, 'alice')
        os.mkdir(self.home)
        self.window = self._start()
        self.window.sign_up('alice', 'correct horse')
        self.bob = t.cli(self.server, 'bob')
        self.bob.sign('bob', 'staple')
        self._open()

    def _start(self):
        return Client(self.t, self.server, 'alice', home=self.home)

    def _open(self):
        self.window.double_click(self.window.person('bob'))
        wait_until(lambda: self.window.matches('text', 'Message'), 'the conversation')

    def kill(self):
        self.window.program.process.kill()
        self.window.close()

    def come_back(self):
        self.window = self._start()
        self.window.log_in('alice', 'correct horse')
        self._open()

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


if __name__ == '__main__':
    desk.main(globals())
