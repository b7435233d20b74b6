// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Time for the rim. Pure machines take `now` as an argument; whoever calls them asks a SottoClock,
 * which a test may set. No time has security meaning on the wire (PROTOCOL section 1).
 */
#pragma once

#include <glib.h>

typedef struct
{
  gint64 (*monotonic) (gpointer data); /* microseconds, never goes back */
  gint64 (*real) (gpointer data);      /* microseconds since 1970 */
  gpointer data;
} SottoClock;

/* The machine's clocks. Static, never freed. */
const SottoClock *sotto_clock_system (void);

/* A clock that stands still until set: for tests. Fields may be written at any time. */
typedef struct
{
  SottoClock clock;
  gint64 now;
  gint64 wall;
} SottoTestClock;

void sotto_test_clock_init (SottoTestClock *self, gint64 now, gint64 wall);

static inline gint64
sotto_clock_now (const SottoClock *self)
{
  return self->monotonic (self->data);
}

static inline gint64
sotto_clock_unix_ms (const SottoClock *self)
{
  return self->real (self->data) / 1000;
}
