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

#ifdef __SANITIZE_ADDRESS__
enum
{
  LEN = 200
};

/* Reads memory that was freed, which the address sanitizer keeps aside and as it was. Not inlined
 * and not watched: looking there is what it is for. */
__attribute__ ((noinline, no_sanitize_address)) static int
count_left (uintptr_t address, gsize n)
{
  int n_left = 0;
  for (gsize i = 0; i < n; i++)
    n_left += ((const volatile char *)address)[i] == 'S';
  return n_left;
}

static void
test_wiped_on_free (void)
{
  g_autofree char *text = g_strnfill (LEN, 'S');
  char *control = g_strdup (text);
  uintptr_t at = (uintptr_t)control;
  g_free (control);
  /* Unless most of this one is still to be seen, the method sees nothing. */
  g_assert_cmpint (count_left (at, LEN), >, LEN / 2);

  SottoSecret *secret = sotto_secret_new (text, LEN);
  at = (uintptr_t)secret->bytes;
  sotto_secret_free (secret);
  g_assert_cmpint (count_left (at, LEN), ==, 0);

  char *string = g_strdup (text);
  at = (uintptr_t)string;
  sotto_secret_wipe_string (string);
  g_assert_cmpint (count_left (at, LEN), ==, 0);
}
#else
static void
test_wiped_on_free (void)
{
  g_test_skip ("memory that was freed can only be looked at under the address sanitizer");
}
#endif

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/secret/wipe", test_wipe);
  g_test_add_func ("/secret/equal", test_equal);
  g_test_add_func ("/secret/copies", test_copies);
  g_test_add_func ("/secret/wiped-on-free", test_wiped_on_free);
  return g_test_run ();
}
