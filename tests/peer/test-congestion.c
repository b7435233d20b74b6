// SPDX-License-Identifier: GPL-3.0-or-later
/* Slow start and CUBIC: how the window grows, shrinks and comes back. */
#undef G_DISABLE_ASSERT
#include "shared/peer/congestion.h"

#include "shared/base/limits.h"

#define MS       SOTTO_US_PER_MS
#define S        SOTTO_US_PER_S
#define DATAGRAM SOTTO_DATAGRAM_MAX

static uint64_t
window_of (const SottoCongestion *c)
{
  return sotto_congestion_get_window (c);
}

/* A round trip in which `used` of the window is sent and all of it acknowledged in its end. */
static void
round_trip (SottoCongestion *c, uint64_t used, gint64 rtt, gint64 *now)
{
  gint64 sent = *now;

  while (c->in_flight + DATAGRAM <= used)
    sotto_congestion_on_sent (c, DATAGRAM);
  *now += rtt;
  while (c->in_flight > 0)
    sotto_congestion_on_acked (c, DATAGRAM, sent, rtt, *now);
}

/* Slow start doubles, and does not while less than half of the window is used. */
static void
test_slow_start (void)
{
  SottoCongestion c;
  gint64 now = S;
  uint64_t before;

  sotto_congestion_init (&c);
  before = window_of (&c);
  g_assert_cmpuint (before, ==, 10 * DATAGRAM);
  round_trip (&c, before, 100 * MS, &now);
  g_assert_cmpuint (window_of (&c), ==, 2 * before);
  round_trip (&c, before, 100 * MS, &now);
  for (guint i = 0; i < 5; i++)
    round_trip (&c, before, 100 * MS, &now);
  g_assert_cmpuint (window_of (&c), ==, 3 * before);
}

/* A small window on a short way: CUBIC gives what NewReno would, nine seventeenths of a datagram a
 * round trip after a cut to seven tenths, and one once it is where it was cut. */
static void
test_as_newreno (void)
{
  SottoCongestion c;
  gint64 now = S;

  sotto_congestion_init (&c);
  round_trip (&c, window_of (&c), 10 * MS, &now); /* 20 datagrams */
  g_assert_true (sotto_congestion_on_loss (&c, now, now));
  g_assert_cmpuint (window_of (&c), ==, 14 * DATAGRAM);
  now += MS;
  for (guint i = 0; i < 6; i++)
    round_trip (&c, window_of (&c), 10 * MS, &now);
  g_assert_cmpuint (window_of (&c), >=, 16 * DATAGRAM + DATAGRAM / 2);
  g_assert_cmpuint (window_of (&c), <=, 17 * DATAGRAM + DATAGRAM / 2);
  for (guint i = 0; i < 30; i++)
    round_trip (&c, window_of (&c), 10 * MS, &now);
  g_assert_cmpuint (window_of (&c), >=, 36 * DATAGRAM);
}

static void
fill_up (SottoCongestion *c, uint64_t datagrams, gint64 *now)
{
  sotto_congestion_init (c);
  c->cubic.window = datagrams * DATAGRAM;
  g_assert_true (sotto_congestion_on_loss (c, *now, *now));
  g_assert_cmpuint (window_of (c), ==, datagrams * DATAGRAM * 7 / 10);
  *now += MS;
}

static void
assert_about (uint64_t got, uint64_t want)
{
  g_assert_cmpuint (got, >=, want * 98 / 100);
  g_assert_cmpuint (got, <=, want * 102 / 100);
}

/* 1,000 datagrams, 100 ms: K = (300 / 0.4)^⅓ = 9.09 s to be back, and then C·t³ beyond. */
static void
test_curve (void)
{
  static const struct
  {
    gint64 ms; /* since the cut */
    uint64_t datagrams;
  } points[] = {
    { 2000, 857 },                    /* 1000 − 0.4 · 7.09³ */
    { 5000, 973 },                    /* 1000 − 0.4 · 4.09³ */
    { 9000, 1000 },  { 14000, 1047 }, /* 1000 + 0.4 · 4.91³ */
    { 19000, 1389 },                  /* 1000 + 0.4 · 9.91³ */
  };
  SottoCongestion c;
  gint64 start = S, now = start;

  fill_up (&c, 1000, &now);
  for (guint i = 0; i < G_N_ELEMENTS (points); i++)
    {
      while (now < start + points[i].ms * MS)
        round_trip (&c, window_of (&c), 100 * MS, &now);
      assert_about (window_of (&c), points[i].datagrams * DATAGRAM);
    }
}

/* Time in which the window was not used brings nothing. */
static void
test_idle (void)
{
  SottoCongestion c;
  gint64 now = S;
  uint64_t before;

  fill_up (&c, 1000, &now);
  for (guint i = 0; i < 20; i++)
    round_trip (&c, window_of (&c), 100 * MS, &now);
  before = window_of (&c);
  for (guint i = 0; i < 200; i++)
    round_trip (&c, 10 * DATAGRAM, 100 * MS, &now);
  assert_about (window_of (&c), before);
  round_trip (&c, window_of (&c), 100 * MS, &now);
  round_trip (&c, window_of (&c), 100 * MS, &now);
  assert_about (window_of (&c), before);
}

/* Who is cut again below where it was leaves room: the curve then levels out at 0.85 of it. */
static void
test_fast_convergence (void)
{
  SottoCongestion c;
  gint64 now = S;

  fill_up (&c, 1000, &now);
  round_trip (&c, window_of (&c), 100 * MS, &now);
  assert_about (window_of (&c), 709 * DATAGRAM);
  g_assert_true (sotto_congestion_on_loss (&c, now, now));
  assert_about (c.cubic.w_max, 709 * DATAGRAM * 85 / 100);
}

static void
test_recovery_period (void)
{
  SottoCongestion c;
  gint64 now = S;
  uint64_t cut;

  fill_up (&c, 100, &now);
  cut = window_of (&c);
  g_assert_false (sotto_congestion_on_loss (&c, S, now)); /* the same event */
  for (guint i = 0; i < 50; i++)
    sotto_congestion_on_sent (&c, DATAGRAM);
  for (guint i = 0; i < 50; i++) /* sent before the cut */
    sotto_congestion_on_acked (&c, DATAGRAM, S, 100 * MS, now + 10 * MS);
  g_assert_cmpuint (window_of (&c), ==, cut);
  for (gint64 i = 0; i < 20; i++)
    sotto_congestion_on_loss (&c, now + i, now + i);
  g_assert_cmpuint (window_of (&c), ==, 4 * DATAGRAM);
}

/* A cut that proves wrong is taken back whole, once. */
static void
test_undo (void)
{
  SottoCongestion c;
  uint64_t before;

  sotto_congestion_init (&c);
  before = window_of (&c);
  g_assert_true (sotto_congestion_on_loss (&c, 5, 10));
  g_assert_cmpuint (window_of (&c), <, before);
  sotto_congestion_undo (&c);
  g_assert_cmpuint (window_of (&c), ==, before);
  g_assert_cmpuint (c.cubic.threshold, ==, G_MAXUINT64);
  g_assert_true (sotto_congestion_on_loss (&c, 11, 20));
  sotto_congestion_on_persistent (&c);
  sotto_congestion_undo (&c); /* nothing got through for long: that stands */
  g_assert_cmpuint (window_of (&c), ==, 4 * DATAGRAM);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/congestion/slow-start", test_slow_start);
  g_test_add_func ("/congestion/as-newreno", test_as_newreno);
  g_test_add_func ("/congestion/curve", test_curve);
  g_test_add_func ("/congestion/idle", test_idle);
  g_test_add_func ("/congestion/fast-convergence", test_fast_convergence);
  g_test_add_func ("/congestion/recovery-period", test_recovery_period);
  g_test_add_func ("/congestion/undo", test_undo);
  return g_test_run ();
}
