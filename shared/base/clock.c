// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The machine's clocks, and one for tests that stands still until it is told otherwise.
 */
#include "shared/base/clock.h"

static gint64
system_monotonic (gpointer data)
{
  return g_get_monotonic_time ();
}

static gint64
system_real (gpointer data)
{
  return g_get_real_time ();
}

const SottoClock *
sotto_clock_system (void)
{
  static const SottoClock clock = { .monotonic = system_monotonic, .real = system_real };
  return &clock;
}

static gint64
test_monotonic (gpointer data)
{
  return ((const SottoTestClock *)data)->now;
}

static gint64
test_real (gpointer data)
{
  return ((const SottoTestClock *)data)->wall;
}

void
sotto_test_clock_init (SottoTestClock *self, gint64 now, gint64 wall)
{
  *self = (SottoTestClock){ .now = now, .wall = wall };
  self->clock = (SottoClock){ .monotonic = test_monotonic, .real = test_real, .data = self };
}
