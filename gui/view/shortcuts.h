// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Every key that does something, in a window. Built when it is asked for.
 */
#pragma once

#include <gtk/gtk.h>

void sotto_shortcuts_present (GtkWindow *parent);
