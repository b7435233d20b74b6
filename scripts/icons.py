#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws the icons of the first window as PNG: icons.py [FOLDER], by default data/icons.

GTK takes these where the size fits. Any SVG would load a renderer with its libraries, 9 MB for a window at rest."""

import os
import sys

import gi
gi.require_version('GdkPixbuf', '2.0')
from gi.repository import GdkPixbuf, GLib  # noqa: E402

ICONS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'data', 'icons')
# The drawing, what it is called, and at which sizes it is shown where one pixel is one pixel.
DRAWINGS = (
    ('hicolor/scalable/apps/org.sotto.Sotto.svg', 'apps/org.sotto.Sotto', (48, 72)),
    ('hicolor/symbolic/apps/org.sotto.Sotto-symbolic.svg', 'apps/org.sotto.Sotto-symbolic', (96,)),
    ('scalable/actions/sotto-people-symbolic.svg', 'actions/sotto-people-symbolic', (64,)),
    ('scalable/actions/sotto-fingerprint-symbolic.svg', 'actions/sotto-fingerprint-symbolic', (64,)),
    ('scalable/actions/sotto-send-symbolic.svg', 'actions/sotto-send-symbolic', (16,)),
    ('scalable/actions/sotto-send-symbolic-rtl.svg', 'actions/sotto-send-symbolic-rtl', (16,)),
)


def draw(path, size):
    """The colour of a symbolic icon is the words' around it: only how much of it is kept, for GTK's .symbolic.png."""
    drawn = GdkPixbuf.Pixbuf.new_from_file_at_size(path, size, size)
    if '-symbolic' not in path:
        return drawn
    pixels = bytearray(drawn.read_pixel_bytes().get_data())
    for y in range(drawn.get_height()):
        for x in range(drawn.get_width()):
            at = y * drawn.get_rowstride() + 4 * x
            pixels[at:at + 3] = b'\0\0\0'
    return GdkPixbuf.Pixbuf.new_from_bytes(GLib.Bytes.new(bytes(pixels)), GdkPixbuf.Colorspace.RGB, True, 8,
                                           drawn.get_width(), drawn.get_height(), drawn.get_rowstride())


def names():
    """Of every PNG: its drawing, its size and its place."""
    for drawing, name, sizes in DRAWINGS:
        for size in sizes:
            ending = '.symbolic.png' if '-symbolic' in name else '.png'
            yield os.path.join(ICONS, drawing), size, f'{size}x{size}/{name}{ending}'


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else ICONS
    for drawing, size, place in names():
        path = os.path.join(folder, place)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        draw(drawing, size).savev(path, 'png', [], [])


if __name__ == '__main__':
    main()
