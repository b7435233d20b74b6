#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files between two terminal clients: any size, many at once, over kills and restarts of either side, and never over
what is there."""

import hashlib
import os
import stat
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

from harness import Failure, main, wait_until  # noqa: E402

SECRET = 'a-quiet-word'
MB = 1000 * 1000
BIG = int(os.environ.get('SOTTO_TEST_FILE_MB', '60')) * MB


def sign_up(t, server, *names):
    people = []
    for name in names:
        person = t.cli(server, name)
        person.sign(name, SECRET)
        people.append(person)
    return people


def log_in(t, server, name):
    person = t.cli(server, name)
    person.auth(name, SECRET)
    return person


def make_file(t, name, size, seed=1):
    """Bytes that nothing compresses or repeats."""
    path = os.path.join(t.folder('own'), name)
    with open(path, 'wb') as file:
        block = hashlib.shake_256(str(seed).encode()).digest(min(size, 1 << 20)) if size else b''
        for at in range(0, size, 1 << 20):
            head = at.to_bytes(8, 'big')
            file.write((head + block[8:])[:min(1 << 20, size - at)])
    return path


def hash_of(path):
    digest = hashlib.sha256()
    with open(path, 'rb') as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def offer(sender, to, path):
    sender.send(f'file {to} {path}')
    return sender.expect('file', to=to, name=os.path.basename(path), size=os.path.getsize(path), done=0)['id']


def is_whole(size, path=True):
    """Fields of the event that ends a transfer well."""
    fields = {'size': size, 'done': size}
    return {**fields, 'path': lambda p: isinstance(p, str)} if path else fields


def downloads(person):
    return os.path.join(person.home, 'Downloads')


def test_a_file_arrives(t):
    server = t.server()
    ann, ben = sign_up(t, server, 'ann', 'ben')
    for n, size in enumerate((0, 1, 5000, 3 * MB)):
        path = make_file(t, f'file {n}.bin', size, n)
        os.chmod(path, 0o755)
        number = offer(ann, 'ben', path)
        theirs = ben.expect('file', from_='ann', id=number, name=f'file {n}.bin', size=size, done=0)
        t.equal(sorted(theirs), ['done', 'event', 'from', 'id', 'name', 'size'], 'fields of an offer')
        ben.send(f'accept {number}')
        got = ben.expect('file', id=number, **is_whole(size))
        t.equal(got['path'], os.path.join(downloads(ben), f'file {n}.bin'), 'where it is')
        t.equal(hash_of(got['path']), hash_of(path), 'its bytes')
        t.equal(stat.S_IMODE(os.stat(got['path']).st_mode) & 0o111, 0, 'executable bits')
        ann.expect('file', id=number, **is_whole(size, False))
    t.equal(ann.finish(), 0, 'exit of the sender')
    t.equal(ben.finish(), 0, 'exit of the receiver')


main(globals())
