// SPDX-License-Identifier: GPL-3.0-or-later
#undef G_DISABLE_ASSERT
#include "shared/base/limits.h"
#include "shared/base/text.h"
#include "shared/crypto/safety-number.h"
#include "tests/lib/vectors.h"
#include <string.h>

static void
read_side (JsonObject *row,
           const char *name_member,
           const char *key_member,
           SottoName *name,
           SottoKey *key)
{
  const char *text = test_vectors_string (row, name_member);
  g_assert_true (sotto_name_parse (text, strlen (text), name));
  test_vectors_key (row, key_member, key);
}

static void
test_vectors (void)
{
  JsonArray *rows = test_vectors_array (test_vectors_load ("sotto.json"), "safety_number");
  g_assert_cmpuint (json_array_get_length (rows), >, 0);
  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonObject *row = json_array_get_object_element (rows, i);
      SottoName a, b;
      SottoKey key_a, key_b;
      char half[31], number[SOTTO_SAFETY_NUMBER_LEN + 1];
      read_side (row, "name_a", "I_a", &a, &key_a);
      read_side (row, "name_b", "I_b", &b, &key_b);
      sotto_safety_number_half (&a, &key_a, half);
      g_assert_cmpstr (half, ==, test_vectors_string (row, "half_a"));
      sotto_safety_number_half (&b, &key_b, half);
      g_assert_cmpstr (half, ==, test_vectors_string (row, "half_b"));
      sotto_safety_number (&a, &key_a, &b, &key_b, number);
      g_assert_cmpstr (number, ==, test_vectors_string (row, "number"));
      sotto_safety_number (&b, &key_b, &a, &key_a, number);
      g_assert_cmpstr (number, ==, test_vectors_string (row, "number"));
    }
}

#define NUMBER "03516 67899 37241 14614 42263 22151 96447 36602 27893 00440 67201 13854"

static void
test_matches (void)
{
  static const struct
  {
    const char *typed;
    bool matches;
  } rows[] = {
    { NUMBER, true },
    { "035166789937241146144226322151964473660227893004406720113854", true },
    { "  03516 67899 37241\n14614 42263 22151\t96447 36602 27893 00440 67201 13854 ", true },
    { "03516 67899 37241 14614 42263 22151 96447 36602 27893 00440 67201 13855", false },
    { "13516 67899 37241 14614 42263 22151 96447 36602 27893 00440 67201 13854", false },
    { "03516 67899 37241 14614 42263 22151 96447 36602 27893 00440 67201 1385", false },
    { "03516 67899 37241 14614 42263 22151 96447 36602 27893 00440 67201 138540", false },
    { "03516-67899 37241 14614 42263 22151 96447 36602 27893 00440 67201 13854", false },
    { "", false },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (sotto_safety_number_matches (NUMBER, rows[i].typed), ==, rows[i].matches);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/safety-number/vectors", test_vectors);
  g_test_add_func ("/safety-number/matches", test_matches);
  return g_test_run ();
}
