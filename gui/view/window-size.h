// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * How large a window begins. Remembering does nothing where the settings schema is not installed,
 * as when run from a build folder.
 */
#pragma once

#include <gtk/gtk.h>

/* Sets the size from last time and keeps it up to date when the window closes. */
void sotto_window_size_restore (GtkWindow *window);
/* How much larger than usual text is, at least 1. */
double sotto_window_size_text_scale (GtkWidget *widget);
/* A window laid out for text of the usual size gets as much more as the text is larger, within the
 * screen. */
void sotto_window_size_fit_text (GtkWindow *window);
/* What a dialog is as high as, until it would be higher than the screen: then it scrolls. */
void sotto_window_size_limit_content (GtkScrolledWindow *content);
