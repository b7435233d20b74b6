#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ./run does once the programs are built: keeps a server in a folder of its own, opens a client
that is pointed at it, and stops the server with the last client.

Who is there is told by locks, which the kernel drops when a process dies however it dies:
server.pid is locked by the server, clients.lock is shared by every session that has a client, and
start.lock makes coming and going of sessions one at a time."""

import contextlib
import fcntl
import hashlib
import os
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import sys
import time

START_SECONDS = 30
STOP_SECONDS = 10
PORTS_TRIED = 200
WILDCARDS = {'0.0.0.0': '127.0.0.1', '::': '::1'}


def say(text):
    print(text, flush=True)


class Trouble(Exception):
    """Told to the person in one sentence."""


@contextlib.contextmanager
def exclusive(path):
    with open(path, 'a', encoding='utf-8') as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def locked_by_another(path):
    if not path.exists():
        return False
    with open(path, 'a', encoding='utf-8') as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def der_value(data, at):
    """(start of the value, end) of the DER element at an offset."""
    length, at = data[at + 1], at + 2
    if length & 0x80:
        n = length & 0x7F
        length, at = int.from_bytes(data[at:at + n], 'big'), at + n
    return at, at + length


def key_id(certificate):
    """First 8 bytes of SHA-256 of the SubjectPublicKeyInfo: what HELLO says of the server's key."""
    data = certificate.read_bytes()
    if b'-----BEGIN' in data:
        data = ssl.PEM_cert_to_DER_cert(data[data.index(b'-----BEGIN'):].decode('ascii').strip())
    at, _ = der_value(data, 0)  # Certificate
    at, _ = der_value(data, at)  # TBSCertificate
    if data[at] == 0xA0:  # version
        at = der_value(data, at)[1]
    for _ in ('serial', 'signature', 'issuer', 'validity', 'subject'):
        at = der_value(data, at)[1]
    return hashlib.sha256(data[at:der_value(data, at)[1]]).digest()[:8]


class Config:
    """The server's config.yaml: the few keys that matter here, the rest is left as it is."""

    def __init__(self, path):
        self.path = path

    def get(self, key, fallback):
        match = re.search(rf'^{key}:[ \t]*([^#\n]*)', self.path.read_text(encoding='utf-8'), re.M)
        return match.group(1).strip().strip('"\'') if match and match.group(1).strip() else fallback

    def set(self, key, value):
        text = self.path.read_text(encoding='utf-8')
        line = f'{key}: {value}'
        text, n = re.subn(rf'^{key}:[^\n]*', line, text, flags=re.M)
        self.path.write_text(text if n else f'{text}{line}\n', encoding='utf-8')

    @property
    def address(self):
        address = self.get('server_address', '127.0.0.1')
        return WILDCARDS.get(address, address)

    @property
    def port(self):
        return int(self.get('server_port', '10000'))

    @property
    def certificate(self):
        return self.path.parent / self.get('server_certificate', 'certificate.pem')


class LocalServer:
    """The server that ./run keeps. Its folder is made once and stays: accounts live in it."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.config = Config(folder / 'config.yaml')
        self.pid_file, self.log = folder / 'server.pid', folder / 'server.log'

    def make(self):
        if self.config.path.exists():
            return
        done = subprocess.run([self.program, 'init', self.folder], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Trouble(f'The server could not be set up: {done.stderr.strip()}')

    def answers(self):
        """True when what listens on our port is a server with our key."""
        try:
            with socket.create_connection((self.config.address, self.config.port), timeout=2) as connection:
                connection.settimeout(2)
                hello = b''
                while len(hello) < 18:  # length 4, type, version, features 4, kid 8
                    more = connection.recv(4096)
                    if not more:
                        return False
                    hello += more
        except OSError:
            return False
        return hello[4:6] == b'\x01\x01' and hello[10:18] == key_id(self.config.certificate)

    def port_is_free(self, port):
        try:
            found = socket.getaddrinfo(self.config.get('server_address', '127.0.0.1'), port, type=socket.SOCK_STREAM)
            for family, _, _, _, address in found:
                with socket.socket(family, socket.SOCK_STREAM) as tcp, socket.socket(family, socket.SOCK_DGRAM) as udp:
                    tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    tcp.bind(address)
                    udp.bind(address)
        except OSError:
            return False
        return True

    def choose_port(self):
        wanted = self.config.port
        if wanted == 0 or self.port_is_free(wanted):
            return
        for port in range(wanted + 1, min(wanted + PORTS_TRIED, 65536)):
            if self.port_is_free(port):
                self.config.set('server_port', port)
                say(f'Port {wanted} is taken by another program; the server now has port {port} '
                    f'(written to {self.config.path}).')
                return
        raise Trouble(f'No free port from {wanted} on.')

    def start(self):
        self.choose_port()
        with open(self.pid_file, 'w', encoding='utf-8') as lock, open(self.log, 'wb') as log:
            fcntl.flock(lock, fcntl.LOCK_EX)
            # The server inherits the locked file: the lock lasts exactly as long as the server.
            process = subprocess.Popen(
                [self.program, '--config', self.config.path], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, pass_fds=[lock.fileno()], start_new_session=True)
            lock.write(f'{process.pid}\n')
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                tail = self.log.read_text(encoding='utf-8', errors='replace')[-2000:]
                raise Trouble(f'The server does not start. It says:\n{tail}')
            time.sleep(0.05)

    def ensure(self):
        self.make()
        if not self.answers():
            if locked_by_another(self.pid_file):
                self.stop()  # ours, but it hangs
            self.start()
            say(f'Server: {self.config.address} port {self.config.port}, kept in {self.folder}')

    def stop(self):
        """Only a server that ./run started; one that a person started is theirs."""
        if not locked_by_another(self.pid_file):
            return
        pid = int(self.pid_file.read_text(encoding='utf-8') or 0)
        for sign, patience in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, STOP_SECONDS)):
            with contextlib.suppress(ProcessLookupError):
                if pid:
                    os.kill(pid, sign)
            deadline = time.monotonic() + patience
            while locked_by_another(self.pid_file):
                if time.monotonic() > deadline:
                    break
                time.sleep(0.05)
            else:
                self.pid_file.unlink(missing_ok=True)
                return

    def write_client_config(self):
        """Address and certificate: the client need not ask whether it may trust its own machine."""
        path = self.folder / 'client.yaml'
        text = (f'# Written by ./run at each start.\nserver_address: "{self.config.address}"\n'
                f'server_port: {self.config.port}\nserver_certificate: "{self.config.certificate}"\n')
        if not path.exists() or path.read_text(encoding='utf-8') != text:
            path.write_text(text, encoding='utf-8')
        return path


def client_command(build, mode, config, profile):
    program = build / ('gui/sotto' if mode == 'window' else 'cli/sotto-cli')
    return [program, '--config', config, '--profile', profile]


def client_env(build):
    """A client that is not installed finds its settings' schema and catalogues where they were built."""
    env = dict(os.environ)
    if (build / 'data' / 'gschemas.compiled').exists():
        env['GSETTINGS_SCHEMA_DIR'] = str(build / 'data')
    if (build / 'po').is_dir():
        env['SOTTO_LOCALEDIR'] = str(build / 'po')
    return env


def run_client(command, env):
    """Runs it in the foreground. A signal that asks us to end asks the client first."""
    client = subprocess.Popen(command, env=env)

    def pass_on(number, _frame):
        with contextlib.suppress(ProcessLookupError):
            client.send_signal(number)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, pass_on)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to the client as well
    status = client.wait()
    return 128 - status if status < 0 else status


def main(build, mode, profile):
    data = pathlib.Path(os.environ.get('XDG_DATA_HOME') or pathlib.Path.home() / '.local' / 'share')
    folder = data / 'sotto' / 'run-server'
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    server = LocalServer(build / 'server' / 'sotto-server', folder)
    with open(folder / 'clients.lock', 'a', encoding='utf-8') as clients:
        with exclusive(folder / 'start.lock'):
            fcntl.flock(clients, fcntl.LOCK_SH)
            server.ensure()
            config = server.write_client_config()
        try:
            return run_client(client_command(build, mode, config, profile), client_env(build))
        finally:
            with exclusive(folder / 'start.lock'):
                fcntl.flock(clients, fcntl.LOCK_UN)
                if not locked_by_another(folder / 'clients.lock'):
                    server.stop()


if __name__ == '__main__':
    try:
        sys.exit(main(pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        sys.exit(1)
