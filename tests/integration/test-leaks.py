#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose a leak is: what the tests let pass, and what not."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))

import leaks
from harness import main

MALLOC = '__interceptor_malloc ../../../../src/libsanitizer/asan/asan_malloc_linux.cpp:69'
G_MALLOC = 'g_malloc (/lib/x86_64-linux-gnu/libglib-2.0.so.0+0x5a658)'
PRINTF = '__vasprintf_internal libio/vasprintf.c:79'
GTK = '(/lib/x86_64-linux-gnu/libgtk-3.so.0+0x12345)'
TOAST = 'tell ../gui/view/toast.c:93'
MAIN = 'main ../gui/main.c:39'
THREAD = 'start_thread nptl/pthread_create.c:442'
QUARKS = [MALLOC, G_MALLOC, 'call_init elf/dl-init.c:74']


def report(*stacks):
    records = ''.join(f'Direct leak of {16384 if stack is QUARKS else 37} byte(s) in 1 object(s) allocated from:\n'
                      + ''.join(f'    #{i} 0x7f5804eb89cf in {frame}\n' for i, frame in enumerate(stack)) + '\n' for stack in stacks)
    return f'\n{"=" * 65}\n==12==ERROR: LeakSanitizer: detected memory leaks\n\n{records}' \
           f'SUMMARY: AddressSanitizer: 37 byte(s) leaked in {len(stacks)} allocation(s).\n'


# name, log, is it unknown whose it is, does it stay: with the stacks that are cut, with whole ones
TABLE = [
    ('cut', report([MALLOC, G_MALLOC]), True, True, False),
    ('ours, asked through libc and GLib', report([MALLOC, PRINTF, G_MALLOC, TOAST, GTK, MAIN]), False, True, True),
    ("GTK's, though main is ours", report([MALLOC, G_MALLOC, GTK, TOAST, MAIN]), False, True, False),
    ("GLib's own thread's", report([MALLOC, G_MALLOC, THREAD]), True, True, False),
    ("GTK's beside ours", report([MALLOC, GTK, MAIN], [MALLOC, TOAST, MAIN]), False, True, True),
    ("GLib's first quarks", report(QUARKS), True, False, False),
    ("GLib's first quarks beside ours", report(QUARKS, [MALLOC, TOAST]), False, True, True),
    ('not a leak', '../gui/main.c:39: runtime error: signed integer overflow\n' + report([MALLOC, G_MALLOC]), False, True, True),
    ('no leak', 'sotto: Address already in use\n', None, True, True),
]


def test_whose_a_leak_is(t):
    for name, log, unknown, cut, whole in TABLE:
        if unknown is not None:
            t.equal(leaks.unknown(log), unknown, f'{name}: unknown')
        t.equal('LeakSanitizer' in leaks.without(log, False), cut and 'LeakSanitizer' in log, f'{name}: of cut stacks')
        t.equal(any(word in leaks.without(log, True) for word in ('LeakSanitizer', 'runtime error')),
                whole and name != 'no leak', f'{name}: of whole stacks')
        t.equal(leaks.without('before\n' + log + 'after\n', True)[:7], 'before\n', f'{name}: what else was said')


if __name__ == '__main__':
    main(globals())
