// SPDX-License-Identifier: GPL-3.0-or-later
/* A half made beside is the half, and nobody else's. */
#undef G_DISABLE_ASSERT
#include "shared/client/halving.h"

static const SottoName alice = { "alice" }, bob = { "bob" };
static const SottoKey key = { { 1 } }, other = { { 2 } };

static void
test_half (void)
{
  char want[SOTTO_SAFETY_HALF_LEN + 1], half[SOTTO_SAFETY_HALF_LEN + 1] = "";
  SottoHalving *halving = sotto_halving_new (&alice, &key);

  g_assert_true (sotto_halving_is_of (halving, &alice, &key));
  g_assert_false (sotto_halving_is_of (halving, &bob, &key));
  g_assert_false (sotto_halving_is_of (halving, &alice, &other));
  sotto_safety_number_half (&alice, &key, want);
  sotto_halving_finish (halving, half);
  g_assert_cmpstr (half, ==, want);
}

static void
test_done (void)
{
  gint64 until = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;
  SottoHalving *halving = sotto_halving_new (&alice, &key);

  while (!sotto_halving_is_done (halving) && g_get_monotonic_time () < until)
    g_usleep (500);
  g_assert_true (sotto_halving_is_done (halving));
  sotto_halving_finish (halving, NULL);
  sotto_halving_finish (NULL, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/halving/half", test_half);
  g_test_add_func ("/halving/done", test_done);
  return g_test_run ();
}
