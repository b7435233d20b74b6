#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""sotto-cli's commands and events against a real server. (That each event has exactly its fields is
looked at by the harness, for every event of every test.)"""

import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

from harness import Failure, main, run_cli, wait_until  # noqa: E402
from shared_server import Shared  # noqa: E402

shared = Shared(realm='"test realm"')
PASSWORD = 'correct-horse'


def pair(t, one, other):
    """Two people who have just signed up."""
    server = shared()
    clients = t.cli(server, one), t.cli(server, other)
    for client, name in zip(clients, (one, other)):
        client.sign(name, PASSWORD)
    clients[0].expect('joined', username=other)  # else a quick leaving might never be told
    return clients


def names(client):
    return [e['event'] for e in client.events]


def test_sign_list_and_send_as_the_seed_words_them(t):
    server = shared()
    ann, ben = t.cli(server, 'ann'), t.cli(server, 'ben')
    ann.send(f'sign ann {PASSWORD}')
    connected = ann.expect('connected', server=server.address, port=server.port, realm='test realm', first_use=False)  # the link said so
    t.equal(connected['fingerprint'], server.fingerprint, 'fingerprint')
    ann.expect('authenticated', username='ann')
    ben.send(f'sign ben {PASSWORD}')
    ben.expect('authenticated', username='ben')
    ann.expect('joined', username='ben')
    ann.send('list')
    ann.expect('users', online=['ann', 'ben'])
    ben.send('list')
    ben.expect('users', online=['ann', 'ben'])
    before = time.time() * 1000
    ann.send('send ben hello there')
    queued = ann.expect('queued', to='ben')
    message = ben.expect('message', from_='ann', id=queued['id'], text='hello there')
    t.check(abs(message['sent'] - before) < 60000, f'sent: {message}')
    ann.expect('sent', to='ben', id=queued['id'])
    ann.expect('delivered', to='ben', id=queued['id'])
    ben.send('send ann and back')
    ann.expect('message', from_='ben', text='and back')
    ben.expect('delivered', to='ann')
    t.equal(ben.quit(), 0, 'exit of ben')
    ann.expect('left', username='ben')
    t.equal(ann.finish(), 0, 'exit of ann')


def test_auth_after_sign_with_the_same_device(t):
    server = shared()
    first = t.cli(server, 'carl')
    first.sign('carl', PASSWORD)
    t.equal(first.finish(), 0, 'exit')
    again = t.cli(server, 'carl')
    again.send(f'auth carl {PASSWORD}')
    again.expect('connected', first_use=False)
    again.expect('authenticated', username='carl')
    t.equal(again.finish(), 0, 'exit')


def test_the_channel_is_told_on_both_sides(t):
    dan, eve = pair(t, 'dan', 'eve')
    dan.send('send eve x')
    one = dan.expect('channel', peer='eve', state='open', path='direct', verified=False)
    other = eve.expect('channel', peer='dan', state='open', path='direct', verified=False)
    t.equal(one['safety_number'], other['safety_number'], 'safety numbers')
    groups = one['safety_number'].split(' ')
    t.check(len(groups) == 12 and all(len(g) == 5 and g.isdigit() for g in groups), one)


def test_messages_arrive_as_they_are_and_in_order(t):
    fay, gus = pair(t, 'fay', 'gus')
    texts = [' two  blanks ', '\ttab\t', '# no comment', '-', '"quoted" \\n', 'naïve 😀 \u202e', '{"event":"x"}', 'x' * 16384]
    for text in texts:
        fay.send(f'send gus {text}')
    got = [gus.expect('message', from_='fay')['text'] for _ in texts]
    t.equal(got, texts, 'texts')
    for _ in texts:
        fay.expect('delivered', to='gus')


def test_what_cannot_be_sent_is_not_queued(t):
    server = shared()
    hal = t.cli(server, 'hal')
    hal.sign('hal', PASSWORD)
    for line, code in (('send hal me', 'self'), ('send HAL me', 'self'), ('send ian ' + 'x' * 16385, 'too_big'),
                       ('send ian ' + 'é' * 8193, 'too_big'), ('send no/name x', 'bad_name')):
        hal.send(line)
        hal.expect('error', code=code)
    t.check('queued' not in names(hal), hal.program.lines)
    t.equal(hal.finish(), 1, 'exit after a failed command')


def test_offline_and_unknown_are_queued_and_told(t):
    jay, kim = pair(t, 'jay', 'kim')
    kim.quit()
    jay.expect('left', username='kim')
    for name in ('kim', 'nobody'):
        jay.send(f'send {name} later')
        queued = jay.expect('queued', to=name)
        jay.expect('error', code='offline', to=name, id=queued['id'])
    order = names(jay)
    t.check(order.index('queued') < order.index('error'), order)


def test_a_queued_message_goes_when_they_come(t):
    lea, max_ = pair(t, 'lea', 'max')
    max_.quit()
    lea.expect('left', username='max')
    lea.send('send max one')
    lea.send('send max two')
    ids = [lea.expect('queued', to='max')['id'] for _ in range(2)]
    back = t.cli(shared(), 'max')
    back.auth('max', PASSWORD)
    t.equal([back.expect('message', from_='lea')['text'] for _ in ids], ['one', 'two'], 'texts')
    for one in ids:
        lea.expect('delivered', to='max', id=one)
    t.equal(lea.finish(), 0, 'exit')


def test_typed_names_are_folded(t):
    server = shared()
    ned = t.cli(server, 'ned')
    ned.send(f'sign NeD {PASSWORD}')
    ned.expect('authenticated', username='ned')


def test_refusals(t):
    server = shared()
    olga = t.cli(server, 'olga')
    olga.sign('olga', PASSWORD)
    olga.quit()
    other = t.cli(server, 'other')
    for line, code in ((f'sign olga {PASSWORD}', 'name_taken'), ('auth olga wrong', 'auth'), ('auth nobody-here x', 'auth'),
                       (f'sign bad/name {PASSWORD}', 'bad_name')):
        other.send(line)
        other.expect('refused', code=code, message=lambda text: len(text) > 3)
    other.send(f'auth olga {PASSWORD}')  # may be repeated after a refusal
    other.expect('authenticated', username='olga')
    t.equal(other.finish(), 0, 'exit')


def test_sign_up_may_need_an_invite(t):
    server = t.server(signup='closed')
    pat = t.cli(server, 'pat')
    pat.send(f'sign pat {PASSWORD}')
    pat.expect('refused', code='invite')
    t.equal(pat.finish(), 1, 'exit')


def test_passwords_are_compared_in_normal_form(t):
    server = shared()
    quin = t.cli(server, 'quin')
    quin.sign('quin', 'cafe\u0301-1')
    quin.send('passwd caf\u00e9-1 new-\u00e9')
    quin.expect('password_changed')
    quin.quit()
    again = t.cli(server, 'quin')
    again.send('auth quin cafe\u0301-1')
    again.expect('refused', code='auth')
    again.send('auth quin new-e\u0301')
    again.expect('authenticated', username='quin')


def test_passwd_with_a_wrong_old_password(t):
    server = shared()
    rob = t.cli(server, 'rob')
    rob.sign('rob', PASSWORD)
    rob.send('passwd wrong new')
    rob.expect('error', code='auth')
    rob.send('list')
    rob.expect('users')
    rob.send(f'passwd {PASSWORD} other')
    rob.expect('password_changed')


def test_files_that_are_none(t):
    server = shared()
    sam = t.cli(server, 'sam')
    sam.sign('sam', PASSWORD)
    for line, code in (('file bob /nowhere/at/all', 'io'), ('file bob /etc', 'io'), ('file sam /etc/hostname', 'self'),
                       ('file b/b /etc/hostname', 'bad_name'), ('accept ' + '0' * 32, 'not_found'), ('refuse ' + '0' * 32, 'not_found'),
                       ('accept 0', 'usage'), ('refuse ' + 'g' * 32, 'usage')):
        sam.send(line)
        sam.expect('error', code=code)
    t.equal(sam.finish(), 2, 'exit')


def test_commands_before_a_login(t):
    tom = t.cli(shared(), 'tom')
    for line in ('list', 'send bob hello', 'passwd a b'):
        tom.send(line)
        tom.expect('error', code='not_authenticated')
    t.equal(tom.finish(), 1, 'exit')


def test_lines_wait_for_the_command_before(t):
    """All lines at once: each is read when the one before is complete."""
    server = shared()
    uma = t.cli(server, 'uma')
    uma.send(f'# a comment\n\n   \nsign uma {PASSWORD}\n  # another\nlist\nsend una hi\nwait 0.2\nlist\nquit')
    t.equal(uma.wait_exit(), 0, 'exit')
    order = [n for n in names(uma) if n in ('connected', 'authenticated', 'users', 'queued')]
    t.equal(order, ['connected', 'authenticated', 'users', 'queued', 'users'], 'order')


def test_the_newest_login_of_a_name_wins(t):
    server = shared()
    first = t.cli(server, 'vera')
    first.sign('vera', PASSWORD)
    second = t.cli(server, 'vera2')
    second.auth('vera', PASSWORD)
    first.expect('disconnected', code='replaced', retry_in=None)
    second.send('list')
    second.expect('users', online=lambda online: 'vera' in online)
    first.refute('authenticated', 1.5)


def test_text_for_people(t):
    server = shared()
    will, xena = t.cli(server, 'will', json_mode=False), t.cli(server, 'xena')
    will.send(f'sign will {PASSWORD}')
    xena.sign('xena', PASSWORD)
    xena.send('send will red \x1b[31m \u202e alert')

    def said(*parts):
        return lambda: next((line for line in will.program.lines if all(p in line for p in parts)), None)
    line = will.program.wait_for(said('xena:', 'red'), 'the message')
    t.check('\x1b' not in line and '\u202e' not in line, repr(line))
    will.send('send xena in plain words')
    will.program.wait_for(said('xena', 'delivered'), 'delivered')
    t.equal(will.quit(), 0, 'exit')
    t.check(not any(line.startswith('{') for line in will.program.lines), will.program.lines)


def test_a_command_on_the_command_line(t):
    server = shared()
    link = ['--json', '--join', server.join_link]
    signed = run_cli(*link, 'sign', 'yara', env={'SOTTO_PASSWORD': PASSWORD}, home=t.home('yara'))
    t.equal((signed.returncode, signed.events[-1]['event']), (0, 'authenticated'), 'sign')
    zoe = t.cli(server, 'zoe')
    zoe.sign('zoe', PASSWORD)
    login = link + ['--user', 'yara']
    listed = run_cli(*login, 'list', env={'SOTTO_PASSWORD': PASSWORD}, home=t.home('yara'))
    t.equal(listed.returncode, 0, 'exit of list')
    t.check(listed.events[-1]['online'] == sorted(listed.events[-1]['online']), listed.events)
    sent = run_cli(*login, 'send', 'zoe', 'two  words', '-x', env={'SOTTO_PASSWORD': PASSWORD}, home=t.home('yara'))
    t.equal(sent.returncode, 0, 'exit of send')
    t.equal(sent.events[-1]['event'], 'delivered', 'last event of send')
    zoe.expect('message', from_='yara', text='two  words -x')
    refused = run_cli(*login, 'list', env={'SOTTO_PASSWORD': 'wrong'}, home=t.home('yara'))
    t.equal((refused.returncode, refused.events[-1]['event']), (1, 'refused'), 'refused')


def test_debug_messages_stay_off_standard_output(t):
    done = run_cli('--json', '--join', shared().join_link, 'sign', 'anton', PASSWORD, env={'G_MESSAGES_DEBUG': 'all'})
    t.equal((done.returncode, done.events[-1]['event']), (0, 'authenticated'), 'result')


def test_the_server_ends_well(t):
    server = shared()
    wait_until(lambda: server.current.running, 'the server')
    if server.stop() != 0:
        raise Failure(server.current.story())


main(globals())
