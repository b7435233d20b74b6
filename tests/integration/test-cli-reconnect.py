#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""sotto-cli and a server that goes, comes back, comes back as another one, or is killed."""

import errno
import os
import shutil
import socket
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

from harness import Program, Server, Skip, free_port, main, private_env, program  # noqa: E402

SECRET = 'a-quiet-word'
KILLS = int(os.environ.get('SOTTO_TEST_KILLS', '20'))


def pair(t, server):
    clients = t.cli(server, 'ann'), t.cli(server, 'ben')
    for client, name in zip(clients, ('ann', 'ben')):
        client.sign(name, SECRET)
    return clients


def test_it_comes_back_by_itself(t):
    server = t.server()
    ann, ben = pair(t, server)
    ann.send('send ben before')
    ben.expect('message', text='before')
    ann.expect('delivered')
    t.equal(server.stop(), 0, 'exit of the server')
    for client in (ann, ben):
        client.expect('disconnected', retry_in=lambda seconds: seconds is not None and 0 <= seconds <= 30)
    server.start()
    for client, name in ((ann, 'ann'), (ben, 'ben')):
        client.expect('authenticated', timeout=60, username=name)
    ann.send('send ben after')
    ben.expect('message', text='after', timeout=60)
    ann.expect('delivered', timeout=60)
    ann.send('list')
    ann.expect('users', online=['ann', 'ben'])


def test_it_comes_back_after_a_crash(t):
    server = t.server()
    ann, ben = pair(t, server)
    server.kill()
    ann.expect('disconnected', retry_in=lambda seconds: seconds is not None)
    server.start()
    ann.expect('authenticated', timeout=60, username='ann')
    ben.expect('authenticated', timeout=60, username='ben')
    ben.send('send ann hello')
    ann.expect('message', from_='ben', text='hello', timeout=60)


def test_an_open_conversation_outlives_the_server(t):
    server = t.server()
    ann, ben = pair(t, server)
    ann.send('send ben before')
    ann.expect('delivered')
    server.stop()
    ann.expect('disconnected')
    ben.expect('disconnected')
    ann.send('send ben without a server')
    ben.expect('message', text='without a server')
    ann.expect('delivered')
    server.start()


def test_first_use_pins_and_another_key_is_refused(t):
    server = t.server()
    ann = t.cli(server, 'ann', trust=None)
    ann.send(f'sign ann {SECRET}')
    ann.expect('connected', first_use=True, fingerprint=server.fingerprint)
    ann.expect('authenticated', username='ann')
    t.equal(ann.quit(), 0, 'exit')
    again = t.cli(server, 'ann', trust=None)
    again.send(f'auth ann {SECRET}')
    again.expect('connected', first_use=False)
    again.expect('authenticated')
    t.equal(again.quit(), 0, 'exit')
    server.stop()
    other = Server(folder=t.folder('other'), start=False, server_port=str(server.port))
    t.defer(other.close)
    other.start()
    tricked = t.cli(other, 'ann', trust=None)
    tricked.send(f'auth ann {SECRET}')
    tricked.expect('error', code='server_key')
    t.equal(tricked.wait_exit(), 1, 'exit')
    t.check(not any(e['event'] in ('authenticated', 'refused') for e in tricked.events), tricked.events)


def test_a_certificate_pins_as_well(t):
    server = t.server()
    ann = t.cli(server, 'ann', trust='certificate')
    ann.send(f'sign ann {SECRET}')
    ann.expect('connected', fingerprint=server.fingerprint)
    ann.expect('authenticated')
    ann.quit()
    server.stop()
    other = Server(folder=t.folder('other'), start=False, server_port=str(server.port))
    t.defer(other.close)
    other.start()
    shutil.copy(server.certificate, os.path.join(other.dir, 'kept.pem'))
    path = os.path.join(other.dir, 'client.yaml')
    with open(path, 'w', encoding='utf-8') as file:
        file.write(f'server_address: {other.address}\nserver_port: {other.port}\nserver_certificate: kept.pem\n')
    for profile in ('ann', 'new'):
        tricked = t.cli(None, profile, args=['--config', path])
        tricked.send(f'auth ann {SECRET}')
        tricked.expect('error', code='server_key')
        t.equal(tricked.wait_exit(), 1, 'exit')


def test_killed_right_after_true_to_sign(t):
    """The account is there: True is said only once it is on disk."""
    server = t.server()
    for n in range(KILLS):
        client = t.cli(server, f'p{n}')
        client.sign(f'user{n}', SECRET)
        server.kill()
        client.kill()
        server.start()
        again = t.cli(server, f'q{n}')
        again.auth(f'user{n}', SECRET)
        again.kill()


def seed_port_is_free():
    for family, address in ((socket.AF_INET, '127.0.0.1'), (socket.AF_INET6, '::1')):
        try:
            with socket.socket(family, socket.SOCK_STREAM) as tcp, socket.socket(family, socket.SOCK_DGRAM) as udp:
                tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                tcp.bind((address, 10000))
                udp.bind((address, 10000))
        except OSError as problem:
            if problem.errno == errno.EADDRINUSE:
                return False
    return True


SEED_SERVER = '''server_address: localhost
server_port: 10000
server_certificate: ./KeyA/A_certificate.crt
server_privateKey: ./KeyA/A_privateKey.key
data_base: pass.json'''
SEED_CLIENT = '''server_address: localhost
server_port: 10000
server_certificate: ./KeyA_/A_certificate.crt'''


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)


def test_the_configuration_files_of_the_seed(t):
    """Word for word; each program finds its own as ./config.yaml."""
    if not seed_port_is_free():
        raise Skip('port 10000 is taken')
    keys, server_dir, client_dir = t.folder('keys'), t.folder('Server'), t.folder('Client')
    subprocess.run([program('sotto-server'), 'init', keys], check=True, capture_output=True, env=private_env(keys))
    write(os.path.join(server_dir, 'config.yaml'), SEED_SERVER)
    write(os.path.join(client_dir, 'config.yaml'), SEED_CLIENT)
    os.makedirs(os.path.join(server_dir, 'KeyA'))
    os.makedirs(os.path.join(client_dir, 'KeyA_'))
    shutil.copy(os.path.join(keys, 'key.pem'), os.path.join(server_dir, 'KeyA', 'A_privateKey.key'))
    shutil.copy(os.path.join(keys, 'certificate.pem'), os.path.join(server_dir, 'KeyA', 'A_certificate.crt'))
    shutil.copy(os.path.join(keys, 'certificate.pem'), os.path.join(client_dir, 'KeyA_', 'A_certificate.crt'))
    run = Program([program('sotto-server')], t.dir, 'server', env=private_env(t.folder('home')), cwd=server_dir)
    t.defer(run.kill)
    run.wait_for(lambda: next((line for line in run.lines if line.endswith('port 10000')), None), 'listening line')
    people = t.cli(None, 'ann', cwd=client_dir), t.cli(None, 'ben', cwd=client_dir)
    for client, name in zip(people, ('ann', 'ben')):
        client.sign(name, SECRET)
    people[0].send('send ben as ever')
    people[1].expect('message', from_='ann', text='as ever')
    people[0].expect('delivered', to='ben')
    for client in people:
        client.quit()
    run.process.terminate()
    t.equal(run.wait_exit(), 0, 'exit of the server')
    t.check(os.path.exists(os.path.join(server_dir, 'pass.json')), 'pass.json is not beside config.yaml')


def test_ports_are_given_back(t):
    """A restarted server gets its port again at once, with clients still connected."""
    server = t.server(server_port=str(free_port()))
    pair(t, server)
    port = server.port
    for _ in range(3):
        server.kill()
        server.start()
        t.equal(server.port, port, 'port')


main(globals())
