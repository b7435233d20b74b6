// SPDX-License-Identifier: GPL-3.0-or-later
/* When a key is asked for: at once for a reason, then every 5 s × 2 up to 5 min. */
#undef G_DISABLE_ASSERT
#include "shared/client/key-ask.h"

#define S SOTTO_US_PER_S

static void
test_backoff (void)
{
  static const gint64 waits[] = { 5, 10, 20, 40, 80, 160, 300, 300, 300 };
  SottoKeyAsk ask;
  gint64 now = 1000 * S;

  sotto_key_ask_init (&ask);
  sotto_key_ask_at_once (&ask, now);
  for (gsize i = 0; i < G_N_ELEMENTS (waits); i++)
    {
      g_assert_cmpint (ask.next, <=, now);
      sotto_key_ask_sent (&ask, (uint32_t)i + 1, now);
      g_assert_cmpuint (ask.req, ==, i + 1);
      g_assert_cmpint (ask.next, >, now + waits[i] * S - 1);
      now += waits[i] * S;
    }

  /* PRESENCE: at once, and from the beginning. */
  sotto_key_ask_at_once (&ask, now + 1);
  g_assert_cmpint (ask.next, <=, now + 1);
  sotto_key_ask_sent (&ask, 99, now + 1);
  g_assert_cmpint (ask.next, <=, now + 1 + 5 * S);
}

static void
test_soon (void)
{
  SottoKeyAsk ask;
  gint64 now = 1000 * S;

  sotto_key_ask_init (&ask);
  sotto_key_ask_soon (&ask, now);
  g_assert_cmpint (ask.next, <=, now);
  sotto_key_ask_sent (&ask, 1, now);

  /* A channel that breaks at once does not make us ask at once again. */
  sotto_key_ask_soon (&ask, now + S);
  g_assert_cmpint (ask.next, >, now + S);
  g_assert_cmpint (ask.next, <=, now + 5 * S);
  sotto_key_ask_sent (&ask, 2, now + 5 * S);
  sotto_key_ask_rewarded (&ask); /* …but one that worked is no storm */
  sotto_key_ask_soon (&ask, now + 6 * S);
  g_assert_cmpint (ask.next, <=, now + 6 * S);
  sotto_key_ask_sent (&ask, 3, now + 6 * S);
  sotto_key_ask_soon (&ask, now + 11 * S);
  g_assert_cmpint (ask.next, <=, now + 11 * S);
}

static void
test_defer_and_server (void)
{
  SottoKeyAsk ask;
  gint64 now = 1000 * S;

  sotto_key_ask_init (&ask);
  sotto_key_ask_defer (&ask, now);
  g_assert_cmpint (ask.next, >, now + 5 * S - 1);
  g_assert_cmpint (ask.next, <=, now + 5 * S);
  sotto_key_ask_not_before (&ask, now + 60 * S);
  g_assert_cmpint (ask.next, >, now + 59 * S);
  sotto_key_ask_not_before (&ask, now + 10 * S); /* never earlier */
  g_assert_cmpint (ask.next, >, now + 59 * S);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/key-ask/backoff", test_backoff);
  g_test_add_func ("/client/key-ask/soon", test_soon);
  g_test_add_func ("/client/key-ask/defer-and-server", test_defer_and_server);
  return g_test_run ();
}
