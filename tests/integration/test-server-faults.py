#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts when the disk fails and when the server is killed: what was promised is there, what was refused is not, and
the file is one that the server takes (docs/protocol.md, section 3: True only after the account is durably stored).

`--kills N` sets how often the server is killed."""

import errno
import json
import os
import random
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

from harness import main, wait_until
from preloaded import Disk
from sotto_client import Unexpected, User, connect, log_in, public_key, refused, resume, sign
from sotto_protocol import AUTH, CODES, SIGN

KILLS = int(sys.argv.pop(sys.argv.index('--kills') + 1)) if '--kills' in sys.argv else 50
sys.argv = [word for word in sys.argv if word != '--kills']
RATE = 30  # sign-ups a second
STEPS = ('write', 'fsync', 'rename', 'sync')


def start_on(server, disk):
    """Starts it with the disk that can fail under its own folder."""
    before = dict(os.environ)
    os.environ.update(disk.env)
    try:
        server.start()
    finally:
        os.environ.clear()
        os.environ.update(before)


def names(server):
    return set(json.loads(server.read_file('pass.json'))['accounts'])


def check_folder(t, server):
    """Nothing of a failed write is left behind."""
    t.equal([name for name in os.listdir(server.dir) if '.new-' in name], [], 'temporary files')


def test_failing_disk(t):
    """At each step of a write and for each reason: UNAVAILABLE, nothing changed, who has an account gets in; then it
    works again by itself."""
    server = t.server(start=False, limits='{password_changes: 100/s burst 100}')
    disk = Disk(t, server.dir)
    start_on(server, disk)
    alice, n = User('alice'), 0
    session = sign(server, alice)
    known = {'alice'}
    for step in STEPS:
        for reason in (errno.EIO, errno.ENOSPC):
            n += 1
            user = User(f'user{n}')
            disk.breaks(step, reason)
            fields = refused(server, user, SIGN, 'UNAVAILABLE')
            t.check(fields['retry_s'] > 0, 'retry_s')
            t.equal(names(server), known, f'{step}: the file')
            check_folder(t, server)
            refused(server, user, AUTH, 'AUTH')
            session.send('PASSWD', req=n, H_old=alice.h, H_new=user.h).expect_error(n, 'UNAVAILABLE')
            log_in(server, alice).bye()
            session = resume(server, log_in(server, alice))
            disk.works()
            sign(server, user).bye()
            known.add(user.name)
            t.equal(names(server), known, f'{step}: the file after it works again')
    t.check('cannot be written' in server.log and 'can be written again' in server.log, server.log)


def test_killed_while_the_disk_fails(t):
    """What was told UNAVAILABLE is not there after a kill either."""
    server = t.server(start=False)
    disk = Disk(t, server.dir)
    start_on(server, disk)
    sign(server, User('alice')).bye()
    for step in STEPS:
        disk.breaks(step, errno.EIO)
        refused(server, User(f'bob-{step}'), SIGN, 'UNAVAILABLE')
        server.kill()
        disk.works()
        start_on(server, disk)
        t.equal(names(server), {'alice'}, step)
        check_folder(t, server)


class Crowd:
    """Signs up as time goes by, and keeps what it was told."""

    def __init__(self, server, key, number):
        self.server, self.key, self.number = server, key, number
        self.promised, self.refused, self.asked = [], [], 0
        self.over, self.lock = threading.Event(), threading.Lock()
        self.threads = [threading.Thread(target=self._run, args=(n,)) for n in range(3)]
        for thread in self.threads:
            thread.start()

    def _run(self, n):
        due = time.monotonic() + n / RATE
        while not self.over.is_set():
            if self.over.wait(max(0, due - time.monotonic())):
                return
            due += len(self.threads) / RATE
            with self.lock:
                self.asked += 1
                user = User(f'k{self.number}-{self.asked}', h=bytes(32))
            try:
                connection = connect(self.server)
                data, keys = connection.login_frame(self.key, user, SIGN)
                code = CODES[connection.send(data).read_result(keys)['code']]
                connection.close()
            except (OSError, Unexpected):
                continue
            (self.promised if code == 'OK' else self.refused).append(user)

    def end(self):
        self.over.set()
        for thread in self.threads:
            thread.join()


def test_killed_at_any_moment(t):
    """kill -9 under a steady flow of sign-ups: no account that was promised is lost, none is there that was refused or
    that nobody asked for, and the server takes its file."""
    server, rng = t.server(), random.Random(4)
    key, promised, asked = public_key(server), {}, 0
    for number in range(KILLS):
        crowd = Crowd(server, key, number)
        time.sleep(rng.uniform(0.05, 0.5))
        server.kill()
        crowd.end()
        asked += crowd.asked
        promised.update((user.name, user) for user in crowd.promised)
        server.start()
        there = names(server)
        t.equal(set(promised) - there, set(), f'lost after kill {number}')
        t.equal({user.name for user in crowd.refused} & there, set(), f'phantoms after kill {number}')
        t.equal({name for name in there if not name.startswith('k')}, set(), 'names that nobody asked for')
        check_folder(t, server)
    t.check(asked > KILLS and len(promised) > KILLS / 2, f'{len(promised)} of {asked} promised')
    for user in rng.sample(list(promised.values()), 5):
        log_in(server, user).bye()
    wait_until(lambda: server.current.running, 'the server')


main(globals())
