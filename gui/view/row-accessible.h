// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A list row as a screen reader meets it: with an action that does what Enter does. GTK 3 gives its
 * rows none, so that what only a double-click opens could not be opened from outside.
 */
#pragma once

#include <gtk/gtk-a11y.h>

#define SOTTO_TYPE_ROW_ACCESSIBLE (sotto_row_accessible_get_type ())
G_DECLARE_FINAL_TYPE (SottoRowAccessible,
                      sotto_row_accessible,
                      SOTTO,
                      ROW_ACCESSIBLE,
                      GtkListBoxRowAccessible)
