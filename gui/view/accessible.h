// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Names for screen readers, which GTK 3 gives neither entries with placeholders nor text views nor
 * list rows.
 */
#pragma once

#include <gtk/gtk.h>

/* The name is translated by the caller. Does nothing when it is that already. */
void sotto_accessible_set_name (GtkWidget *widget, const char *name);
