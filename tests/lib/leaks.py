# SPDX-License-Identifier: GPL-3.0-or-later
"""What LeakSanitizer reports, and whose it is.

The fast unwinder follows frame pointers, which Debian's libraries do not keep: a stack that began in one often ends in it
and does not tell who asked. Such a case is run once more with whole stacks (run_case of harness.py), which triple the
work, and then the first frame that is not the allocator's, libc's or GLib's decides."""

import re

WHOLE_STACKS = 'fast_unwind_on_malloc=0'
# GLib gives up its first table of quarks, 2,048 pointers made before main, when a program has more of them.
OUTGROWN_QUARKS = re.compile(r'Direct leak of 16384 byte\(s\) in 1 object\(s\) allocated from:\n(    #.*\n){2,9}\n')
RECORD = re.compile(r'^(?:Direct|Indirect) leak of .*\n((?:    #.*\n)+)', re.MULTILINE)
REPORT = re.compile(r'=+\n==\d+==ERROR: LeakSanitizer: detected memory leaks\n\n'
                    r'(?:(?:Direct|Indirect) leak of .*\n(?:    #.*\n)+\n)*'
                    r'SUMMARY: AddressSanitizer: .*leaked in .*\n?')
OURS = re.compile(r'(?:^|[/ ])(?:shared|server|cli|gui|tests)/[\w./-]+\.[ch]:\d+')
LIBRARY = re.compile(r'\(/(?:usr/)?lib/(?!\S*/lib(?:c|glib|gobject|gio|gmodule|gthread)[-.])\S*\.so')


def unknown(log):
    """A sanitizer complains of nothing but leaks, and no stack of theirs reaches code of ours."""
    return not re.search('ERROR:|runtime error:', REPORT.sub('', log)) and not OURS.search(log)


def _ours(stack):
    """Of a whole stack: we asked, or GLib did for us, before any other library."""
    asked = next((frame for frame in stack.split('\n') if OURS.search(frame) or LIBRARY.search(frame)), '')
    return bool(OURS.search(asked))


def without(log, whole):
    """The log without reports of nothing but what is no fault of ours. `whole`: its stacks are."""
    def ours(report):
        stacks = RECORD.findall(OUTGROWN_QUARKS.sub('', report.group(0)))
        return report.group(0) if any(_ours(stack) or not whole for stack in stacks) else ''
    return REPORT.sub(ours, log)
