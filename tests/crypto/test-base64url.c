// SPDX-License-Identifier: GPL-3.0-or-later
#undef G_DISABLE_ASSERT
#include "shared/crypto/base64url.h"
#include "tests/lib/vectors.h"
#include <string.h>

static void
test_valid (void)
{
  JsonObject *group = test_vectors_object (test_vectors_load ("sotto.json"), "base64");
  JsonArray *rows = test_vectors_array (group, "valid");
  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonObject *row = json_array_get_object_element (rows, i);
      g_autoptr (GBytes) bytes = test_vectors_hex (row, "bytes");
      const char *text = test_vectors_string (row, "text_form");
      gsize n_text = strlen (text), n_bytes = g_bytes_get_size (bytes), n = 0;
      g_autofree char *encoded = g_malloc (n_text + 1);
      g_autofree uint8_t *decoded = g_malloc (n_text / 4 * 3 + 1);
      n = sotto_base64url_encode (g_bytes_get_data (bytes, NULL), n_bytes, encoded);
      test_assert_bytes ("encoded", encoded, n, text, n_text);
      g_assert_true (sotto_base64url_decode (text, n_text, decoded, &n));
      test_assert_bytes ("decoded", decoded, n, g_bytes_get_data (bytes, NULL), n_bytes);
    }
}

static void
test_invalid (void)
{
  JsonObject *group = test_vectors_object (test_vectors_load ("sotto.json"), "base64");
  JsonArray *rows = test_vectors_array (group, "invalid");
  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonObject *row = json_array_get_object_element (rows, i);
      g_autoptr (GBytes) text = test_vectors_hex (row, "text_hex");
      gsize n_text = g_bytes_get_size (text), n = 0;
      g_autofree uint8_t *decoded = g_malloc (n_text / 4 * 3 + 1);
      if (sotto_base64url_decode (g_bytes_get_data (text, NULL), n_text, decoded, &n))
        g_error ("decoded: %s", test_vectors_string (row, "why"));
    }
}

/* Any byte in any place of the last two groups: what decodes encodes back to itself. */
static void
test_one_spelling (void)
{
  for (gsize at = 0; at < 8; at++)
    for (int byte = 0; byte < 256; byte++)
      for (int n_pad = 0; n_pad < 3; n_pad++)
        {
          char text[9] = "AbcdEfgA", again[9];
          uint8_t bytes[6];
          gsize n = 0;
          memset (text + 8 - n_pad, '=', (gsize)n_pad);
          text[at] = (char)byte;
          if (sotto_base64url_decode (text, 8, bytes, &n))
            {
              g_assert_cmpuint (sotto_base64url_encode (bytes, n, again), ==, 8);
              g_assert_cmpmem (again, 8, text, 8);
            }
        }
}

/* Bytes at the end of the room for their text, as fernet.c has them. */
static void
test_in_place (void)
{
  for (gsize n = 0; n < 200; n++)
    {
      gsize n_text = (n + 2) / 3 * 4;
      g_autofree uint8_t *bytes = g_malloc (n + 1);
      g_autofree char *apart = g_malloc (n_text + 1), *in_place = g_malloc (n_text + 1);
      for (gsize i = 0; i < n; i++)
        bytes[i] = (uint8_t)(i * 37 + n);
      memcpy (in_place + n_text - n, bytes, n);
      g_assert_cmpuint (sotto_base64url_encode (bytes, n, apart), ==, n_text);
      sotto_base64url_encode ((const uint8_t *)in_place + n_text - n, n, in_place);
      g_assert_cmpmem (apart, n_text, in_place, n_text);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base64url/valid", test_valid);
  g_test_add_func ("/base64url/invalid", test_invalid);
  g_test_add_func ("/base64url/one-spelling", test_one_spelling);
  g_test_add_func ("/base64url/in-place", test_in_place);
  return g_test_run ();
}
