// SPDX-License-Identifier: GPL-3.0-or-later
#undef G_DISABLE_ASSERT
#include "server/wheel.h"

#include "shared/base/limits.h"

#define MS   SOTTO_US_PER_MS
#define TICK (20 * MS)

typedef struct
{
  SottoTimer timer; /* first */
  SottoWheel *wheel;
  gint64 fired;
  SottoTimer *victim;
  gint64 again; /* set itself anew after this */
} Alarm;

static void
on_alarm (SottoTimer *timer, gint64 now)
{
  Alarm *self = (Alarm *)timer;

  g_assert_false (sotto_timer_is_set (timer));
  g_assert_cmpint (timer->deadline, <=, now);
  self->fired = now;
  if (self->victim != NULL)
    sotto_wheel_cancel (self->wheel, self->victim);
  if (self->again > 0)
    sotto_wheel_set (self->wheel, timer, on_alarm, now + self->again);
}

static void
on_wake (gint64 when, gpointer data)
{
  *(gint64 *)data = when;
}

/* Never early, at most a tick late, also beyond the ring's length. */
static void
test_deadlines (void)
{
  static const gint64 deadlines[] = { 0,          1,          20 * MS,     21 * MS,    999 * MS,
                                      81910 * MS, 81920 * MS, 100000 * MS, 400000 * MS };
  SottoWheel *wheel = sotto_wheel_new (0);
  Alarm alarms[G_N_ELEMENTS (deadlines)] = { 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (deadlines); i++)
    sotto_wheel_set (wheel, &alarms[i].timer, on_alarm, deadlines[i]);
  for (gint64 now = 0; now <= 401000 * MS; now += 7 * MS)
    sotto_wheel_advance (wheel, now);
  for (gsize i = 0; i < G_N_ELEMENTS (deadlines); i++)
    {
      g_assert_cmpint (alarms[i].fired, >=, deadlines[i]);
      g_assert_cmpint (alarms[i].fired, <=, deadlines[i] + 2 * TICK);
    }
  g_assert_cmpint (sotto_wheel_advance (wheel, 402000 * MS), ==, -1);
  sotto_wheel_free (wheel);
}

static void
test_next_and_wake (void)
{
  SottoWheel *wheel = sotto_wheel_new (0);
  Alarm a = { 0 };
  Alarm b = { 0 };
  gint64 woken = -1;

  sotto_wheel_set_wake (wheel, on_wake, &woken);
  sotto_wheel_set (wheel, &a.timer, on_alarm, 500 * MS);
  g_assert_cmpint (woken, ==, 500 * MS);
  sotto_wheel_set (wheel, &b.timer, on_alarm, 900 * MS);
  g_assert_cmpint (woken, ==, 500 * MS);
  sotto_wheel_set (wheel, &b.timer, on_alarm, 100 * MS);
  g_assert_cmpint (woken, ==, 100 * MS);
  g_assert_cmpint (sotto_wheel_advance (wheel, 110 * MS), ==, 500 * MS);
  sotto_wheel_cancel (wheel, &a.timer);
  sotto_wheel_cancel (wheel, &a.timer);
  g_assert_cmpint (sotto_wheel_advance (wheel, 600 * MS), ==, -1);
  g_assert_cmpint (a.fired, ==, 0);
  sotto_wheel_free (wheel);
}

/* Both are due in one slot; the first to run cancels the other. */
static void
test_cancels_its_neighbor (void)
{
  SottoWheel *wheel = sotto_wheel_new (0);
  Alarm a = { .wheel = wheel };
  Alarm b = { .wheel = wheel };

  a.victim = &b.timer;
  b.victim = &a.timer;
  sotto_wheel_set (wheel, &a.timer, on_alarm, 50 * MS);
  sotto_wheel_set (wheel, &b.timer, on_alarm, 50 * MS);
  sotto_wheel_advance (wheel, 100 * MS);
  g_assert_true ((a.fired == 0) != (b.fired == 0));
  sotto_wheel_free (wheel);
}

static void
test_sets_itself_again (void)
{
  SottoWheel *wheel = sotto_wheel_new (0);
  Alarm a = { .wheel = wheel, .again = 1 };

  sotto_wheel_set (wheel, &a.timer, on_alarm, 1);
  g_assert_cmpint (sotto_wheel_advance (wheel, 20 * MS), ==, 40 * MS);
  g_assert_cmpint (a.fired, ==, 20 * MS);
  sotto_wheel_cancel (wheel, &a.timer);
  sotto_wheel_free (wheel);
}

static void
on_soon (SottoTimer *timer, gint64 now)
{
  Alarm *self = (Alarm *)timer;

  self->fired++;
  if (self->fired < 3)
    sotto_wheel_set_soon (self->wheel, timer, on_soon);
}

/* Once a turn, though no time passes. */
static void
test_soon (void)
{
  SottoWheel *wheel = sotto_wheel_new (7 * MS);
  Alarm a = { .wheel = wheel };
  gint64 woken = -1;

  sotto_wheel_set_wake (wheel, on_wake, &woken);
  sotto_wheel_set_soon (wheel, &a.timer, on_soon);
  g_assert_cmpint (woken, ==, 0);
  g_assert_cmpint (sotto_wheel_advance (wheel, 7 * MS), ==, 7 * MS);
  g_assert_cmpint (a.fired, ==, 1);
  g_assert_cmpint (sotto_wheel_advance (wheel, 7 * MS), ==, 7 * MS);
  g_assert_cmpint (sotto_wheel_advance (wheel, 7 * MS), ==, -1);
  g_assert_cmpint (a.fired, ==, 3);
  sotto_wheel_set_soon (wheel, &a.timer, on_soon);
  sotto_wheel_cancel (wheel, &a.timer);
  g_assert_cmpint (sotto_wheel_advance (wheel, 8 * MS), ==, -1);
  g_assert_cmpint (a.fired, ==, 3);
  sotto_wheel_free (wheel);
}

static void
test_long_sleep (void)
{
  SottoWheel *wheel = sotto_wheel_new (0);
  Alarm a = { 0 };
  Alarm b = { 0 };

  sotto_wheel_set (wheel, &a.timer, on_alarm, 1000 * MS);
  sotto_wheel_set (wheel, &b.timer, on_alarm, 70000 * MS);
  sotto_wheel_advance (wheel, 36000 * 1000 * MS);
  g_assert_cmpint (a.fired, >, 0);
  g_assert_cmpint (b.fired, >, 0);
  sotto_wheel_free (wheel);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/wheel/deadlines", test_deadlines);
  g_test_add_func ("/server/wheel/next-and-wake", test_next_and_wake);
  g_test_add_func ("/server/wheel/cancels-its-neighbor", test_cancels_its_neighbor);
  g_test_add_func ("/server/wheel/sets-itself-again", test_sets_itself_again);
  g_test_add_func ("/server/wheel/soon", test_soon);
  g_test_add_func ("/server/wheel/long-sleep", test_long_sleep);
  return g_test_run ();
}
