// SPDX-License-Identifier: GPL-3.0-or-later
/* The range set against a plain array of flags. */
#undef G_DISABLE_ASSERT
#include "shared/peer/range-set.h"

#include <string.h>

#define SPAN 64

static void
assert_same (const SottoRangeSet *set, const bool *flags)
{
  guint runs = 0;

  for (guint i = 0; i < SPAN; i++)
    {
      g_assert_cmpint (sotto_range_set_contains (set, i), ==, flags[i]);
      if (flags[i] && (i == 0 || !flags[i - 1]))
        runs++;
    }
  /* Merged as far as can be. */
  g_assert_cmpuint (sotto_range_set_count (set), ==, runs);
}

static void
test_against_flags (void)
{
  for (guint round = 0; round < 200; round++)
    {
      SottoRangeSet set = { NULL };
      bool flags[SPAN] = { false };

      for (guint step = 0; step < 30; step++)
        {
          guint low = (guint)g_test_rand_int_range (0, SPAN);
          guint high = (guint)g_test_rand_int_range ((gint)low, SPAN + 1);
          bool add = g_test_rand_int_range (0, 3) > 0;

          if (add)
            sotto_range_set_add (&set, low, high);
          else
            sotto_range_set_remove (&set, low, high);
          for (guint i = low; i < high; i++)
            flags[i] = add;
          assert_same (&set, flags);
        }
      sotto_range_set_clear (&set);
    }
}

static void
test_first (void)
{
  SottoRangeSet set = { NULL };
  SottoRange range;

  g_assert_false (sotto_range_set_first (&set, &range));
  sotto_range_set_add (&set, 10, 20);
  sotto_range_set_add (&set, 3, 5);
  g_assert_true (sotto_range_set_first (&set, &range));
  g_assert_cmpuint (range.low, ==, 3);
  g_assert_cmpuint (range.high, ==, 5);
  sotto_range_set_remove (&set, 0, 20);
  g_assert_false (sotto_range_set_first (&set, &range));
  sotto_range_set_clear (&set);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/range-set/against-flags", test_against_flags);
  g_test_add_func ("/range-set/first", test_first);
  return g_test_run ();
}
