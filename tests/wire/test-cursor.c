// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Cursors: addresses and names of the vectors, sticky failure, and never a byte too far.
 */
#undef G_DISABLE_ASSERT
#include "shared/wire/cursor.h"

#include "shared/base/limits.h"
#include "tests/wire/fields.h"
#include <string.h>

static void
test_addresses (void)
{
  JsonObject *addr = test_vectors_object (test_vectors_load ("sotto.json"), "addr");
  JsonArray *valid = test_vectors_array (addr, "valid");
  JsonArray *invalid = test_vectors_array (addr, "invalid");

  for (guint i = 0; i < json_array_get_length (valid); i++)
    {
      JsonObject *v = json_array_get_object_element (valid, i);
      g_auto (TestExact) bytes = test_exact_hex (v, "bytes");
      SottoReader in = SOTTO_READER (bytes.data, bytes.n);
      uint8_t room[SOTTO_ADDR_MAX_LEN];
      SottoWriter out = SOTTO_WRITER (room, sizeof room);
      SottoAddr want, got;

      test_vectors_addr (test_vectors_object (v, "addr"), &want);
      sotto_read_addr (&in, &got);
      g_assert_true (sotto_reader_done (&in));
      test_assert_bytes ("addr", &got, sizeof got, &want, sizeof want);
      sotto_write_addr (&out, &want);
      test_assert_exact ("addr", room, out.n, &bytes);
    }
  for (guint i = 0; i < json_array_get_length (invalid); i++)
    {
      JsonObject *v = json_array_get_object_element (invalid, i);
      g_auto (TestExact) bytes = test_exact_hex (v, "bytes");
      SottoReader in = SOTTO_READER (bytes.data, bytes.n);
      SottoAddr got;

      sotto_read_addr (&in, &got);
      g_test_message ("%s", test_vectors_string (v, "why"));
      g_assert_true (in.failed);
      g_assert_cmpint (got.family, ==, 0);
    }
}

static void
test_mapped_address (void)
{
  static const uint8_t mapped[19] = { 6, 0,    0,    0,   0, 0, 0, 0, 0, 0,
                                      0, 0xFF, 0xFF, 127, 0, 0, 1, 0, 80 };
  SottoReader in = SOTTO_READER (mapped, sizeof mapped);
  SottoAddr got;

  sotto_read_addr (&in, &got);
  g_assert_true (in.failed);
}

static void
test_names (void)
{
  JsonObject *name = test_vectors_object (test_vectors_load ("sotto.json"), "name");
  JsonArray *valid = test_vectors_array (name, "valid");
  JsonArray *invalid = test_vectors_array (name, "invalid_hex");

  for (guint i = 0; i < json_array_get_length (valid); i++)
    {
      const char *text = json_array_get_string_element (valid, i);
      uint8_t room[1 + SOTTO_NAME_MAX];
      SottoWriter out = SOTTO_WRITER (room, sizeof room);
      SottoName got;

      sotto_write_lp (&out, text, strlen (text));
      g_auto (TestExact) bytes = test_exact_copy (room, out.n);
      SottoReader in = SOTTO_READER (bytes.data, bytes.n);

      sotto_read_name (&in, &got);
      g_assert_true (sotto_reader_done (&in));
      g_assert_cmpstr (got.str, ==, text);
      out.n = 0;
      sotto_write_name (&out, &got);
      test_assert_exact ("name", room, out.n, &bytes);
    }
  for (guint i = 0; i < json_array_get_length (invalid); i++)
    {
      g_autoptr (GBytes) hex = test_vectors_from_hex (json_array_get_string_element (invalid, i));
      uint8_t room[1 + G_MAXUINT8];
      SottoWriter out = SOTTO_WRITER (room, sizeof room);
      SottoName got;

      sotto_write_lp (&out, g_bytes_get_data (hex, NULL), g_bytes_get_size (hex));
      g_auto (TestExact) bytes = test_exact_copy (room, out.n);
      SottoReader in = SOTTO_READER (bytes.data, bytes.n);

      sotto_read_name (&in, &got);
      g_assert_true (in.failed);
      g_assert_cmpstr (got.str, ==, "");
    }
}

static void
test_numbers (void)
{
  static const uint8_t bytes[] = { 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08,
                                   0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F };
  g_auto (TestExact) exact = test_exact_copy (bytes, sizeof bytes);
  SottoReader in = SOTTO_READER (exact.data, exact.n);
  uint8_t room[sizeof bytes];
  SottoWriter out = SOTTO_WRITER (room, sizeof room);

  g_assert_cmphex (sotto_read_u8 (&in), ==, 0x01);
  g_assert_cmphex (sotto_read_u16 (&in), ==, 0x0203);
  g_assert_cmphex (sotto_read_u32 (&in), ==, 0x04050607);
  g_assert_cmphex (sotto_read_u64 (&in), ==, G_GUINT64_CONSTANT (0x08090A0B0C0D0E0F));
  g_assert_true (sotto_reader_done (&in));
  sotto_write_u8 (&out, 0x01);
  sotto_write_u16 (&out, 0x0203);
  sotto_write_u32 (&out, 0x04050607);
  sotto_write_u64 (&out, G_GUINT64_CONSTANT (0x08090A0B0C0D0E0F));
  test_assert_exact ("numbers", room, out.n, &exact);
}

static void
test_reader_fails_once_and_for_all (void)
{
  g_auto (TestExact) bytes = test_exact_copy ("\x01\x02\x03", 3);
  SottoReader in = SOTTO_READER (bytes.data, bytes.n);
  uint8_t copy[2] = { 7, 7 };

  g_assert_cmphex (sotto_read_u32 (&in), ==, 0);
  g_assert_true (in.failed);
  g_assert_cmphex (sotto_read_u8 (&in), ==, 0); /* is there, but comes too late */
  g_assert_null (sotto_read_bytes (&in, 0));
  sotto_read_copy (&in, copy, sizeof copy);
  g_assert_cmphex (copy[0] | copy[1], ==, 0);
  sotto_read_zeros (&in);
  g_assert_false (sotto_reader_done (&in));
}

static void
test_reader_refuses_any_length (void)
{
  g_auto (TestExact) bytes = test_exact_copy ("abc", 3);
  static const gsize lengths[] = { 4, 255, 65536, G_MAXUINT32, G_MAXSIZE, G_MAXSIZE - 1 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      SottoReader in = SOTTO_READER (bytes.data, bytes.n);

      g_assert_null (sotto_read_bytes (&in, lengths[i]));
      g_assert_true (in.failed);
    }
}

static void
test_zeros (void)
{
  static const struct
  {
    const char *bytes;
    gsize n;
    bool right;
  } cases[] = {
    { "", 0, true },        { "\0", 1, true },      { "\0\0\0", 3, true },
    { "\0\0\1", 3, false }, { "\1\0\0", 3, false },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (TestExact) bytes = test_exact_copy (cases[i].bytes, cases[i].n);
      SottoReader in = SOTTO_READER (bytes.data, bytes.n);

      sotto_read_zeros (&in);
      g_assert_cmpint (sotto_reader_done (&in), ==, cases[i].right);
    }
}

static void
test_writer_stops_at_its_end (void)
{
  g_auto (TestExact) room = test_exact_copy ("......", 6);
  SottoWriter out = SOTTO_WRITER (room.data, room.n);

  sotto_write_u32 (&out, 0x01020304);
  sotto_write_u32 (&out, 0x05060708);
  g_assert_true (out.failed);
  sotto_write_u8 (&out, 9); /* would fit, but the writing has failed */
  g_assert_cmpuint (out.n, ==, 4);
  test_assert_bytes ("room", room.data, room.n, "\x01\x02\x03\x04..", 6);

  out = SOTTO_WRITER (room.data, room.n);
  sotto_write_u8 (&out, 1);
  sotto_write_pad (&out, 6);
  g_assert_false (out.failed);
  test_assert_bytes ("pad", room.data, out.n, "\x01\0\0\0\0\0", 6);
  sotto_write_pad (&out, 6);
  g_assert_false (out.failed);
  sotto_write_pad (&out, 7);
  g_assert_true (out.failed);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/cursor/addresses", test_addresses);
  g_test_add_func ("/wire/cursor/mapped-address", test_mapped_address);
  g_test_add_func ("/wire/cursor/names", test_names);
  g_test_add_func ("/wire/cursor/numbers", test_numbers);
  g_test_add_func ("/wire/cursor/sticky", test_reader_fails_once_and_for_all);
  g_test_add_func ("/wire/cursor/lengths", test_reader_refuses_any_length);
  g_test_add_func ("/wire/cursor/zeros", test_zeros);
  g_test_add_func ("/wire/cursor/writer", test_writer_stops_at_its_end);
  return g_test_run ();
}
