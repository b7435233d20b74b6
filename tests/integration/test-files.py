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

from harness import Skip, main, wait_until  # noqa: E402

SECRET = 'a-quiet-word'
MB = 1000 * 1000
LONG = '--long' in sys.argv  # a file of 1 GB, and one of 4 GiB
sys.argv = [word for word in sys.argv if word != '--long']
BIG = (1000 if LONG else 50) * MB
SLOW = 60 + BIG / (2 * MB)  # seconds that a big one may take, for sanitizers on a busy machine


# What a sanitizer keeps of freed memory is not what a program needs.
LEAN = {'ASAN_OPTIONS': os.environ.get('ASAN_OPTIONS', '') + ':quarantine_size_mb=1:thread_local_quarantine_size_kb=64'}


def sign_up(t, server, *names, env=None):
    people = []
    for name in names:
        person = t.cli(server, name, env=env)
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
    """Its id, that of the first event about a file nobody had heard of."""
    known = {event['id'] for event in sender.every('file')}
    sender.send(f'file {to} {path}')
    return sender.expect('file', to=to, id=lambda i: i not in known, size=os.path.getsize(path), done=0)['id']


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


def test_nothing_is_written_over(t):
    server = t.server()
    ann, ben = sign_up(t, server, 'ann', 'ben')
    os.mkdir(downloads(ben))
    mine = os.path.join(downloads(ben), 'a.txt')
    with open(mine, 'w', encoding='utf-8') as file:
        file.write('mine')
    names = ['a (2).txt', 'a (3).txt', 'a (4).txt']
    path = make_file(t, 'a.txt', 1000)
    for name in names:
        number = offer(ann, 'ben', path)
        ben.expect('file', id=number)
        ben.send(f'accept {number}')
        t.equal(ben.expect('file', id=number, **is_whole(1000))['path'], os.path.join(downloads(ben), name), 'path')
    with open(mine, encoding='utf-8') as file:
        t.equal(file.read(), 'mine', 'what was there')
    t.equal(sorted(os.listdir(downloads(ben))), sorted(['a.txt', *names]), 'downloads')


def test_names_are_made_safe(t):
    "What a name does on the way to the eye, it does not do on the disk."
    server = t.server()
    ann, ben = sign_up(t, server, 'ann', 'ben')
    for name, safe in (('.bashrc', '_bashrc'), ('photo\u202egpj.exe', 'photo_gpj.exe'), ('a\x07b', 'a_b'), ('x' * 251 + '.txt', 'x' * 251 + '.txt'),
                       ('\N{SNOWMAN} d\u00e9j\u00e0 vu.tar.gz', '\N{SNOWMAN} d\u00e9j\u00e0 vu.tar.gz')):
        path = make_file(t, name, 10)
        number = offer(ann, 'ben', path)
        told = ben.expect('file', id=number)['name']
        t.check(not any(c in told for c in '\u202e\x07/'), f'{told!r} is fit to be shown')
        ben.send(f'accept {number}')
        t.equal(os.path.basename(ben.expect('file', id=number, **is_whole(10))['path']), safe, 'name on the disk')
        ann.expect('file', id=number, **is_whole(10, False))


def test_refused_and_cancelled(t):
    server = t.server()
    ann, ben = sign_up(t, server, 'ann', 'ben')
    small, big = make_file(t, 'small', 10), make_file(t, 'big', BIG)

    number = offer(ann, 'ben', small)
    ben.expect('file', id=number)
    ben.send(f'refuse {number}')
    for side in (ben, ann):
        side.expect('file', id=number, state='refused', code='declined')

    number = offer(ann, 'ben', small)
    ben.expect('file', id=number)
    ann.send(f'refuse {number}')
    for side in (ann, ben):
        side.expect('file', id=number, state='refused', code='cancelled')
    ben.send(f'accept {number}')
    ben.expect('error', code='not_found')

    for who in (ann, ben):
        number = offer(ann, 'ben', big)
        ben.expect('file', id=number)
        ben.send(f'accept {number}')
        who.expect('file', id=number, done=lambda d: 0 < d < BIG)
        who.send(f'refuse {number}')
        for side in (ann, ben):
            side.expect('file', id=number, state='refused', code='cancelled')
    t.check(not os.path.exists(os.path.join(downloads(ben), 'big')), 'nothing is left of it')
    wait_until(lambda: partials(ben) == [], 'the partial file goes')

    number = offer(ann, 'ben', small)  # the channel is as good as before
    ben.expect('file', id=number)
    ben.send(f'accept {number}')
    ben.expect('file', id=number, **is_whole(10))
    t.equal(ann.finish(), 0, 'exit of the sender: its outbox is empty')


def test_cancelled_while_they_are_away(t):
    server = t.server()
    ann, ben = sign_up(t, server, 'ann', 'ben')
    path = make_file(t, 'a', 10)
    number = offer(ann, 'ben', path)
    ben.expect('file', id=number)
    ben.quit()
    ann.expect('left', username='ben')
    ann.expect('channel', state='closed')
    ann.send(f'refuse {number}')
    ann.expect('file', id=number, state='refused', code='cancelled')
    ann.quit()
    ben = log_in(t, server, 'ben')
    ben.expect('file', id=number, done=0)  # nobody told them yet
    ann = log_in(t, server, 'ann')
    ann.send('send ben hello')
    ben.expect('file', id=number, state='refused', code='cancelled')


def test_an_offer_waits_for_them(t):
    "Offered to somebody who is away, by somebody who is killed meanwhile; accepted in another run than it came."
    server = t.server()
    ann, ben = sign_up(t, server, 'ann', 'ben')
    ben.quit()
    path = make_file(t, 'a', 100000)
    number = offer(ann, 'ben', path)
    ann.expect('error', to='ben', id=number, code='offline')
    ann.kill()
    ben = log_in(t, server, 'ben')
    ann = log_in(t, server, 'ann')
    ben.expect('file', id=number, from_='ann', timeout=60)
    ben.kill()
    ben = log_in(t, server, 'ben')
    ben.expect('file', id=number, from_='ann')
    ben.send(f'accept {number}')
    t.equal(hash_of(ben.expect('file', id=number, timeout=60, **is_whole(100000))['path']), hash_of(path), 'its bytes')
    ann.expect('file', id=number, **is_whole(100000, False))
    t.equal(ann.finish(), 0, 'exit of the sender')


def test_several_at_once(t):
    server = t.server()
    ann, ben = sign_up(t, server, 'ann', 'ben')
    paths = {}
    for n in range(17):
        path = make_file(t, f'f{n}', 300000 + n, n)
        paths[offer(ann, 'ben', path)] = path
    first = list(paths)[:16]
    last = list(paths)[16]
    ann.expect('file', id=last, state='refused', code='too_many')
    for number in first:
        ben.expect('file', id=number)
        ben.send(f'accept {number}')
    for number in first:
        path = paths[number]
        t.equal(hash_of(ben.expect('file', id=number, **is_whole(os.path.getsize(path)))['path']), hash_of(path), 'bytes')
        ann.expect('file', id=number, **is_whole(os.path.getsize(path), False))
    t.check(all(event['id'] != last for event in ben.every('file')), 'nobody was bothered with one too many')
    number = offer(ann, 'ben', paths[last])  # now there is room
    ben.expect('file', id=number)


def partials(person):
    return [name for folder, _, names in os.walk(person.home) if os.path.basename(folder) == 'partial' for name in names]


def start_big(ann, ben, path, share=3):
    """An accepted transfer that is somewhere in its middle."""
    number = offer(ann, 'ben', path)
    ben.expect('file', id=number)
    ben.send(f'accept {number}')
    ben.expect('file', id=number, done=lambda d: BIG / (2 * share) < d < BIG, timeout=SLOW)
    return number


def test_the_receiver_is_killed(t):
    server = t.server()
    ann, ben = sign_up(t, server, 'ann', 'ben')
    path = make_file(t, 'big', BIG)
    number = start_big(ann, ben, path)
    ben.kill()
    t.equal(len(partials(ben)), 1, 'partial files')
    ben = log_in(t, server, 'ben')
    ben.expect('file', id=number, done=lambda d: BIG / 8 < d < BIG, timeout=SLOW)
    t.equal(hash_of(ben.expect('file', id=number, timeout=SLOW, **is_whole(BIG))['path']), hash_of(path), 'its bytes')
    ann.expect('file', id=number, timeout=SLOW, **is_whole(BIG, False))
    begun = [event['done'] for event in ben.every('file') if event['id'] == number]
    t.check(min(begun) > BIG / 8, f'it went on where it was: {begun}')
    t.equal(os.listdir(downloads(ben)), ['big'], 'one file')
    t.equal(partials(ben), [], 'partial files')


def test_what_a_crash_left_is_swept(t):
    server = t.server()
    ann, ben = sign_up(t, server, 'ann', 'ben')
    path = make_file(t, 'big', BIG)
    number = start_big(ann, ben, path)
    ben.kill()
    folder = next(folder for folder, _, _ in os.walk(ben.home) if os.path.basename(folder) == 'partial')
    with open(os.path.join(folder, '00000000000000ff'), 'w', encoding='utf-8') as file:
        file.write('of a transfer nobody knows')
    ben = log_in(t, server, 'ben')
    ben.expect('file', id=number, timeout=SLOW, **is_whole(BIG))
    t.equal(partials(ben), [], 'partial files')


def test_the_sender_is_killed(t):
    server = t.server()
    ann, ben = sign_up(t, server, 'ann', 'ben')
    path = make_file(t, 'big', BIG)
    number = start_big(ann, ben, path)
    ann.kill()
    ann = log_in(t, server, 'ann')
    ann.expect('file', id=number, done=lambda d: BIG / 8 < d < BIG, timeout=SLOW)
    t.equal(hash_of(ben.expect('file', id=number, timeout=SLOW, **is_whole(BIG))['path']), hash_of(path), 'its bytes')
    ann.expect('file', id=number, timeout=SLOW, **is_whole(BIG, False))
    t.equal(ann.finish(), 0, 'exit of the sender')


def test_cancelled_when_nobody_hears_it(t):
    "The receiver was killed and the channel does not know yet; the sender ends at once. The offer is over all the same."
    server = t.server()
    ann, ben = sign_up(t, server, 'ann', 'ben')
    number = offer(ann, 'ben', make_file(t, 'a', 1000))
    ben.expect('file', id=number)
    ben.kill()
    ann.send(f'refuse {number}')
    ann.expect('file', id=number, state='refused', code='cancelled')
    t.equal(ann.finish(), 0, 'exit of the sender')
    ben = log_in(t, server, 'ben')
    ben.expect('file', id=number, done=0)
    ann = log_in(t, server, 'ann')
    ann.send('send ben something else')
    ben.expect('file', id=number, state='refused', code='cancelled')
    ben.send(f'accept {number}')
    ben.expect('error', code='not_found')


def test_a_file_that_changes(t):
    "While it waits, and while it moves: cancelled, and the sender hears why."
    server = t.server()
    ann, ben = sign_up(t, server, 'ann', 'ben')
    path = make_file(t, 'a', 1000)
    number = offer(ann, 'ben', path)
    ben.expect('file', id=number)
    with open(path, 'ab') as file:
        file.write(b'more')
    ben.send(f'accept {number}')
    ann.expect('error', code='io', to='ben', id=number, message=lambda m: 'changed' in m)
    for side in (ann, ben):
        side.expect('file', id=number, state='refused', code='cancelled')

    path = make_file(t, 'big', BIG)
    number = start_big(ann, ben, path)
    os.utime(path)
    ann.expect('error', code='io', id=number)
    for side in (ann, ben):
        side.expect('file', id=number, state='refused', code='cancelled')
    t.equal(os.path.exists(downloads(ben)) and os.listdir(downloads(ben)), [], 'downloads')


def test_no_way_to_the_folder(t):
    "Where files are to go there is a file: told when it is accepted, not after a gigabyte."
    server = t.server()
    ann, ben = sign_up(t, server, 'ann', 'ben')
    with open(downloads(ben), 'w', encoding='utf-8') as file:
        file.write('in the way')
    number = offer(ann, 'ben', make_file(t, 'a', 1000))
    ben.expect('file', id=number)
    ben.send(f'accept {number}')
    ben.expect('error', code='io', id=number)
    for side in (ann, ben):
        side.expect('file', id=number, state='refused', code='cancelled')


def test_the_folder_of_the_configuration(t):
    server = t.server()
    ann, ben = sign_up(t, server, 'ann', 'ben')
    ben.quit()
    folder = os.path.join(ben.home, 'config', 'sotto')
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, 'ben.yaml'), 'w', encoding='utf-8') as file:
        file.write('download_dir: got/here\n')
    ben = log_in(t, server, 'ben')
    number = offer(ann, 'ben', make_file(t, 'a', 1000))
    ben.expect('file', id=number)
    ben.send(f'accept {number}')
    t.equal(ben.expect('file', id=number, **is_whole(1000))['path'], os.path.join(folder, 'got', 'here', 'a'), 'path')


def peak_of(person):
    with open(f'/proc/{person.program.process.pid}/status', encoding='utf-8') as file:
        return next(int(line.split()[1]) for line in file if line.startswith('VmHWM')) * 1024


def reset_peak(person):
    """So that the peak of the login, whose scrypt takes 32 MiB, hides nothing."""
    with open(f'/proc/{person.program.process.pid}/clear_refs', 'w', encoding='ascii') as file:
        file.write('5')


def test_words_and_memory_during_a_transfer(t):
    "A word is not behind the file, events are rare, and neither side holds the file in memory."
    server = t.server()
    ann, ben = sign_up(t, server, 'ann', 'ben', env=LEAN)
    ann.send('send ben before')
    ben.expect('message', text='before')
    path = make_file(t, 'big', BIG)
    for side in (ann, ben):
        reset_peak(side)
    before = {side: peak_of(side) for side in (ann, ben)}
    start = time.monotonic()
    number = start_big(ann, ben, path, 100)
    waits = []
    while not (last := ben.seen('file', id=number, **is_whole(BIG))):
        begun = time.monotonic()
        ann.send(f'send ben word {len(waits)}')
        ben.expect('message', text=f'word {len(waits)}')
        waits.append(time.monotonic() - begun)
    lasted = time.monotonic() - start
    t.check(waits, 'words went during the transfer')
    waits.sort()
    t.notes.append(f'{len(waits)} words took {waits[len(waits) // 2] * 1e3:.0f} ms, {waits[-1] * 1e3:.0f} ms at most')
    t.check(waits[len(waits) // 2] < 0.25, f'half of the words took less than a quarter of a second: {waits}')
    for side in (ann, ben):
        grown = peak_of(side) - before[side]
        t.check(grown < 32 << 20, f'{side.profile} grew by {grown} bytes')
        told = len([event for event in side.every('file') if event['id'] == number])
        t.check(told <= 4 * (lasted + 1) + 3, f'{told} events in {lasted:.1f} s')
    t.equal(hash_of(last['path']), hash_of(path), 'its bytes')


def test_a_huge_sparse_file(t):
    if not LONG:
        raise Skip('4 GiB take their time: ./check --long')
    server = t.server()
    ann, ben = sign_up(t, server, 'ann', 'ben')
    path, size = os.path.join(t.folder('own'), 'huge'), (4 << 30) + 1
    with open(path, 'wb') as file:
        file.write(b'head')
        file.truncate(size - 4)
        file.seek(0, os.SEEK_END)
        file.write(b'tail')
    number = offer(ann, 'ben', path)
    ben.expect('file', id=number)
    ben.send(f'accept {number}')
    got = ben.expect('file', id=number, timeout=5 * SLOW, **is_whole(size))
    t.equal(hash_of(got['path']), hash_of(path), 'its bytes')
    ann.expect('file', id=number, **is_whole(size, False))


main(globals())
