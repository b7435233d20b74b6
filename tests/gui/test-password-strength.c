// SPDX-License-Identifier: GPL-3.0-or-later
#undef G_DISABLE_ASSERT
#include "gui/model/password-strength.h"
#include <glib.h>

static void
test_strength (void)
{
  static const struct
  {
    const char *password;
    SottoStrength strength;
    SottoStrengthProblem problem;
  } cases[] = {
    { "", SOTTO_STRENGTH_NONE, SOTTO_STRENGTH_SHORT },
    { "a", SOTTO_STRENGTH_WEAK, SOTTO_STRENGTH_SHORT },
    { "password", SOTTO_STRENGTH_WEAK, SOTTO_STRENGTH_COMMON },
    { "Password1!", SOTTO_STRENGTH_WEAK, SOTTO_STRENGTH_COMMON },
    { "passwordpasswordpassword", SOTTO_STRENGTH_WEAK, SOTTO_STRENGTH_COMMON },
    { "12345678901234567890", SOTTO_STRENGTH_WEAK, SOTTO_STRENGTH_COMMON },
    { "aaaaaaaaaaaaaaaaaaaaaaaa", SOTTO_STRENGTH_WEAK, SOTTO_STRENGTH_COMMON },
    { "abcdefghijklmnopqrstuvwxyz", SOTTO_STRENGTH_WEAK, SOTTO_STRENGTH_COMMON },
    { "marianne", SOTTO_STRENGTH_WEAK, SOTTO_STRENGTH_USERNAME },
    { "Marianne1987", SOTTO_STRENGTH_WEAK, SOTTO_STRENGTH_USERNAME },
    { "horse", SOTTO_STRENGTH_WEAK, SOTTO_STRENGTH_SHORT },
    { "correct horse", SOTTO_STRENGTH_FAIR, SOTTO_STRENGTH_SHORT },
    { "correct horse battery staple", SOTTO_STRENGTH_STRONG, SOTTO_STRENGTH_FINE },
    { "x9$Kq2!mZ7#w", SOTTO_STRENGTH_FAIR, SOTTO_STRENGTH_SHORT },
    { "x9$Kq2!mZ7#wP4&t", SOTTO_STRENGTH_STRONG, SOTTO_STRENGTH_FINE },
    { "我喜欢在雨天读旧书和喝茶看云", SOTTO_STRENGTH_FAIR, SOTTO_STRENGTH_SHORT },
    { "\xff\xfe", SOTTO_STRENGTH_WEAK, SOTTO_STRENGTH_SHORT },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SottoStrengthProblem problem;

      g_test_message ("%s", cases[i].password);
      g_assert_cmpint (sotto_password_strength (cases[i].password, "marianne", &problem), ==,
                       cases[i].strength);
      g_assert_cmpint (problem, ==, cases[i].problem);
    }
  g_assert_cmpint (sotto_password_strength ("a", "a", NULL), ==, SOTTO_STRENGTH_WEAK);
}

/* Whatever is typed on: nothing more makes it easier to guess. */
static void
test_longer_is_no_worse (void)
{
  static const char *const whole = "Rain on the old stone bridge, 1 lamp";
  SottoStrength before = SOTTO_STRENGTH_NONE;

  for (gsize n = 1; whole[n - 1] != '\0'; n++)
    {
      g_autofree char *part = g_strndup (whole, n);
      SottoStrength now = sotto_password_strength (part, "", NULL);

      g_assert_cmpint (now, >=, before);
      before = now;
    }
  g_assert_cmpint (before, ==, SOTTO_STRENGTH_STRONG);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/password-strength/cases", test_strength);
  g_test_add_func ("/gui/password-strength/longer-is-no-worse", test_longer_is_no_worse);
  return g_test_run ();
}
