#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window's speed, beside a reference measured in the same minutes.

    gui.py [--pairs N] [--reference PROGRAM] [ROW…]

A display and a session bus of its own. PROGRAM is called with `gui WHAT…`, starts WHAT (`bare`, or a program with its
arguments) and prints `map_ms=`, from exec to the first mapped window, `settled_ms=` and `rss_mb=`; and with
`udp send plain` for the control. Ours and the reference take turns, the ratio of a row is the median of those of its
pairs. Without PROGRAM only what needs no reference is run: a long history, a large file."""

import argparse
import contextlib
import os
import re
import shutil
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, '..', 'lib'), os.path.join(HERE, '..', 'gui')]

import desk
import harness

PEOPLE, MESSAGES, FILE_BYTES = 1000, 100000, 10**9
LIMIT_S = 180

# Name: our program, what it stands beside, the figure, and the goal of their ratio, or of the figure alone.
STARTS = {
    'login-bare': (['sotto'], ['bare'], 'map_ms', 2),
    'login-srain': (['sotto'], ['srain'], 'map_ms', 0.6),
    'people-srain': (['gui-crowd', str(PEOPLE)], ['srain'], 'map_ms', 1),
    'people-srain-settled': (['gui-crowd', str(PEOPLE)], ['srain'], 'settled_ms', 1),
    'memory-login': (['sotto'], None, 'rss_mb', 48),
    'memory-people': (['gui-crowd', str(PEOPLE)], None, 'rss_mb', 48),
}
# Name: the figures of one run of gui-desk that have a goal.
DESKS = {
    'history': {'open.time': 150, 'search-rare.time': 500, 'search-none.time': 500, 'scroll.stall': 50},
    'transfer': {'receive.stall': 20, 'send.stall': 20},
}


def ours(argv):
    """A program of the build folder, with its arguments."""
    folders = {'sotto': 'gui', 'gui-crowd': 'tests/bench', 'gui-desk': 'tests/bench'}
    return [os.path.join(harness.build_dir(), folders[argv[0]], argv[0]), *argv[1:]]


@contextlib.contextmanager
def home():
    """An environment of somebody who has never used any of it."""
    folder = harness.make_private_dir()
    more = {'GSETTINGS_BACKEND': 'memory', 'GSETTINGS_SCHEMA_DIR': os.path.join(harness.build_dir(), 'data'),
            'DISPLAY': os.environ['DISPLAY'], 'DBUS_SESSION_BUS_ADDRESS': os.environ['DBUS_SESSION_BUS_ADDRESS'],
            'XDG_RUNTIME_DIR': os.environ['XDG_RUNTIME_DIR'], 'GDK_BACKEND': 'x11', 'NO_AT_BRIDGE': '1'}
    for name in ('ANCHORS_DIR', 'SOTTO_BENCH_TELL'):
        if name in os.environ:
            more[name] = os.environ[name]
    try:
        yield harness.private_env(folder, **more), folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(argv, env):
    done = subprocess.run(argv, env=env, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    if done.returncode != 0:
        sys.exit(f'{argv}: exit {done.returncode}\n{done.stdout}{done.stderr}')
    sys.stderr.write(done.stderr)
    return done.stdout


def value(pattern, text):
    found = re.search(pattern + r'\s*=?\s*(-?[\d.]+)', text)
    if not found:
        sys.exit(f'no {pattern} in: {text}')
    return float(found[1])


def start(reference, argv):
    with home() as (env, _):
        return run([reference, 'gui', *argv], env)


def spread(values):
    return f'{statistics.median(values):.4g} [{min(values):.4g}..{max(values):.4g} n={len(values)}]'


def judge(name, values, goal, more=''):
    median = statistics.median(values)
    print(f'{name}: {spread(values)}{more} goal <= {goal:g}: {"met" if median <= goal else "MISSED"}', flush=True)
    return median <= goal


def run_start(name, pairs, reference):
    argv, other, figure, goal = STARTS[name]
    mine, theirs = [], []
    for _ in range(pairs):
        mine.append(value(figure, start(reference, ours(argv))))
        if other:
            theirs.append(value(figure, start(reference, other)))
    if not other:
        return judge(f'{name} {figure}', mine, goal)
    return judge(f'{name} {figure} ratio', [a / b for a, b in zip(mine, theirs)], goal,
                 f' ({spread(mine)} beside {spread(theirs)})')


def history(server):
    with home() as (env, _):
        run(ours(['gui-desk', 'fill', server.join_link, str(MESSAGES)]), env)
        return run(ours(['gui-desk', 'history', server.join_link, str(MESSAGES)]), env)


def transfer(server):
    """Two real windows on one display."""
    with home() as (env, folder), home() as (other_env, _):
        path = os.path.join(folder, 'large.bin')
        with open(path, 'wb') as file:
            file.truncate(FILE_BYTES)
        # A bus each: the same application twice on one bus is one program.
        receiver = ['dbus-run-session', '--', *ours(['gui-desk', 'receive', server.join_link])]
        with subprocess.Popen(receiver, env=other_env, stdout=subprocess.PIPE, text=True) as there:
            try:
                if there.stdout.readline().strip() != 'ready':
                    sys.exit('the receiver did not come up')
                text = run(ours(['gui-desk', 'send', server.join_link, path]), env)
                return text + there.communicate(timeout=LIMIT_S)[0]
            finally:
                there.kill()


def run_desk(name, pairs):
    texts = []
    for _ in range(pairs):
        with harness.Server() as server:
            texts.append({'history': history, 'transfer': transfer}[name](server))
        print(''.join(f'# {line}\n' for line in texts[-1].splitlines()), end='', flush=True)
    return all([judge(f'{name} {figure}', [value(re.escape(figure), text) for text in texts], goal)
                for figure, goal in DESKS[name].items()])


def measure(options):
    controls, good = [], True

    def control():
        if options.reference:
            with home() as (env, _):
                controls.append(value('tx', run([options.reference, 'udp', 'send', 'plain'], env)))
    if options.reference:
        start(options.reference, ours(['sotto']))  # nothing is in memory yet, and a fresh X server has no visuals cached
    for name in options.rows or [*STARTS, *DESKS]:
        control()
        if name in DESKS:
            good = run_desk(name, options.pairs) and good
        elif options.reference:
            good = run_start(name, options.pairs, options.reference) and good
    control()
    if options.reference:
        void = ' VOID: it spreads too far' if max(controls) > 2 * min(controls) else ''
        print(f'control: {spread(controls)} packets/s{void}')
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--pairs', type=int, default=5)
    parser.add_argument('--reference', metavar='PROGRAM')
    parser.add_argument('rows', nargs='*', metavar='ROW', help=', '.join([*STARTS, *DESKS]))
    options = parser.parse_args()
    if 'SOTTO_BENCH_DESK' in os.environ:
        sys.exit(0 if measure(options) or not options.reference else 1)
    missing = [name for name in ('Xvfb', 'dbus-run-session') if shutil.which(name) is None]
    if missing:
        print(f'not installed: {missing}')
        sys.exit(77)  # meson's word for skipped
    with desk.display() as number:
        env = {**os.environ, 'DISPLAY': number, 'SOTTO_BENCH_DESK': '1'}
        env.setdefault('XDG_RUNTIME_DIR', harness.make_private_dir())
        sys.exit(subprocess.run(['dbus-run-session', '--', sys.executable, *sys.argv], env=env, check=False).returncode)


main()
