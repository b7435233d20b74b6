// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Locking the program: the action "lock", and by itself when nobody uses it or the screen is
 * locked, as a person wished. While it is locked no action of the application works but those of
 * `harmless` in the source. Part of the composition root.
 */
#pragma once

#include "gui/model/lock.h"
#include "gui/model/session-model.h"
#include "shared/client/engine.h"
#include <gtk/gtk.h>

#define SOTTO_TYPE_LOCK_ACTIONS (sotto_lock_actions_get_type ())
G_DECLARE_FINAL_TYPE (SottoLockActions, sotto_lock_actions, SOTTO, LOCK_ACTIONS, GObject)

/* The application must live longer; settings may be NULL. Make it after all others that add
 * actions. */
SottoLockActions *sotto_lock_actions_new (GtkApplication *application,
                                          SottoEngine *engine,
                                          SottoSessionModel *session,
                                          GSettings *settings);
SottoLock *sotto_lock_actions_get_lock (SottoLockActions *self);
void sotto_lock_actions_unlock (SottoLockActions *self, const char *password);
