#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server as a service: the unit, what it tells its manager, the key it is handed, the journal's
fields, and the lines that fail2ban reads."""

import configparser
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

from harness import PATIENCE, ROOT, Skip, build_dir, main, private_env, program, wait_until  # noqa: E402
from sotto_client import Port, User, connect, log_in, refused, sign  # noqa: E402
from sotto_protocol import AUTH, SIGN  # noqa: E402

EXPOSURE_MAX = 1.2


def unit():
    with open(os.path.join(build_dir(), 'data/systemd/sotto-server.service'), encoding='utf-8') as file:
        return file.read()


# The unit


def unit_file(t):
    """Where systemd-analyze finds it, with a program that is there."""
    path = os.path.join(t.folder('unit'), 'sotto-server.service')
    with open(path, 'w', encoding='utf-8') as file:
        file.write(re.sub(r'^ExecStart=\S+', 'ExecStart=' + program('sotto-server'), unit(), flags=re.M))
    return path


def analyze(*args):
    if not shutil.which('systemd-analyze'):
        raise Skip('systemd-analyze is not installed')
    return subprocess.run(['systemd-analyze', '--no-pager', *args], capture_output=True, text=True, check=False, timeout=PATIENCE,
                          env={**os.environ, 'LC_ALL': 'C.UTF-8'})


def test_the_unit_is_right(t):
    done = analyze('--man=no', 'verify', unit_file(t))
    said = [line for line in done.stderr.splitlines() if 'sotto-server.service' in line]
    t.equal((done.returncode, said), (0, []), 'verify')


def test_exposure(t):
    done = analyze('security', '--offline=true', unit_file(t))
    level = float(re.search(r'exposure level for sotto-server.service: ([\d.]+)', done.stdout).group(1))
    t.check(level <= EXPOSURE_MAX, done.stdout)


def call_sets():
    """What systemd's names of groups of system calls stand for."""
    sets = {}
    for line in analyze('syscall-filter').stdout.splitlines():
        if line.startswith('@'):
            members = sets.setdefault(line.strip(), set())
        elif line.startswith(' ') and not line.strip().startswith('#'):
            members.add(line.strip())
    return sets


def allowed_calls():
    """By the lines of the unit, in their order."""
    sets, allowed = call_sets(), set()

    def expand(word):
        return set().union(*map(expand, sets[word])) if word in sets else {word}

    for line in re.findall(r'^SystemCallFilter=(.+)$', unit(), re.M):
        words = set().union(*map(expand, line.lstrip('~').split()))
        allowed = allowed - words if line.startswith('~') else allowed | words
    return allowed


def test_the_unit_allows_what_the_server_calls(t):
    if not shutil.which('strace'):
        raise Skip('strace is not installed')
    allowed = allowed_calls()
    server, calls = stopped_server(t), os.path.join(t.dir, 'calls')
    env = private_env(server.dir)
    env['ASAN_OPTIONS'] = env.get('ASAN_OPTIONS', '') + ':detect_leaks=0'  # which cannot be while traced
    tracer = subprocess.Popen(['strace', '-f', '-qq', '-o', calls, program('sotto-server'), '--config', server.config_path],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=env)
    t.defer(tracer.kill)
    if not tracer.stdout.readline().startswith('listening on '):
        raise Skip('nothing can be traced here')
    asked = subprocess.run([program('sottoctl'), '--socket', os.path.join(server.dir, 'control'), '--json', 'status'],
                           capture_output=True, text=True, check=True, env=private_env(server.dir))
    pid = json.loads(asked.stdout)['pid']
    ann, ben = sign(server, User('ann')), sign(server, User('ben'))
    Port().bind(ann, (server.address, server.port))
    ann.grant('ben')
    refused(server, User('ann'), AUTH, 'AUTH')
    ben.close()
    os.kill(pid, signal.SIGHUP)
    ann.ping()
    os.kill(pid, signal.SIGTERM)
    t.equal(tracer.wait(PATIENCE), 0, 'exit')
    with open(calls, encoding='utf-8', errors='replace') as file:
        made = set(re.findall(r'^\d+ +([a-z_0-9]+)\(', file.read(), re.M))
    t.check({'setpriority', 'fsync', 'recvmmsg', 'accept4'} <= made, f'what was seen: {sorted(made)}')
    t.equal(sorted(made - allowed), [], 'forbidden by the unit')


# The manager


class Service:
    """The server, started as a manager does."""

    def __init__(self, t, server, **env):
        self.path = os.path.join(t.folder('manager'), 'notify')
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        t.defer(self.manager.close)
        self.manager.bind(self.path)
        self.manager.settimeout(PATIENCE)
        self.process = subprocess.Popen([program('sotto-server'), '--config', server.config_path], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True,
                                        env={**private_env(server.dir), 'NOTIFY_SOCKET': self.path, **env})
        t.defer(self.process.kill)

    def told(self):
        return self.manager.recv(4096).decode().split('\n')


def stopped_server(t, **config):
    server = t.server(**config)
    server.restart()  # with the port written down
    server.stop()
    return server


def needs_libsystemd():
    with open(os.path.join(build_dir(), 'config.h'), encoding='utf-8') as file:
        if '#define HAVE_SYSTEMD' not in file.read():
            raise Skip('built without libsystemd')


def test_what_the_manager_is_told(t):
    needs_libsystemd()
    service = Service(t, stopped_server(t))
    t.equal(service.told(), ['READY=1'], 'ready')
    service.process.send_signal(signal.SIGHUP)
    t.check('RELOADING=1' in service.told(), 'reloading')
    t.equal(service.told(), ['READY=1'], 'reloaded')
    began = time.monotonic()
    service.process.send_signal(signal.SIGTERM)
    t.equal(service.told(), ['STOPPING=1'], 'stopping')
    t.equal(service.process.wait(PATIENCE), 0, 'exit')
    t.check(time.monotonic() - began < 5, 'longer than five seconds')


def test_watchdog(t):
    needs_libsystemd()
    service = Service(t, stopped_server(t), WATCHDOG_USEC='400000')
    t.equal(service.told(), ['READY=1'], 'ready')
    times = []
    for _ in range(4):
        t.equal(service.told(), ['WATCHDOG=1'], 'alive')
        times.append(time.monotonic())
    t.check(times[3] - times[0] < 3 * 0.4, f'told too rarely: {times}')
    # A loop that does not turn says nothing.
    service.process.send_signal(signal.SIGSTOP)
    service.manager.settimeout(1)
    try:
        service.told()
        said = service.told()
    except socket.timeout:
        said = None
    service.process.send_signal(signal.SIGCONT)
    t.equal(said, None, 'while stopped')


def test_the_key_may_be_a_credential(t):
    """And the control socket lies where the manager made room."""
    server = stopped_server(t, control_socket=None)
    credentials, runtime = t.folder('credentials'), t.folder('run')
    os.rename(os.path.join(server.dir, 'key.pem'), os.path.join(credentials, 'server_privateKey'))
    service = Service(t, server, CREDENTIALS_DIRECTORY=credentials, RUNTIME_DIRECTORY=runtime)
    t.check(service.process.stdout.readline().startswith('listening on '), 'it does not start')
    sign(server, User('ann')).close()
    t.check(os.path.exists(os.path.join(runtime, 'control')), 'control socket')
    service.process.send_signal(signal.SIGTERM)
    t.equal(service.process.wait(PATIENCE), 0, 'exit')


def test_init_for_the_service(t):
    """In /etc/sotto, where it could not write its accounts: their place is the state folder, which comes with the first start."""
    if os.geteuid() != 0 or not shutil.which('unshare'):
        raise Skip('needs root and unshare')
    script = (f'mount -t tmpfs none /etc && mount -t tmpfs none /var/lib && umask 077 && {program("sotto-server")} init /etc/sotto/ && '
              'stat -c "%a %n" /etc/sotto /etc/sotto/* && grep data_base /etc/sotto/config.yaml && '
              f'{program("sotto-server")} check --config /etc/sotto/config.yaml && mkdir /var/lib/sotto && echo once started && '
              f'{program("sotto-server")} check --config /etc/sotto/config.yaml')
    done = subprocess.run(['unshare', '--mount', 'sh', '-c', script], capture_output=True, text=True, check=False, timeout=PATIENCE * 4,
                          env=private_env(t.dir))
    if done.stderr.startswith('unshare:') or 'permitted' in done.stderr or 'denied' in done.stderr:
        raise Skip('no namespaces here: ' + done.stderr[-200:])
    t.equal(done.returncode, 0, done.stderr)
    before, _, after = done.stdout.partition('once started')
    t.equal((before.count('/var/lib/sotto is not there yet'), after.count('not there')), (1, 0), done.stdout)
    for said in ('systemctl enable --now sotto-server', 'data_base: /var/lib/sotto/pass.json', '600 /etc/sotto/key.pem'):
        t.check(said in done.stdout, done.stdout)


# The journal

JOURNAL = '''
import os, socket, subprocess, sys
subprocess.run(['mount', '-t', 'tmpfs', 'none', '/run'], check=True)
os.makedirs('/run/systemd/journal')
journal = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
journal.bind('/run/systemd/journal/socket')
log = open(sys.argv[1], 'wb')
st = os.fstat(log.fileno())
os.environ['JOURNAL_STREAM'] = f'{st.st_dev}:{st.st_ino}'
server = subprocess.Popen(sys.argv[3:], stderr=log)
with open(sys.argv[2], 'wb', 0) as kept:
    while True:
        kept.write(journal.recv(65536) + b'\\n\\n')
'''


def test_fields_of_the_journal(t):
    needs_libsystemd()
    if os.geteuid() != 0 or not shutil.which('unshare'):
        raise Skip('needs root and unshare')
    server = stopped_server(t)
    log, kept = os.path.join(t.dir, 'stderr'), os.path.join(t.dir, 'journal')
    child = subprocess.Popen(['unshare', '--mount', '--pid', '--fork', '--kill-child', '/usr/bin/python3', '-c', JOURNAL, log, kept,
                              program('sotto-server'), '--config', server.config_path],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=private_env(server.dir))
    t.defer(child.wait)
    t.defer(child.kill)
    if not child.stdout.readline().startswith('listening'):
        raise Skip('no namespaces here: ' + child.stderr.read()[-200:])
    sign(server, User('ann')).close()
    refused(server, User('ben'), AUTH, 'AUTH')

    def entries():
        if not os.path.exists(kept):
            return []
        with open(kept, encoding='utf-8') as file:
            return [dict(line.split('=', 1) for line in entry.splitlines() if '=' in line) for entry in file.read().split('\n\n')]

    wait_until(lambda: any(e.get('SOTTO_EVENT') == 'login-failed' for e in entries()), 'the journal')
    found = {e['SOTTO_EVENT']: e for e in entries() if 'SOTTO_EVENT' in e}
    for event, user, code, priority in (('signup', 'ann', 'ok', '5'), ('login-failed', 'ben', 'auth', '5')):
        entry = found[event]
        t.equal((entry['SOTTO_USER'], entry['SOTTO_CODE'], entry['PRIORITY']), (user, code, priority), event)
        t.check(re.fullmatch(r'127\.0\.0\.1:\d+', entry['SOTTO_SOURCE']), entry)
        t.check(entry['MESSAGE'].endswith(f'{user} from {entry["SOTTO_SOURCE"]}: {code}'), entry)
    with open(log, encoding='utf-8') as file:
        t.equal(file.read(), '', 'standard error')


# fail2ban

HOST = r'(?:\[?(?P<host>(?:::f{4,6}:)?(?:\d{1,3}\.){3}\d{1,3}|[0-9a-fA-F:]*:[0-9a-fA-F:]+)\]?)'  # what <HOST> stands for


def failures(log):
    """The hosts that the filter finds in a log."""
    with open(os.path.join(ROOT, 'data/fail2ban/filter.d/sotto-server.conf'), encoding='utf-8') as file:
        text = re.search(r'^failregex = (.*(?:\n +.*)*)', file.read(), re.M).group(1)
    # What stands before: the date, and with it the machine's name, are cut off by fail2ban.
    rules = [re.compile(rule.strip().replace('%(__prefix_line)s', r'(?:sotto-server: )').replace('<HOST>', HOST)) for rule in text.splitlines()]
    found = (rule.search(line) for line in log.splitlines() for rule in rules)
    return [match.group('host') for match in found if match]


def cause_trouble(server):
    """Three that a ban is for: a wrong password, no invite, the protocol broken."""
    refused(server, User('ann'), AUTH, 'AUTH')
    refused(server, User('ben'), SIGN, 'INVITE')
    connection = connect(server)
    connection.send(b'\x00\x00\x00\x01\x99')
    connection.expect_fail('PROTOCOL')


def invited(server):
    made = subprocess.run([program('sottoctl'), '--socket', os.path.join(server.dir, 'control'), 'invite'], capture_output=True,
                          text=True, check=True, env=private_env(server.dir))
    return made.stdout.splitlines()[1]


def test_what_fail2ban_finds(t):
    for address, host in (('127.0.0.1', '127.0.0.1'), ('"::1"', '::1')):
        server = t.server(signup='invite', server_address=address)
        session = sign(server, User('ann'), invite=invited(server))
        t.equal(failures(server.log), [], 'nobody has failed')
        cause_trouble(server)
        session.close()
        log_in(server, session.user).close()
        wait_until(lambda: len(failures(server.log)) >= 3, 'the log')  # pylint: disable=cell-var-from-loop
        t.equal(failures(server.log), [host] * 3, server.log)


def test_names_that_would_ban_others(t):
    """What is no username is not written; what is one cannot look like an address."""
    server = t.server(signup='invite')
    names = ['ann from 1.2.3.4:5: auth', 'x\ny from 1.2.3.4:5: auth', 'x\r\0\x1b[2J', '1.2.3.4', 'from', 'a' * 32]
    for name in names:
        refused(server, User(name), AUTH, 'AUTH')
    wait_until(lambda: len(failures(server.log)) >= len(names), 'the log')
    t.equal(failures(server.log), ['127.0.0.1'] * len(names), server.log)
    t.equal(server.log.count('failed login for - from 127.0.0.1:'), 3, server.log)


def test_the_jail_can_ban(t):
    """What the usual actions make of it: iptables takes ports only with one of the protocols that have them."""
    jail = configparser.ConfigParser(interpolation=None)
    jail.read(os.path.join(ROOT, 'data/fail2ban/jail.d/sotto-server.conf'), encoding='utf-8')
    rules = jail['sotto-server']
    t.equal((rules['protocol'], rules['port'], rules['enabled']), ('tcp', '10000', 'false'), 'jail')
    t.check(os.path.exists(os.path.join(ROOT, f'data/fail2ban/filter.d/{rules["filter"]}.conf')), 'its filter')


def test_fail2ban_itself(t):
    """With the real program where it is installed."""
    if not shutil.which('fail2ban-regex'):
        raise Skip('fail2ban is not installed')
    server = t.server(signup='invite')
    sign(server, User('ann'), invite=invited(server)).close()
    cause_trouble(server)
    wait_until(lambda: len(failures(server.log)) >= 3, 'the log')
    path, folder = os.path.join(t.dir, 'log'), t.folder('filter.d')
    with open(path, 'w', encoding='utf-8') as file:
        file.writelines(f'Nov 23 10:00:00 box {line}\n' for line in server.log.splitlines())
    for name in ('/etc/fail2ban/filter.d/common.conf', os.path.join(ROOT, 'data/fail2ban/filter.d/sotto-server.conf')):
        shutil.copy(name, folder)
    done = subprocess.run(['fail2ban-regex', path, os.path.join(folder, 'sotto-server.conf')], capture_output=True, text=True,
                          check=False, timeout=PATIENCE)
    t.check(re.search(r'^Failregex: 3 total$', done.stdout, re.M), done.stdout + done.stderr)


main(globals())
