// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Names for screen readers, which GTK 3 gives neither entries with placeholders nor text views nor
 * list rows; and what it should say without being asked.
 */
#pragma once

#include <gtk/gtk.h>

/* The name is translated by the caller. Does nothing when it is that already. */
void sotto_accessible_set_name (GtkWidget *widget, const char *name);
/* What may be said after the name; NULL = nothing. */
void sotto_accessible_set_description (GtkWidget *widget, const char *description);
/* Has a screen reader say this when it is done with what it says; nothing where ATK cannot. */
void sotto_accessible_announce (GtkWidget *widget, const char *text);
