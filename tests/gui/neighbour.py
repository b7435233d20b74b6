# SPDX-License-Identifier: GPL-3.0-or-later
"""Another program beside the window, run by itself:

    neighbour.py picture WIDTH HEIGHT    has a picture on the clipboard, and no words
    neighbour.py files X Y PATH…         a small window at X Y; what is dragged out of it are these files

It says "ready" when it is, and stays until it is ended."""

import sys

import gi
gi.require_version('Gtk', '3.0')
from gi.repository import Gdk, GdkPixbuf, GLib, Gtk  # noqa: E402


def ready():
    print('ready', flush=True)
    return GLib.SOURCE_REMOVE


def have_picture(width, height):
    picture = GdkPixbuf.Pixbuf.new(GdkPixbuf.Colorspace.RGB, False, 8, int(width), int(height))
    picture.fill(0x3366ccff)
    Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD).set_image(picture)
    GLib.idle_add(ready)


def have_files(x, y, *paths):
    window = Gtk.Window(type=Gtk.WindowType.POPUP)
    box = Gtk.EventBox()
    box.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY)
    box.drag_source_add_uri_targets()
    box.connect('drag-data-get', lambda _w, _c, data, _i, _t: data.set_uris([GLib.filename_to_uri(p) for p in paths]))
    box.add(Gtk.Label(label='files'))
    window.add(box)
    window.set_default_size(90, 60)
    window.move(int(x), int(y))
    window.connect('map-event', lambda *_: GLib.idle_add(ready))
    window.show_all()


if __name__ == '__main__':
    {'picture': have_picture, 'files': have_files}[sys.argv[1]](*sys.argv[2:])
    Gtk.main()
