// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Frames: every frame of the vectors whole and in pieces, every limit from both sides.
 */
#undef G_DISABLE_ASSERT
#include "shared/wire/frame.h"

#include "shared/base/limits.h"
#include "tests/wire/fields.h"
#include <string.h>

static JsonObject *
frame_vectors (void)
{
  return test_vectors_object (test_vectors_load ("sotto.json"), "frame");
}

static gsize
max_of (bool from_server)
{
  return from_server ? SOTTO_FRAME_FROM_SERVER_MAX : SOTTO_FRAME_TO_SERVER_MAX;
}

/* Cut anywhere before its end, a frame is waited for; whole, its body encodes to it again. */
static void
test_valid (void)
{
  JsonArray *valid = test_vectors_array (frame_vectors (), "valid");

  for (guint i = 0; i < json_array_get_length (valid); i++)
    {
      g_auto (TestExact) bytes = test_exact_hex (json_array_get_object_element (valid, i), "frame");
      SottoFrame frame = test_one_frame (&bytes, SOTTO_FRAME_FROM_SERVER_MAX);
      g_autoptr (GByteArray) again = g_byte_array_new ();
      gsize used;

      g_assert_true (frame.frame == bytes.data && frame.n_frame == bytes.n);
      sotto_frame_append (again, frame.type, frame.body, frame.n_body);
      test_assert_exact ("frame", again->data, again->len, &bytes);
      for (gsize n = 0; n < bytes.n; n++)
        {
          g_auto (TestExact) part = test_exact_copy (bytes.data, n);

          g_assert_cmpint (
              sotto_frame_next (part.data, n, SOTTO_FRAME_FROM_SERVER_MAX, &frame, &used), ==,
              SOTTO_OK);
          g_assert_cmpuint (used, ==, 0);
        }
    }
}

/* Those of HELLO are test-hello's; here the frames that are none. */
static void
test_invalid (void)
{
  static const struct
  {
    const char *why;
    SottoCode code;
  } answers[] = {
    { "length 0", SOTTO_PROTOCOL },
    { "length 1,025 to the server before READY", SOTTO_TOO_BIG },
    { "length 4,097 from the server before READY", SOTTO_TOO_BIG },
    { "type 00", SOTTO_PROTOCOL },
    { "type 08", SOTTO_PROTOCOL },
    { "length 2^32-1", SOTTO_TOO_BIG },
  };
  JsonArray *invalid = test_vectors_array (frame_vectors (), "invalid");
  guint n_met = 0;

  for (guint i = 0; i < json_array_get_length (invalid); i++)
    {
      JsonObject *v = json_array_get_object_element (invalid, i);
      const char *why = test_vectors_string (v, "why");
      gsize max = max_of (json_object_get_boolean_member (v, "from_server"));
      g_auto (TestExact) bytes = test_exact_hex (v, "frame");
      SottoFrame frame;
      gsize used;

      for (guint k = 0; k < G_N_ELEMENTS (answers); k++)
        if (strcmp (answers[k].why, why) == 0)
          {
            g_test_message ("%s", why);
            g_assert_cmpint (sotto_frame_next (bytes.data, bytes.n, max, &frame, &used), ==,
                             answers[k].code);
            g_assert_cmpuint (used, ==, 0);
            n_met++;
          }
    }
  g_assert_cmpuint (n_met, ==, G_N_ELEMENTS (answers));
}

/* The limit counts what the length field counts, and is judged by the length alone. */
static void
test_limits (void)
{
  static const gsize limits[] = { SOTTO_FRAME_TO_SERVER_MAX, SOTTO_FRAME_FROM_SERVER_MAX,
                                  SOTTO_FRAME_READY_MAX };

  for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
    {
      gsize n = limits[i];
      uint8_t over[4] = { 0, 0, (uint8_t)((n + 1) >> 8), (uint8_t)(n + 1) };
      g_autofree uint8_t *body = g_malloc0 (n - 1);
      g_autoptr (GByteArray) largest = g_byte_array_new ();
      SottoFrame frame;
      gsize used;

      sotto_frame_append (largest, SOTTO_FRAME_SEALED, body, n - 1);
      g_assert_cmpint (sotto_frame_next (largest->data, largest->len, n, &frame, &used), ==,
                       SOTTO_OK);
      g_assert_cmpuint (used, ==, n + 4);
      g_assert_cmpuint (frame.n_body, ==, n - 1);
      g_auto (TestExact) exact = test_exact_copy (over, sizeof over);
      g_assert_cmpint (sotto_frame_next (exact.data, exact.n, n, &frame, &used), ==, SOTTO_TOO_BIG);
    }
}

static void
test_types (void)
{
  for (unsigned type = 0; type <= G_MAXUINT8; type++)
    {
      uint8_t head[] = { 0, 0, 0, 9, (uint8_t)type }; /* the body has not come */
      bool known = (type >= 1 && type <= 7) || type == 0x10;
      g_auto (TestExact) exact = test_exact_copy (head, sizeof head);
      SottoFrame frame;
      gsize used;

      g_assert_cmpint (sotto_frame_next (exact.data, exact.n, 1024, &frame, &used), ==,
                       known ? SOTTO_OK : SOTTO_PROTOCOL);
      g_assert_cmpuint (used, ==, 0);
    }
}

/* Frames in a row come out one by one. */
static void
test_row (void)
{
  g_autoptr (GByteArray) row = g_byte_array_new ();
  gsize at = 0;
  guint n = 0;

  sotto_frame_append (row, SOTTO_FRAME_GETCERT, NULL, 0);
  sotto_frame_append (row, SOTTO_FRAME_LOGIN, "body", 4);
  sotto_frame_append (row, SOTTO_FRAME_SEALED, "x", 1);
  while (at < row->len)
    {
      SottoFrame frame;
      gsize used;

      g_assert_cmpint (sotto_frame_next (row->data + at, row->len - at, 1024, &frame, &used), ==,
                       SOTTO_OK);
      g_assert_cmpuint (used, >, 0);
      at += used;
      n++;
    }
  g_assert_cmpuint (n, ==, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/frame/valid", test_valid);
  g_test_add_func ("/wire/frame/invalid", test_invalid);
  g_test_add_func ("/wire/frame/limits", test_limits);
  g_test_add_func ("/wire/frame/types", test_types);
  g_test_add_func ("/wire/frame/row", test_row);
  return g_test_run ();
}
