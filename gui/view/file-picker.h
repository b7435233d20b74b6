// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The ways to name a file that is to be sent: a chooser, and files dropped onto a widget. Each file
 * is told by the widget's own signal "offer-file" (path).
 */
#pragma once

#include <gtk/gtk.h>

void sotto_file_picker_open (GtkWidget *widget);
/* Whoever the file was for is not there any more: a chooser that is open goes. */
void sotto_file_picker_close (GtkWidget *widget);
/* What is dropped onto `target`, one of the widget's children or itself. */
void sotto_file_picker_take_drops (GtkWidget *widget, GtkWidget *target);
