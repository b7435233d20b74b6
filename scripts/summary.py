#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts what ./check did and says it in one line. The folder it is given holds `notes` (lines of
RESULT tab NAME) and, for each configuration, meson's NAME.json and NAME.xml. Each case of a TAP test
counts; a program that failed although its cases passed (a leak at exit, a missing plan) counts too."""

import collections
import json
import pathlib
import sys
import xml.etree.ElementTree

GOOD = ('OK', 'EXPECTEDFAIL')
LOG_LINES = 150


def case_counts(junit):
    """{test name: Counter} for tests with several results."""
    counts = {}
    if not junit.exists():
        return counts
    for suite in xml.etree.ElementTree.parse(junit).getroot().iter('testsuite'):
        _, dot, name = suite.get('name').partition('.')
        if not dot:
            continue  # programs with one result: the JSON log tells of them
        counter = counts.setdefault(name, collections.Counter())
        for case in suite.iter('testcase'):
            kinds = {child.tag for child in case}
            bad = kinds & {'failure', 'error'}
            counter['failed' if bad else 'skipped' if 'skipped' in kinds else 'passed'] += 1
    return counts


def print_failure(configuration, record):
    print(f"\nFAILED {configuration}: {record['name']} ({record['result']})")
    for stream in ('stdout', 'stderr'):
        lines = record.get(stream, '').splitlines()
        if lines:
            print(f'--- {stream}')
            print('\n'.join(lines[-LOG_LINES:]))


def add_configuration(path, total):
    counts = case_counts(path.with_suffix('.xml'))
    for line in path.read_text(encoding='utf-8').splitlines():
        record = json.loads(line)
        counter = counts.get(record['name'], collections.Counter())
        good, skipped = record['result'] in GOOD, record['result'] == 'SKIP'
        if not counter:
            counter = collections.Counter({'passed' if good else 'skipped' if skipped else 'failed': 1})
        elif not good and not skipped and not counter['failed']:
            counter['failed'] += 1
        if counter['failed']:
            print_failure(path.stem, record)
        total.update(counter)


def add_notes(path, total):
    words = {'ok': 'passed', 'failed': 'failed', 'skipped': 'skipped'}
    for line in path.read_text(encoding='utf-8').splitlines() if path.exists() else []:
        result, name = line.split('\t', 1)
        total[words[result]] += 1
        if result == 'failed':
            print(f'\nFAILED {name}')


def main(folder):
    total = collections.Counter()
    for path in sorted(folder.glob('*.json')):
        add_configuration(path, total)
    tests_ran = total['passed'] + total['failed'] > 0
    add_notes(folder / 'notes', total)
    if not tests_ran:
        print('\nFAILED no test ran')
        total['failed'] += not total['failed']
    print(f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped", flush=True)
    return 1 if total['failed'] else 0


if __name__ == '__main__':
    sys.exit(main(pathlib.Path(sys.argv[1])))
