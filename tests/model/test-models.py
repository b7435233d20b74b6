#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The models of this folder, searched whole by Spin: each claim holds, and with each FAULT_ built in some claim
does not, or the model would say nothing."""

import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), 'lib'))
from harness import Skip, main  # noqa: E402

DEPTH = '200000'  # steps; the longest search takes a few hundred


def search(t, model, claim, fault):
    """Whether Spin found nothing against the claim (None: against the assertions)."""
    if not shutil.which('spin'):
        raise Skip('spin is not installed')
    folder = t.folder(f'{model}-{claim}-{fault}')

    def run(*argv):
        return subprocess.run(argv, cwd=folder, capture_output=True, text=True, timeout=120, check=False)

    made = run('spin', *([f'-D{fault}'] if fault else []), '-a', os.path.join(HERE, f'{model}.pml'))
    t.equal(made.returncode, 0, made.stdout + made.stderr)
    built = run('cc', '-O0', '-w', '-DNFAIR=3', '-DMEMLIM=1024', '-o', 'pan', 'pan.c')
    t.equal(built.returncode, 0, built.stderr)
    # -f: whoever can go on does so at last. Without a claim, a world that stands still is no fault.
    found = run('./pan', f'-m{DEPTH}', *(['-a', '-f', '-N', claim] if claim else ['-E'])).stdout
    errors = re.search(r'errors: (\d+)', found)
    t.check(errors and 'max search depth too small' not in found and 'error:' not in found, found)
    return errors.group(1) == '0'


def check_model(t, model):
    with open(os.path.join(HERE, f'{model}.pml'), encoding='utf-8') as file:
        text = file.read()
    claims = re.findall(r'^ltl (\w+)', text, re.M) or [None]
    faults = sorted(set(re.findall(r'\bFAULT_\w+', text)))
    t.check(faults, f'{model} has no fault to try')
    for claim in claims:
        t.check(search(t, model, claim, None), f'{model}: {claim or "an assertion"} does not hold')
    for fault in faults:
        t.check(not all(search(t, model, claim, fault) for claim in claims), f'{model}: {fault} is not noticed')


def test_login(t):
    check_model(t, 'login')


def test_grants(t):
    check_model(t, 'grants')


def test_rekey(t):
    check_model(t, 'rekey')


def test_exactly_once(t):
    check_model(t, 'once')


if __name__ == '__main__':
    main(globals())
