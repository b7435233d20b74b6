// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Frames of SECURE alone and in whole datagrams of every size.
 */
#undef G_DISABLE_ASSERT
#include "shared/wire/packet.h"

#include "shared/wire/datagram.h"
#include "tests/wire/fields.h"
#include <string.h>

static JsonArray *
frames (const char *member)
{
  return test_vectors_array (test_vectors_object (test_vectors_load ("sotto.json"), "packet_frame"),
                             member);
}

/* Reads frames to the end; SOTTO_OK when all were right. */
static SottoCode
read_all (const uint8_t *data, gsize n, guint *out_n)
{
  SottoReader in = SOTTO_READER (data, n);
  SottoPacketFrame frame;
  bool end = false;
  SottoCode code;

  *out_n = 0;
  while ((code = sotto_packet_frame_read (&in, &frame, &end)) == SOTTO_OK && !end)
    (*out_n)++;
  return code;
}

static void
test_valid (void)
{
  JsonArray *valid = frames ("valid");

  for (guint i = 0; i < json_array_get_length (valid); i++)
    {
      JsonObject *v = json_array_get_object_element (valid, i);
      const char *name = test_vectors_string (v, "frame_kind");
      JsonObject *fields = test_vectors_object (v, "fields");
      g_auto (TestExact) bytes = test_exact_hex (v, "bytes");
      SottoReader in = SOTTO_READER (bytes.data, bytes.n);
      g_autoptr (GPtrArray) keep = test_keep_new ();
      uint8_t room[SOTTO_PLAIN_MAX];
      SottoWriter out = SOTTO_WRITER (room, sizeof room);
      SottoPacketFrame frame;
      const char *got = NULL;
      bool end = true;
      guint n;

      g_assert_cmpint (sotto_packet_frame_read (&in, &frame, &end), ==, SOTTO_OK);
      g_assert_false (end);
      test_assert_fields (name, test_packet_frame_to_fields (&frame, &got), fields);
      g_assert_cmpstr (got, ==, name);
      g_assert_cmpint (sotto_packet_frame_read (&in, &frame, &end), ==, SOTTO_OK);
      g_assert_true (end);

      test_packet_frame_from_fields (name, fields, keep, &frame);
      sotto_packet_frame_write (&out, &frame);
      test_assert_exact (name, room, out.n, &bytes);
      g_assert_cmpuint (sotto_packet_frame_len (&frame), ==, bytes.n);
      for (gsize length = 1; length < bytes.n; length++)
        {
          g_auto (TestExact) part = test_exact_copy (bytes.data, length);

          g_assert_cmpint (read_all (part.data, length, &n), ==, SOTTO_PROTOCOL);
        }
    }
}

static void
test_invalid (void)
{
  JsonArray *invalid = frames ("invalid");

  for (guint i = 0; i < json_array_get_length (invalid); i++)
    {
      JsonObject *v = json_array_get_object_element (invalid, i);
      g_auto (TestExact) bytes = test_exact_hex (v, "bytes");
      guint n;

      g_test_message ("%s", test_vectors_string (v, "why"));
      g_assert_cmpint (read_all (bytes.data, bytes.n, &n), ==, SOTTO_PROTOCOL);
    }
}

/* What the vectors leave open, byte by byte. */
static void
test_more_forms (void)
{
#define ROW(what, bytes, n_frames, code)                                                           \
  {                                                                                                \
    what, bytes, sizeof bytes - 1, n_frames, code                                                  \
  }
  static const struct
  {
    const char *what;
    const char *bytes;
    gsize n;
    guint n_frames;
    SottoCode code;
  } rows[] = {
    ROW ("nothing", "", 0, SOTTO_OK),
    ROW ("padding alone", "\0\0\0\0", 0, SOTTO_OK),
    ROW ("PING and padding", "\1\0\0", 1, SOTTO_OK),
    ROW ("frame after padding", "\1\0\1", 1, SOTTO_PROTOCOL),
    ROW ("last byte of the padding", "\1\0\0\0\0\0\0\0\1", 1, SOTTO_PROTOCOL),
    ROW ("STREAM: flags 2", "\3\0\0\0\0\0\0\0\0\0\0\0\0\2\0\0", 0, SOTTO_PROTOCOL),
    ROW ("STREAM: flags 3", "\3\0\0\0\0\0\0\0\0\0\0\0\0\3\0\0", 0, SOTTO_PROTOCOL),
    ROW ("STREAM: to the last offset", "\3\0\0\0\0\x3F\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0\0\1x", 1,
         SOTTO_OK),
    ROW ("STREAM: beyond the last offset", "\3\0\0\0\0\x3F\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0\0\2xy", 0,
         SOTTO_PROTOCOL),
    ROW ("NOTICE 0", "\x0C\0", 0, SOTTO_PROTOCOL),
    ROW ("NOTICE 3", "\x0C\3", 0, SOTTO_PROTOCOL),
    ROW ("CLOSE with a code to come", "\x0B\xFF", 1, SOTTO_OK),
    ROW ("ACK: down to packet 0", "\2\0\0\0\0\0\0\0\5\0\0\1\0\0\0\0\0\0\0\1\0\0\0\4", 1, SOTTO_OK),
    ROW ("ACK: one below packet 0", "\2\0\0\0\0\0\0\0\5\0\0\1\0\0\0\0\0\0\0\1\0\0\0\5", 0,
         SOTTO_PROTOCOL),
    ROW ("ACK: gap and length that wrap",
         "\2\0\0\0\0\0\0\0\5\0\0\1\0\0\0\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 0, SOTTO_PROTOCOL),
  };
#undef ROW

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (TestExact) bytes = test_exact_copy (rows[i].bytes, rows[i].n);
      guint n;

      g_test_message ("%s", rows[i].what);
      g_assert_cmpint (read_all (bytes.data, bytes.n, &n), ==, rows[i].code);
      g_assert_cmpuint (n, ==, rows[i].n_frames);
    }
}

/* What does not go into the fields of an ACK is left off; the rest stands. */
static void
test_unsayable_ack (void)
{
  const uint64_t far = G_GUINT64_CONSTANT (1) << 40;
  const struct
  {
    SottoAckRange ranges[3];
    guint n_said;
    uint64_t low;
  } rows[] = {
    { { { far + 9, far + 9 }, { far + 2, far + 5 }, { far, far } }, 3, far },
    { { { far + 9, far + 9 }, { 4, 5 }, { 1, 1 } }, 1, far + 9 },       /* gap over u32 */
    { { { far + 9, far + 9 }, { 4, far + 5 }, { 1, 1 } }, 1, far + 9 }, /* length over u32 */
    { { { 9, far }, { 4, 5 }, { 1, 1 } }, 1, far - G_MAXUINT32 },       /* first over u32 */
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      SottoPacketFrame frame = { .type = SOTTO_PACKET_ACK, .ack = { .n = 3 } };
      uint8_t room[64];
      SottoWriter out = SOTTO_WRITER (room, sizeof room);
      bool end;

      memcpy (frame.ack.ranges, rows[i].ranges, sizeof rows[i].ranges);
      sotto_packet_frame_write (&out, &frame);
      g_assert_cmpuint (out.n, ==, sotto_packet_frame_len (&frame));
      SottoReader in = SOTTO_READER (room, out.n);

      g_assert_cmpint (sotto_packet_frame_read (&in, &frame, &end), ==, SOTTO_OK);
      g_assert_cmpuint (frame.ack.n, ==, rows[i].n_said);
      g_assert_cmpuint (frame.ack.ranges[frame.ack.n - 1].low, ==, rows[i].low);
    }
}

static void
check_secure (JsonObject *v)
{
  JsonArray *array = test_vectors_array (v, "frames");
  g_auto (TestExact) plain = test_exact_hex (v, "plain");
  g_auto (TestExact) datagram = test_exact_hex (v, "datagram");
  g_autoptr (GPtrArray) keep = test_keep_new ();
  SottoFernetNonce nonce = test_nonce (v);
  SottoDatagramHeader header, sent = { .kind = SOTTO_DATAGRAM_SECURE,
                                       .epoch = (uint8_t)test_vectors_int (v, "epoch"),
                                       .id = test_vectors_u64 (v, "cid") };
  uint8_t room[SOTTO_PLAIN_ROOM], again[SOTTO_DATAGRAM_MAX];
  SottoWriter out = SOTTO_WRITER (room, sizeof room);
  SottoPacketFrame frame;
  SottoFernetKey key;
  bool end = false;
  gsize n;

  /* Out. */
  test_fernet_key (v, "key", &key);
  sotto_write_u64 (&out, test_vectors_u64 (v, "pn"));
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonObject *f = json_array_get_object_element (array, i);

      test_packet_frame_from_fields (test_vectors_string (f, "frame_kind"),
                                     test_vectors_object (f, "fields"), keep, &frame);
      sotto_packet_frame_write (&out, &frame);
    }
  g_assert_false (out.failed);
  n = sotto_datagram_seal (&sent, &key, room, out.n, plain.n, &nonce, again);
  test_assert_exact ("SECURE", again, n, &datagram);

  /* In. */
  g_assert_true (sotto_datagram_header (datagram.data, datagram.n, &header));
  g_assert_cmpint (header.kind, ==, SOTTO_DATAGRAM_SECURE);
  g_assert_cmpint (header.epoch, ==, sent.epoch);
  g_assert_cmpuint (header.id, ==, sent.id);
  g_assert_true (sotto_datagram_open (datagram.data, datagram.n, &key, room, &n));
  test_assert_exact ("plain", room, n, &plain);
  SottoReader in = SOTTO_READER (plain.data, plain.n);

  g_assert_cmpuint (sotto_read_u64 (&in), ==, test_vectors_u64 (v, "pn"));
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonObject *f = json_array_get_object_element (array, i);
      const char *name = NULL;

      g_assert_cmpint (sotto_packet_frame_read (&in, &frame, &end), ==, SOTTO_OK);
      g_assert_false (end);
      test_assert_fields ("frame", test_packet_frame_to_fields (&frame, &name),
                          test_vectors_object (f, "fields"));
      g_assert_cmpstr (name, ==, test_vectors_string (f, "frame_kind"));
    }
  g_assert_cmpint (sotto_packet_frame_read (&in, &frame, &end), ==, SOTTO_OK);
  g_assert_true (end);
  sotto_fernet_key_clear (&key);
}

static void
test_secure (void)
{
  JsonArray *array = test_vectors_array (test_vectors_load ("sotto.json"), "secure");

  for (guint i = 0; i < json_array_get_length (array); i++)
    check_secure (json_array_get_object_element (array, i));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/packet/valid", test_valid);
  g_test_add_func ("/wire/packet/invalid", test_invalid);
  g_test_add_func ("/wire/packet/more-forms", test_more_forms);
  g_test_add_func ("/wire/packet/unsayable-ack", test_unsayable_ack);
  g_test_add_func ("/wire/packet/secure", test_secure);
  return g_test_run ();
}
