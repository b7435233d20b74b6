#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exactly once and in order, over kill -9 of either side: what was queued goes out, what came is kept."""

import glob
import os
import random
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

from harness import main  # noqa: E402

SECRET = 'a-quiet-word'
KILLS = int(os.environ.get('SOTTO_TEST_KILLS', '8'))


def sign_up(t, server, *names):
    """Accounts, and nobody there."""
    for name in names:
        with t.cli(server, name) as person:
            person.sign(name, SECRET)


def log_in(t, server, name):
    person = t.cli(server, name)
    person.auth(name, SECRET)
    return person


def texts_of(person):
    person._parse()  # pylint: disable=protected-access
    return [event['text'] for event in person.events if event['event'] == 'message']


def queue(person, to, texts):
    for text in texts:
        person.send(f'send {to} {text}')
    return [person.expect('queued', to=to)['id'] for _ in texts]


def test_what_was_queued_survives_a_kill(t):
    server = t.server()
    sign_up(t, server, 'ann', 'ben')
    ann = log_in(t, server, 'ann')
    texts = [f'word {n}' for n in range(20)]
    ids = queue(ann, 'ben', texts)
    ann.kill()
    ann = log_in(t, server, 'ann')
    ben = log_in(t, server, 'ben')
    for number, text in zip(ids, texts):
        ben.expect('message', from_='ann', text=text, id=number, timeout=60)
        ann.expect('delivered', to='ben', id=number)
    queue(ann, 'ben', ['and one more'])
    ben.expect('message', text='and one more')
    t.equal(texts_of(ben), texts + ['and one more'], 'what came')


def test_the_receiver_comes_first(t):
    server = t.server()
    sign_up(t, server, 'ann', 'ben')
    ann = log_in(t, server, 'ann')
    queue(ann, 'ben', ['one', 'two'])
    ann.kill()
    ben = log_in(t, server, 'ben')
    ann = log_in(t, server, 'ann')
    ben.expect('message', text='two', timeout=60)
    t.equal(texts_of(ben), ['one', 'two'], 'what came')
    for _ in range(2):
        ann.expect('delivered')
    t.equal(ann.finish(), 0, 'exit with an empty outbox')


def test_what_was_delivered_is_not_sent_again(t):
    server = t.server()
    sign_up(t, server, 'ann', 'ben')
    ann, ben = log_in(t, server, 'ann'), log_in(t, server, 'ben')
    queue(ann, 'ben', ['once'])
    ben.expect('message', text='once')
    ann.expect('delivered')
    time.sleep(0.5)
    ann.kill()
    ben.kill()
    ann, ben = log_in(t, server, 'ann'), log_in(t, server, 'ben')
    queue(ann, 'ben', ['again'])
    ben.expect('message', text='again', timeout=60)
    t.equal(texts_of(ben), ['again'], 'what came')


def test_the_outbox_is_not_empty_after_a_restart(t):
    server = t.server()
    sign_up(t, server, 'ann', 'ben')
    ann = log_in(t, server, 'ann')
    queue(ann, 'ben', ['wait for me'])
    ann.kill()
    ann = t.cli(server, 'ann', args=['--timeout', '1'])
    ann.auth('ann', SECRET)
    t.equal(ann.finish(), 3, 'exit with something in the outbox')


def test_the_receiver_is_killed_between_messages(t):
    """Every message once and in order over all the lives of the receiver."""
    server = t.server()
    sign_up(t, server, 'ann', 'ben')
    ann = log_in(t, server, 'ann')
    dice = random.Random(7)
    n, came = 0, []
    for _ in range(KILLS):
        ben = log_in(t, server, 'ben')
        for _ in range(dice.randrange(1, 30)):
            ann.send(f'send ben {n}')
            n += 1
        ann.expect('queued')
        time.sleep(dice.uniform(0, 0.5))
        ben.kill()
        came += texts_of(ben)
    ben = log_in(t, server, 'ben')
    ann.send(f'send ben {n}')
    n += 1
    ben.expect('message', text=str(n - 1), timeout=120)
    came += texts_of(ben)
    t.equal(came, [str(i) for i in range(n)], 'what came')


def test_the_sender_is_killed_between_messages(t):
    """Every message that was told as queued arrives once; those of one life in their order."""
    server = t.server()
    sign_up(t, server, 'ann', 'ben')
    ben = log_in(t, server, 'ben')
    dice = random.Random(11)
    told, life = set(), 0
    for life in range(KILLS):
        ann = log_in(t, server, 'ann')
        for n in range(dice.randrange(1, 30)):
            ann.send(f'send ben {life}.{n}')
        time.sleep(dice.uniform(0.05, 0.5))
        ann.kill()
        ann._parse()  # pylint: disable=protected-access
        told |= {event['id'] for event in ann.events if event['event'] == 'queued'}
    ann = log_in(t, server, 'ann')
    queue(ann, 'ben', ['the end'])
    ben.expect('message', text='the end', timeout=120)
    messages = [event for event in ben.events if event['event'] == 'message']
    ids = [event['id'] for event in messages]
    t.equal(len(ids), len(set(ids)), 'different ids')
    t.check(told <= set(ids), 'all that was queued came')
    came = [tuple(map(int, event['text'].split('.'))) for event in messages[:-1]]
    t.equal(came, sorted(came), 'order')


def test_a_damaged_history_is_refused_and_left(t):
    server = t.server()
    sign_up(t, server, 'ann', 'ben')
    ann = log_in(t, server, 'ann')
    queue(ann, 'ben', ['something'])
    t.equal(ann.quit(), 0, 'exit')
    path, = (p for p in glob.glob(os.path.join(t.home('ann'), 'data', 'sotto', 'ann', '*', 'history-*'))
             if not p.endswith(('-wal', '.told')))
    t.equal(os.stat(path).st_mode & 0o777, 0o600, 'mode')
    damaged = b'\0' * 4096
    with open(path, 'r+b') as file:
        file.write(damaged)
    ann = t.cli(server, 'ann')
    ann.send(f'auth ann {SECRET}')
    error = ann.expect('error', code='io')
    t.check('damaged' in error['message'], error['message'])
    t.equal(ann.finish(), 1, 'exit')
    with open(path, 'rb') as file:
        t.equal(file.read(4096), damaged, 'the file')


main(globals())
