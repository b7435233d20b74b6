// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Remembers how large the window was. Does nothing where the settings schema is not installed, as
 * when run from a build folder.
 */
#pragma once

#include <gtk/gtk.h>

/* Sets the size from last time and keeps it up to date when the window closes. */
void sotto_window_size_restore (GtkWindow *window);
