// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Signal "locked" when the screen is locked (GNOME's and other screen savers, logind) or the
 * machine is about to sleep. Where none of these services is there it is never emitted.
 */
#pragma once

#include <gio/gio.h>

#define SOTTO_TYPE_SCREEN_WATCH (sotto_screen_watch_get_type ())
G_DECLARE_FINAL_TYPE (SottoScreenWatch, sotto_screen_watch, SOTTO, SCREEN_WATCH, GObject)

SottoScreenWatch *sotto_screen_watch_new (void);
/* Other buses than the session's and the system's, for tests. Hears what is sent once the watch is
 * made, but for logind's Lock, which needs an answer first. */
SottoScreenWatch *sotto_screen_watch_new_on (GDBusConnection *session, GDBusConnection *system);
