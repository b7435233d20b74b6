#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that others want to drown: strangers by the thousand, guesses, noise, and everybody coming back at once.
Honest people get in all the while (docs/protocol.md, section 6).

`--long` has the whole numbers, as a server of a company may meet them; else a tenth of them. `--cycles N` is for the
soak."""

import os
import re
import resource
import statistics
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

from harness import Failure, Skip, build_dir, main, wait_until
from sotto_client import User, connect, public_key, sign

LONG = '--long' in sys.argv
CYCLES = int(sys.argv.pop(sys.argv.index('--cycles') + 1)) if '--cycles' in sys.argv else 200000 if LONG else 2000
sys.argv = [word for word in sys.argv if word not in ('--long', '--cycles')]
MANY = 10 if LONG else 1
ACCOUNTS = 12000
TIMED = 500 if LONG else 60
KEY = {}
ASAN = os.environ.get('ASAN_OPTIONS', '')
# Of an honest client, in milliseconds. Sanitizers and other tests beside us slow the small run.
RESUME_P99 = 500 if LONG else 2000
LOGIN_MAX = 10000
OPEN = '{records: 100000/s, key_requests: 100000/s, logins: 100/s burst 1000}'


def load_argv(server, words):
    path = os.path.join(build_dir(), 'tests', 'bench', 'server-load')
    if not os.access(path, os.X_OK):
        raise Skip('server-load is not built')
    return [path, server.config_path, str(server.pid if server.current else 0), *words.split()]


class Load:
    """One row of the crowd's, running beside the test."""

    def __init__(self, t, server, words):
        self.words = words
        self.process = subprocess.Popen(load_argv(server, words), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        t.defer(self.stop)

    def line(self):
        """Its next line."""
        text = self.process.stdout.readline()
        if not text:
            raise Failure(f'{self.words}: it ended with {self.process.wait()}')
        return text.strip()

    def until(self, word):
        while not (text := self.line()).startswith(word):
            print(f'# {text}')
        return text

    def end(self, timeout=180):
        """Its last line, once it is over; rows that wait for the end of input are told so."""
        said, _ = self.process.communicate(timeout=timeout)
        if self.process.returncode != 0:
            raise Failure(f'{self.words}: exit {self.process.returncode}\n{said}')
        text = (said.strip().splitlines() or [''])[-1]
        print(f'# {text}')
        return text

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()


def figure(name, text):
    return float(re.search(rf'\b{name}=([-+\d.]+)', text)[1])


def timing(server, users):
    """The median time of a refusal for each of the users, asked in turn."""
    spent = [[] for _ in users]
    for n in range(TIMED):
        for user, times in zip(users, spent):
            connection = connect(server)
            data, _ = connection.login_frame(KEY[server.dir], user)
            began = time.perf_counter()
            connection.send(data).read()
            times.append(time.perf_counter() - began)
            connection.close()
    return [statistics.median(times) for times in spent]


def house(t, cost=4, quarantine=1, **config):
    """A server with many accounts of one password. A sanitizer that keeps what was freed (so many MiB of it) would look
    like a leak."""
    os.environ['ASAN_OPTIONS'] = f'{ASAN}:quarantine_size_mb={quarantine}:thread_local_quarantine_size_kb={16 * quarantine}'
    server = t.server(start=False, bcrypt_cost=str(cost), limits=config.pop('limits', OPEN), **config)
    subprocess.run(load_argv(server, f'accounts {ACCOUNTS} {cost}'), check=True)
    return server.start()


def probe(t, server, words):
    text = Load(t, server, f'probe {words}').end()
    t.equal(figure('refused', text), 0, 'honest ones refused')
    t.check(figure('n', text) >= 3, text)
    return text


def room_for(n, each=2):
    """As many as there are descriptors for, `each` of them apiece."""
    return min(n, resource.getrlimit(resource.RLIMIT_NOFILE)[1] // each - 500)


def test_strangers_who_hold_on(t):
    """Half-open connections at a byte a second beside idle sessions: each stranger has ten seconds."""
    server = house(t, exempt_sources='[]')
    n = room_for(500 * MANY)
    idle = Load(t, server, f'hold {n}')
    idle.until('ready')
    slow = Load(t, server, f'slow {n} {25 if LONG else 14}')
    slow.until('ready')
    text = probe(t, server, '0 8 0.05')
    t.check(figure('p99', text) < RESUME_P99, text)
    text = probe(t, server, '1 2 0.5')
    t.check(figure('max', text) < LOGIN_MAX, text)
    t.check(figure('ended_by_server', slow.end()) >= n, 'strangers were shown out')
    t.equal(figure('gone', idle.end()), 0, 'sessions lost')


def test_guesses(t):
    """Wrong passwords from 50 addresses: whoever did not fail before is served first."""
    server = house(t, 10 if LONG else 6, exempt_sources='[]', limits='{logins: 5/s burst 20}')
    bogus = Load(t, server, f'bogus {50 * MANY} 50 {20 if LONG else 8}')
    bogus.until('ready')
    time.sleep(2)
    text = probe(t, server, '0 4 0.05')
    t.check(figure('p99', text) < RESUME_P99, text)
    text = probe(t, server, '1 2 0.5')
    t.check(figure('max', text) < LOGIN_MAX, text)
    t.check(figure('refused', bogus.end()) > 0, 'some guesses were answered')


def test_unknown_takes_as_long(t):
    """Nobody learns from the time it takes whether a name is there."""
    server = t.server(bcrypt_cost='6')
    KEY[server.dir] = public_key(server)
    sign(server, User('alice')).bye()
    there, nobody = timing(server, [User('alice'), User('nobody')])
    print(f'# wrong password {there * 1e3:.2f} ms, nobody {nobody * 1e3:.2f} ms')
    t.check(abs(there - nobody) < (0.05 if LONG else 0.2) * there, f'{there} and {nobody} s')


def test_noise(t):
    """Datagrams of nobody: not one is answered."""
    server = house(t)
    text = Load(t, server, f'datagrams {100000 * MANY}').end()
    t.equal(figure('answered', text), 0, 'answers')
    session = sign(server, User('alice'))
    session.ping().bye()


def test_claims(t):
    """Frames that claim the most and never come cost next to nothing."""
    server = house(t, exempt_sources='[]')
    sign(server, User('alice')).bye()
    n = room_for(500 * MANY)
    claims = Load(t, server, f'headers {n} 3')
    text = claims.until('headers')
    claims.until('ready')
    t.equal(figure('refused', text), 0, 'refused')
    t.check(figure('growth', text) < (16 if sanitized(server) else 4), text)
    text = probe(t, server, '0 1 0.05')
    t.check(figure('p99', text) < RESUME_P99, text)
    claims.end()


def test_no_descriptor_left(t):
    """Beyond the limit of descriptors: FAIL BUSY at once, no spin, and who is in stays in."""
    server = t.server()
    resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (200, 200))
    alice = sign(server, User('alice'))
    strangers = []
    t.defer(lambda: [stranger.close() for stranger in strangers])
    while True:
        t.check(len(strangers) < 300, 'somebody is refused')
        try:
            strangers.append(connect(server))
        except AssertionError as refusal:
            t.check("'code': 4" in str(refusal), refusal)
            break
    spent = cpu_of(server)
    for _ in range(50):
        try:
            connect(server).close()
            raise Failure('let in beyond the limit')
        except AssertionError as refusal:
            t.check('FAIL' in str(refusal) or 'closed' in str(refusal), refusal)
    alice.ping()
    time.sleep(1)
    t.check(cpu_of(server) - spent < 1, f'{cpu_of(server) - spent} s of CPU')
    for stranger in strangers:
        stranger.close()
    strangers.clear()
    wait_until(lambda: log_in_again(server), 'room again')


def sanitized(server):
    """Its memory has red zones and shadows."""
    return b'asan' in server.read_file(f'/proc/{server.pid}/maps')


def cpu_of(server):
    with open(f'/proc/{server.pid}/stat', encoding='ascii') as file:
        fields = file.read().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


def log_in_again(server):
    try:
        connect(server).close()
        return True
    except AssertionError:
        return None


def test_everybody_comes_back(t):
    """The server is killed and started; all who were in resume, and then it is as before."""
    server = house(t)
    n = room_for(1000 * MANY, each=1) if LONG else 500
    storm = Load(t, server, f'storm {n}')
    storm.until('ready')
    server.kill()
    server.start()
    text = storm.until('storm')
    t.equal(figure('back', text), n, 'are back')
    t.check(figure('took', text) < 30, text)
    storm.until('ready')
    text = probe(t, server, '0 4 0.05')
    t.check(figure('p99', text) < 1000, text)
    storm.end()


def test_soak(t):
    """Connect, RESUME, ask for a key, leave, over and over: nothing grows."""
    server = house(t, quarantine=0)  # one of 1 MiB goes on filling its corners: 0.8 to 2.0 KiB in 1,000 cycles
    text = Load(t, server, f'soak {CYCLES}').end(1500)
    t.check(abs(figure('descriptors', text)) <= 40, text)
    if LONG:
        t.check(figure('slope', text) < 1, text)


main(globals())
