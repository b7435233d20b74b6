// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * One timer wheel for all sessions: setting, moving and cancelling a deadline cost O(1) and 32
 * bytes embedded in the owner, where a GSource each would be walked in every loop turn. Pure: `now`
 * is handed in, the owner asks when to come back. Deadlines fire up to one tick late, never early.
 */
#pragma once

#include "server/types.h"
#include <glib.h>
#include <stdbool.h>

typedef struct _SottoTimer SottoTimer;

/* May set, cancel or free itself and others. */
typedef void (*SottoTimerFunc) (SottoTimer *timer, gint64 now);

/* Zeroed = not set. */
struct _SottoTimer
{
  SottoTimer *next;
  SottoTimer **link; /* what points to us; NULL = not set */
  SottoTimerFunc func;
  gint64 deadline;
};

SottoWheel *sotto_wheel_new (gint64 now);
void sotto_wheel_free (SottoWheel *self);

/* Called when a deadline nearer than all others was set: the owner moves its wake-up. */
void
sotto_wheel_set_wake (SottoWheel *self, void (*wake) (gint64 when, gpointer data), gpointer data);

void sotto_wheel_set (SottoWheel *self, SottoTimer *timer, SottoTimerFunc func, gint64 deadline);
/* For the next turn of the loop, after the others have had theirs. */
void sotto_wheel_set_soon (SottoWheel *self, SottoTimer *timer, SottoTimerFunc func);
void sotto_wheel_cancel (SottoWheel *self, SottoTimer *timer);
static inline bool
sotto_timer_is_set (const SottoTimer *timer)
{
  return timer->link != NULL;
}

/* Runs what is due. Returns when to be called again (now: at once), -1 when nothing is set. */
gint64 sotto_wheel_advance (SottoWheel *self, gint64 now);
