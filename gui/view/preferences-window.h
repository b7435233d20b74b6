// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a person may wish otherwise. Each row is bound to its setting; there is nothing to apply.
 */
#pragma once

#include <handy.h>
#include <stdbool.h>

#define SOTTO_TYPE_PREFERENCES_WINDOW (sotto_preferences_window_get_type ())
G_DECLARE_FINAL_TYPE (SottoPreferencesWindow,
                      sotto_preferences_window,
                      SOTTO,
                      PREFERENCES_WINDOW,
                      HdyPreferencesWindow)

/* Signal "autostart" (bool): the person wants Sotto to start with the session, or not. */
SottoPreferencesWindow *
sotto_preferences_window_new (GtkWindow *parent, GSettings *settings, bool autostart);
