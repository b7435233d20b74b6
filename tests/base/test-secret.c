// SPDX-License-Identifier: GPL-3.0-or-later
#undef G_DISABLE_ASSERT
#include "shared/base/secret.h"
#include <string.h>

static void
test_wipe (void)
{
  char bytes[8] = "secret!";
  sotto_secret_wipe (bytes + 1, 6);
  g_assert_cmpmem (bytes, sizeof bytes, "s\0\0\0\0\0\0", 8);
  sotto_secret_wipe (NULL, 0);
}

static void
test_equal (void)
{
  g_assert_true (sotto_secret_equal ("abc", "abd", 2));
  g_assert_false (sotto_secret_equal ("abc", "abd", 3));
  g_assert_false (sotto_secret_equal ("abc", "bbc", 3));
  g_assert_true (sotto_secret_equal (NULL, NULL, 0));
}

static void
test_copies (void)
{
  char typed[] = "pass";
  g_autoptr (SottoSecret) secret = sotto_secret_new (typed, 4);
  memset (typed, 'x', 4);
  g_autoptr (SottoSecret) copy = sotto_secret_copy (secret);
  g_assert_cmpstr (secret->bytes, ==, "pass");
  g_assert_cmpuint (copy->n, ==, 4);
  g_assert_cmpstr (copy->bytes, ==, "pass");
  g_autoptr (SottoSecret) empty = sotto_secret_new (NULL, 0);
  g_assert_cmpstr (empty->bytes, ==, "");
  g_assert_null (sotto_secret_copy (NULL));
  sotto_secret_free (NULL);
  sotto_secret_wipe_string (NULL);
  sotto_secret_wipe_string (g_strdup ("gone"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/secret/wipe", test_wipe);
  g_test_add_func ("/secret/equal", test_equal);
  g_test_add_func ("/secret/copies", test_copies);
  return g_test_run ();
}
