// SPDX-License-Identifier: GPL-3.0-or-later
/* In by number, found by number, out at the front. */
#undef G_DISABLE_ASSERT
#include "shared/peer/sent-list.h"

static void
test_list (void)
{
  SottoSentList list = { 0 };
  uint64_t next = 0, first = 0;

  for (guint round = 0; round < 500; round++)
    {
      guint n = (guint)g_test_rand_int_range (0, 20);

      /* Every second number: those between were not ack-eliciting. */
      for (guint i = 0; i < n; i++, next += 2)
        {
          SottoSentPacket packet = { .pn = next, .state = SOTTO_SENT_LIVE };

          g_assert_cmpuint (sotto_sent_list_push (&list, &packet)->pn, ==, next);
        }
      g_assert_cmpuint (list.count, ==, (next - first) / 2);
      for (guint i = 0; i < list.count; i++)
        {
          g_assert_cmpuint (sotto_sent_list_at (&list, i)->pn, ==, first + 2 * i);
          g_assert_cmpuint (sotto_sent_list_find (&list, first + 2 * i), ==, i);
          g_assert_cmpuint (sotto_sent_list_find (&list, first + 2 * i + 1), ==, i + 1);
        }
      n = (guint)g_test_rand_int_range (0, 20);
      for (guint i = 0; i < MIN (n, list.count); i++)
        sotto_sent_list_at (&list, i)->state = i % 2 == 0 ? SOTTO_SENT_LOST : SOTTO_SENT_DONE;
      first += 2 * MIN (n, list.count);
      sotto_sent_list_trim (&list);
    }
  sotto_sent_list_clear (&list);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sent-list/list", test_list);
  return g_test_run ();
}
