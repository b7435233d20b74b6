// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A ring of lists, one a tick. A deadline beyond the ring lies in its last slot and is put back
 * when its turn comes. Invariant: whatever hangs in slot s was put there for a tick later than
 * `done`.
 */
#include "server/wheel.h"

#include "shared/base/limits.h"

#define WHEEL_TICK  (20 * SOTTO_US_PER_MS)
#define WHEEL_SLOTS 4096 /* 82 s: beyond the longest deadline of a session */

struct _SottoWheel
{
  gint64 done; /* ticks that have been run */
  gint64 next; /* the wake-up last told, -1 = none */
  void (*wake) (gint64 when, gpointer data);
  gpointer wake_data;
  SottoTimer *due;  /* the list that is being run */
  SottoTimer *soon; /* for the next turn, whatever the time */
  SottoTimer *slots[WHEEL_SLOTS];
};

SottoWheel *
sotto_wheel_new (gint64 now)
{
  SottoWheel *self = g_new0 (SottoWheel, 1);

  self->done = now / WHEEL_TICK;
  self->next = -1;
  return self;
}

void
sotto_wheel_free (SottoWheel *self)
{
  g_free (self);
}

void
sotto_wheel_set_wake (SottoWheel *self, void (*wake) (gint64 when, gpointer data), gpointer data)
{
  self->wake = wake;
  self->wake_data = data;
}

void
sotto_wheel_cancel (SottoWheel *self, SottoTimer *timer)
{
  if (timer->link == NULL)
    return;
  *timer->link = timer->next;
  if (timer->next != NULL)
    timer->next->link = timer->link;
  timer->next = NULL;
  timer->link = NULL;
}

static void
timer_link (SottoTimer *timer, SottoTimer **list)
{
  timer->next = *list;
  timer->link = list;
  if (timer->next != NULL)
    timer->next->link = &timer->next;
  *list = timer;
}

static gint64
wheel_insert (SottoWheel *self, SottoTimer *timer)
{
  gint64 tick = (timer->deadline + WHEEL_TICK - 1) / WHEEL_TICK;

  tick = CLAMP (tick, self->done + 1, self->done + WHEEL_SLOTS - 1);
  timer_link (timer, &self->slots[tick % WHEEL_SLOTS]);
  return tick * WHEEL_TICK;
}

static void
wheel_wake (SottoWheel *self, gint64 when)
{
  if (self->next >= 0 && when >= self->next)
    return;
  self->next = when;
  if (self->wake != NULL)
    self->wake (when, self->wake_data);
}

void
sotto_wheel_set (SottoWheel *self, SottoTimer *timer, SottoTimerFunc func, gint64 deadline)
{
  sotto_wheel_cancel (self, timer);
  timer->func = func;
  timer->deadline = deadline;

  wheel_wake (self, wheel_insert (self, timer));
}

void
sotto_wheel_set_soon (SottoWheel *self, SottoTimer *timer, SottoTimerFunc func)
{
  sotto_wheel_cancel (self, timer);
  timer->func = func;
  timer->deadline = G_MININT64;
  timer_link (timer, &self->soon);
  wheel_wake (self, 0);
}

/* The list is taken off first: timers set by the callbacks cannot land in it. */
static void
wheel_run (SottoWheel *self, SottoTimer **list, gint64 now)
{
  self->due = g_steal_pointer (list);
  if (self->due != NULL)
    self->due->link = &self->due;
  while (self->due != NULL)
    {
      SottoTimer *timer = self->due;

      sotto_wheel_cancel (self, timer);
      if (timer->deadline > now)
        wheel_insert (self, timer);
      else
        timer->func (timer, now);
    }
}

static gint64
wheel_find_next (SottoWheel *self)
{
  for (gint64 tick = self->done + 1; tick < self->done + WHEEL_SLOTS; tick++)
    if (self->slots[tick % WHEEL_SLOTS] != NULL)
      return tick * WHEEL_TICK;
  return -1;
}

gint64
sotto_wheel_advance (SottoWheel *self, gint64 now)
{
  gint64 tick = now / WHEEL_TICK;

  /* After a long sleep (suspend) one round meets every slot. */
  wheel_run (self, &self->soon, now);
  self->done = MAX (self->done, tick - WHEEL_SLOTS);
  while (self->done < tick)
    {
      self->done++;
      wheel_run (self, &self->slots[self->done % WHEEL_SLOTS], now);
    }
  self->next = self->soon != NULL ? now : wheel_find_next (self);
  return self->next;
}
