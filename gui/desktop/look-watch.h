// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Signal "differs" when the desktop wants other looks than those a theme has by itself: when it
 * prefers dark or high contrast, and whenever it changes its mind. Asks the settings portal, and
 * where there is none GNOME's settings. From then on libhandy follows the desktop.
 */
#pragma once

#include <gio/gio.h>

#define SOTTO_TYPE_LOOK_WATCH (sotto_look_watch_get_type ())
G_DECLARE_FINAL_TYPE (SottoLookWatch, sotto_look_watch, SOTTO, LOOK_WATCH, GObject)

SottoLookWatch *sotto_look_watch_new (void);
/* Another bus than the session's, for tests. */
SottoLookWatch *sotto_look_watch_new_on (GDBusConnection *session);
