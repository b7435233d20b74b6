// SPDX-License-Identifier: GPL-3.0-or-later
/* A picture that was pasted, as what a file of it holds and is called. */
#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <gio/gio.h>

/* "Pasted image 2026-11-30 14-03-12.png", in the person's language and time. Caller frees. */
char *sotto_pasted_name (gint64 unix_ms);

/* PNG, made by a worker. */
void sotto_pasted_encode_async (GdkPixbuf *picture,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer data);
GBytes *sotto_pasted_encode_finish (GAsyncResult *result, GError **error); /* caller frees */
