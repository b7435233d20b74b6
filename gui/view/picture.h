// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A picture from a file that somebody else made, small enough to be shown. Decoded on a thread of
 * its own, one at a time; how large it says it is counts before anything of it is decoded, and only
 * the kinds everybody sends are looked at (PNG, JPEG, GIF), told by their first bytes.
 */
#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <gio/gio.h>

/* Whether a file of this name might be such a picture. */
gboolean sotto_picture_is_likely (const char *name);

/* width and height: what it must fit into; a smaller one stays as it is. */
void sotto_picture_load_async (const char *path,
                               int width,
                               int height,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer data);
/* G_IO_ERROR_NOT_SUPPORTED: no such kind, damaged, or too large. Caller owns it. */
GdkPixbuf *sotto_picture_load_finish (GAsyncResult *result, GError **error);
