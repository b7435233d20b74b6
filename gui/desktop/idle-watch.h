// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Whether somebody uses the program: signal "idle" when no key, click or touch reached any of its
 * windows for as long as was said. One at a time in a program, for it looks at GDK's events.
 */
#pragma once

#include <glib-object.h>

#define SOTTO_TYPE_IDLE_WATCH (sotto_idle_watch_get_type ())
G_DECLARE_FINAL_TYPE (SottoIdleWatch, sotto_idle_watch, SOTTO, IDLE_WATCH, GObject)

SottoIdleWatch *sotto_idle_watch_new (void);
/* Counted from now on; 0 = for ever. */
void sotto_idle_watch_set_seconds (SottoIdleWatch *self, guint seconds);
