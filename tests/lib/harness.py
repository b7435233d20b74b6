# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the built programs for tests: servers and clients in private folders on loopback, TAP out.

    from harness import Cli, Server, main

    def test_two_people_talk(t):
        "A message arrives and is marked delivered."
        server = t.server()
        alice, bob = t.cli(server, 'alice'), t.cli(server, 'bob')
        ...
    main(globals())

Whatever a case makes through `t` is stopped and removed when the case ends, and every log is
searched for a sanitizer's report. Server and Cli may be used without `t` too (as context managers).
"""

import concurrent.futures
import ctypes
import fcntl
import itertools
import json
import os
import pty
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import termios
import threading
import time
import traceback
import urllib.parse

import leaks

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# One place to make all patience longer, for slow machines and slow sanitizers.
PATIENCE = float(os.environ.get('SOTTO_TEST_PATIENCE', '30'))
AT_ONCE = 4  # cases that wait side by side
SANITIZER = re.compile(r'(Address|Leak|Thread|UndefinedBehavior)Sanitizer|runtime error:')


# The events of `--json`: exactly these fields, then those that may be missing.
EVENT_FIELDS = {
    'connected': ('server port fingerprint realm first_use', ''),
    'authenticated': ('username', ''),
    'refused': ('code message', ''),
    'users': ('online', ''),
    'joined': ('username', ''),
    'left': ('username', ''),
    'queued': ('to id', ''),
    'sent': ('to id', ''),
    'delivered': ('to id', ''),
    'read': ('to id', ''),
    'message': ('from id text sent', ''),
    'edited': ('from id target text', ''),
    'deleted': ('from id target', ''),
    'reacted': ('from id target reaction', ''),
    'typing': ('from active', ''),
    'channel': ('peer state path verified safety_number', ''),
    'file': ('id name size done', 'from to path state code'),
    'password_changed': ('', ''),
    'error': ('code message', 'to id'),
    'disconnected': ('code retry_in', ''),
}


class Failure(AssertionError):
    """What a test saw was not what it wanted."""


class UnknownLeak(Failure):
    """Nothing but a leak, whose stack does not tell whether it is ours."""


class Skip(Exception):
    """This case cannot be told here; the text says why."""


def build_dir():
    """Where the programs under test were built: meson says so, a person may run a test by hand."""
    named = os.environ.get('SOTTO_BUILD_DIR')
    for folder in [named] if named else [os.path.join(ROOT, d) for d in ('build-check', 'build')]:
        if os.path.isdir(folder):
            return folder
    raise Skip('no build folder: set SOTTO_BUILD_DIR')


def program(name):
    """Path of sotto-server, sotto-cli or sotto in the build folder."""
    folder = {'sotto-server': 'server', 'sottoctl': 'server/sottoctl', 'sotto-cli': 'cli', 'sotto': 'gui'}[name]
    path = os.path.join(build_dir(), folder, name)
    if not os.access(path, os.X_OK):
        raise Skip(f'{name} is not built')
    return path


def free_port(address='127.0.0.1'):
    """A port that was free for TCP and UDP a moment ago."""
    family = socket.AF_INET6 if ':' in address else socket.AF_INET
    for _ in range(100):
        with socket.socket(family, socket.SOCK_STREAM) as tcp, socket.socket(family, socket.SOCK_DGRAM) as udp:
            tcp.bind((address, 0))
            port = tcp.getsockname()[1]
            try:
                udp.bind((address, port))
            except OSError:
                continue
            return port
    raise Failure('no free port')


def make_private_dir():
    """A short path: UNIX sockets live in it."""
    return tempfile.mkdtemp(prefix='sotto-')


def private_env(home, **more):
    """An environment in which nothing of the person who runs the tests is read or written."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(('SOTTO_PASSWORD', 'SOTTO_NEW_PASSWORD', 'XDG_'))}
    for kind in ('data', 'config', 'cache', 'state'):
        env[f'XDG_{kind.upper()}_HOME'] = os.path.join(home, kind)
    os.makedirs(os.path.join(home, 'runtime'), mode=0o700, exist_ok=True)
    env.update(HOME=home, XDG_RUNTIME_DIR=os.path.join(home, 'runtime'), LC_ALL='C.UTF-8', LANGUAGE='', TZ='UTC')
    env.update({k: v for k, v in more.items() if v is not None})
    return env


def check_event(event):
    """An event has the fields of its kind, no more and no less."""
    if not isinstance(event, dict) or event.get('event') not in EVENT_FIELDS:
        raise Failure(f'no such event: {event!r}')
    must, may = (set(fields.split()) for fields in EVENT_FIELDS[event['event']])
    got = set(event) - {'event'}
    if not must <= got <= must | may:
        raise Failure(f'fields of {event!r}: want {sorted(must)}, perhaps {sorted(may)}')
    if not re.fullmatch('[0-9a-f]{32}', event.get('id', '0' * 32)):
        raise Failure(f'id of {event!r}')
    return event


def _die_with_parent():
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def wait_until(predicate, what, timeout=None):
    """Polls until predicate() is true; its last value is returned."""
    deadline = time.monotonic() + (timeout or PATIENCE)
    while True:
        value = predicate()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Failure(f'waited in vain for {what}')
        time.sleep(0.02)


class Program:
    """A child process whose standard output is read line by line and whose standard error is a file."""

    def __init__(self, argv, folder, name, env=None, stdin=subprocess.DEVNULL, cwd=None, preexec=None):
        self.argv, self.name = argv, name
        self.log_path = os.path.join(folder, f'{name}-{time.monotonic_ns()}.log')
        self.lines = []
        self.ended = False  # standard output is closed
        self._news = threading.Condition()
        with open(self.log_path, 'wb') as log:
            self.process = subprocess.Popen(
                argv, env=env, cwd=cwd, stdin=stdin, stdout=subprocess.PIPE, stderr=log,
                preexec_fn=preexec or _die_with_parent)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for raw in self.process.stdout:
            with self._news:
                self.lines.append(raw.decode('utf-8', 'replace').rstrip('\n'))
                self._news.notify_all()
        with self._news:
            self.ended = True
            self._news.notify_all()

    def wait_for(self, find, what, timeout=None):
        """find() is called after each new line until it returns something other than None."""
        deadline = time.monotonic() + (timeout or PATIENCE)
        with self._news:
            while True:
                ended = self.ended
                found = find()
                if found is not None:
                    return found
                left = deadline - time.monotonic()
                if ended or left <= 0:
                    how = 'it ended' if ended else 'time is up'
                    raise Failure(f'{self.name}: no {what}: {how}\n{self.story()}')
                self._news.wait(left)

    @property
    def log(self):
        with open(self.log_path, encoding='utf-8', errors='replace') as log:
            return log.read()

    def story(self):
        """What it said, for a failure's message."""
        said = '\n'.join(self.lines[-40:])
        return f'--- {self.name} said\n{said}\n--- {self.name} log\n{self.log[-6000:]}'

    @property
    def running(self):
        return self.process.poll() is None

    def wait_exit(self, timeout=None):
        """The exit status, once the process has ended and all it wrote is read."""
        try:
            status = self.process.wait(timeout or PATIENCE)
        except subprocess.TimeoutExpired:
            raise Failure(f'{self.name} does not end\n{self.story()}') from None
        self._reader.join(timeout or PATIENCE)
        return status

    def kill(self):
        if self.running:
            self.process.kill()
        self.process.wait()
        self._reader.join(5)

    def check_log(self):
        """No sanitizer complained and no signal ended it (but our own SIGKILL or SIGTERM)."""
        log = leaks.without(self.log, whole_stacks())
        if SANITIZER.search(log):
            unknown = not whole_stacks() and leaks.unknown(log)
            raise (UnknownLeak if unknown else Failure)(f'{self.name}: a sanitizer reports\n{self.log[-12000:]}')
        status = self.process.returncode
        if status is not None and status < 0 and -status not in (signal.SIGKILL, signal.SIGTERM):
            raise Failure(f'{self.name} died by {signal.Signals(-status).name}\n{self.story()}')


furnished = itertools.count()  # servers of this program, no two of which share a key


def furnish(folder):
    """What `sotto-server init` makes and says, for the folder. Making a key takes a second, so the n-th server of every
    program has the same one, made once a build."""
    server = program('sotto-server')
    kept = os.path.join(build_dir(), 'tests', 'houses', str(next(furnished)))
    said = os.path.join(kept, 'said')
    os.makedirs(os.path.dirname(kept), exist_ok=True)
    with open(kept + '.lock', 'w', encoding='utf-8') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(said) or os.path.getmtime(said) < os.path.getmtime(server):
            shutil.rmtree(kept, ignore_errors=True)
            made = subprocess.run([server, 'init', kept], env=private_env(folder), capture_output=True, text=True,
                                  timeout=PATIENCE, check=False)
            if made.returncode != 0:
                raise Failure(f'sotto-server init: exit {made.returncode}\n{made.stdout}{made.stderr}')
            with open(said, 'w', encoding='utf-8') as file:
                file.write(made.stdout)
    for name in ('config.yaml', 'key.pem', 'certificate.pem'):
        shutil.copy2(os.path.join(kept, name), folder)
    with open(said, encoding='utf-8') as file:
        return file.read()


class Server:
    """A server of its own folder. `sotto-server init` makes key and certificate, the harness then
    writes config.yaml: loopback, a free port, cheap bcrypt, loopback exempt from penalties; keyword
    arguments add or replace keys (values as YAML text, a realm in double quotes; None leaves a key
    out)."""

    def __init__(self, folder=None, start=True, within=(), **config):
        self.owns_dir = folder is None
        self.within = list(within)  # a command to run it under, as netns.py has
        self.dir = folder or make_private_dir()
        self.programs = []
        self.current = None
        self.init_output = furnish(self.dir)
        self.init_link = urllib.parse.urlsplit(self.init_output.strip().splitlines()[-1])
        self.config = {
            'realm': json.dumps(self._init_query['realm']),
            'server_address': '127.0.0.1', 'server_port': '0', 'server_certificate': 'certificate.pem',
            'server_privateKey': 'key.pem', 'data_base': 'pass.json', 'bcrypt_cost': '4',
            'exempt_sources': '[127.0.0.0/8, "::1/128"]', **config}
        self.write_config()
        if start:
            try:
                self.start()
            except BaseException:
                if self.current:
                    self.current.kill()
                raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def config_path(self):
        return os.path.join(self.dir, 'config.yaml')

    def write_config(self, **changes):
        self.config.update(changes)
        with open(self.config_path, 'w', encoding='utf-8') as file:
            file.writelines(f'{k}: {v}\n' for k, v in self.config.items() if v is not None)

    def start(self, timeout=None):
        """Starts and waits for the first `listening on` line. A restart keeps the port."""
        self.current = Program(
            [*self.within, program('sotto-server'), '--config', self.config_path], self.dir, 'server',
            env=private_env(self.dir), cwd=self.dir)
        self.programs.append(self.current)
        pattern = re.compile(r'listening on (\S+) port (\d+)$')

        def listening():
            return next((m for m in map(pattern.match, self.current.lines) if m), None)
        self.address, port = self.current.wait_for(listening, 'listening line', timeout).groups()
        self.port = int(port)
        self.write_config(server_port=str(self.port))
        return self

    @property
    def pid(self):
        return self.current.process.pid

    @property
    def log(self):
        """Standard error of every run so far."""
        return ''.join(p.log for p in self.programs)

    @property
    def join_link(self):
        """The link `init` printed, with the port and the realm that the server really has."""
        query = {**self._init_query, 'realm': self.config['realm'] and json.loads(self.config['realm'])}
        host = f'[{self.address}]' if ':' in self.address else self.address
        words = urllib.parse.urlencode({k: v for k, v in query.items() if v}, quote_via=urllib.parse.quote)
        return urllib.parse.urlunsplit(self.init_link._replace(netloc=f'{host}:{self.port}', query=words))

    @property
    def _init_query(self):
        return dict(urllib.parse.parse_qsl(self.init_link.query))

    @property
    def fingerprint(self):
        return self._init_query['fp']

    @property
    def certificate(self):
        return os.path.join(self.dir, 'certificate.pem')

    def read_file(self, name):
        with open(os.path.join(self.dir, name), 'rb') as file:
            return file.read()

    def stop(self, timeout=None):
        """SIGTERM; the exit status."""
        if self.current.running:
            self.current.process.terminate()
        return self.current.wait_exit(timeout)

    def kill(self):
        """kill -9."""
        self.current.kill()

    def restart(self):
        self.stop()
        return self.start()

    def close(self):
        """Ends it and searches its logs; a server that was left running must stop cleanly."""
        try:
            status = self.stop() if self.current and self.current.running else 0
            for run in self.programs:
                run.check_log()
            if status != 0:
                raise Failure(f'server: exit {status} at SIGTERM\n{self.current.story()}')
        finally:
            if self.current:
                self.current.kill()
            if self.owns_dir:
                shutil.rmtree(self.dir, ignore_errors=True)


class Cli:
    """A `sotto-cli --json`, reading commands from a pipe. `server` may be None (then args say where).
    `home` holds its XDG folders; two Cli with the same home and profile are one person's device,
    one after the other. trust: 'link' (default), 'certificate' or None (first use)."""

    def __init__(self, server, profile='alice', args=(), home=None, trust='link', env=None, json_mode=True,
                 terminal=False, cwd=None, within=()):
        self.owns_home = home is None
        self.home = home or make_private_dir()
        self.profile = profile
        self.closed = False
        self.events = []  # every event so far, in order
        self._taken = set()  # indices that an expect() has consumed
        self._parsed = 0
        argv = [*within, program('sotto-cli')] + (['--json'] if json_mode else []) + ['--profile', profile]
        if server is not None:
            argv += self._way_to(server, trust)
        self.json_mode = json_mode
        self.terminal = None
        stdin, preexec = subprocess.PIPE, None
        if terminal:
            self.terminal, stdin = pty.openpty()
            preexec = self._own_terminal
        full_env = private_env(self.home, **(env or {}))
        self.program = Program(argv + list(args), self.home, f'cli-{profile}', env=full_env, stdin=stdin, cwd=cwd or self.home,
                               preexec=preexec)
        if terminal:
            os.close(stdin)

    def _way_to(self, server, trust):
        if trust == 'link':
            return ['--join', server.join_link]
        path = os.path.join(self.home, f'client-{self.profile}.yaml')
        with open(path, 'w', encoding='utf-8') as file:
            file.write(f'server_address: "{server.address}"\nserver_port: {server.port}\n')
            if trust == 'certificate':
                file.write(f'server_certificate: {server.certificate}\n')
        return ['--config', path]

    @staticmethod
    def _own_terminal():
        """In the child: standard input becomes the controlling terminal, as for a person."""
        os.setsid()
        import fcntl
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        _die_with_parent()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def send(self, line):
        """One command line."""
        data = (line + '\n').encode()
        if self.terminal is not None:
            os.write(self.terminal, data)
            return self
        self.program.process.stdin.write(data)
        self.program.process.stdin.flush()
        return self

    def read_terminal(self, until, timeout=None):
        """What the person sees, up to and with a text."""
        seen, deadline = '', time.monotonic() + (timeout or PATIENCE)
        while until not in seen:
            ready, _, _ = select.select([self.terminal], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                raise Failure(f'terminal never showed {until!r} but {seen!r}\n{self.program.story()}')
            try:
                seen += os.read(self.terminal, 4096).decode('utf-8', 'replace')
            except OSError:
                raise Failure(f'terminal closed before {until!r}: {seen!r}\n{self.program.story()}') from None
        return seen

    def _parse(self):
        while self._parsed < len(self.program.lines):
            line = self.program.lines[self._parsed]
            self._parsed += 1
            try:
                self.events.append(check_event(json.loads(line)))
            except ValueError:
                raise Failure(f'standard output is not JSON: {line!r}') from None

    @staticmethod
    def _matches(event, name, fields):
        if event['event'] != name:
            return False
        missing = object()
        for key, want in fields.items():
            key = key.rstrip('_')  # `from` is a word of Python: write from_
            got = event.get(key, missing)
            if got is missing or not (want(got) if callable(want) else want == got):
                return False
        return True

    def _find(self, name, fields, take=True):
        self._parse()
        for i, event in enumerate(self.events):
            if i not in self._taken and self._matches(event, name, fields):
                if take:
                    self._taken.add(i)
                return event
        return None

    def expect(self, event, timeout=None, **fields):
        """The first event of that name and with these fields that no expect() has had yet; waits for
        it. A field's value may be a predicate; write `from_` for `from`."""
        return self.program.wait_for(lambda: self._find(event, fields), f'event {event} {fields}', timeout)

    def seen(self, event, **fields):
        """Such an event if it is there already, which is then taken as by expect(); else None."""
        return self._find(event, fields)

    def every(self, event):
        """All events of that name so far, taken or not."""
        self._parse()
        return [e for e in self.events if e['event'] == event]

    def refute(self, event, seconds, **fields):
        """Fails when such an event is there or comes within that time."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self._find(event, fields, take=False):
                raise Failure(f'{self.profile}: unwanted event {event} {fields}\n{self.program.story()}')
            time.sleep(0.05)

    def sign(self, name, password='correct horse', timeout=None):
        self.send(f'sign {name} {password}')
        return self.expect('authenticated', timeout, username=name)

    def auth(self, name, password='correct horse', timeout=None):
        self.send(f'auth {name} {password}')
        return self.expect('authenticated', timeout, username=name)

    @property
    def log(self):
        return self.program.log

    def end_input(self):
        if self.terminal is None:
            self.program.process.stdin.close()
        else:
            os.write(self.terminal, b'\x04')

    def wait_exit(self, timeout=None):
        status = self.program.wait_exit(timeout)
        if self.json_mode:
            self._parse()
        return status

    def quit(self, timeout=None):
        """`quit`; the exit status."""
        self.send('quit')
        return self.wait_exit(timeout)

    def finish(self, timeout=None):
        """End of input; the exit status."""
        self.end_input()
        return self.wait_exit(timeout)

    def kill(self):
        self.program.kill()

    def close(self):
        """Ends it anyhow, searches its log; the exit status. Again: only the status."""
        if self.closed:
            return self.program.process.returncode
        self.closed = True
        try:
            if self.program.running and self.terminal is None and not self.program.process.stdin.closed:
                try:
                    return self.quit()
                except BrokenPipeError:
                    return self.wait_exit()
            self.program.kill()
            return self.program.process.returncode
        finally:
            self.program.kill()
            if self.terminal is not None:
                os.close(self.terminal)
                self.terminal = None
            elif not self.program.process.stdin.closed:
                try:
                    self.program.process.stdin.close()
                except BrokenPipeError:
                    pass
            self.program.check_log()
            if self.owns_home:
                shutil.rmtree(self.home, ignore_errors=True)


def run_cli(*args, input='', env=None, home=None, cwd=None, timeout=None):
    """One `sotto-cli` from start to end: CompletedProcess with .stdout, .stderr and .events."""
    own = home is None
    home = home or make_private_dir()
    try:
        done = subprocess.run([program('sotto-cli'), *args], input=input, env=private_env(home, **(env or {})), cwd=cwd or home,
                              capture_output=True, text=True, timeout=timeout or PATIENCE * 2, check=False)
    finally:
        if own:
            shutil.rmtree(home, ignore_errors=True)
    if SANITIZER.search(done.stderr):
        raise Failure(f'sotto-cli: a sanitizer reports\n{done.stderr[-12000:]}')
    done.events = [check_event(json.loads(line)) for line in done.stdout.splitlines()] if '--json' in args else []
    return done


class Case:
    """What a test function gets: makes things and cleans them up, in reverse order."""

    def __init__(self):
        self.dir = make_private_dir()
        self._homes = {}
        self._closers = []
        self.notes = []  # said with the result

    def server(self, **config):
        server = Server(folder=self.folder('server'), **config)
        self.defer(server.close)
        return server

    def cli(self, server, profile='alice', **options):
        """Each profile keeps its home within the case, so a second Cli finds the first one's files."""
        options.setdefault('home', self.home(profile))
        cli = Cli(server, profile, **options)
        self.defer(cli.close)
        return cli

    def home(self, profile):
        if profile not in self._homes:
            self._homes[profile] = self.folder(f'home-{profile}')
        return self._homes[profile]

    def folder(self, name):
        path, n = os.path.join(self.dir, name), 1
        while os.path.exists(path):
            n += 1
            path = os.path.join(self.dir, f'{name}-{n}')
        os.makedirs(path, mode=0o700)
        return path

    def defer(self, closer):
        self._closers.append(closer)

    def close(self):
        problems = []
        while self._closers:
            try:
                self._closers.pop()()
            except Exception as problem:  # pylint: disable=broad-except
                problems.append(problem)
        shutil.rmtree(self.dir, ignore_errors=True)
        if problems:
            raise problems[0]

    @staticmethod
    def equal(got, want, what='value'):
        if got != want:
            raise Failure(f'{what}: got {got!r}, want {want!r}')

    @staticmethod
    def check(condition, what):
        if not condition:
            raise Failure(what)


class Tap:
    """Test Anything Protocol on standard output."""

    def __init__(self, plan, out=sys.stdout):
        self.n, self.failed, self.out = 0, 0, out
        self._turn = threading.Lock()  # cases may run side by side
        self._say(f'1..{plan}')

    def _say(self, text):
        print(text, file=self.out, flush=True)

    def note(self, text):
        for line in str(text).splitlines():
            self._say(f'# {line}')

    def ok(self, good, name, note=''):
        with self._turn:
            self.n += 1
            self.failed += not good
            if note:
                self.note(note)
            self._say(f"{'ok' if good else 'not ok'} {self.n} - {name}")

    def skip(self, name, why):
        with self._turn:
            self.n += 1
            self._say(f'ok {self.n} - {name} # SKIP {why}')


def whole_stacks():
    return leaks.WHOLE_STACKS in os.environ.get('ASAN_OPTIONS', '')


def run_case(tap, name, function):
    """One case, whatever happens in it; once more with whole stacks if that alone can tell whose a leak is."""
    case, began = Case(), time.monotonic()
    try:
        try:
            function(case)
        except BaseException:
            try:
                case.close()
            except Exception as also:  # pylint: disable=broad-except
                tap.note(f'while cleaning up: {also}')
            raise
        case.close()
        tap.ok(True, name, '\n'.join([f'{name}: {time.monotonic() - began:.1f} s', *case.notes]))
    except Skip as why:
        tap.skip(name, why)
    except UnknownLeak as leak:
        tap.note(f'{leak}\nonce more, with whole stacks')
        os.environ['ASAN_OPTIONS'] = os.environ.get('ASAN_OPTIONS', '') + ':' + leaks.WHOLE_STACKS
        run_case(tap, name, function)
    except Exception:  # pylint: disable=broad-except
        tap.ok(False, name, traceback.format_exc())


def chosen(namespace):
    """Every `test_…` of a module in the order written; arguments choose by part of the name."""
    tests = [(k[5:].replace('_', ' '), v) for k, v in namespace.items() if k.startswith('test_') and callable(v)]
    wanted = sys.argv[1:]
    return [(name, f) for name, f in tests if not wanted or any(w.replace('_', ' ') in name for w in wanted)]


def main(namespace):
    """Runs them one after the other."""
    tests = chosen(namespace)
    tap = Tap(len(tests))
    for name, function in tests:
        run_case(tap, name, function)
    sys.exit(1 if tap.failed or not tests else 0)


def main_at_once(namespace, prepare=lambda: None):
    """As main(), but several cases run side by side: for such as mostly wait, the longest first.
    prepare() runs before any; a Skip of it is everybody's."""
    tests = chosen(namespace)
    tap = Tap(len(tests))
    try:
        prepare()
    except Skip as why:
        for name, _ in tests:
            tap.skip(name, why)
        sys.exit(0)
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for name, function in tests:
            pool.submit(run_case, tap, name, function)
    sys.exit(1 if tap.failed or not tests else 0)
