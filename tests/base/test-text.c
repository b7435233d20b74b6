// SPDX-License-Identifier: GPL-3.0-or-later
#undef G_DISABLE_ASSERT
#include "shared/base/text.h"
#include "tests/lib/vectors.h"
#include <string.h>

static JsonObject *
name_vectors (void)
{
  return test_vectors_object (test_vectors_load ("sotto.json"), "name");
}

static void
test_names (void)
{
  static const SottoName zero;
  JsonArray *valid = test_vectors_array (name_vectors (), "valid");
  JsonArray *invalid = test_vectors_array (name_vectors (), "invalid_hex");
  SottoName name;
  for (guint i = 0; i < json_array_get_length (valid); i++)
    {
      const char *text = json_array_get_string_element (valid, i);
      memset (&name, 0xAA, sizeof name);
      g_assert_true (sotto_name_parse (text, strlen (text), &name));
      g_assert_cmpstr (name.str, ==, text);
      g_assert_true (sotto_name_is_set (&name));
      /* Zero to the end, so that whole structs compare. */
      gsize n = strlen (text);
      g_assert_cmpmem (name.str + n, sizeof name - n, zero.str, sizeof zero - n);
      g_assert_true (sotto_name_parse (text, n, NULL));
    }
  for (guint i = 0; i < json_array_get_length (invalid); i++)
    {
      g_autoptr (GBytes) bytes = test_vectors_from_hex (json_array_get_string_element (invalid, i));
      gsize n = g_bytes_get_size (bytes);
      g_autofree char *exact = n > 0 ? g_memdup2 (g_bytes_get_data (bytes, NULL), n) : g_malloc (1);
      g_assert_false (sotto_name_parse (exact, n, &name));
    }
}

static void
test_typed_names (void)
{
  static const struct
  {
    const char *typed, *name;
  } rows[] = {
    { "alice", "alice" },
    { "  Alice\t\n", "alice" },
    { "BOB.B-2_x", "bob.b-2_x" },
    { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" },
    { " aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa ", NULL },
    { "", NULL },
    { "   ", NULL },
    { "al ice", NULL },
    { "\xC3\x84rger", NULL },
    { "-a", NULL },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      SottoName name;
      g_assert_cmpint (sotto_name_from_typed (rows[i].typed, &name), ==, rows[i].name != NULL);
      if (rows[i].name != NULL)
        g_assert_cmpstr (name.str, ==, rows[i].name);
    }
}

static void
test_valid (void)
{
  g_assert_true (sotto_text_is_valid ("", 0));
  g_assert_true (sotto_text_is_valid (NULL, 0));
  g_assert_true (sotto_text_is_valid ("caf\xC3\xA9", 5));
  g_assert_false (sotto_text_is_valid ("caf\xC3", 4));
  g_assert_false (sotto_text_is_valid ("a\0b", 3));
  g_assert_false (sotto_text_is_valid ("\xED\xA0\x80", 3));
  g_assert_false (sotto_text_is_valid ("\xC0\xAF", 2));
  g_assert_false (sotto_text_is_valid ("\xF4\x90\x80\x80", 4));
}

static void
test_normalize (void)
{
  /* A with ring as two code points becomes one. */
  g_autofree char *normal = sotto_text_normalize_password ("A\xCC\x8Ang");
  g_assert_cmpstr (normal, ==, "\xC3\x85ng");
  /* NFC, not NFKC: a ligature stays. */
  g_autofree char *ligature = sotto_text_normalize_password ("\xEF\xAC\x81");
  g_assert_cmpstr (ligature, ==, "\xEF\xAC\x81");
  g_assert_null (sotto_text_normalize_password ("\xFF"));
}

#define FFFD "\xEF\xBF\xBD"
#define DOTS "\xE2\x80\xA6"

static void
test_display (void)
{
  static const struct
  {
    const char *text;
    gsize max;
    const char *shown;
  } rows[] = {
    { "hello", 100, "hello" },
    { "", 100, "" },
    { "a\nb\rc\td", 100, "a" FFFD "b" FFFD "c" FFFD "d" },
    { "\x1b[31mred", 100, FFFD "[31mred" },
    { "\x7f\xC2\x85", 100, FFFD FFFD },
    { "a\xE2\x80\xA8"
      "b\xE2\x80\xA9",
      100, "a" FFFD "b" FFFD },
    { "x\xE2\x80\xAE"
      "y\xE2\x81\xA6z",
      100, "x" FFFD "y" FFFD "z" },
    { "\xE2\x80\xAA\xE2\x80\xAB\xE2\x80\xAC\xE2\x80\xAD\xE2\x81\xA7\xE2\x81\xA8\xE2\x81\xA9", 100,
      FFFD FFFD FFFD FFFD FFFD FFFD FFFD },
    { "\xE2\x80\x8F\xD7\xA9", 100, "\xE2\x80\x8F\xD7\xA9" },
    { "a\xFFz", 100, "a" FFFD "z" },
    { "\xF0\x9F\x98\x80", 1, "\xF0\x9F\x98\x80" },
    { "abcd", 4, "abcd" },
    { "abcde", 4, "abc" DOTS },
    { "\xC3\xA9\xC3\xA9\xC3\xA9", 2, "\xC3\xA9" DOTS },
    { "ab", 1, DOTS },
    { "ab", 0, "" },
    { "abc\n", 4, "abc" FFFD },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *shown = sotto_text_display (rows[i].text, rows[i].max);
      g_assert_cmpstr (shown, ==, rows[i].shown);
    }
}

static void
test_hex (void)
{
  static const uint8_t bytes[] = { 0x00, 0x9f, 0xff };
  uint8_t out[3] = { 0 };
  g_autofree char *hex = sotto_hex_encode (bytes, sizeof bytes);
  g_assert_cmpstr (hex, ==, "009fff");
  g_assert_true (sotto_hex_decode (hex, out, sizeof out));
  g_assert_cmpmem (out, sizeof out, bytes, sizeof bytes);
  g_assert_true (sotto_hex_decode ("009FfF", out, 3));
  g_assert_cmpmem (out, sizeof out, bytes, sizeof bytes);
  memset (out, 7, sizeof out);
  g_assert_false (sotto_hex_decode ("009ff", out, 3));
  g_assert_false (sotto_hex_decode ("009fff0", out, 3));
  g_assert_false (sotto_hex_decode ("009ffg", out, 3));
  g_assert_false (sotto_hex_decode ("0x9fff", out, 3));
  g_assert_cmpuint (out[0], ==, 7);
  g_assert_true (sotto_hex_decode ("", out, 0));
}

static void
test_ids (void)
{
  static const SottoId a = { { 1, 2, 3 } }, b = { { 1, 2, 3 } }, c = { { 1, 2, 4 } };
  g_assert_true (sotto_id_equal (&a, &b));
  g_assert_false (sotto_id_equal (&a, &c));
  g_assert_true (sotto_id_equal_func (&a, &b));
  g_assert_cmpuint (sotto_id_hash (&a), ==, sotto_id_hash (&b));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text/names", test_names);
  g_test_add_func ("/text/typed-names", test_typed_names);
  g_test_add_func ("/text/valid", test_valid);
  g_test_add_func ("/text/normalize", test_normalize);
  g_test_add_func ("/text/display", test_display);
  g_test_add_func ("/text/hex", test_hex);
  g_test_add_func ("/text/ids", test_ids);
  return g_test_run ();
}
