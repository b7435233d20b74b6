#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`identity export` and `import`: a second device that is nobody new to anybody, and everything that
is refused on the way."""

import json
import os
import stat
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

from harness import main, run_cli
from shared_server import Shared

PASSWORD = 'correct-horse-battery'
shared = Shared()


def cli(t, profile, *args, password=PASSWORD, user=None, server=True):
    """One run: CompletedProcess with .events."""
    way = ('--join', shared().join_link) if server else ()
    login = ('--user', user) if user else ()
    env = {'SOTTO_PASSWORD': password} if password else None
    return run_cli(*way, '--json', '--profile', profile, *login, *args, home=t.home(profile), env=env)


def failed(t, done, code, word=''):
    errors = [e for e in done.events if e['event'] == 'error']
    t.equal([e['code'] for e in errors], [code], f'errors\n{done.stdout}{done.stderr}')
    t.check(word in errors[0]['message'], errors[0]['message'])
    t.equal(done.returncode, 1, 'exit')


def exported(t, name):
    """(path, cli of `name`, cli of a friend with whom there was a conversation)."""
    server = shared()
    one, friend = t.cli(server, name), t.cli(server, name + '-friend')
    one.sign(name, PASSWORD)
    friend.sign(name + '-friend', PASSWORD)
    one.send(f'send {name}-friend hello')
    friend.expect('message', text='hello')
    number = one.expect('channel', state='open')['safety_number']
    one.send(f'verify {name}-friend {number}')
    one.expect('channel', verified=True)
    one.expect('delivered')
    path = os.path.join(t.folder('out'), 'me.sotto')
    one.quit()
    done = cli(t, name, 'identity', 'export', path, user=name)
    t.equal((done.returncode, [e['event'] for e in done.events if e['event'] == 'error']), (0, []), f'export\n{done.stdout}')
    return path, friend, number


def test_a_second_device(t):
    """Who pinned the first sees no other key, and the verified mark has come along."""
    path, friend, number = exported(t, 'ann')
    t.equal(stat.S_IMODE(os.stat(path).st_mode), 0o600, 'mode')
    with open(path, encoding='utf-8') as file:
        text = file.read()
    t.equal(sorted(json.loads(text)), ['salt', 'sotto', 'sum', 'token', 'version'], 'members')
    t.check('ann' not in text, 'a name can be read')

    done = cli(t, 'laptop', 'identity', 'import', path, server=False)
    t.equal((done.returncode, done.events), (0, []), f'import\n{done.stderr}')
    laptop = t.cli(shared(), 'laptop')
    laptop.auth('ann', PASSWORD)
    t.equal(laptop.expect('connected')['first_use'], False, 'the server is known')
    laptop.send('verify ann-friend')
    shown = laptop.expect('channel', peer='ann-friend')
    t.equal((shown['verified'], shown['safety_number']), (True, number), 'as on the first')
    friend.send('send ann to the new one')
    laptop.expect('message', text='to the new one', from_='ann-friend')
    laptop.send('send ann-friend from the new one')
    friend.expect('message', text='from the new one', from_='ann')
    friend.refute('channel', 0.2, state='alarm')
    t.equal(laptop.finish(), 0, 'exit')
    with t.cli(shared(), 'ann') as again:  # the first device is still one
        again.auth('ann', PASSWORD)
        again.send('send ann-friend and from the first')
        friend.expect('message', text='and from the first')
        friend.refute('channel', 0.2, state='alarm')


def test_what_is_refused(t):
    path, friend, _ = exported(t, 'ben')
    friend.quit()
    failed(t, cli(t, 'ben', 'identity', 'export', path, user='ben'), 'io', 'already')
    failed(t, cli(t, 'ben', 'identity', 'export', path), 'not_authenticated')
    failed(t, cli(t, 'ben', 'identity', 'export', '/nowhere/me', user='ben'), 'io', '/nowhere')
    failed(t, cli(t, 'b2', 'identity', 'import', path, password='another'), 'password', 'passphrase')
    failed(t, cli(t, 'b2', 'identity', 'import', path, password=None), 'password')
    failed(t, cli(t, 'b2', 'identity', 'import', path + '.none'), 'io', '.none')
    with open(path, encoding='utf-8') as file:
        text = file.read()
    for name, content, word in (('cut', text[:300], 'damaged'), ('bit', text.replace('"gAAA', '"gAAB'), 'damaged'),
                                ('new', text.replace(': 1,', ': 9,'), 'version'), ('yaml', 'a: b\n', 'not an identity')):
        with open(f'{path}.{name}', 'w', encoding='utf-8') as file:
            file.write(content)
        failed(t, cli(t, 'b2', 'identity', 'import', f'{path}.{name}'), 'io', word)
    t.equal(cli(t, 'b2', 'identity', 'frob', path).returncode, 2, 'usage')
    t.check(not os.path.exists(os.path.join(t.home('b2'), 'data', 'sotto', 'b2', 'servers.json')), 'something was pinned')

    # an identity that is here stays, and only the very same comes in again
    failed(t, cli(t, 'ben', 'identity', 'import', path, password='other'), 'password')
    t.equal(cli(t, 'ben', 'identity', 'import', path).returncode, 0, 'once more')
    with t.cli(shared(), 'b3') as other:
        other.auth('ben', PASSWORD)  # a new device of its own
    failed(t, cli(t, 'b3', 'identity', 'import', path), 'mismatch', 'ben')
    with t.cli(shared(), 'ben') as here:
        here.auth('ben', PASSWORD)
        failed(t, cli(t, 'ben', 'identity', 'import', path), 'io')


def test_a_password_of_later(t):
    """The password was changed since the export: in one run both are known, in two they are asked for."""
    path, friend, number = exported(t, 'cat')
    with t.cli(shared(), 'cat') as first:
        first.auth('cat', PASSWORD)
        first.send(f'passwd {PASSWORD} newer')
        first.expect('password_changed')
    t.equal(cli(t, 'later', 'identity', 'import', path).returncode, 0, 'import')
    failed(t, cli(t, 'later', 'list', user='cat', password='newer'), 'password', 'import')
    later = t.cli(shared(), 'later', env={'SOTTO_PASSWORD': PASSWORD})
    later.send(f'identity import {path}').send('auth cat wrong')
    later.expect('refused', code='auth')
    later.auth('cat', 'newer')
    later.quit()
    later = t.cli(shared(), 'later')
    later.auth('cat', 'newer')
    later.send('verify cat-friend')
    t.equal(later.expect('channel', peer='cat-friend')['safety_number'], number, 'the same identity')
    later.send('send cat-friend hello again')
    friend.expect('message', text='hello again')
    friend.refute('channel', 0.1, state='alarm')
    later.quit()


def files(t, profile, start):
    """Those of the profile's accounts that begin so, with their content."""
    found = {}
    for folder, _, names in os.walk(os.path.join(t.home(profile), 'data', 'sotto', profile)):
        for name in names:
            if name.startswith(start):
                with open(os.path.join(folder, name), 'rb') as file:
                    found[name] = file.read()
    return found


def test_a_password_changed_elsewhere(t):
    """As after an administrator's reset: told once, nothing of the old is touched, and life goes on."""
    _, friend, _ = exported(t, 'eve')
    before, keys = files(t, 'eve', 'history'), files(t, 'eve', 'keys')
    with t.cli(shared(), 'e2') as other:
        other.auth('eve', PASSWORD)
        other.send(f'passwd {PASSWORD} newer')
        other.expect('password_changed')
    eve = t.cli(shared(), 'eve')
    eve.auth('eve', 'newer')
    t.check('not lost' in eve.expect('error', code='password')['message'], 'what is said')
    eve.send('verify eve-friend')
    eve.expect('error', code='not_found')
    eve.send('list')
    eve.expect('users')
    eve.quit()
    t.equal({name: data for name, data in files(t, 'eve', 'history').items() if name in before}, before, 'the old history')
    t.check(keys['keys.json'] in files(t, 'eve', 'keys').values(), 'the old keys')
    eve = t.cli(shared(), 'eve')
    eve.auth('eve', 'newer')
    eve.refute('error', 0.5)
    t.equal(eve.quit(), 0, 'exit')
    friend.quit()


def test_words(t):
    path, friend, _ = exported(t, 'dan')
    friend.quit()
    done = run_cli('--profile', 'd2', 'identity', 'import', path, home=t.home('d2'), env={'SOTTO_PASSWORD': PASSWORD})
    t.check('dan' in done.stdout and f':{shared().port}' in done.stdout, done.stdout)


def test_the_server_ends_well(t):
    t.equal(shared().stop(), 0, 'exit')


main(globals())
