// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The looks of the whole program: our CSS on top of the theme's colours, light or dark as the
 * desktop says.
 */
#pragma once

#include <gtk/gtk.h>

void sotto_style_load (GdkScreen *screen);
/* Once there is a window, and only when the desktop wants something else than the theme: it costs
 * more than the window. */
void sotto_style_follow_desktop (void);
