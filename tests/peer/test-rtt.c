// SPDX-License-Identifier: GPL-3.0-or-later
/* The estimator of RFC 9002 section 5.3, step by step. */
#undef G_DISABLE_ASSERT
#include "shared/peer/rtt.h"

#include "shared/base/limits.h"

#define MS SOTTO_US_PER_MS

typedef struct
{
  gint64 sample, delay;      /* ms */
  gint64 smoothed, var, pto; /* us */
} Step;

static void
test_steps (void)
{
  static const Step steps[] = {
    { 100, 20, 100000, 50000, 325000 }, /* the first as it is, the delay not taken off */
    { 140, 20, 102500, 42500, 297500 }, /* 120: 20 were the peer's delay */
    { 100, 60000, 102187, 32500,
      257187 }, /* a delay above what is allowed, and below the minimum */
    { 130, 60000, 102538, 25078, 227850 }, /* no more than 25 is taken off */
    { 50, 0, 95970, 31943, 248742 },
  };
  SottoRtt rtt;

  sotto_rtt_init (&rtt);
  g_assert_cmpint (sotto_rtt_pto (&rtt), ==, (333 + 2 * 333 + 25) * MS);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      sotto_rtt_measure (&rtt, steps[i].sample * MS, steps[i].delay * MS, 1000 + i);
      g_assert_cmpint (rtt.smoothed, ==, steps[i].smoothed);
      g_assert_cmpint (rtt.var, ==, steps[i].var);
      g_assert_cmpint (sotto_rtt_pto (&rtt), ==, steps[i].pto);
      g_assert_cmpint (rtt.first_sample, ==, 1000);
    }
  g_assert_cmpint (rtt.min, ==, 50 * MS);
}

/* A path without any delay still has a timeout that the clock can tell. */
static void
test_granularity (void)
{
  SottoRtt rtt;

  sotto_rtt_init (&rtt);
  for (guint i = 0; i < 100; i++)
    sotto_rtt_measure (&rtt, 1, 0, i);
  g_assert_cmpint (sotto_rtt_pto (&rtt), ==, 1 + MS + SOTTO_ACK_DELAY_MAX);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rtt/steps", test_steps);
  g_test_add_func ("/rtt/granularity", test_granularity);
  return g_test_run ();
}
