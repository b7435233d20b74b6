// SPDX-License-Identifier: GPL-3.0-or-later
#undef G_DISABLE_ASSERT
#include "shared/client/typing.h"

static const gint64 start = 1000 * SOTTO_US_PER_S;

static void
test_hear (void)
{
  SottoTyping typing = { 0 };

  g_assert_cmpint (sotto_typing_deadline (&typing), ==, G_MAXINT64);
  g_assert_false (sotto_typing_hear (&typing, false, start)); /* no news */
  g_assert_true (sotto_typing_hear (&typing, true, start));
  g_assert_false (sotto_typing_hear (&typing, true, start + SOTTO_US_PER_S)); /* repeated */
  g_assert_cmpint (sotto_typing_deadline (&typing), ==, start + SOTTO_US_PER_S + SOTTO_TYPING_LIFE);
  g_assert_false (sotto_typing_tick (&typing, start + SOTTO_TYPING_LIFE));
  g_assert_true (sotto_typing_tick (&typing, start + SOTTO_US_PER_S + SOTTO_TYPING_LIFE));
  g_assert_false (typing.told);
  g_assert_cmpint (sotto_typing_deadline (&typing), ==, G_MAXINT64);
  g_assert_true (sotto_typing_hear (&typing, true, start + 100 * SOTTO_US_PER_S));
  g_assert_true (sotto_typing_hear (&typing, false, start + 100 * SOTTO_US_PER_S));
}

/* A peer who changes it all the time is told of so often, and in the end rightly. */
static void
test_flood (void)
{
  SottoTyping typing = { 0 };
  guint told = 0;
  bool active = false;

  for (guint i = 0; i < 1000; i++)
    told += sotto_typing_hear (&typing, active = !active, start + i);
  g_assert_cmpuint (told, ==, SOTTO_TYPING_BURST);
  sotto_typing_hear (&typing, !typing.told, start + 2000);
  gint64 deadline = sotto_typing_deadline (&typing);
  g_assert_cmpint (deadline, <=, start + 2000 + SOTTO_US_PER_S);
  g_assert_true (sotto_typing_tick (&typing, deadline));
  g_assert_true (typing.told == typing.heard);
}

static void
test_say (void)
{
  SottoTyping typing = { 0 };

  g_assert_false (sotto_typing_say (&typing, false, start));
  g_assert_true (sotto_typing_say (&typing, true, start));
  g_assert_false (sotto_typing_say (&typing, true, start + SOTTO_TYPING_REPEAT - 1));
  g_assert_true (sotto_typing_say (&typing, true, start + SOTTO_TYPING_REPEAT));
  g_assert_true (sotto_typing_say (&typing, false, start + SOTTO_TYPING_REPEAT));
  g_assert_false (sotto_typing_say (&typing, false, start + 2 * SOTTO_TYPING_REPEAT));
  g_assert_cmpint (SOTTO_TYPING_REPEAT, <, SOTTO_TYPING_LIFE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/typing/hear", test_hear);
  g_test_add_func ("/client/typing/flood", test_flood);
  g_test_add_func ("/client/typing/say", test_say);
  return g_test_run ();
}
