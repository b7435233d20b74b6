// SPDX-License-Identifier: GPL-3.0-or-later
#undef G_DISABLE_ASSERT
#include "shared/base/json.h"
#include "shared/base/limits.h"
#include <glib/gstdio.h>
#include <string.h>

static JsonNode *
parse (const char *text, GError **error)
{
  return sotto_json_parse ("a.json", text, strlen (text), 1 << 20, error);
}

static void
test_members (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node =
      parse ("{\"s\": \"caf\xC3\xA9 \\u00e9\\ud83d\\ude00\", \"i\": -9223372036854775808,\n"
             " \"b\": true, \"d\": 1.5e+3, \"n\": null, \"a\": [0, {}, []]}",
             &error);
  g_assert_no_error (error);
  JsonObject *object = json_node_get_object (node);
  const char *s = NULL;
  gint64 i = 0;
  bool b = false;
  g_assert_true (sotto_json_get_string (object, "s", &s));
  g_assert_cmpstr (s, ==, "caf\xC3\xA9 \xC3\xA9\xF0\x9F\x98\x80");
  g_assert_true (sotto_json_get_int (object, "i", &i));
  g_assert_cmpint (i, ==, G_MININT64);
  g_assert_true (sotto_json_get_bool (object, "b", &b));
  g_assert_true (b);
  g_assert_false (sotto_json_get_int (object, "d", &i));
  g_assert_false (sotto_json_get_int (object, "b", &i));
  g_assert_false (sotto_json_get_int (object, "absent", &i));
  g_assert_false (sotto_json_get_string (object, "n", &s));
  g_assert_false (sotto_json_get_string (object, "a", &s));
  g_assert_false (sotto_json_get_bool (object, "s", &b));
}

static const struct
{
  const char *text, *error;
} refused[] = {
  { "", "a.json:1: an end where a value should be" },
  { "\n\n{\"a\":\n", "a.json:4: an end where a value should be" },
  { "{\"a\": 1,\n \"a\": 2}", "a.json:2: a key that stands twice" },
  { "{\"a\": 1, \"\\u0061\": 2}", "a.json:1: a key that stands twice" },
  { "{\"b\": [{\"a\": 1}, {\"a\": 1, \"x\": {\"a\": 1}, \"a\": 2}]}",
    "a.json:1: a key that stands twice" },
  { "{\"a\": \"x\\u0000y\"}", "a.json:1: \\u0000, which no string may hold" },
  { "{\"\\u0000\": 1}", "a.json:1: \\u0000, which no string may hold" },
  { "[\"\\ud800\"]", "a.json:1: half of a surrogate pair" },
  { "[\"\\ud800\\u0041\"]", "a.json:1: half of a surrogate pair" },
  { "[\"\\udc00\"]", "a.json:1: half of a surrogate pair" },
  { "[\"\\u12g4\"]", "a.json:1: a malformed escape" },
  { "[\"\\x\"]", "a.json:1: an unknown escape" },
  { "[\"a\nb\"]", "a.json:1: a control character in a string" },
  { "[\"a]", "a.json:1: a string without an end" },
  { "['a']", "a.json:1: a malformed number" },
  { "{a: 1}", "a.json:1: something else than a string" },
  { "{\"a\" 1}", "a.json:1: a key without a colon" },
  { "{\"a\": 1,}", "a.json:1: something else than a string" },
  { "[1,]", "a.json:1: a malformed number" },
  { "[1 2]", "a.json:1: an array without an end" },
  { "{\"a\": 1 \"b\": 2}", "a.json:1: an object without an end" },
  { "[1]\n[2]", "a.json:2: something after the end" },
  { "// c\n1", "a.json:1: a malformed number" },
  { "[01]", "a.json:1: a malformed number" },
  { "[-]", "a.json:1: a malformed number" },
  { "[1.]", "a.json:1: a malformed number" },
  { "[1e]", "a.json:1: a malformed number" },
  { "[+1]", "a.json:1: a malformed number" },
  { "[NaN]", "a.json:1: a malformed number" },
  { "[nul]", "a.json:1: an unknown word" },
  { "[9223372036854775808]", "a.json:1: a number of more than 64 bits" },
  { "[-9223372036854775809]", "a.json:1: a number of more than 64 bits" },
  { "[123456789012345678901234567890]", "a.json:1: a number of more than 64 bits" },
  { "[\"\xFF\"]", "a.json:1: bytes that are not UTF-8" },
  { "\xEF\xBB\xBF[]", "a.json:1: a malformed number" },
};

static void
test_refused (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_null (parse (refused[i].text, &error));
      g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_CORRUPT);
      g_assert_cmpstr (error->message, ==, refused[i].error);
    }
}

static void
test_nul_and_size (void)
{
  g_autoptr (GError) error = NULL;
  g_assert_null (sotto_json_parse ("a", "[1]\0", 4, 4, &error));
  g_assert_cmpstr (error->message, ==, "a:1: a NUL byte");
  g_clear_error (&error);
  g_autoptr (JsonNode) node = sotto_json_parse ("a", "[1]", 3, 3, &error);
  g_assert_no_error (error);
  g_assert_null (sotto_json_parse ("a", "[1 ]", 4, 3, &error));
  g_assert_cmpstr (error->message, ==, "a:1: more than 3 bytes");
  /* A text that is cut must not be read beyond its length. */
  static const char whole[] = "[true, \"abc\\u0041\", 12345]";
  for (gsize n = 0; n < sizeof whole - 1; n++)
    {
      g_autofree char *cut = g_memdup2 (whole, MAX (n, 1));
      g_assert_null (sotto_json_parse ("a", cut, n, 100, NULL));
    }
}

static void
test_depth (void)
{
  for (gsize depth = SOTTO_JSON_MAX_DEPTH; depth <= 100000; depth = depth * 2 + 1)
    {
      g_autofree char *open = g_strnfill (depth, '[');
      g_autofree char *close = g_strnfill (depth, ']');
      g_autofree char *text = g_strconcat (open, close, NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = parse (text, &error);
      if (depth == SOTTO_JSON_MAX_DEPTH)
        g_assert_no_error (error);
      else
        g_assert_cmpstr (error->message, ==, "a.json:1: too many levels");
    }
}

static void
test_write (void)
{
  gsize n = 0;
  g_autoptr (JsonNode) node = parse ("{ \"text\" : \"a\\nb\\u007f\\\"\", \"n\": [1, true] }", NULL);
  g_autofree char *line = sotto_json_to_line (node, &n);
  g_assert_cmpstr (line, ==, "{\"text\":\"a\\nb\\u007f\\\"\",\"n\":[1,true]}");
  g_assert_cmpuint (n, ==, strlen (line));
  g_autofree char *text = sotto_json_to_text (node, &n);
  g_assert_nonnull (strchr (text, '\n'));
  g_assert_cmpuint (n, ==, strlen (text));
  g_autoptr (JsonNode) again = parse (text, NULL);
  g_assert_true (json_node_equal (node, again));
}

static void
test_load (void)
{
  g_autofree char *folder = g_dir_make_tmp ("sotto-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "a.json", NULL);
  g_autofree char *damaged = g_strconcat (path, ":2: an object without an end", NULL);
  g_autoptr (GError) error = NULL;
  g_assert_null (sotto_json_load (path, 100, &error));
  g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_IO);
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (path, "{\"a\": 1\n", -1, NULL));
  g_assert_null (sotto_json_load (path, 100, &error));
  g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_CORRUPT);
  g_assert_cmpstr (error->message, ==, damaged);
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (path, "{\"a\": 1}\n", -1, NULL));
  g_autoptr (JsonNode) node = sotto_json_load (path, 9, &error);
  g_assert_no_error (error);
  g_assert_null (sotto_json_load (path, 8, &error));
  g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_IO);
  g_unlink (path);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/members", test_members);
  g_test_add_func ("/json/refused", test_refused);
  g_test_add_func ("/json/nul-and-size", test_nul_and_size);
  g_test_add_func ("/json/depth", test_depth);
  g_test_add_func ("/json/write", test_write);
  g_test_add_func ("/json/load", test_load);
  return g_test_run ();
}
