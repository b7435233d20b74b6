// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The one function of the module with gspell in it, as spelling.c looks it up.
 */
#pragma once

#include <gmodule.h>
#include <gtk/gtk.h>

#define SOTTO_SPELLING_MODULE "sotto-spelling.so"
#define SOTTO_SPELLING_SYMBOL "sotto_spelling_module_set"

typedef void (*SottoSpellingSet) (GtkTextView *view, GSettings *settings, gboolean on);

G_MODULE_EXPORT void
sotto_spelling_module_set (GtkTextView *view, GSettings *settings, gboolean on);
