#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""sottoctl restore where things go wrong: killed before each step, a backup that lies about places, a server that
runs on other accounts. What is never there afterwards is a mix of two servers that a server starts on."""

import io
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tarfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import preloaded  # noqa: E402
from harness import PATIENCE, SANITIZER, Failure, main, private_env, program  # noqa: E402

NAMES = ('key.pem', 'certificate.pem', 'pass.json', 'config.yaml')
STEPS_MAX = 200
SECRET = 'a-quiet-word'
SOMEBODY = 65534


def run(name, folder, *args, text='', **env):
    done = subprocess.run([program(name), *args], input=text, capture_output=True, text=True, check=False, cwd=folder,
                          timeout=PATIENCE, env=private_env(folder, **env))
    if SANITIZER.search(done.stderr):
        raise Failure(f'{name}: a sanitizer reports\n{done.stderr[-12000:]}')
    return done


def ctl(folder, *args, **more):
    return run('sottoctl', folder, '--socket', os.path.join(folder, 'control'), '--json', *args, **more)


def read(folder, name):
    with open(os.path.join(folder, name), 'rb') as file:
        return file.read()


def write(folder, name, data, mode=0o600):
    with open(os.path.join(folder, name), 'wb') as file:
        file.write(data)
    os.chmod(os.path.join(folder, name), mode)


def people(folder):
    return sorted(json.loads(read(folder, 'pass.json'))['accounts'])


def made(t, name, server=None):
    """A stopped server with one account."""
    server = server or t.server()
    done = ctl(server.dir, 'add', name, text=SECRET)
    t.equal(done.returncode, 0, done.stderr)
    return server


def backed_up(t, folder):
    path = os.path.join(t.folder('backups'), 'backup.tar')
    done = ctl(folder, 'backup', path)
    t.equal(done.returncode, 0, done.stderr)
    return path


def clear(folder):
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        if os.path.isfile(path) and not name.endswith('.log'):
            os.unlink(path)


def put(folder, files):
    """These files and no others; where it can be, they are somebody else's."""
    clear(folder)
    for name, data in files.items():
        write(folder, name, data)
        if os.geteuid() == 0:
            os.chown(os.path.join(folder, name), SOMEBODY, SOMEBODY)


# Killed


def kill_before(folder, path, step):
    faults = os.path.join(os.path.dirname(path), 'faults')
    write(os.path.dirname(path), 'faults', f'kill {step}'.encode())
    return ctl(folder, 'restore', path, **preloaded.environment('sotto-faults', SOTTO_FAULTS=faults, SOTTO_FAULTS_AT=folder))



def whose(t, folder, old, new):
    """Of each file, whether it is that of before or of the backup: nothing else, and never missing."""
    kinds = {}
    for name in NAMES:
        data = read(folder, name)
        if name == 'pass.json':
            kinds[name] = {('ben',): 'old', ('ann',): 'new'}[tuple(people(folder))]
        else:
            kinds[name] = 'old' if data == old[name] else 'new'
            t.check(data in (old[name], new[name]), f'{name} is neither')
        if os.geteuid() == 0:
            t.equal(os.stat(os.path.join(folder, name)).st_uid, SOMEBODY, f'owner of {name}')
    return kinds


def check_secrets(t, folder):
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        if os.path.isfile(path) and any(word in read(folder, name) for word in (b'PRIVATE KEY', b'"hash"')):
            t.equal(stat.S_IMODE(os.stat(path).st_mode), 0o600, f'mode of {name}')


def test_killed_before_each_step(t):
    """Until it has ended no server starts, or all is as it was; the same command again ends it."""
    server, other = made(t, 'ann'), made(t, 'ben')
    path = backed_up(t, server.dir)
    server.stop()
    other.stop()
    folder = server.dir
    new = {name: read(folder, name) for name in NAMES}
    old = {name: read(other.dir, name) for name in NAMES}
    mark = server.config_path + '.restoring'
    marked = 0
    for step in range(1, STEPS_MAX):
        put(folder, old)
        if os.geteuid() == 0:
            os.chown(folder, SOMEBODY, SOMEBODY)
        killed = kill_before(folder, path, step)
        kinds = whose(t, folder, old, new)
        check_secrets(t, folder)
        if killed.returncode == 0:
            break
        t.equal(killed.returncode, -signal.SIGKILL, killed.stderr)
        if os.path.exists(mark):
            marked += 1
            t.equal(run('sotto-server', folder, '--config', server.config_path).returncode, 78, f'server after step {step}')
        else:
            t.equal(len(set(kinds.values())), 1, f'a mix that is not marked, step {step}: {kinds}')
        again = ctl(folder, 'restore', path)
        t.equal(again.returncode, 0, f'again after step {step}: {again.stderr}')
        t.equal(set(whose(t, folder, old, new).values()), {'new'}, f'files after step {step}')
        check_secrets(t, folder)
        left = [n for n in os.listdir(folder) if '.new-' in n or '.restoring' in n]
        t.equal(left, [], f'left behind after step {step}')
    t.equal((set(kinds.values()), os.path.exists(mark)), ({'new'}, False), 'the one that was not killed')
    t.check(step > 20 and marked > 10, f'{step} steps, marked at {marked}')
    os.chown(folder, os.geteuid(), os.getegid())
    server.start()
    t.equal([u['name'] for u in json.loads(ctl(folder, 'users').stdout)['users']], ['ann'], 'users')


def test_what_a_mark_stops(t):
    server = made(t, 'ann')
    path = backed_up(t, server.dir)
    write(server.dir, 'config.yaml.restoring', b'')
    t.equal(json.loads(ctl(server.dir, 'reload').stdout)['code'], 'config', 'reload')
    t.equal(json.loads(ctl(server.dir, 'backup', path + '2').stdout)['code'], 'config', 'backup')
    doctor = json.loads(ctl(server.dir, 'doctor').stdout)
    t.check(any('restore' in c['message'] for c in doctor['checks'] if c['state'] == 'fail'), doctor)
    server.stop()
    checked = run('sotto-server', server.dir, 'check', '--config', server.config_path)
    t.equal(checked.returncode, 78, 'check')
    t.check('sottoctl restore' in checked.stderr, checked.stderr)
    # One that fails leaves a mark that it did not make.
    os.rename(server.config_path, server.config_path + '-aside')
    os.makedirs(os.path.join(server.config_path, 'in-the-way'))
    t.equal(ctl(server.dir, 'restore', path).returncode, 1, 'restore onto a folder')
    t.check(os.path.exists(server.config_path + '.restoring'), 'the mark is gone')
    shutil.rmtree(server.config_path)
    t.equal(ctl(server.dir, 'restore', path).returncode, 0, 'restore')
    server.start()


# While somebody is there


def test_over_a_server_with_other_accounts(t):
    """The configuration in the way names others than the backup, and a server has them open."""
    server = made(t, 'ann')
    path = backed_up(t, server.dir)
    server.stop()
    server.write_config(data_base='other.json')
    server.start()
    before = {name: read(server.dir, name) for name in NAMES}
    t.equal(json.loads(ctl(server.dir, 'restore', path).stdout)['code'], 'in_use', 'restore')
    t.check({name: read(server.dir, name) for name in NAMES} == before, 'something has changed')


# Backups that lie


def tampered(path, change):
    """The backup with another list of files."""
    members = []
    with tarfile.open(path) as archive:
        for info in archive:
            data = archive.extractfile(info).read()
            if info.name == 'sotto-backup.json':
                manifest = json.loads(data)
                change(manifest['files'])
                data = json.dumps(manifest).encode()
            members.append((info.name, data))
    with tarfile.open(path + '-tampered', 'w', format=tarfile.USTAR_FORMAT) as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path + '-tampered'


def test_places_and_modes_that_a_backup_may_not_choose(t):
    server = made(t, 'ann')
    path = backed_up(t, server.dir)
    server.stop()
    elsewhere = os.path.join(t.folder('elsewhere'), 'file')
    for name in NAMES:
        for place in (elsewhere, os.path.join(server.dir, '..', os.path.basename(server.dir), name), name):
            done = ctl(server.dir, 'restore', tampered(path, lambda files: files[name].update(path=place)))
            t.equal((done.returncode, json.loads(done.stdout)['code']), (1, 'damaged'), f'{name} at {place}')
    t.check(not os.path.exists(elsewhere), 'written where no server looks')
    clear(server.dir)
    os.umask(0)
    open_to_all = tampered(path, lambda files: [file.update(mode=0o777) for file in files.values()])
    done = ctl(server.dir, 'restore', open_to_all)
    os.umask(0o22)
    t.equal(done.returncode, 0, done.stderr)
    modes = {name: stat.S_IMODE(os.stat(os.path.join(server.dir, name)).st_mode) for name in NAMES}
    t.equal(modes, {'key.pem': 0o640, 'certificate.pem': 0o644, 'pass.json': 0o600, 'config.yaml': 0o644}, 'modes')


def test_members_that_are_no_files(t):
    server = made(t, 'ann')
    path = backed_up(t, server.dir)
    server.stop()
    before = {name: read(server.dir, name) for name in NAMES}
    whole = read(os.path.dirname(path), os.path.basename(path))
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE):
        info = tarfile.TarInfo('key.pem')
        info.type, info.linkname = kind, '/etc/passwd'
        write(os.path.dirname(path), 'odd', info.tobuf(tarfile.USTAR_FORMAT) + whole)
        t.equal(json.loads(ctl(server.dir, 'restore', path[:-len('backup.tar')] + 'odd').stdout)['code'], 'damaged', f'type {kind}')
    huge = path + '-huge'
    write(os.path.dirname(path), 'backup.tar-huge', whole)
    os.truncate(huge, 1 << 40)
    t.equal(json.loads(ctl(server.dir, 'restore', huge).stdout)['code'], 'io', 'a tebibyte')
    t.check({name: read(server.dir, name) for name in NAMES} == before, 'something has changed')


main(globals())
