// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Records of stream 0: the vectors' whole, in a row and byte by byte, and every limit.
 */
#undef G_DISABLE_ASSERT
#include "shared/wire/message.h"

#include "tests/wire/fields.h"
#include <string.h>

static JsonObject *
records (void)
{
  return test_vectors_object (test_vectors_load ("sotto.json"), "stream_record");
}

static SottoCode
next (const TestExact *bytes, SottoMessage *out, gsize *out_used, bool *out_known)
{
  return sotto_message_next (bytes->data, bytes->n, out, out_used, out_known);
}

/* What follows length, kind and id, there and back; a body with a byte more or less is none. */
static void
assert_body (const SottoMessage *message, const TestExact *record)
{
  const gsize head = 4 + 1 + SOTTO_ID_LEN;
  g_autoptr (GByteArray) body = g_byte_array_new ();
  g_autoptr (GByteArray) again = g_byte_array_new ();
  SottoMessage read;

  sotto_message_append_body (body, message);
  g_assert_cmpmem (body->data, body->len, record->data + head, record->n - head);
  g_assert_true (
      sotto_message_read_body (message->type, &message->id, body->data, body->len, &read));
  sotto_message_append (again, &read);
  test_assert_exact ("body", again->data, again->len, record);
  g_assert_false (sotto_message_read_body (0, &message->id, body->data, body->len, &read));
}

static void
test_valid (void)
{
  JsonArray *valid = test_vectors_array (records (), "valid");

  for (guint i = 0; i < json_array_get_length (valid); i++)
    {
      JsonObject *v = json_array_get_object_element (valid, i);
      const char *name = test_vectors_string (v, "record");
      JsonObject *fields = test_vectors_object (v, "fields");
      g_auto (TestExact) bytes = test_exact_hex (v, "bytes");
      g_autoptr (GPtrArray) keep = test_keep_new ();
      g_autoptr (GByteArray) again = g_byte_array_new ();
      SottoMessage message;
      const char *got = NULL;
      bool known;
      gsize used;

      g_assert_cmpint (next (&bytes, &message, &used, &known), ==, SOTTO_OK);
      g_assert_true (known);
      g_assert_cmpuint (used, ==, bytes.n);
      test_assert_fields (name, test_message_to_fields (&message, &got), fields);
      g_assert_cmpstr (got, ==, name);

      test_message_from_fields (name, fields, keep, &message);
      sotto_message_append (again, &message);
      test_assert_exact (name, again->data, again->len, &bytes);
      assert_body (&message, &bytes);
      for (gsize n = 0; n < bytes.n; n++)
        {
          g_auto (TestExact) part = test_exact_copy (bytes.data, n);

          g_assert_cmpint (next (&part, &message, &used, &known), ==, SOTTO_OK);
          g_assert_cmpuint (used, ==, 0);
        }
    }
}

static void
test_invalid (void)
{
  JsonArray *invalid = test_vectors_array (records (), "invalid");

  for (guint i = 0; i < json_array_get_length (invalid); i++)
    {
      JsonObject *v = json_array_get_object_element (invalid, i);
      g_auto (TestExact) bytes = test_exact_hex (v, "bytes");
      SottoMessage message;
      bool known;
      gsize used;

      g_test_message ("%s", test_vectors_string (v, "why"));
      g_assert_cmpint (next (&bytes, &message, &used, &known), ==, SOTTO_PROTOCOL);
      g_assert_cmpuint (used, ==, 0);
    }
}

static const char *
name_of (const SottoMessage *message)
{
  const char *name = NULL;

  json_object_unref (test_message_to_fields (message, &name));
  return name;
}

/* As a stream delivers it: pieces of any size are put behind what was kept. */
static void
feed (const TestExact *bytes, gsize piece, JsonArray *want)
{
  g_autoptr (GByteArray) kept = g_byte_array_new ();
  guint n_known = 0;

  for (gsize at = 0; at < bytes->n; at += piece)
    {
      g_byte_array_append (kept, bytes->data + at, (guint)MIN (piece, bytes->n - at));
      for (;;)
        {
          g_auto (TestExact) exact = test_exact_copy (kept->data, kept->len);
          SottoMessage message;
          bool known;
          gsize used;

          g_assert_cmpint (next (&exact, &message, &used, &known), ==, SOTTO_OK);
          if (used == 0)
            break;
          if (known)
            g_assert_cmpstr (name_of (&message), ==,
                             json_array_get_string_element (want, n_known++));
          g_byte_array_remove_range (kept, 0, (guint)used);
        }
    }
  g_assert_cmpuint (kept->len, ==, 0);
  g_assert_cmpuint (n_known, ==, json_array_get_length (want));
}

static void
test_sequence (void)
{
  JsonObject *sequence = test_vectors_object (records (), "sequence");
  JsonArray *want = test_vectors_array (sequence, "records");
  g_auto (TestExact) bytes = test_exact_hex (sequence, "bytes");

  for (gsize piece = 1; piece <= bytes.n; piece++)
    feed (&bytes, piece, want);
}

static void
test_longest_text (void)
{
  JsonObject *v = test_vectors_object (records (), "longest_text");
  static const struct
  {
    const char *prefix;
    const char *count;
    SottoCode code;
  } rows[] = { { "prefix", "valid", SOTTO_OK }, { "invalid_prefix", "invalid", SOTTO_PROTOCOL } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (TestExact) prefix = test_exact_hex (v, rows[i].prefix);
      g_auto (TestExact) byte = test_exact_hex (v, "byte");
      gsize n = (gsize)test_vectors_int (v, rows[i].count);
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      g_autoptr (GByteArray) again = g_byte_array_new ();
      SottoMessage message;
      bool known;
      gsize used;

      g_byte_array_append (bytes, prefix.data, (guint)prefix.n);
      g_byte_array_set_size (bytes, (guint)(prefix.n + n));
      memset (bytes->data + prefix.n, byte.data[0], n);
      g_auto (TestExact) exact = test_exact_copy (bytes->data, bytes->len);
      g_assert_cmpint (next (&exact, &message, &used, &known), ==, rows[i].code);
      if (rows[i].code != SOTTO_OK)
        continue;
      g_assert_cmpuint (message.text.n, ==, SOTTO_TEXT_MAX);
      sotto_message_append (again, &message);
      test_assert_exact ("longest text", again->data, again->len, &exact);
    }
}

/* The longest EDIT; the longest record of an unknown kind, which is skipped; one byte more. */
static void
test_longest_record (void)
{
  g_autofree char *text = g_strnfill (SOTTO_TEXT_MAX, 'x');
  SottoMessage edit = { .type = SOTTO_MESSAGE_EDIT, .edit = { .text = text, .n = SOTTO_TEXT_MAX } };
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  SottoMessage message;
  bool known;
  gsize used;

  sotto_message_append (bytes, &edit);
  g_auto (TestExact) longest_edit = test_exact_copy (bytes->data, bytes->len);
  g_assert_cmpint (next (&longest_edit, &message, &used, &known), ==, SOTTO_OK);
  g_assert_true (known);

  g_byte_array_set_size (bytes, 4 + SOTTO_RECORD_MAX);
  memset (bytes->data, 0, bytes->len);
  memcpy (bytes->data, "\0\1\0\0\x7F", 5);
  g_auto (TestExact) unknown = test_exact_copy (bytes->data, bytes->len);
  g_assert_cmpint (next (&unknown, &message, &used, &known), ==, SOTTO_OK);
  g_assert_false (known);
  g_assert_cmpuint (used, ==, unknown.n);

  g_auto (TestExact) over = test_exact_copy ("\0\1\0\1", 4);
  g_assert_cmpint (next (&over, &message, &used, &known), ==, SOTTO_PROTOCOL);
}

/* Names of files, and refusals, that the vectors do not have. */
static void
test_more_forms (void)
{
#define OFFER(what, name, code)                                                                    \
  {                                                                                                \
    what, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0" name, 14 + sizeof name - 1, 4, code                       \
  }
#define REFUSE(what, refusal, code)                                                                \
  {                                                                                                \
    what, refusal, 1, 6, code                                                                      \
  }
  static const struct
  {
    const char *what;
    const char *rest; /* after the id */
    gsize n;
    uint8_t kind;
    SottoCode code;
  } rows[] = {
    OFFER ("three dots", "\0\3...", SOTTO_OK),
    OFFER ("hidden", "\0\2.a", SOTTO_OK),
    OFFER ("name over the end", "\0\3ab", SOTTO_PROTOCOL),
    OFFER ("byte after the name", "\0\1ab", SOTTO_PROTOCOL),
    OFFER ("slash at the end", "\0\2a/", SOTTO_PROTOCOL),
    REFUSE ("refusal 0", "\0", SOTTO_PROTOCOL),
    REFUSE ("refusal 6", "\6", SOTTO_OK),
    REFUSE ("refusal 7", "\7", SOTTO_PROTOCOL),
  };
#undef OFFER
#undef REFUSE

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      uint8_t head[4 + 1 + SOTTO_ID_LEN] = { 0, 0, 0, (uint8_t)(17 + rows[i].n), rows[i].kind };
      SottoMessage message;
      bool known;
      gsize used;

      g_byte_array_append (bytes, head, sizeof head);
      g_byte_array_append (bytes, (const uint8_t *)rows[i].rest, (guint)rows[i].n);
      g_auto (TestExact) exact = test_exact_copy (bytes->data, bytes->len);
      g_test_message ("%s", rows[i].what);
      g_assert_cmpint (next (&exact, &message, &used, &known), ==, rows[i].code);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/message/valid", test_valid);
  g_test_add_func ("/wire/message/invalid", test_invalid);
  g_test_add_func ("/wire/message/sequence", test_sequence);
  g_test_add_func ("/wire/message/longest-text", test_longest_text);
  g_test_add_func ("/wire/message/longest-record", test_longest_record);
  g_test_add_func ("/wire/message/more-forms", test_more_forms);
  return g_test_run ();
}
