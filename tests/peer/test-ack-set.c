// SPDX-License-Identifier: GPL-3.0-or-later
/* Each packet number once, ranges as they came, ACKs when they are due. */
#undef G_DISABLE_ASSERT
#include "shared/peer/ack-set.h"

#define T0 (7 * SOTTO_US_PER_S)

static void
test_window (void)
{
  SottoAckSet set;

  sotto_ack_set_init (&set);
  g_assert_true (sotto_ack_set_is_new (&set, 5000));
  sotto_ack_set_add (&set, 5000, true, T0);
  g_assert_false (sotto_ack_set_is_new (&set, 5000));
  g_assert_true (sotto_ack_set_is_new (&set, 5001));
  g_assert_true (sotto_ack_set_is_new (&set, 5000 - SOTTO_REPLAY_WINDOW + 1));
  g_assert_false (sotto_ack_set_is_new (&set, 5000 - SOTTO_REPLAY_WINDOW));
  sotto_ack_set_add (&set, 4000, true, T0);
  g_assert_false (sotto_ack_set_is_new (&set, 4000));
  g_assert_true (sotto_ack_set_is_new (&set, 4001));
  /* The window moves on: bits of old numbers are not those of new ones. */
  sotto_ack_set_add (&set, 5020, true, T0);
  g_assert_true (sotto_ack_set_is_new (&set, 5019));
  g_assert_false (sotto_ack_set_is_new (&set, 5000));
  sotto_ack_set_add (&set, 5020 + 10 * SOTTO_REPLAY_WINDOW, true, T0);
  g_assert_false (sotto_ack_set_is_new (&set, 5020));
  g_assert_true (sotto_ack_set_is_new (&set, 5019 + 10 * SOTTO_REPLAY_WINDOW));
}

static void
test_ranges (void)
{
  static const uint64_t numbers[] = { 0, 1, 2, 5, 7, 8 };
  static const SottoAckRange want[] = { { 7, 8 }, { 5, 5 }, { 0, 2 } };
  SottoAckSet set;
  SottoPacketFrame frame;

  sotto_ack_set_init (&set);
  g_assert_false (sotto_ack_set_fill (&set, 17, T0, &frame));
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    sotto_ack_set_add (&set, numbers[i], true, T0);
  g_assert_true (sotto_ack_set_fill (&set, 17, T0 + 3 * SOTTO_US_PER_MS, &frame));
  g_assert_cmpuint (frame.ack.delay_ms, ==, 3);
  g_assert_cmpmem (frame.ack.ranges, frame.ack.n * sizeof want[0], want, sizeof want);
  g_assert_true (sotto_ack_set_fill (&set, 2, T0 + 100 * SOTTO_US_PER_S, &frame));
  g_assert_cmpmem (frame.ack.ranges, frame.ack.n * sizeof want[0], want, 2 * sizeof want[0]);
  g_assert_cmpuint (frame.ack.delay_ms, ==, G_MAXUINT16); /* saturates */

  /* Every second one: no more than fit; and never below the window. */
  for (guint i = 10; i < 5000; i += 2)
    sotto_ack_set_add (&set, i, true, T0);
  g_assert_true (sotto_ack_set_fill (&set, 100, T0, &frame));
  g_assert_cmpuint (frame.ack.n, ==, SOTTO_ACK_RANGE_MAX + 1);
  for (guint i = 4999 - SOTTO_REPLAY_WINDOW; i < 5000; i++)
    if (sotto_ack_set_is_new (&set, i))
      sotto_ack_set_add (&set, i, true, T0);
  g_assert_true (sotto_ack_set_fill (&set, 17, T0, &frame));
  g_assert_cmpuint (frame.ack.n, ==, 1);
  g_assert_cmpuint (frame.ack.ranges[0].high - frame.ack.ranges[0].low, ==,
                    SOTTO_REPLAY_WINDOW - 1);
}

/* The ranges against the numbers that came, one by one, whatever the pattern. */
static void
test_ranges_against_numbers (void)
{
  for (guint round = 0; round < 300; round++)
    {
      uint64_t base = (uint64_t)g_test_rand_int_range (0, 3000);
      gint percent = g_test_rand_int_range (1, 100);
      SottoAckSet set;
      SottoPacketFrame frame;
      uint64_t pn;

      sotto_ack_set_init (&set);
      for (guint i = 0; i < 2000; i++)
        if (g_test_rand_int_range (0, 100) < percent)
          sotto_ack_set_add (&set, base + i, true, T0);
      if (!sotto_ack_set_fill (&set, 17, T0, &frame))
        continue;
      pn = set.largest;
      for (guint r = 0; r < frame.ack.n; r++)
        {
          g_assert_cmpuint (frame.ack.ranges[r].low, <=, frame.ack.ranges[r].high);
          for (; pn > frame.ack.ranges[r].high; pn--)
            g_assert_true (sotto_ack_set_is_new (&set, pn));
          for (; pn + 1 > frame.ack.ranges[r].low; pn--)
            g_assert_false (sotto_ack_set_is_new (&set, pn));
        }
      g_assert_cmpuint (set.largest - pn, <=, SOTTO_REPLAY_WINDOW);
      /* Fewer than asked for: then nothing else came. */
      for (; frame.ack.n < 17 && pn + 1 > base && set.largest - pn < SOTTO_REPLAY_WINDOW; pn--)
        g_assert_true (sotto_ack_set_is_new (&set, pn));
    }
}

static void
test_due (void)
{
  SottoAckSet set;

  sotto_ack_set_init (&set);
  sotto_ack_set_add (&set, 0, false, T0);
  g_assert_cmpint (set.due, ==, G_MAXINT64); /* not ack-eliciting: nobody waits */
  sotto_ack_set_add (&set, 1, true, T0);
  g_assert_cmpint (set.due, ==, T0 + SOTTO_ACK_DELAY_MAX);
  sotto_ack_set_add (&set, 2, true, T0 + 1);
  g_assert_cmpint (set.due, ==, T0 + 1); /* every second at once */
  sotto_ack_set_sent (&set);
  g_assert_cmpint (set.due, ==, G_MAXINT64);
  sotto_ack_set_add (&set, 4, true, T0 + 2);
  g_assert_cmpint (set.due, ==, T0 + 2); /* a gap at once */
  sotto_ack_set_sent (&set);
  sotto_ack_set_add (&set, 3, true, T0 + 3);
  g_assert_cmpint (set.due, ==, T0 + 3); /* late at once */
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ack-set/window", test_window);
  g_test_add_func ("/ack-set/ranges", test_ranges);
  g_test_add_func ("/ack-set/ranges-against-numbers", test_ranges_against_numbers);
  g_test_add_func ("/ack-set/due", test_due);
  return g_test_run ();
}
