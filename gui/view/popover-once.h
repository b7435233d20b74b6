// SPDX-License-Identifier: GPL-3.0-or-later
/* A popover that was made for this one time: it goes once it is closed. */
#pragma once

#include <gtk/gtk.h>

void sotto_popover_once (GtkWidget *popover);
