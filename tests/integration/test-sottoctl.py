#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""sottoctl against a real server: each command by its effect on people's clients, its output for
people and scripts, its exit status, and the socket it speaks through."""

import json
import os
import pty
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tarfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

from harness import (PATIENCE, SANITIZER, Failure, Skip, main, private_env, program, run_cli, wait_until)  # noqa: E402
from shared_server import Shared  # noqa: E402
from sotto_client import Unexpected, User, log_in, refused, resume, sign  # noqa: E402
from sotto_client import connect as connect_to  # noqa: E402
from sotto_protocol import AUTH, SIGN  # noqa: E402

shared = Shared(realm='"a realm"')
SECRET = 'a-quiet-word'
OTHER = 'another-word'


def ctl(server, *args, input='', cwd=None, socket_path=None):
    """One sottoctl from start to end; with --json in args, .answer is what it printed."""
    where = ['--socket', socket_path or control(server)] if server else []
    done = subprocess.run([program('sottoctl'), *where, *args], input=input, capture_output=True, text=True, check=False,
                          cwd=cwd, timeout=PATIENCE * 2, env=private_env(server.dir if server else cwd))
    if SANITIZER.search(done.stderr):
        raise Failure(f'sottoctl: a sanitizer reports\n{done.stderr[-12000:]}')
    if '--json' in args:
        lines = done.stdout.splitlines()
        if len(lines) != 1:
            raise Failure(f'{len(lines)} lines for --json: {done.stdout!r}')
        done.answer = json.loads(lines[0])
    return done


def control(server):
    return os.path.join(server.dir, 'control')


def do(server, *args, input=''):
    """A command that must succeed; its answer."""
    done = ctl(server, '--json', *args, input=input)
    if done.returncode != 0 or done.answer['ok'] is not True:
        raise Failure(f'{args}: exit {done.returncode}\n{done.stdout}{done.stderr}')
    return done.answer


def fail(t, server, code, *args, input='', status=1):
    """A command that must be refused with that code."""
    done = ctl(server, '--json', *args, input=input)
    t.equal((done.returncode, done.answer.get('ok'), done.answer.get('code')), (status, False, code), f'{args}')
    t.check(len(done.answer['message']) > 3 and done.stderr.startswith('sottoctl: '), done.stderr)
    return done


def accounts(server):
    return {u['name']: u for u in do(server, 'users')['users']}


def expect_kicked(client):
    """Told so, and then it stays away."""
    client.expect('disconnected', code='kicked', retry_in=None)
    client.refute('authenticated', 1.5)


def refuse_password(client, name, password):
    client.send(f'auth {name} {password}')
    client.expect('refused', code='auth')


# Looking


def test_status(t):
    server = shared()
    status = do(server, 'status')
    t.equal((status['pid'], status['port'], status['udp_port']), (server.pid, server.port, server.port), 'process and ports')
    t.equal((status['realm'], status['fingerprint']), ('a realm', server.fingerprint), 'who it is')
    t.equal(status['join_link'].replace('+', '%20'), server.join_link, 'join link')
    t.equal((status['signup'], status['relay']), ('open', True), 'settings')
    t.check(0 <= status['uptime_s'] < 600, status)
    before = status['accounts'], status['online']
    session = sign(server, shared.user('stat'))
    status = do(server, 'status')
    t.equal((status['accounts'], status['online']), (before[0] + 1, before[1] + 1), 'accounts and online')
    session.close()
    text = ctl(server, 'status')
    t.equal(text.returncode, 0, 'exit')
    for word in (server.fingerprint, 'a realm', f'TCP {server.port}', status['join_link']):
        t.check(word in text.stdout, text.stdout)


def test_users(t):
    server = t.server()
    t.equal(do(server, 'users'), {'ok': True, 'users': []}, 'nobody')
    t.equal(ctl(server, 'users').stdout, '', 'nobody, as text')
    sessions = [sign(server, User(name)) for name in ('zoe', 'ann', 'mia')]
    sessions[1].close()
    do(server, 'disable', 'mia')
    wait_until(lambda: not accounts(server)['ann']['online'], 'ann to go')
    users = do(server, 'users')['users']
    t.equal([u['name'] for u in users], ['ann', 'mia', 'zoe'], 'sorted')
    t.equal([(u['online'], u['disabled']) for u in users], [(False, False), (False, True), (True, False)], 'states')
    t.equal([u.get('address', '').partition(':')[0] for u in users], ['', '', '127.0.0.1'], 'addresses')
    lines = [line.split()[:2] for line in ctl(server, 'users').stdout.splitlines()]
    t.equal(lines, [['ann', 'offline'], ['mia', 'disabled'], ['zoe', 'online']], 'text')


def parse_exposition(text):
    """Prometheus' text format, strictly: name → (type, {labels: value}). Its rules and its naming."""
    if not text.endswith('\n'):
        raise Failure('no line feed at the end')
    metrics, name = {}, None
    for line in text[:-1].split('\n'):
        if match := re.fullmatch(r'# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) ((?:[^\\]|\\\\|\\n)+)', line):
            name = match.group(1)
            if name in metrics:
                raise Failure(f'{name} stands twice')
            metrics[name] = [None, {}]
        elif match := re.fullmatch(r'# TYPE (\S+) (counter|gauge)', line):
            if match.group(1) != name or metrics[name] != [None, {}]:
                raise Failure(f'out of place: {line}')
            metrics[name][0] = match.group(2)
        elif match := re.fullmatch(r'([a-zA-Z_:][a-zA-Z0-9_:]*)(\{[^{}]*\})? ([0-9.eE+-]+|NaN)', line):
            if match.group(1) != name or match.group(2) in metrics[name][1] or not metrics[name][0]:
                raise Failure(f'out of place: {line}')
            metrics[name][1][match.group(2)] = float(match.group(3))
        else:
            raise Failure(f'not of the format: {line!r}')
    for name, (kind, samples) in metrics.items():
        if not samples or (kind == 'counter') != name.endswith('_total') or not name.startswith(('sotto_', 'process_')):
            raise Failure(f'{name}: {kind}, {samples}')
    return {name: samples[None] for name, (_, samples) in metrics.items()}


def test_metrics(t):
    server = t.server()
    log_in(server, sign(server, User('ann')).user).close()
    refused(server, User('ann'), AUTH, 'AUTH')
    do(server, 'invite')
    text = ctl(server, 'metrics')
    t.equal(text.returncode, 0, 'exit')
    values = parse_exposition(text.stdout)
    t.equal([values[f'sotto_{n}'] for n in ('accounts', 'signups_total', 'logins_total', 'logins_failed_total', 'invites')],
            [1, 1, 1, 1, 1], 'values')
    t.check(5 < values['process_open_fds'] < values['process_max_fds'], values)
    t.check(1e6 < values['process_resident_memory_bytes'] < 1e10, values)
    metrics = {m['name']: m['value'] for m in do(server, 'metrics')['metrics']}
    t.equal(set(metrics), set(values), 'names with --json')


# Accounts


def test_add(t):
    server = shared()
    done = ctl(server, 'add', 'Ada', input=SECRET + '\n')
    t.equal((done.returncode, done.stdout, done.stderr), (0, 'Added ada.\n', ''), 'add')
    client = t.cli(server, 'ada')
    refuse_password(client, 'ada', OTHER)
    client.auth('ada', SECRET)
    peer = t.cli(server, 'adas-peer')
    peer.sign('adas-peer', SECRET)
    peer.send('send ada hello')
    client.expect('message', from_='adas-peer', text='hello')
    client.quit()
    again = t.cli(server, 'ada')
    again.auth('ada', SECRET)
    fail(t, server, 'name_taken', 'add', 'ada', input=OTHER)
    client = t.cli(server, 'other')
    client.send(f'sign ada {OTHER}')
    client.expect('refused', code='name_taken')


def test_add_while_sign_up_is_closed(t):
    server = t.server(signup='closed')
    do(server, 'add', 'ann', input=SECRET)
    t.cli(server, 'ann').auth('ann', SECRET)


def test_a_yes_survives_kill(t):
    server = t.server()
    for n in range(3):
        do(server, 'add', f'user{n}', input=SECRET)
        server.kill()
        server.start()
        t.check(f'user{n}' in accounts(server), 'the account is lost')
    do(server, 'disable', 'user0')
    do(server, 'delete', 'user1')
    server.kill()
    server.start()
    t.equal({n: u['disabled'] for n, u in accounts(server).items()}, {'user0': True, 'user2': False}, 'accounts')


def test_what_is_no_password_or_name(t):
    server = shared()
    for given in ('', '\n', '\n' + SECRET):
        fail(t, server, 'password', 'add', 'bea', input=given)
    done = subprocess.run([program('sottoctl'), '--socket', control(server), '--json', 'add', 'bea'], input=b'\xff\xfe\n',
                          capture_output=True, check=False, timeout=PATIENCE, env=private_env(server.dir))
    t.equal((done.returncode, json.loads(done.stdout)['code']), (1, 'password'), 'not UTF-8')
    fail(t, server, 'password', 'add', 'bea', input='x' * 5000)
    for name in ('', 'a/b', '-x', 'x' * 33, 'é'):
        fail(t, server, 'bad_name' if name != '-x' else 'usage', 'add', name, input=SECRET, status=1 if name != '-x' else 2)
    t.check('bea' not in accounts(server), 'an account was made')


def test_passwords_are_never_arguments(t):
    server = shared()
    for command in ('add', 'passwd'):
        fail(t, server, 'usage', command, 'bob', SECRET, status=2)


def on_terminal(t, server, args, answers):
    """Runs sottoctl with a terminal; what was shown, and the exit status."""
    near, far = pty.openpty()
    t.defer(lambda: os.close(near))
    child = subprocess.Popen([program('sottoctl'), '--socket', control(server), *args], stdin=far, stdout=far, stderr=far,
                             env=private_env(server.dir), start_new_session=True)
    os.close(far)
    t.defer(child.kill)
    seen = ''
    for prompt, answer in answers:
        while prompt not in seen.rpartition('\n')[2]:
            seen += os.read(near, 4096).decode()
        os.write(near, answer.encode() + b'\n')
    status = child.wait(PATIENCE)
    try:
        while data := os.read(near, 4096):
            seen += data.decode()
    except OSError:
        pass
    return seen, status


def test_asked_on_the_terminal_without_echo(t):
    server = shared()
    seen, status = on_terminal(t, server, ['add', 'cleo'], [('New password of cleo: ', SECRET), ('Again', SECRET)])
    t.equal(status, 0, seen)
    t.check(SECRET not in seen and 'Added cleo.' in seen, seen)
    t.cli(server, 'cleo').auth('cleo', SECRET)
    seen, status = on_terminal(t, server, ['passwd', 'cleo'], [('New password of cleo: ', OTHER), ('Again', SECRET)])
    t.equal(status, 1, seen)
    t.check(OTHER not in seen and 'not the same' in seen, seen)
    t.cli(server, 'cleo-too').auth('cleo', SECRET)


def test_passwd(t):
    server = shared()
    client = t.cli(server, 'dan')
    client.sign('dan', SECRET)
    done = ctl(server, 'passwd', 'dan', input=OTHER)
    t.equal((done.returncode, done.stdout), (0, 'Changed the password of dan and logged them out.\n'), 'passwd')
    expect_kicked(client)
    fresh = t.cli(server, 'dan-fresh')
    refuse_password(fresh, 'dan', SECRET)
    fresh.auth('dan', OTHER)
    fail(t, server, 'not_found', 'passwd', 'nobody', input=OTHER)


def test_disable_and_enable(t):
    server = shared()
    client = t.cli(server, 'eve')
    client.sign('eve', SECRET)
    watcher = t.cli(server, 'eves-watcher')
    watcher.sign('eves-watcher', SECRET)
    t.equal(do(server, 'disable', 'eve'), {'ok': True, 'kicked': True}, 'disable')
    expect_kicked(client)
    watcher.expect('left', username='eve')
    refuse_password(client, 'eve', SECRET)
    t.equal(do(server, 'disable', 'eve'), {'ok': True, 'kicked': False}, 'again')
    client.send(f'sign eve {SECRET}')
    client.expect('refused', code='name_taken')
    do(server, 'enable', 'eve')
    client.auth('eve', SECRET)
    watcher.expect('joined', username='eve')
    for command in ('disable', 'enable'):
        fail(t, server, 'not_found', command, 'nobody')


def test_tickets_of_the_disabled_and_deleted(t):
    """RESUME gets RESULT TICKET, also once the name is enabled or made again."""
    server = shared()
    for first, then in (('disable', 'enable'), ('delete', 'add')):
        user = shared.user('tick')
        session = sign(server, user)
        do(server, first, user.name)
        session.expect_bye('KICKED')
        refuse_ticket(server, user, session)
        do(server, then, user.name, input=SECRET if then == 'add' else '')
        refuse_ticket(server, user, session)


def refuse_ticket(server, user, session):
    connection = connect_to(server)
    data, keys = connection.resume_frame(user.name, session.ticket, session.keys.RMS)
    connection.send(data)
    connection.expect_refusal(keys, 'TICKET')


def test_delete(t):
    server = shared()
    client = t.cli(server, 'fay')
    client.sign('fay', SECRET)
    done = ctl(server, 'delete', 'fay')
    t.equal((done.returncode, done.stdout), (0, 'Deleted fay and logged them out.\n'), 'delete')
    expect_kicked(client)
    refuse_password(client, 'fay', SECRET)
    fail(t, server, 'not_found', 'delete', 'fay')
    t.cli(server, 'fay-two').sign('fay', OTHER)


# Invites


def invite(server, *args):
    return do(server, 'invite', *args)


def refuse_invite(server, user, code=''):
    refused(server, user, SIGN, 'INVITE', invite=code)


def test_invite(t):
    server = t.server(signup='invite')
    done = ctl(server, 'invite', '--uses', '2')
    t.equal((done.returncode, done.stderr), (0, ''), 'invite')
    said, code, link = done.stdout.splitlines()
    t.check(said.startswith('For 2 sign-ups, until '), said)
    t.equal(link, f'{do(server, "status")["join_link"]}&invite={code}', 'link')
    refuse_invite(server, User('ann'))
    refuse_invite(server, User('ann'), code[:-1] + ('a' if code[-1] != 'a' else 'b'))
    client = t.cli(server, 'ann')
    client.send(f'sign ann {SECRET} {code}')
    client.expect('authenticated', username='ann')
    by_link = run_cli('--json', '--join', link, input=f'sign ben {SECRET}\nquit\n')
    t.check(any(e['event'] == 'authenticated' for e in by_link.events), by_link.stdout)
    refuse_invite(server, User('cas'), code)
    t.equal(do(server, 'invites')['invites'], [], 'used up')
    t.check(code not in server.log, 'the log has the code')


def test_invites_and_revoke(t):
    server = t.server(signup='invite')
    t.equal((do(server, 'invites')['invites'], ctl(server, 'invites').stdout), ([], ''), 'none')
    begin = int(time.time())
    made = [invite(server, '--expires', '2d'), invite(server, '--uses', '30', '--expires', '12h'), invite(server)]
    rows = do(server, 'invites')['invites']
    t.equal([r['id'] for r in rows], [made[i]['code'].partition('-')[0] for i in (1, 0, 2)], 'soonest first')
    t.equal([r['uses'] for r in rows], [30, 1, 1], 'uses')
    for row, days in zip(rows, (0.5, 2, 7)):
        t.check(0 <= row['expires'] - begin - days * 86400 < 60, row)
    lines = ctl(server, 'invites').stdout.splitlines()
    t.equal([re.match(r'(\w{6})  (\d+) sign-ups? left  until \d{4}-', line).groups() for line in lines],
            [(r['id'], str(r['uses'])) for r in rows], 'text')
    with open(os.path.join(server.dir, 'pass.json'), encoding='utf-8') as file:
        kept = file.read()
    t.check(not any(m['code'] in kept for m in made), 'the file has a code')
    done = ctl(server, 'revoke', made[0]['code'])
    t.equal((done.returncode, done.stdout), (0, f'Revoked {made[0]["code"]}.\n'), 'revoke by code')
    do(server, 'revoke', rows[0]['id'])
    for gone in (made[0]['code'], rows[0]['id'], 'what?', 'x' * 500):
        fail(t, server, 'not_found', 'revoke', gone)
    refuse_invite(server, User('ann'), made[0]['code'])
    server.kill()
    server.start()
    t.equal([r['id'] for r in do(server, 'invites')['invites']], [rows[2]['id']], 'after kill -9')
    sign(server, User('ann'), invite=made[2]['code']).close()


def test_invites_that_cannot_be(t):
    server = shared()
    for args in (['--uses', '0'], ['--uses', '100001'], ['--uses', 'x'], ['--expires', '0d'], ['--expires', ''],
                 ['--expires', '2001-01-01'], ['--expires', '3700d'], ['--expires', 'soon'], ['--expires', '2030-13-01']):
        fail(t, server, 'usage', 'invite', *args, status=2)
    t.equal(do(server, 'invites')['invites'], [], 'none was made')
    told = ctl(server, 'invite', '--expires', '1m')
    t.check(told.returncode == 0 and 'nobody needs it now' in told.stderr, told.stderr)


class Crowd:
    """People who sign up with one invite, over and over until they are told to stop."""

    def __init__(self, t, server, code):
        self.server, self.code, self.over, self.n, self.told = server, code, False, 0, set()
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self.run) for _ in range(6)]
        for thread in self.threads:
            thread.start()
        t.defer(self.stop)

    def run(self):
        while not self.over:
            with self.lock:
                self.n += 1
                user = User(f'u{self.n}')
            try:
                sign(self.server, user, invite=self.code).close()
                self.told.add(user.name)
            except (OSError, Unexpected):
                time.sleep(0.01)  # no invite is left, or no server is there

    def stop(self):
        self.over = True
        for thread in self.threads:
            thread.join()


def count_file(server):
    """Accounts, and the uses that are left of all invites, as they are on the disk at one moment."""
    file = json.loads(server.read_file('pass.json'))
    return set(file['accounts']), sum(i['uses'] for i in file['invites'].values())


def test_each_use_is_one_account_whenever_it_is_killed(t):
    server = t.server(signup='invite')
    uses = 60
    crowd = Crowd(t, server, invite(server, '--uses', str(uses))['code'])
    for n in range(1, 6):
        wait_until(lambda: len(count_file(server)[0]) >= 8 * n, 'sign-ups')  # pylint: disable=cell-var-from-loop
        told = set(crowd.told)
        server.kill()
        names, left = count_file(server)
        t.equal(len(names) + left, uses, f'accounts and uses after kill {n}')
        t.check(told <= names, f'lost: {told - names}')
        server.start()
    wait_until(lambda: len(count_file(server)[0]) == uses, 'the last use')
    refuse_invite(server, User('late'), crowd.code)
    crowd.stop()
    t.equal((len(count_file(server)[0]), do(server, 'invites')['invites']), (uses, []), 'in the end')


def test_nobody_gets_in_after_the_yes_to_revoke(t):
    server = t.server(signup='invite')
    crowd = Crowd(t, server, invite(server, '--uses', '1000')['code'])
    wait_until(lambda: len(crowd.told) >= 5, 'sign-ups')
    do(server, 'revoke', crowd.code)
    names, left = count_file(server)
    refuse_invite(server, User('late'), crowd.code)
    time.sleep(0.5)
    crowd.stop()
    t.equal((left, count_file(server)[0] - names), (0, set()), 'after the yes')
    t.check(crowd.told <= names, 'somebody was told yes who has no account')


# Sessions


def test_kick(t):
    server = shared()
    client = t.cli(server, 'gus')
    client.sign('gus', SECRET)
    done = ctl(server, 'kick', 'gus')
    t.equal((done.returncode, done.stdout), (0, 'Logged out gus.\n'), 'kick')
    expect_kicked(client)
    fail(t, server, 'offline', 'kick', 'gus')
    client.auth('gus', SECRET)  # nothing else was taken from them
    user = shared.user('kick')
    session = sign(server, user)
    do(server, 'kick', user.name)
    session.expect_bye('KICKED')
    resume(server, session).close()
    fail(t, server, 'not_found', 'kick', 'nobody')


# Backups


def backed_up(t, server, name='backup'):
    path = os.path.join(t.folder('backups'), name)
    answer = do(server, 'backup', path)
    t.equal(answer['file'], path, 'file')
    return path


def files_of(server):
    return {name: server.read_file(name) for name in ('config.yaml', 'key.pem', 'certificate.pem', 'pass.json')}


def test_backup(t):
    server = t.server(signup='invite')
    do(server, 'add', 'ann', input=SECRET)
    invite(server)
    path = os.path.join(t.folder('backups'), 'b.tar')
    done = ctl(server, 'backup', path)
    t.equal(done.returncode, 0, done.stderr)
    t.check('1 account and 1 invite' in done.stdout and 'can be this server' in done.stdout, done.stdout)
    t.equal(stat.S_IMODE(os.stat(path).st_mode), 0o600, 'mode')
    with tarfile.open(path) as archive:
        t.equal(archive.getnames(), ['sotto-backup.json', 'key.pem', 'certificate.pem', 'pass.json', 'config.yaml'], 'members')
        for name, data in files_of(server).items():
            t.check(archive.extractfile(name).read() == data, f'{name} differs')
    fail(t, server, 'io', 'backup', path)
    fail(t, server, 'io', 'backup', os.path.join(t.dir, 'no', 'such', 'folder'))
    config = server.config_path
    with open(config, 'a', encoding='utf-8') as file:
        file.write('frobnicate: yes\n')
    fail(t, server, 'config', 'backup', path + '2')
    t.check(not os.path.exists(path + '2'), 'a backup that no server would start on')


def test_restore(t):
    server = t.server(signup='invite')
    for name in ('ann', 'ben'):
        do(server, 'add', name, input=SECRET)
    code = invite(server, '--uses', '2')['code']
    path = backed_up(t, server)
    fail(t, server, 'in_use', 'restore', path)
    do(server, 'delete', 'ann')
    do(server, 'passwd', 'ben', input=OTHER)
    before = files_of(server)
    server.stop()
    done = ctl(server, '--json', 'restore', path)
    t.equal((done.returncode, done.answer['ok'], done.answer['accounts'], done.answer['invites']), (0, True, 2, 1), done.stderr)
    states = {os.path.basename(f['path']): f for f in done.answer['files']}
    t.equal({n: f['state'] for n, f in states.items()},
            {'key.pem': 'same', 'certificate.pem': 'same', 'pass.json': 'replaced', 'config.yaml': 'same'}, 'files')
    with open(states['pass.json']['kept'], 'rb') as file:
        t.check(file.read() == before['pass.json'], 'what was there is not kept')
    server.start()
    for name in ('ann', 'ben'):
        log_in_by_cli(t, server, name)
    sign(server, User('cas'), invite=code).close()
    server.close()


def log_in_by_cli(t, server, name):
    client = t.cli(server, f'{name}-again')
    client.auth(name, SECRET)
    client.quit()


def test_restore_after_all_is_lost(t):
    server = t.server()
    server.restart()  # with the port written down
    do(server, 'add', 'ann', input=SECRET)
    path, fingerprint = backed_up(t, server), do(server, 'status')['fingerprint']
    modes = {name: stat.S_IMODE(os.stat(os.path.join(server.dir, name)).st_mode) for name in files_of(server)}
    server.stop()
    for name in os.listdir(server.dir):
        if os.path.isfile(os.path.join(server.dir, name)) and not name.endswith('.log'):
            os.unlink(os.path.join(server.dir, name))
    text = ctl(server, 'restore', path)
    t.equal((text.returncode, text.stdout.count('  written\n')), (0, 4), text.stdout + text.stderr)
    t.equal({name: stat.S_IMODE(os.stat(os.path.join(server.dir, name)).st_mode) for name in modes}, modes, 'modes')
    server.start()
    t.equal(do(server, 'status')['fingerprint'], fingerprint, 'key')
    log_in_by_cli(t, server, 'ann')


def test_tickets_of_the_time_that_is_undone(t):
    """Generations given out since the backup are never given to others."""
    server = t.server()
    path = backed_up(t, server)
    lost = sign(server, User('ann'))
    lost.close()
    server.stop()
    t.equal(ctl(server, 'restore', path).returncode, 0, 'restore')
    server.start()
    do(server, 'add', 'ann', input=SECRET)
    refuse_ticket(server, lost.user, lost)


def test_restore_refuses_what_is_damaged(t):
    server = t.server()
    do(server, 'add', 'ann', input=SECRET)
    path = backed_up(t, server)
    server.stop()
    with open(path, 'rb') as file:
        whole = file.read()
    before = {name: os.stat(os.path.join(server.dir, name)).st_ino for name in files_of(server)}
    places = [whole.index(word) for word in (b'PRIVATE KEY', b'BEGIN CERT', b'"hash"', b'server_port', b'"sha256"')]
    damaged = [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:] for at in places]
    damaged += [whole[:len(whole) // 2], whole[:-1025], b'', b'nothing of the kind', whole[512:]]
    for data in damaged:
        with open(path, 'wb') as file:
            file.write(data)
        fail(t, server, 'damaged', 'restore', path)
    fail(t, server, 'io', 'restore', path + '-not')
    t.equal({name: os.stat(os.path.join(server.dir, name)).st_ino for name in before}, before, 'files')
    t.check(not [n for n in os.listdir(server.dir) if 'replaced' in n], 'something was kept aside')


def test_restore_takes_back_what_it_began(t):
    """The last file cannot be put back: those before it are as they were."""
    server = t.server()
    do(server, 'add', 'ann', input=SECRET)
    path = backed_up(t, server)
    do(server, 'delete', 'ann')
    server.stop()
    os.unlink(os.path.join(server.dir, 'key.pem'))
    os.rename(server.config_path, server.config_path + '-aside')
    os.makedirs(os.path.join(server.config_path, 'in-the-way'))
    before = server.read_file('pass.json')
    fail(t, server, 'io', 'restore', path)
    t.check(server.read_file('pass.json') == before, 'pass.json has changed')
    t.check(not os.path.exists(os.path.join(server.dir, 'key.pem')), 'the key is there')
    t.equal([n for n in os.listdir(server.dir) if 'replaced' in n], [], 'names beside')


# The configuration


def test_reload(t):
    server = t.server()
    server.restart()  # with the port written down
    t.equal(do(server, 'reload')['after_restart'], [], 'nothing has changed')
    server.write_config(signup='closed', realm='"another"')
    t.equal(do(server, 'reload')['after_restart'], ['realm'], 'what waits')
    refused(server, User('ann'), SIGN, 'INVITE')
    t.check('`realm`' in ctl(server, 'reload').stdout, 'realm is not told')
    server.write_config(signup='opne')
    answer = fail(t, server, 'config', 'reload').answer
    t.check(re.search(r'config\.yaml:\d+:\d+: ', answer['message']), answer)
    t.equal(do(server, 'status')['signup'], 'closed', 'what was before')
    server.write_config(signup='open')


def test_reload_says_that_the_key_waits(t):
    """The files are another key's, under the same names: it is not in force, and a half of one would not start."""
    server, other = t.server(), t.server()
    server.restart()  # with the port written down
    for name in ('key.pem', 'certificate.pem'):
        shutil.copy(os.path.join(other.dir, name), os.path.join(server.dir, name))
        t.equal(do(server, 'reload')['after_restart'], ['server_privateKey'], name)
        t.check('would not start again' in server.log, server.log)
    t.equal(server.log.count('would not start again'), 1, server.log)
    t.check('`server_privateKey` has changed, but takes effect only after a restart' in server.log, server.log)
    fingerprint = do(server, 'status')['fingerprint']
    server.restart()
    t.check(do(server, 'status')['fingerprint'] != fingerprint, 'the new key after a restart')
    t.equal(do(server, 'reload')['after_restart'], [], 'and nothing waits')


# The doctor


def doctor(server):
    """What `doctor` finds: check → {state: [messages and fixes]}, and its exit status."""
    done = ctl(server, '--json', 'doctor')
    found = {}
    for finding in done.answer['checks']:
        said = finding['message'] + ' | ' + finding.get('fix', '')
        found.setdefault(finding['check'], {}).setdefault(finding['state'], []).append(said)
    failed = any('fail' in states for states in found.values())
    if (done.returncode, done.answer['ok']) != (1 if failed else 0, not failed):
        raise Failure(f'exit {done.returncode} and ok {done.answer["ok"]} for {found}')
    return found


def test_doctor_of_a_server_that_is_well(t):
    server = t.server(bcrypt_cost=None, control_socket=None)
    found = doctor(server)
    states = {check: list(s) for check, s in found.items()}
    t.equal({c: s for c, s in states.items() if c != 'descriptors'},
            {**{c: ['ok'] for c in ('server', 'config', 'key', 'accounts', 'permissions', 'disk', 'tcp', 'udp', 'clock')}, 'reach': ['warn']}, found)
    t.check(f'127.0.0.1 port {server.port}' in found['udp']['ok'][0], found)
    text = ctl(server, 'doctor')
    t.equal((text.returncode, text.stdout.splitlines()[-1][:10]), (0, '0 failed, '), text.stdout)
    t.check(re.search(r'^ok    tcp          127', text.stdout, re.M) and re.search(r'^ {15}do: server_address', text.stdout, re.M), text.stdout)


def test_doctor_listens_everywhere(t):
    server = t.server(server_address='"::"', public_address='localhost')
    found = doctor(server)
    t.equal([len(found[c]['ok']) for c in ('tcp', 'udp', 'public')], [2, 2, 1], found)
    t.check(f'TCP port {server.port} and UDP port {server.port}' in found['reach']['note'][0], found)
    server.write_config(public_address='no.such.host.invalid')
    t.check('does not lead to this server' in doctor(server)['public']['warn'][0], 'a wrong public address')


def test_doctor_finds_what_is_wrong(t):
    server = t.server()
    do(server, 'add', 'ann', input=SECRET)
    path = lambda name: os.path.join(server.dir, name)  # noqa: E731
    for name in ('key.pem', 'pass.json', 'control'):
        os.chmod(path(name), 0o644)
    os.chmod(server.config_path, 0o666)
    said = doctor(server)['permissions']['fail']
    t.equal([s.rpartition(' | ')[2] for s in said],
            [f'chmod 600 {path("key.pem")}', f'chmod 600 {path("pass.json")}', f'chmod 600 {path("control")}',
             f'chmod go-w {server.config_path}'], 'what to do')
    for fix in said:
        subprocess.run(fix.rpartition(' | ')[2].split(), check=True)
    t.equal(list(doctor(server)['permissions']), ['ok'], 'once it is done')

    other = t.server()
    shutil.copy(os.path.join(other.dir, 'certificate.pem'), path('certificate.pem'))
    t.check('do not belong together' in doctor(server)['key']['fail'][0], 'another certificate')
    shutil.copy(os.path.join(other.dir, 'key.pem'), path('key.pem'))
    t.check('restart' in doctor(server)['key']['warn'][0], 'another key')
    with open(path('pass.json'), 'a', encoding='utf-8') as file:
        file.write('x')
    t.check('sottoctl restore' in doctor(server)['accounts']['fail'][0], 'damaged accounts')
    os.utime(path('pass.json'), (time.time() + 86400, time.time() + 86400))
    t.check('gone back' in doctor(server)['clock']['warn'][0], 'clock')
    with open(server.config_path, 'a', encoding='utf-8') as file:
        file.write('frobnicate: yes\n')
    t.check(re.search(r'config\.yaml:\d+:1: ', doctor(server)['config']['fail'][0]), 'configuration')
    server.kill()
    found = doctor(server)
    t.check(list(found['server']) == ['fail'] and 'start it' in found['server']['fail'][0], found)


def test_doctor_of_a_port_that_is_shut(t):
    """A firewall on the loopback interface of a namespace of our own."""
    tools = ['unshare', 'nft', 'ip']
    if os.geteuid() != 0 or not all(shutil.which(tool) for tool in tools):
        raise Skip('needs root, unshare, ip and nft')
    server = t.server()
    server.restart()
    port = server.port
    server.stop()
    script = (f'ip link set lo up && exec 3< <({program("sotto-server")} --config {server.config_path} 2>&1) && read -r _ <&3 && '
              f'nft add table inet t && nft add chain inet t in "{{ type filter hook input priority 0; }}" && '
              f'nft add rule inet t in udp dport {port} drop && {program("sottoctl")} --socket {control(server)} --json doctor; '
              'kill $(jobs -p) 2>/dev/null; kill -TERM "$(cat pid)"')
    script = script.replace('&& read -r _ <&3', '&& echo $! > pid && read -r _ <&3')
    done = subprocess.run(['unshare', '--net', 'bash', '-c', script], capture_output=True, text=True, check=False, cwd=server.dir,
                          timeout=PATIENCE * 2, env=private_env(server.dir))
    if 'Operation not' in done.stderr and not done.stdout:
        raise Skip('no namespaces here')
    checks = {f['check']: f for f in json.loads(done.stdout.splitlines()[-1])['checks']}
    t.equal((checks['tcp']['state'], checks['udp']['state']), ('ok', 'fail'), checks)
    t.check('firewall' in checks['udp']['fix'], checks)


# Words


def test_exit_status_and_help(t):
    server = shared()
    for args in ([], ['frobnicate'], ['status', 'more'], ['kick'], ['kick', 'a', 'b'], ['--frob', 'status'], ['--uses', '2', 'status']):
        fail(t, server, 'usage', *args, status=2)
    fail_nowhere = ctl(server, '--json', 'status', socket_path=os.path.join(server.dir, 'nowhere'))
    t.equal((fail_nowhere.returncode, fail_nowhere.answer['code']), (1, 'unreachable'), 'no server')
    t.equal(ctl(server, '--version').stdout.split()[0], 'sottoctl', 'version')
    t.equal(ctl(server, '--help').returncode, 0, 'exit of help')


def test_any_bytes_and_any_length(t):
    """What is typed is never the reason for output that is no JSON, nor for hanging up without a word."""
    server = shared()
    odd, long = os.fsdecode(b'a\xff"\n'), 'a' * 100_000
    for word in (odd, long, '', ' ', '../../etc/passwd', 'ann from 1.2.3.4'):
        fail(t, server, 'usage', word or 'x', status=2)
        for command in ('add', 'passwd', 'disable', 'enable', 'delete', 'kick'):
            fail(t, server, 'bad_name', command, word, input=SECRET)
        fail(t, server, 'not_found', 'revoke', word)
        fail(t, server, 'usage', 'invite', '--expires', word, status=2)
        t.equal(ctl(server, '--json', 'restore', word).returncode, 1, 'restore')
    t.equal(do(server, 'backup', os.path.join(t.folder('odd'), odd))['ok'], True, 'backup')
    fail(t, server, 'io', 'restore', '--', '--not-there')
    t.equal(do(server, 'status')['pid'], server.pid, 'the server')


# The socket


def test_a_server_that_hangs(t):
    """One that takes nobody any more is said to, within seconds."""
    server = t.server()
    os.kill(server.pid, signal.SIGSTOP)
    t.defer(lambda: os.kill(server.pid, signal.SIGCONT))
    waiting = []
    for _ in range(200):
        door = socket.socket(socket.AF_UNIX)
        t.defer(door.close)
        door.setblocking(False)
        try:
            door.connect(control(server))
        except BlockingIOError:
            break
        waiting.append(door)
    t.check(0 < len(waiting) < 200, f'{len(waiting)} are let wait')
    began = time.monotonic()
    message = fail(t, server, 'unreachable', 'status').answer['message']
    t.check(2 < time.monotonic() - began < 20 and 'hangs' in message, message)
    os.kill(server.pid, signal.SIGCONT)
    for door in waiting:
        door.close()
    t.equal(do(server, 'status')['pid'], server.pid, 'who answers again')


def test_found_without_being_told(t):
    server = t.server()
    t.equal(ctl(None, '--json', 'status', cwd=server.dir).answer['pid'], server.pid, 'by ./config.yaml')
    server.write_config(signup='opne')
    t.equal(ctl(None, '--json', 'status', cwd=server.dir).answer['pid'], server.pid, 'while ./config.yaml is spoilt')
    found = {f['check']: f['state'] for f in ctl(None, '--json', 'doctor', cwd=server.dir).answer['checks']}
    t.equal((found['server'], found['config']), ('ok', 'fail'), 'so that the doctor sees both')
    server.write_config(signup='open', control_socket='elsewhere')
    server.restart()
    t.equal(ctl(None, '--json', 'status', cwd=server.dir).answer['pid'], server.pid, 'by control_socket')


def test_the_socket_comes_and_goes(t):
    server = t.server()
    mode = os.lstat(control(server)).st_mode
    t.check(stat.S_ISSOCK(mode) and stat.S_IMODE(mode) == 0o600, oct(mode))
    server.kill()
    t.check(os.path.lexists(control(server)), 'nothing is left to be replaced')
    t.equal(ctl(server, '--json', 'status').answer['code'], 'unreachable', 'a dead server')
    server.start()
    t.equal(do(server, 'status')['pid'], server.pid, 'after kill -9')
    t.equal(server.stop(), 0, 'exit')
    t.check(not os.path.lexists(control(server)), 'the socket is left behind')


def test_a_second_server_does_not_take_it(t):
    server = t.server()
    config = {**server.config, 'data_base': 'second.json', 'server_port': '0', 'control_socket': 'control'}
    path = os.path.join(server.dir, 'second.yaml')
    with open(path, 'w', encoding='utf-8') as file:
        file.writelines(f'{k}: {v}\n' for k, v in config.items() if v is not None)
    second = subprocess.run([program('sotto-server'), '--config', path], capture_output=True, text=True, check=False,
                            timeout=PATIENCE, env=private_env(server.dir))
    t.equal((second.returncode, second.stdout), (1, ''), 'second server')
    t.check('another server' in second.stderr, second.stderr)
    t.equal(do(server, 'status')['pid'], server.pid, 'who answers')


def test_a_place_nobody_asked_for_is_no_reason_not_to_serve(t):
    folder = t.folder('server')
    os.mkdir(os.path.join(folder, 'control'))
    from harness import Server
    server = Server(folder=folder)
    t.defer(server.close)
    sign(server, User('ann')).close()
    t.check('sottoctl cannot reach this server' in server.log, server.log)
    server.stop()
    server.write_config(control_socket='control')
    named = subprocess.run([program('sotto-server'), '--config', server.config_path], capture_output=True, text=True, check=False,
                           timeout=PATIENCE, env=private_env(server.dir))
    t.equal(named.returncode, 1, 'exit when it was asked for')


def test_other_users_are_not_answered(t):
    """Even where the file's mode would let them."""
    if os.geteuid() != 0:
        raise Skip('only root can be somebody else')
    server = t.server()
    os.chmod(control(server), 0o666)
    for folder in (t.dir, server.dir):
        os.chmod(folder, 0o711)
    child = os.fork()
    if child == 0:
        answered = 1
        try:
            os.setgid(65534)
            os.setuid(65534)
            with socket.socket(socket.AF_UNIX) as door:
                door.settimeout(PATIENCE)
                door.connect(control(server))
                try:
                    door.sendall(b'{"command":"status"}\n')
                    answered = int(door.recv(4096) != b'')
                except (BrokenPipeError, ConnectionResetError):
                    answered = 0
        finally:
            os._exit(answered)
    t.equal(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 0, 'what nobody saw')
    t.equal(do(server, 'status')['pid'], server.pid, 'the server')


def test_the_log_says_who_did_what_and_no_secret(t):
    server = t.server()
    do(server, 'add', 'ann', input=SECRET)
    fail(t, server, 'offline', 'kick', 'ann')
    for line in (f'sottoctl add ann by uid {os.geteuid()}: done', f'sottoctl kick ann by uid {os.geteuid()}: refused'):
        t.check(line in server.log, server.log)
    t.check(SECRET not in server.log, 'the password is in the log')


def test_the_server_ends_well(t):
    shared().stop()


main(globals())
