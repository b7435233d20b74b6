// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What this program is, who may do what with it.
 */
#pragma once

#include <gtk/gtk.h>

void sotto_about_present (GtkWindow *parent);
