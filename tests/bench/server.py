#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server takes and what it costs, beside a reference measured in the same minutes.

    server.py [--pairs N] [--reference PROGRAM] [ROW…]

PROGRAM prints the figures of other servers and of the bare machine: it is called with the words of a row's
reference (`kdc 1`, `tcp conn 64`, `crypto bcrypt`, `tcp fan N`, `brokers N`) and `udp send plain` as the control. Ours
and the reference take turns; the ratio of a row is the median of the ratios of its pairs. Without PROGRAM only our own
figures are printed. The server has the first processor and the crowd the second, but for `login`, which has both."""

import argparse
import os
import re
import statistics
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

from harness import Server, build_dir

WIDE = '{logins: 1000000/s burst 1000000, records: 1000000/s, key_requests: 1000000/s, unauthenticated: 19000}'
ACCOUNTS = 12000

GRANT_RATE, GRANT_CPU = r'rate=([\d.]+)/s', r'server_cpu=([\d.]+) us'
TGS_RATE, TGS_CPU = r'tgspre .*replies/s=([\d.]+)', r'tgspre .*kdc_cpu=([\d.]+) us'
CONN = r'conn .*rate=([\d.]+)/s'
FAN = r'server_cpu_us_per_delivery=([\d.]+)'
BROKER = r'mqtt .*fanout .*server_cpu=([\d.]+) us'

# Name: our row, its reference, and (figure, ours, the reference's, goal of their ratio). A goal without a pattern of a
# reference is of the figure itself.
ROWS = {
    'grants': ('grants 32 1 1', 'kdc 1', [
        ('keys/s', GRANT_RATE, TGS_RATE, ('>=', 8)), ('CPU of each', GRANT_CPU, TGS_CPU, ('<=', 1 / 8))]),
    'grants-one': ('grants 1 32 1', 'kdc 1', [
        ('keys/s', GRANT_RATE, TGS_RATE, ('>=', 8)), ('CPU of each', GRANT_CPU, TGS_CPU, ('<=', 1 / 8))]),
    'resume': ('resume 64 1', 'tcp conn 64', [
        ('logins/s', GRANT_RATE, CONN, ('>=', 0.3)), ('CPU of each, us', GRANT_CPU, None, ('<=', 120))]),
    'login': ('login 16 3', 'crypto bcrypt', [
        ('logins/s', GRANT_RATE, r'bcrypt cost 10 2 threads total +median +([\d.]+)', ('>=', 0.85)),
        ('PING p99, ms', r'ping_p99=([\d.]+)', None, ('<=', 10))]),
    'memory': ('memory 5000 64 1.5', 'brokers 5000', [
        ('KiB a session', r'each=([\d.]+)', None, ('<=', 2)),
        ('beside', r'each=([\d.]+)', r'mqtt .* = ([\d.]+) KB/conn', ('<=', 2))]),
    'presence-1000': ('presence 1000 1 1.5', 'tcp fan 1000', [('CPU of each', GRANT_CPU, FAN, ('<=', 1.3))]),
    'presence-5000': ('presence 5000 1 1.5', 'tcp fan 5000', [('CPU of each', GRANT_CPU, FAN, ('<=', 1.3))]),
    'presence-broker-1000': ('presence 1000 1 1.5', 'brokers 1000', [('CPU of each', GRANT_CPU, BROKER, ('<=', 0.6))]),
    'presence-broker-5000': ('presence 5000 1 1.5', 'brokers 5000', [('CPU of each', GRANT_CPU, BROKER, ('<=', 0.6))]),
    'presence-4': ('presence 1000 4 1.5', None, []),
    'presence-100': ('presence 1000 100 1.5', None, []),
    'request': ('request 10000 1', 'self request 10 1', [
        ('p50', r'p50=([\d.]+) us', r'p50=([\d.]+) us', ('<=', 1.3))]),
}


def load(server, words):
    """One row of the crowd's."""
    done = subprocess.run([os.path.join(build_dir(), 'tests', 'bench', 'server-load'), server.config_path,
                           str(server.pid if server.current else 0), *words.split()],
                          capture_output=True, text=True, timeout=180, check=False)
    if done.returncode != 0:
        sys.exit(f'{words}: exit {done.returncode}\n{done.stdout}{done.stderr}')
    return done.stdout.strip()


def start(cost, pinned):
    server = Server(start=False, limits=WIDE, bcrypt_cost=str(cost))
    load(server, f'accounts {ACCOUNTS} {cost}')
    everywhere = os.sched_getaffinity(0)
    first, *rest = sorted(everywhere)
    if pinned and rest:
        os.sched_setaffinity(0, {first})
    server.start()
    os.sched_setaffinity(0, set(rest) if pinned and rest else everywhere)
    return server, everywhere


def ours(words):
    """A server of its own for each run: nothing is warm, nothing left over."""
    server, everywhere = start(10 if words.startswith('login') else 4, not words.startswith('login'))
    try:
        return load(server, words)
    finally:
        os.sched_setaffinity(0, everywhere)
        server.close()


def theirs(program, words):
    if words.startswith('self '):
        return ours(words[5:])
    return subprocess.run([program, *words.split()], capture_output=True, text=True, timeout=180, check=False).stdout


def figure(pattern, text):
    found = [float(value) for value in re.findall(pattern, text)]
    return statistics.median(found) if found else float('nan')


def spread(values):
    return f'{statistics.median(values):.4g} [{min(values):.4g}..{max(values):.4g} n={len(values)}]'


def run_row(name, pairs, program):
    """Prints a row; whether its goals were met."""
    words, reference, figures = ROWS[name]
    compared = reference and (program or reference.startswith('self '))
    runs = []
    for _ in range(pairs):
        runs.append((ours(words), theirs(program, reference) if compared else ''))
        print(f'# {runs[-1][0]}', flush=True)
    good = True
    for what, mine, other, (sign, goal) in figures:
        values = [figure(mine, a) for a, _ in runs]
        if other is not None and not compared:
            print(f'{name}: {what} {spread(values)}')
            continue
        ratios = [v / figure(other, b) for v, (_, b) in zip(values, runs)] if other else values
        median = statistics.median(ratios)
        met = median >= goal if sign == '>=' else median <= goal
        beside = f' beside {spread([figure(other, b) for _, b in runs])}, ratio {spread(ratios)}' if other else ''
        print(f'{name}: {what} {spread(values)}{beside} goal {sign} {goal:.4g}: {"met" if met else "MISSED"}', flush=True)
        good = good and met
    return good


def control(program, values):
    if program:
        values.append(figure(r'tx=(\d+)/s', theirs(program, 'udp send plain')))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--pairs', type=int, default=5)
    parser.add_argument('--reference', metavar='PROGRAM')
    parser.add_argument('rows', nargs='*', metavar='ROW', help=', '.join(ROWS))
    options = parser.parse_args()
    controls, good = [], True
    for name in options.rows or ROWS:
        control(options.reference, controls)
        good = run_row(name, options.pairs, options.reference) and good
    control(options.reference, controls)
    if controls:
        print(f'control: {spread(controls)} packets/s')
    sys.exit(0 if good or not options.reference else 1)


main()
