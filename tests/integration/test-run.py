#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ./run does once the programs are built: the demo, and a server that lives as long as somebody
uses it."""

import contextlib
import ctypes
import os
import re
import signal
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

from harness import PATIENCE, ROOT, Program, build_dir, main, private_env, program, wait_until  # noqa: E402

PR_SET_CHILD_SUBREAPER = 36
SECRET = 'a-quiet-word'


def script(name):
    return os.path.join(ROOT, 'scripts', name)


def children():
    """Our children, and whatever they left to us: as a subreaper we inherit orphans."""
    with open(f'/proc/self/task/{os.getpid()}/children', encoding='ascii') as file:
        return [int(pid) for pid in file.read().split()]


@contextlib.contextmanager
def inheriting_orphans():
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    try:
        yield
    finally:
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 0)


def test_the_demo_twice(t):
    program('sotto-server'), program('sotto-cli')
    home = t.folder('home')
    env = private_env(home, TMPDIR=t.folder('tmp'))
    with inheriting_orphans():
        for _ in range(2):
            done = subprocess.run([sys.executable, script('demo.py'), build_dir()], env=env, capture_output=True, text=True,
                                  timeout=PATIENCE * 6, check=False)
            t.equal(done.returncode, 0, f'exit\n{done.stdout}{done.stderr}')
            for words in ('alice: Psst', 'bob: Loud', 'alice sees: alice, bob', 'directly over UDP'):
                t.check(words in done.stdout, done.stdout)
            t.equal(children(), [], 'processes left behind')
    t.equal(os.listdir(env['TMPDIR']), [], 'files left behind')
    t.equal([n for n in os.listdir(home) if n != 'runtime'], [], 'files in the home folder')


def test_a_demo_that_cannot_work_says_so(t):
    done = subprocess.run([sys.executable, script('demo.py'), t.folder('empty')], capture_output=True, text=True, timeout=PATIENCE,
                          check=False, env=private_env(t.folder('home')))
    t.equal(done.returncode, 1, 'exit')
    t.check('failed' in done.stderr, done.stderr)


class Session:
    """./run in a terminal, as it is after the build: lines go to the client."""

    def __init__(self, t, home, profile='default'):
        self.env = private_env(home)
        self.program = Program([sys.executable, script('session.py'), build_dir(), 'terminal', profile], t.dir, f'run-{profile}',
                               env=self.env, stdin=subprocess.PIPE, cwd=home)
        t.defer(self.program.kill)
        self.folder = os.path.join(self.env['XDG_DATA_HOME'], 'sotto', 'run-server')

    def send(self, line):
        self.program.process.stdin.write((line + '\n').encode())
        self.program.process.stdin.flush()

    def expect(self, words):
        return self.program.wait_for(lambda: next((line for line in self.program.lines if words in line), None), repr(words))

    def end(self):
        self.send('quit')
        return self.program.wait_exit()

    @property
    def server_pid(self):
        try:
            with open(os.path.join(self.folder, 'server.pid'), encoding='ascii') as file:
                return int(file.read())
        except (FileNotFoundError, ValueError):
            return 0

    @property
    def port(self):
        with open(os.path.join(self.folder, 'config.yaml'), encoding='utf-8') as file:
            return int(re.search(r'^server_port: *(\d+)', file.read(), re.M).group(1))


def runs(pid):
    return bool(pid) and os.path.exists(f'/proc/{pid}')


def clean_up_server(t, session):
    def kill():
        if runs(session.server_pid):
            os.kill(session.server_pid, signal.SIGKILL)
    t.defer(kill)


def test_the_server_stops_with_the_last_client(t):
    home = t.folder('home')
    one = Session(t, home)
    clean_up_server(t, one)
    one.send(f'sign ann {SECRET}')
    one.expect('ann')
    pid = one.server_pid
    t.check(runs(pid), 'the server does not run')
    other = Session(t, home, 'ben')
    other.send(f'sign ben {SECRET}')
    other.expect('ben')
    t.equal(other.server_pid, pid, 'the server of the second session')
    other.send('send ann hello')
    one.expect('hello')
    t.equal(one.end(), 0, 'exit of the first')
    t.check(runs(pid), 'the server stopped while somebody used it')
    t.equal(other.end(), 0, 'exit of the second')
    wait_until(lambda: not runs(pid), 'the end of the server')
    again = Session(t, home)
    again.send(f'auth ann {SECRET}')  # the account is still there
    again.expect('ann')
    pid = again.server_pid
    t.equal(again.end(), 0, 'exit')
    wait_until(lambda: not runs(pid), 'the end of the server')


def test_a_foreign_program_on_the_port(t):
    home = t.folder('home')
    first = Session(t, home)
    clean_up_server(t, first)
    first.send(f'sign ann {SECRET}')
    first.expect('ann')
    port = first.port
    first.end()
    wait_until(lambda: not runs(first.server_pid), 'the end of the server')
    with socket.create_server(('127.0.0.1', port)):
        second = Session(t, home)
        line = second.expect(f'Port {port} is taken')
        second.send(f'auth ann {SECRET}')
        second.expect('ann')
        t.check(second.port != port and str(second.port) in line, line)
        t.equal(second.end(), 0, 'exit')


def test_a_crash_leaves_nothing_in_the_way(t):
    home = t.folder('home')
    one = Session(t, home)
    clean_up_server(t, one)
    one.send(f'sign ann {SECRET}')
    one.expect('ann')
    pid = one.server_pid
    one.program.kill()
    t.check(runs(pid), 'the server went with the session')
    two = Session(t, home, 'ben')
    two.send(f'sign ben {SECRET}')
    two.expect('ben')
    t.equal(two.server_pid, pid, 'the server of the second session')
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not runs(pid), 'the end of the killed server')
    three = Session(t, home, 'cem')
    three.send(f'sign cem {SECRET}')
    three.expect('cem')
    t.check(three.server_pid != pid, 'no new server')
    for session in (two, three):
        session.end()
    wait_until(lambda: not runs(three.server_pid), 'the end of the server')


def test_a_server_that_a_person_started_is_used_and_left_alone(t):
    home = t.folder('home')
    first = Session(t, home)
    clean_up_server(t, first)
    first.send('quit')
    first.program.wait_exit()
    wait_until(lambda: not runs(first.server_pid), 'the end of the server')
    own = Program([program('sotto-server'), '--config', os.path.join(first.folder, 'config.yaml')], t.dir, 'own', env=first.env)
    t.defer(own.kill)
    own.wait_for(lambda: own.lines or None, 'listening line')
    second = Session(t, home)
    second.send(f'sign ann {SECRET}')
    second.expect('ann')
    t.equal(second.server_pid, 0, 'a server of its own')
    t.equal(second.end(), 0, 'exit')
    time.sleep(0.3)
    t.check(own.running, 'the person’s server was stopped')


main(globals())
