// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Pictures that were pasted, as files of our own: nobody else gave them a place, so they lie in the
 * profile's cache for as long as they are offered. A folder of 0700, files of 0600, PNG.
 */
#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <gio/gio.h>
#include <stdbool.h>

/* $XDG_CACHE_HOME/sotto/PROFILE/pasted. Caller frees. */
char *sotto_pasted_folder (const char *profile);

/* "Pasted image 2026-11-30 14-03-12.png", in the person's language and time. Caller frees. */
char *sotto_pasted_name (gint64 unix_ms);

/* Written by a worker. The folder is made if it is not there; a name that is taken gets a number.
 */
void sotto_pasted_write_async (const char *folder,
                               const char *name,
                               GdkPixbuf *picture,
                               GAsyncReadyCallback callback,
                               gpointer data);
/* Its path, caller frees; NULL with an error, and nothing is left. */
char *sotto_pasted_write_finish (GAsyncResult *result, GError **error);

/* What lies anywhere else is not ours to remove: nothing happens then. */
void sotto_pasted_remove (const char *folder, const char *path);
