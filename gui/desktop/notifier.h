// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Tells of what came while nobody looked: one notification a person, which the next words of theirs
 * replace and which goes when their conversation is looked at. Whether it makes a noise or waits is
 * the desktop's to decide (do not disturb); whether there is one at all, and whether it shows the
 * words, is the person's.
 */
#pragma once

#include "shared/client/engine.h"
#include <gio/gio.h>

#define SOTTO_TYPE_NOTIFIER (sotto_notifier_get_type ())
G_DECLARE_FINAL_TYPE (SottoNotifier, sotto_notifier, SOTTO, NOTIFIER, GObject)

/* settings may be NULL. Its buttons call app.open-chat and app.mark-read with the person's name. */
SottoNotifier *
sotto_notifier_new (GApplication *application, SottoEngine *engine, GSettings *settings);

/* Whose words are before somebody's eyes; NULL = nobody's. */
void sotto_notifier_look_at (SottoNotifier *self, const char *name);
/* The session is over for good and nobody looks at the window that says so; until somebody does. */
void sotto_notifier_tell_ended (SottoNotifier *self, const char *why);
void sotto_notifier_withdraw_ended (SottoNotifier *self);
void sotto_notifier_withdraw (SottoNotifier *self, const char *name);
/* While it is: how many messages came, and nothing else of them. */
void sotto_notifier_set_locked (SottoNotifier *self, bool locked);
/* Logged out. */
void sotto_notifier_withdraw_all (SottoNotifier *self);
