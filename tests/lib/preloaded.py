# SPDX-License-Identifier: GPL-3.0-or-later
"""What is put under a program before it starts: a clock that a test sets ahead, a disk that fails."""

import os
import struct

from harness import Skip, build_dir


def environment(library, **more):
    """Of a program with lib`library`.so of tests/lib under it."""
    path = os.path.join(build_dir(), 'tests', 'lib', f'lib{library}.so')
    if not os.path.exists(path):
        raise Skip(f'{library} is not built')
    asan = os.environ.get('ASAN_OPTIONS', '') + ':verify_asan_link_order=0'
    return {'LD_PRELOAD': path, 'ASAN_OPTIONS': asan.lstrip(':'), **more}


class Disk:
    """Under the folder `at`, of the programs that are started with `env`; in effect at once. See faults.c."""

    def __init__(self, t, at):
        self.path = os.path.join(t.folder('disk'), 'faults')
        self.env = environment('sotto-faults', SOTTO_FAULTS=self.path, SOTTO_FAULTS_AT=at)

    def breaks(self, step, reason):
        """At `kill` the reason is the number of the step before which the program is killed."""
        with open(self.path + '.new', 'w', encoding='ascii') as file:
            file.write(f'{step} {reason}')
        os.rename(self.path + '.new', self.path)

    def works(self):
        if os.path.exists(self.path):
            os.unlink(self.path)


class Clock:
    """Of the programs that are started with `env`."""

    def __init__(self, t):
        self.path = os.path.join(t.folder('clock'), 'ahead')
        self.set()
        self.env = environment('sotto-clock', SOTTO_CLOCK=self.path)

    def set(self, days=0, seconds=0):
        """How far the date is ahead, and how far the time that passes."""
        with open(os.open(self.path, os.O_WRONLY | os.O_CREAT, 0o600), 'wb') as file:
            file.write(struct.pack('=qq', days * 86400, seconds))
