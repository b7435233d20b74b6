// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Hands a file to the desktop: to the program that opens its kind, or to the file manager.
 */
#pragma once

#include <gtk/gtk.h>
#include <stdbool.h>

bool sotto_file_opener_open (GtkWidget *from, const char *path, GError **error);
/* Selected in its folder where the file manager can do that, else the folder. Does not block. */
void sotto_file_opener_show (GtkWidget *from, const char *path);
