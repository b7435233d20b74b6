// SPDX-License-Identifier: GPL-3.0-or-later
#undef G_DISABLE_ASSERT
#include "shared/base/clock.h"

static void
test_system (void)
{
  const SottoClock *clock = sotto_clock_system ();
  gint64 before = g_get_monotonic_time (), now = sotto_clock_now (clock);
  g_assert_cmpint (now, >=, before);
  g_assert_cmpint (now, <=, g_get_monotonic_time ());
  gint64 wall = sotto_clock_unix_ms (clock);
  g_assert_cmpint (ABS (wall - g_get_real_time () / 1000), <, 60000);
}

static void
test_standing (void)
{
  SottoTestClock test;
  sotto_test_clock_init (&test, 5, 7999);
  g_assert_cmpint (sotto_clock_now (&test.clock), ==, 5);
  g_assert_cmpint (sotto_clock_unix_ms (&test.clock), ==, 7);
  test.now = 6;
  test.wall = 8000;
  g_assert_cmpint (sotto_clock_now (&test.clock), ==, 6);
  g_assert_cmpint (sotto_clock_unix_ms (&test.clock), ==, 8);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/clock/system", test_system);
  g_test_add_func ("/clock/standing", test_standing);
  return g_test_run ();
}
