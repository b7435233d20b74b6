// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Spell check of an entry. gspell and its dictionaries are a module of their own that is loaded
 * when it is first switched on: who does not want it does not pay for it. Which language is chosen
 * in the entry's context menu, and remembered in the settings.
 */
#pragma once

#include <gtk/gtk.h>
#include <stdbool.h>

bool sotto_spelling_is_possible (void); /* whether this program was made with it */
/* settings may be NULL; lives longer than the view. Does nothing without the module. */
void sotto_spelling_set (GtkTextView *view, GSettings *settings, bool on);
