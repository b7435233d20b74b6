// SPDX-License-Identifier: GPL-3.0-or-later
/* NewReno: how the window grows, shrinks and comes back. */
#undef G_DISABLE_ASSERT
#include "shared/peer/congestion.h"

#include "shared/base/limits.h"

/* Slow start doubles, avoidance adds one datagram a window, an idle window does not grow. */
static void
test_newreno (void)
{
  SottoCongestion c;
  uint64_t before;

  sotto_congestion_init (&c);
  before = c.window;
  while (sotto_congestion_may_send (&c))
    sotto_congestion_on_sent (&c, SOTTO_DATAGRAM_MAX);
  while (c.in_flight > 0)
    sotto_congestion_on_acked (&c, SOTTO_DATAGRAM_MAX, 1, true);
  g_assert_cmpuint (c.window, ==, 2 * before);
  sotto_congestion_on_sent (&c, SOTTO_DATAGRAM_MAX);
  sotto_congestion_on_acked (&c, SOTTO_DATAGRAM_MAX, 1, false);
  g_assert_cmpuint (c.window, ==, 2 * before);

  sotto_congestion_on_loss (&c, 5, 10);
  g_assert_cmpuint (c.window, ==, before);
  sotto_congestion_on_sent (&c, SOTTO_DATAGRAM_MAX);
  sotto_congestion_on_acked (&c, SOTTO_DATAGRAM_MAX, 10, true); /* sent before recovery ended */
  g_assert_cmpuint (c.window, ==, before);
  for (uint64_t acked = 0; acked < before; acked += SOTTO_DATAGRAM_MAX)
    {
      sotto_congestion_on_sent (&c, SOTTO_DATAGRAM_MAX);
      sotto_congestion_on_acked (&c, SOTTO_DATAGRAM_MAX, 11, true);
    }
  g_assert_cmpuint (c.window, ==, before + SOTTO_DATAGRAM_MAX);
  for (gint64 i = 0; i < 20; i++)
    sotto_congestion_on_loss (&c, 20 + i, 20 + i);
  g_assert_cmpuint (c.window, ==, 4 * SOTTO_DATAGRAM_MAX);
}

/* A cut that proves wrong is taken back whole, once. */
static void
test_undo (void)
{
  SottoCongestion c;
  uint64_t before;

  sotto_congestion_init (&c);
  before = c.window;
  g_assert_true (sotto_congestion_on_loss (&c, 5, 10));
  g_assert_false (sotto_congestion_on_loss (&c, 10, 12)); /* the same event */
  sotto_congestion_undo (&c);
  g_assert_cmpuint (c.window, ==, before);
  g_assert_cmpuint (c.threshold, ==, G_MAXUINT64);
  g_assert_true (sotto_congestion_on_loss (&c, 11, 20));
  sotto_congestion_on_persistent (&c);
  sotto_congestion_undo (&c); /* nothing got through for long: that stands */
  g_assert_cmpuint (c.window, ==, 4 * SOTTO_DATAGRAM_MAX);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/congestion/newreno", test_newreno);
  g_test_add_func ("/congestion/undo", test_undo);
  return g_test_run ();
}
