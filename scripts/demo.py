#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`./run demo`: a server and two terminal clients in temporary folders talk to each other. Prints
the conversation; anything that is not as it should be ends it with an error. Nothing stays behind:
the kernel kills the three programs should this one die."""

import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / 'tests' / 'lib'))

PASSWORDS = {'alice': 'sesame, open up', 'bob': 'a quiet word'}
CONVERSATION = (
    ('alice', 'bob', 'Psst. Can you hear me?'),
    ('bob', 'alice', 'Loud and clear, and nobody else does.'),
    ('alice', 'bob', 'Not even the server?'),
    ('bob', 'alice', 'Not even the server: straight to you over UDP, sotto voce.'),
)


def say(text):
    print(text, flush=True)


def sign_up(clients):
    for name, client in clients.items():
        client.send(f'sign {name} -')  # the password comes in SOTTO_PASSWORD, not over the line
        client.expect('authenticated', username=name)
        say(f'* {name} has signed up')


def list_each_other(clients):
    for name, client in clients.items():
        client.send('list')
        client.expect('users', online=sorted(clients))
        say(f'* {name} sees: {", ".join(sorted(clients))}')


def exchange(clients):
    for sender, receiver, text in CONVERSATION:
        clients[sender].send(f'send {receiver} {text}')
        queued = clients[sender].expect('queued', to=receiver)
        clients[receiver].expect('message', from_=sender, text=text, id=queued['id'])
        clients[sender].expect('delivered', to=receiver, id=queued['id'])
        say(f'  {sender:>5}: {text}')


def prove_direct(clients):
    channels = [client.expect('channel', state='open', path='direct') for client in clients.values()]
    numbers = {channel['safety_number'] for channel in channels}
    if len(numbers) != 1:
        raise harness.Failure(f'the safety numbers differ: {numbers}')
    say(f'* directly over UDP; both see the safety number\n  {numbers.pop()}')


def play():
    with harness.Server() as server:
        say(f'* a server listens on {server.address} port {server.port}')
        with harness.Cli(server, 'alice', env={'SOTTO_PASSWORD': PASSWORDS['alice']}) as alice, \
                harness.Cli(server, 'bob', env={'SOTTO_PASSWORD': PASSWORDS['bob']}) as bob:
            clients = {'alice': alice, 'bob': bob}
            sign_up(clients)
            list_each_other(clients)
            exchange(clients)
            prove_direct(clients)
            for name, client in clients.items():
                status = client.finish()
                if status != 0:
                    raise harness.Failure(f'{name} ended with {status}\n{client.program.story()}')
    say('* everyone has left')


def main(build):
    try:
        play()
    except (harness.Failure, harness.Skip) as problem:
        print(f'The demo failed: {problem}', file=sys.stderr)
        return 1
    return 0


if __name__ == '__main__':
    os.environ['SOTTO_BUILD_DIR'] = sys.argv[1]
    import harness
    sys.exit(main(sys.argv[1]))
