#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Seed corpora for the fuzz targets, from the vectors: one folder a target, one file a seed.

usage: make-corpus.py VECTORS OUTPUT-FOLDER STAMP
"""

import json
import os
import sys


def each(vectors, *path):
    """Every hex string at the path; "*" goes through a list, a missing member is passed over."""
    if not path:
        yield bytes.fromhex(vectors)
    elif path[0] == "*":
        for item in vectors:
            yield from each(item, *path[1:])
    elif path[0] in vectors:
        yield from each(vectors[path[0]], *path[1:])


def prefixed(prefix, seeds):
    return [prefix + seed for seed in seeds]


def corpora(v):
    hellos = [seed for key in ("login", "resume") for seed in each(v, key, "*", "hello", "frame")]
    logins = [seed for key in ("login", "resume") for seed in each(v, key, "*", "frame")]
    frames = [seed for form in ("valid", "invalid") for seed in each(v, "frame", form, "*", "frame")]
    # The first byte of a `login` seed says what the rest is: see fuzz-login.c.
    yield "login", (
        prefixed(b"\0", hellos + logins + frames + list(each(v, "login_reject", "rejected", "*", "frame")))
        + prefixed(b"\1", each(v, "login", "*", "plain"))
        + prefixed(b"\2", each(v, "resume", "*", "plain"))
        + prefixed(b"\3", each(v, "login", "*", "result", "plain"))
        + prefixed(b"\4", each(v, "ticket", "*", "plain"))
    )
    yield "frame", frames + logins + [b"".join(frames[:4])]
    forms = ("valid", "invalid")
    yield "record", [s for form in forms for s in each(v, "sealed", form, "*", "plain")]
    yield "datagram", (
        [s for form in forms for s in each(v, "datagram", form, "*", "datagram")]
        + list(each(v, "datagram", "valid", "*", "plain"))
        + list(each(v, "secure", "*", "datagram"))
        + list(each(v, "secure", "*", "plain"))
        + prefixed(bytes(8), (s for form in forms for s in each(v, "packet_frame", form, "*", "bytes")))
    )
    yield "message", (
        [s for form in forms for s in each(v, "stream_record", form, "*", "bytes")]
        + list(each(v, "stream_record", "sequence", "bytes"))
    )


def main():
    vectors, folder, stamp = sys.argv[1:]
    with open(vectors, encoding="utf-8") as file:
        parsed = json.load(file)
    for target, seeds in corpora(parsed):
        assert seeds, target
        os.makedirs(os.path.join(folder, target), exist_ok=True)
        for i, seed in enumerate(seeds):
            with open(os.path.join(folder, target, f"{i:03}"), "wb") as file:
                file.write(seed)
    with open(stamp, "w", encoding="ascii") as file:
        file.write("made\n")


main()
