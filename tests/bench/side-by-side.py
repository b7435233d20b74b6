#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a benchmark and another command in turn and prints the medians of their ratios.

    side-by-side.py [--pairs N] [--control NAME COMMAND]
                    'BENCHMARK' FIGURE 'COMMAND' NAME [FIGURE 'COMMAND' NAME]...

BENCHMARK prints figures as `name value unit`; COMMAND is any that prints `NAME=value`, and may be
one that measures something else than ours does: which number stands for which is the caller's word.
A control is run with each pair: where it spreads over 2, the machine was too busy for a judgment.
"""
import argparse
import re
import shlex
import statistics
import subprocess
import sys

SPREAD_MAX = 2


def output(command):
    done = subprocess.run(shlex.split(command), stdout=subprocess.PIPE, text=True, timeout=300)
    if done.returncode != 0:
        sys.exit(f'{command}: exit {done.returncode}')
    return done.stdout


def figure(text, name):
    found = re.search(rf'^{re.escape(name)}\s+(-?[0-9.]+)', text, re.MULTILINE)
    if not found:
        sys.exit(f'no figure {name}')
    return float(found[1])


def value(text, name):
    found = re.search(rf'(?:^|\s){re.escape(name)}\s*=\s*(-?[0-9.]+)', text)
    if not found:
        sys.exit(f'no {name}=')
    return float(found[1])


def summary(values):
    return f'{statistics.median(values):.3f} [{min(values):.3f}..{max(values):.3f}] n={len(values)}'


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('--pairs', type=int, default=5)
    parser.add_argument('--control', nargs=2, metavar=('NAME', 'COMMAND'))
    parser.add_argument('benchmark')
    parser.add_argument('rest', nargs='+', metavar="FIGURE 'COMMAND' NAME")
    given = parser.parse_args()
    if len(given.rest) % 3 != 0 or given.pairs < 1:
        parser.error('comparisons are threes: FIGURE, COMMAND, NAME')
    given.comparisons = list(zip(*[iter(given.rest)] * 3))
    return given


def main():
    given = arguments()
    own = {ours: [] for ours, _, _ in given.comparisons}
    other = {(command, name): [] for _, command, name in given.comparisons}
    control = []
    for _ in range(given.pairs):
        text = output(given.benchmark)
        for ours in own:
            own[ours].append(figure(text, ours))
        for command in dict.fromkeys(command for command, _ in other):
            text = output(command)
            for name in (name for of, name in other if of == command):
                other[command, name].append(value(text, name))
        if given.control:
            control.append(value(output(given.control[1]), given.control[0]))
    for ours, command, name in given.comparisons:
        theirs = other[command, name]
        ratios = [a / b for a, b in zip(own[ours], theirs) if b != 0]
        print(f'{ours} {summary(own[ours])}')
        print(f'  {command}: {name} {summary(theirs)}')
        print(f'  ratio {summary(ratios)}' if ratios else '  no ratio: divided by 0')
    if control:
        verdict = '' if max(control) <= SPREAD_MAX * min(control) else ' VOID: it spreads too far'
        print(f'control {summary(control)}{verdict}')


main()
