#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Edits, deletions, reactions, read marks and typing between this client and one that shares no code
with it, both ways; exactly once, also over new channels, restarts and kills. What no terminal
command does is asked of the engine itself (engine-driver.c)."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

from harness import EVENT_FIELDS, build_dir, main
from shared_server import Shared
from sotto_packet import put_frame
from sotto_person import Person

shared = Shared(limits='{key_requests: 100000/s burst 100000}')
DRIVER = os.path.join(build_dir(), 'tests', 'integration', 'engine-driver')
TYPING, STOPPED = 1, 2
# What the driver says beside the events.
EVENT_FIELDS.update({'page': ('ok records', ''), 'found': ('ok records', ''), 'conversations': ('records', ''),
                     'exported': ('ok', ''), 'draft': ('text', '')})


def enter(t, driver):
    server = shared()
    us = t.cli(server, shared.user('us').name, within=(DRIVER,) if driver else ())
    us.send(f'sign {us.profile} secret')
    us.expect('authenticated')
    them = Person(server, shared.user('them').name)
    t.defer(them.session.close)
    return us, them


def pair(t, driver=True):
    us, them = enter(t, driver)
    them.ask(us.profile)
    them.until('OPEN')
    us.expect('channel', state='open')
    return us, them


def again(t, us, them):
    """The same person after a restart, on a new channel."""
    us = t.cli(shared(), us.profile, home=us.home, within=(DRIVER,))
    us.send(f'auth {us.profile} secret')
    us.expect('authenticated')
    them.ask(us.profile, 7)
    them.until('OPEN')
    return us


def hand_over(them, name, **fields):
    """One record of theirs, answered with RECEIVED."""
    id16 = fields.setdefault('id', os.urandom(16))
    them.send(them.channel.send_record(name, **fields))
    while them.until('RECEIVED')['id'] != id16:
        pass
    return id16


def write(us, them, text):
    """A message of ours that they have; its id."""
    us.send(f'send {them.user.name} {text}')
    id16 = them.until('TEXT')['id']
    them.until_true(lambda: us.seen('delivered', id=id16.hex()), 'delivered')
    return id16


def page(us, them):
    us.send(f'page {them.user.name}')
    return {row['id']: row for row in us.expect('page')['records']}


def test_terminal_tells_of_theirs(t):
    us, them = pair(t, driver=False)
    name = them.user.name
    text = hand_over(them, 'TEXT', sent=1, text='first')
    us.expect('message', from_=name, id=text.hex(), text='first')
    edit = hand_over(them, 'EDIT', target=text, text='second\nline')
    t.equal(us.expect('edited'), {'event': 'edited', 'from': name, 'id': edit.hex(), 'target': text.hex(),
                                  'text': 'second\nline'})
    react = hand_over(them, 'REACT', target=text, reaction='👍')
    t.equal(us.expect('reacted'), {'event': 'reacted', 'from': name, 'id': react.hex(), 'target': text.hex(),
                                   'reaction': '👍'})
    none = hand_over(them, 'REACT', target=text, reaction='')
    us.expect('reacted', id=none.hex(), reaction='')
    gone = hand_over(them, 'DELETE', target=text)
    t.equal(us.expect('deleted'), {'event': 'deleted', 'from': name, 'id': gone.hex(), 'target': text.hex()})
    us.send(f'send {name} hello')
    mine = them.until('TEXT')['id']
    them.until_true(lambda: us.seen('delivered'), 'delivered')
    heart = hand_over(them, 'REACT', target=mine, reaction='<3')
    us.expect('reacted', id=heart.hex(), target=mine.hex())
    them.send(them.channel.send_record('READ', id=mine))
    them.until_true(lambda: us.seen('read', to=name, id=mine.hex()), 'read')


def test_terminal_tells_of_typing(t):
    us, them = pair(t, driver=False)
    for notice, active in ((TYPING, True), (TYPING, None), (STOPPED, False), (STOPPED, None), (TYPING, True)):
        them.send(them.channel.send_frames(put_frame('NOTICE', notice=notice), False))
        if active is None:
            them.turn_for(0.1)
        else:
            t.equal(us.expect('typing'), {'event': 'typing', 'from': them.user.name, 'active': active})
    t.equal(len(us.every('typing')), 3, 'nothing twice')
    us.expect('typing', timeout=20, active=False)  # the word that ends it may be lost


def test_out_of_reach_is_answered_and_dropped(t):
    us, them = pair(t)
    mine = write(us, them, 'mine')
    theirs = hand_over(them, 'TEXT', sent=1, text='theirs')
    hand_over(them, 'EDIT', target=mine, text='not yours')
    hand_over(them, 'DELETE', target=mine)
    hand_over(them, 'EDIT', target=os.urandom(16), text='nothing')
    hand_over(them, 'REACT', target=os.urandom(16), reaction='x')
    hand_over(them, 'DELETE', target=theirs)
    us.expect('deleted', target=theirs.hex())
    hand_over(them, 'DELETE', target=theirs)
    hand_over(them, 'EDIT', target=theirs, text='back')
    hand_over(them, 'REACT', target=theirs, reaction='x')
    rows = page(us, them)
    t.equal((rows[mine.hex()]['text'], rows[mine.hex()]['deleted']), ('mine', False))
    t.equal((rows[theirs.hex()]['text'], rows[theirs.hex()]['deleted']), ('', True))
    for event in ('edited', 'reacted', 'deleted'):
        t.check(not us.seen(event), f'no further {event}')


def test_ours_reach_them(t):
    us, them = pair(t)
    mine = write(us, them, 'one')
    us.send(f'edit {them.user.name} {mine.hex()} two words')
    edit = them.until('EDIT')
    t.equal((edit['target'], edit['text']), (mine, 'two words'))
    t.check(edit['id'] != mine, 'an id of its own')
    them.until_true(lambda: us.seen('delivered', id=edit['id'].hex()), 'delivered')
    theirs = hand_over(them, 'TEXT', sent=1, text='theirs')
    us.send(f'react {them.user.name} {theirs.hex()} 👍')
    react = them.until('REACT')
    t.equal((react['target'], react['reaction']), (theirs, '👍'))
    us.send(f'react {them.user.name} {theirs.hex()}')
    t.equal(them.until('REACT')['reaction'], '')
    us.send(f'delete {them.user.name} {mine.hex()}')
    t.equal(them.until('DELETE')['target'], mine)
    rows = page(us, them)
    t.equal((rows[mine.hex()]['text'], rows[mine.hex()]['deleted']), ('', True))


def test_refused_at_once(t):
    us, them = pair(t)
    mine = write(us, them, 'mine')
    theirs = hand_over(them, 'TEXT', sent=1, text='theirs')
    name = them.user.name
    for line, code, target in (
            (f'edit {name} {theirs.hex()} mine now', 'not_found', theirs),
            (f'delete {name} {theirs.hex()}', 'not_found', theirs),
            (f'edit {name} {"ab" * 16} x', 'not_found', bytes.fromhex('ab' * 16)),
            (f'edit {name} {mine.hex()} ' + 'x' * 16385, 'too_big', mine),
            (f'react {name} {mine.hex()} ' + 'x' * 33, 'too_big', mine),
            (f'edit {us.profile} {mine.hex()} x', 'self', mine)):
        us.send(line)
        error = us.expect('error')
        t.equal((error['code'], error['id']), (code, target.hex()), line[:40])
    us.send(f'delete {name} {mine.hex()}')
    us.expect('queued')
    us.send(f'edit {name} {mine.hex()} back')
    us.expect('error', code='not_found')
    t.equal(page(us, them)[theirs.hex()]['text'], 'theirs')


def test_offline_in_order_and_as_it_is_now(t):
    """Nobody is there: what waits is sent in order, and the words of before never leave."""
    server, name = shared(), shared.user('them').name
    us = t.cli(server, shared.user('us').name, within=(DRIVER,))
    us.send(f'sign {us.profile} secret')
    us.expect('authenticated')
    ids = []
    for text in ('secret one', 'secret two', 'three'):
        us.send(f'send {name} {text}')
        ids.append(us.expect('queued')['id'])
        us.expect('error', code='offline')
    us.send(f'edit {name} {ids[0]} secret in between')
    us.expect('queued')
    us.send(f'edit {name} {ids[0]} one')
    us.send(f'delete {name} {ids[1]}')
    us.expect('queued')
    us.expect('queued')
    us.kill()
    us = t.cli(server, us.profile, home=us.home, within=(DRIVER,))
    us.send(f'auth {us.profile} secret')
    us.expect('authenticated')
    them = Person(server, name)
    t.defer(them.session.close)
    got = [them.until(kind) for kind in ('TEXT', 'TEXT', 'TEXT', 'EDIT', 'DELETE', 'EDIT')]
    t.equal([fields['id'].hex() for fields in got[:3]], ids, 'order')
    t.equal([fields['text'] for fields in got[:3]], ['one', '', 'three'])
    t.equal((got[3]['target'].hex(), got[3]['text']), (ids[0], 'one'))
    t.equal(got[4]['target'].hex(), ids[1])
    t.equal(got[5]['text'], 'one', 'of the second edit')


def test_told_once_over_channels_and_restarts(t):
    us, them = pair(t)
    text = hand_over(them, 'TEXT', sent=1, text='first')
    edit = hand_over(them, 'EDIT', target=text, text='second')
    us.expect('edited', id=edit.hex())
    us.kill()
    us = again(t, us, them)
    hand_over(them, 'TEXT', id=text, sent=1, text='first')
    hand_over(them, 'EDIT', id=edit, target=text, text='second')
    late = hand_over(them, 'EDIT', target=text, text='third')
    us.expect('edited', id=late.hex())
    t.check(not us.seen('edited') and not us.seen('message'), 'nothing twice')
    row = page(us, them)[text.hex()]
    t.equal((row['text'], row['edited']), ('third', True))


def test_read_marks(t):
    us, them = pair(t)
    first, second, third = (hand_over(them, 'TEXT', sent=n, text=f'{n}') for n in range(3))
    us.send('conversations')
    t.equal([row['unread'] for row in us.expect('conversations')['records']], [3])
    us.send(f'read {them.user.name} {second.hex()}')
    t.equal(them.until('READ')['id'], second)
    us.send(f'read {them.user.name} {first.hex()}')  # never back
    us.send('notices no yes')
    us.send(f'read {them.user.name} {third.hex()}')  # a person's own business
    us.send('conversations')
    t.equal([row['unread'] for row in us.expect('conversations')['records']], [0])
    them.turn_for(0.5)
    t.check(not any(e[0] == 'READ' for e in them.events), 'no further READ')
    us.kill()
    us = again(t, us, them)
    t.equal(them.until('READ')['id'], second, 'the last that was shown is repeated')


def test_our_typing(t):
    us, them = pair(t)
    us.send(f'typing {them.user.name} yes')
    t.equal(them.until('NOTICE')['notice'], TYPING)
    us.send(f'typing {them.user.name} yes')
    us.send(f'typing {them.user.name} no')
    t.equal(them.until('NOTICE')['notice'], STOPPED, 'not twice')
    us.send('notices yes no')
    us.send(f'typing {them.user.name} yes')
    them.turn_for(0.5)
    t.check(not any(e[0] == 'NOTICE' for e in them.events), 'nobody hears of it')


def test_draft_survives_a_kill(t):
    us, them = pair(t)
    us.send(f'draft {them.user.name} half a thought')
    them.turn_for(3)
    us.kill()
    us = again(t, us, them)
    us.send(f'drafted {them.user.name}')
    t.equal(us.expect('draft')['text'], 'half a thought')


def test_search_export_forget(t):
    us, them = pair(t)
    write(us, them, 'a Needle')
    hand_over(them, 'TEXT', sent=1, text='<b>hay</b>')
    us.send('search NEEDLE')
    t.equal([row['text'] for row in us.expect('found')['records']], ['a Needle'])
    path = os.path.join(us.home, 'talk.html')
    us.send(f'export {them.user.name} {path} 1')
    t.check(us.expect('exported')['ok'], 'exported')
    with open(path, encoding='utf-8') as file:
        html = file.read()
    t.check('a Needle' in html and '&lt;b&gt;hay' in html and '<b>' not in html, 'html')
    t.equal(os.stat(path).st_mode & 0o777, 0o600)
    us.send(f'export {them.user.name} {us.home}/no/such/folder/x 0')
    t.check(not us.expect('exported')['ok'], 'cannot')
    us.send(f'forget {them.user.name}')
    t.equal(page(us, them), {})
    us.send('conversations')
    t.equal(us.expect('conversations')['records'], [])


if __name__ == '__main__':
    main(globals())
