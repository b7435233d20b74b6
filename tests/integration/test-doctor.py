#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`sottoctl doctor` where the machine is not well: each thing is broken, found, and mended by what the doctor says."""

import json
import os
import resource
import shutil
import socket
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

from harness import PATIENCE, Skip, main, private_env, program  # noqa: E402
from sotto_client import User, log_in, refused, sign  # noqa: E402
from sotto_protocol import AUTH, SIGN  # noqa: E402


def ctl(server, *args):
    """In the server's folder, where its configuration says the rest."""
    return subprocess.run([program('sottoctl'), '--json', *args], capture_output=True, text=True, check=False, timeout=PATIENCE * 2,
                          env=private_env(server.dir), cwd=server.dir)


def findings(text):
    """check → the findings of it, the worst first."""
    found = {}
    for finding in json.loads(text.splitlines()[-1])['checks']:
        found.setdefault(finding['check'], []).append(finding)
    worst = ('fail', 'warn', 'note', 'ok')
    return {check: sorted(all_, key=lambda f: worst.index(f['state'])) for check, all_ in found.items()}


def doctor(server):
    return findings(ctl(server, 'doctor').stdout)


def expect(t, finding, state, message, fix=None):
    t.equal(finding['state'], state, finding)
    t.check(message in finding['message'], finding)
    if fix:
        t.check(fix in finding['fix'], finding)


def stopped(t, **config):
    server = t.server(**config)
    server.restart()  # with the port written down
    server.stop()
    return server


def in_namespace(server, before, meanwhile, kinds):
    """A shell of namespaces of our own: `before`, the server starts (unless there is no `meanwhile`), and what the doctor finds."""
    if os.geteuid() != 0 or not all(shutil.which(tool) for tool in ('unshare', 'ip', 'mount')):
        raise Skip('needs root, unshare, ip and mount')
    start = f'exec 3< <({program("sotto-server")} --config {server.config_path} 2>&1) && pid=$! && read -r _ <&3 && '
    script = (f'ip link set lo up 2>/dev/null; {before} && {start + meanwhile if meanwhile else "pid="} && '
              f'{program("sottoctl")} --json doctor; kill -TERM $pid')
    done = subprocess.run(['unshare', *kinds, 'bash', '-c', script], capture_output=True, text=True, check=False, cwd=server.dir,
                          timeout=PATIENCE * 2, env=private_env(server.dir))
    if not done.stdout:
        raise Skip('no namespaces here: ' + done.stderr[-200:])
    return findings(done.stdout)


def test_tcp_is_shut(t):
    if not shutil.which('nft'):
        raise Skip('needs nft')
    server = stopped(t)
    found = in_namespace(server, 'true', 'nft add table inet t && nft add chain inet t in "{ type filter hook input priority 0; }" && '
                         f'nft add rule inet t in tcp dport {server.port} reject', ['--net'])
    expect(t, found['tcp'][0], 'fail', f'127.0.0.1 port {server.port}: ', 'nft list ruleset')
    t.equal(found['udp'][0]['state'], 'ok', found['udp'])


def with_small_disk(t):
    """A server whose accounts lie where another disk will be."""
    server = stopped(t)
    server.write_config(data_base='small/pass.json')
    small = os.path.join(server.dir, 'small')
    os.mkdir(small)
    return server, small


def test_disk_is_nearly_full(t):
    server, small = with_small_disk(t)
    found = in_namespace(server, f'mount -t tmpfs -o size=1m none {small}', 'true', ['--mount', '--net'])
    expect(t, found['disk'][0], 'warn', f'are left in {small}', 'make room')
    found = in_namespace(server, f'mount -t tmpfs -o size=1m none {small}',
                         f'! dd if=/dev/zero of={small}/more bs=4k 2>/dev/null', ['--mount', '--net'])
    expect(t, found['disk'][0], 'fail', 'only 0 bytes and ', 'make room')


def test_disk_is_read_only(t):
    server, small = with_small_disk(t)
    found = in_namespace(server, f'mount -t tmpfs -o ro none {small}', None, ['--mount', '--net'])
    expect(t, found['disk'][0], 'fail', f'{small} is mounted read-only', 'remount,rw')


def test_disk_that_failed(t):
    """What only the server has met: told by status, metrics and doctor until a write succeeds again."""
    server = t.server(start=False)
    os.mkdir(os.path.join(server.dir, 'data'))
    server.write_config(data_base='data/pass.json')
    server.start()
    ann = User('ann')
    sign(server, ann).close()
    t.equal(doctor(server)['disk'][0]['state'], 'ok', 'before')
    os.rename(os.path.join(server.dir, 'data'), os.path.join(server.dir, 'away'))
    refused(server, User('ben'), SIGN, 'UNAVAILABLE')
    log_in(server, ann).close()  # who has an account is still served
    expect(t, doctor(server)['config'][0], 'fail', 'in a folder that is there')
    os.rename(os.path.join(server.dir, 'away'), os.path.join(server.dir, 'data'))
    expect(t, doctor(server)['disk'][0], 'fail', 'could not write', 'by itself')
    t.equal(json.loads(ctl(server, 'status').stdout)['writable'], False, 'status')
    metrics = {m['name']: m['value'] for m in json.loads(ctl(server, 'metrics').stdout)['metrics']}
    t.equal(metrics['sotto_accounts_unwritable'], 1, 'metrics')
    sign(server, User('ben')).close()
    t.equal(doctor(server)['disk'][0]['state'], 'ok', 'by itself')
    refused(server, User('ben'), AUTH, 'AUTH')


def test_few_descriptors(t):
    server = t.server(limits='{sessions: 300, unauthenticated: 200}')
    t.equal(doctor(server)['descriptors'][0]['state'], 'ok', 'enough')
    resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (400, 400))
    expect(t, doctor(server)['descriptors'][0], 'warn', '400 may be open, but `limits` let in 564', 'LimitNOFILE=564')


def test_the_place_is_taken(t):
    """No server runs, and somebody else has its port: on TCP, on UDP, or on neither."""
    server = stopped(t)
    found = doctor(server)
    t.equal((found['server'][0]['state'], 'tcp' in found, 'udp' in found), ('fail', False, False), found)
    for kind, check in ((socket.SOCK_STREAM, 'tcp'), (socket.SOCK_DGRAM, 'udp')):
        with socket.socket(socket.AF_INET, kind) as other:
            other.bind(('127.0.0.1', server.port))
            if kind == socket.SOCK_STREAM:
                other.listen()
            found = doctor(server)
            expect(t, found[check][0], 'fail', f'127.0.0.1 port {server.port} cannot be had', f"ss -tulnp 'sport = :{server.port}'")
            t.equal({'tcp', 'udp'} & set(found), {check}, found)
    server.write_config(server_address='no.such.host.invalid')
    expect(t, doctor(server)['tcp'][0], 'fail', 'no.such.host.invalid', 'server_address')


main(globals())
