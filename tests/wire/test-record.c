// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Session records: the vectors' in clear and sealed, who may send what, counters, limits.
 */
#undef G_DISABLE_ASSERT
#include "shared/wire/record.h"

#include "tests/wire/fields.h"
#include <string.h>

typedef struct
{
  JsonObject *vectors;
  SottoKey key;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->vectors = test_vectors_object (test_vectors_load ("sotto.json"), "sealed");
  test_vectors_key (fixture->vectors, "key", &fixture->key);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
}

static bool
opens (Fixture *fixture, const TestExact *bytes, uint64_t counter, bool from_server)
{
  SottoFrame frame = test_one_frame (bytes, SOTTO_FRAME_READY_MAX);
  uint8_t plain[SOTTO_FRAME_READY_MAX];
  SottoRecord record;
  SottoSealer sealer;

  sotto_sealer_init (&sealer, &fixture->key, counter);
  SottoCode code = sotto_record_open (&frame, &sealer, from_server, plain, &record);
  g_assert_true (code == SOTTO_OK || code == SOTTO_PROTOCOL);
  g_assert_cmpuint (sealer.counter - counter, ==, code == SOTTO_OK ? 1 : 0);
  sotto_sealer_clear (&sealer);
  return code == SOTTO_OK;
}

static void
check_valid (Fixture *fixture, JsonObject *v)
{
  JsonObject *fields = test_vectors_object (v, "fields");
  g_auto (TestExact) plain = test_exact_hex (v, "plain");
  g_auto (TestExact) bytes = test_exact_hex (v, "frame");
  uint64_t counter = 0, want = test_vectors_u64 (v, "ctr");
  SottoFernetNonce nonce = test_nonce (v);
  g_autoptr (GByteArray) framed = g_byte_array_new ();
  g_autoptr (GPtrArray) keep = test_keep_new ();
  uint8_t again[SOTTO_FRAME_READY_MAX];
  const char *name = NULL;
  SottoRecord record;
  SottoSealer sealer;

  g_assert_cmpint (sotto_record_decode (plain.data, plain.n, &counter, &record), ==, SOTTO_OK);
  g_assert_cmpuint (counter, ==, want);
  test_assert_fields ("record", test_record_to_fields (&record, &name), fields);
  g_assert_cmpstr (name, ==, test_vectors_string (v, "record"));

  test_record_from_fields (name, fields, keep, &record);
  test_assert_exact (name, again, sotto_record_encode (&record, want, again, sizeof again), &plain);
  sotto_sealer_init (&sealer, &fixture->key, want);
  sotto_record_append (framed, &sealer, &record, &nonce);
  test_assert_exact (name, framed->data, framed->len, &bytes);
  g_assert_cmpuint (sealer.counter, ==, want + 1);
  sotto_sealer_clear (&sealer);
}

static void
test_valid (Fixture *fixture, gconstpointer data)
{
  JsonArray *valid = test_vectors_array (fixture->vectors, "valid");

  for (guint i = 0; i < json_array_get_length (valid); i++)
    check_valid (fixture, json_array_get_object_element (valid, i));
}

static void
test_invalid (Fixture *fixture, gconstpointer data)
{
  JsonArray *invalid = test_vectors_array (fixture->vectors, "invalid");

  for (guint i = 0; i < json_array_get_length (invalid); i++)
    {
      JsonObject *v = json_array_get_object_element (invalid, i);
      g_auto (TestExact) plain = test_exact_hex (v, "plain");
      uint64_t counter;
      SottoRecord record;

      g_test_message ("%s", test_vectors_string (v, "why"));
      g_assert_cmpint (sotto_record_decode (plain.data, plain.n, &counter, &record), ==,
                       SOTTO_PROTOCOL);
    }
}

/* Every record cut short, and with one byte more. */
static void
test_lengths (Fixture *fixture, gconstpointer data)
{
  JsonArray *valid = test_vectors_array (fixture->vectors, "valid");

  for (guint i = 0; i < json_array_get_length (valid); i++)
    {
      g_auto (TestExact) plain = test_exact_hex (json_array_get_object_element (valid, i), "plain");
      g_autofree uint8_t *longer = g_malloc0 (plain.n + 1);
      uint64_t counter;
      SottoRecord record;

      for (gsize n = 0; n < plain.n; n++)
        {
          g_auto (TestExact) part = test_exact_copy (plain.data, n);

          SottoCode code = sotto_record_decode (part.data, n, &counter, &record);

          /* A long datagram cut to a shorter size is one as far as a server can see. */
          if (code == SOTTO_OK)
            g_assert_cmpint (record.type, ==, SOTTO_RECORD_RELAY);
          else
            g_assert_cmpint (code, ==, SOTTO_PROTOCOL);
        }
      memcpy (longer, plain.data, plain.n);
      g_auto (TestExact) more = test_exact_copy (longer, plain.n + 1);
      g_assert_cmpint (sotto_record_decode (more.data, more.n, &counter, &record), ==,
                       SOTTO_PROTOCOL);
    }
}

/* PROTOCOL section 3, column "dir". */
static void
test_directions (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *name;
    bool client, server;
  } rows[] = {
    { "ADDRESS", true, false },  { "LIST", true, false },    { "USERS", false, true },
    { "PRESENCE", false, true }, { "KEYREQ", true, false },  { "KEYGRANT", false, true },
    { "RELAY", true, true },     { "RELAYNO", false, true }, { "PASSWD", true, false },
    { "IDENTITY", true, false }, { "UNSIGN", true, false },  { "OK", false, true },
    { "ERR", false, true },      { "PING", true, true },     { "PONG", true, true },
    { "BYE", true, true },
  };
  JsonArray *valid = test_vectors_array (fixture->vectors, "valid");
  guint met = 0;

  for (guint i = 0; i < json_array_get_length (valid); i++)
    {
      JsonObject *v = json_array_get_object_element (valid, i);
      g_auto (TestExact) bytes = test_exact_hex (v, "frame");
      uint64_t counter = test_vectors_u64 (v, "ctr");

      for (guint k = 0; k < G_N_ELEMENTS (rows); k++)
        if (strcmp (rows[k].name, test_vectors_string (v, "record")) == 0)
          {
            g_assert_cmpint (opens (fixture, &bytes, counter, false), ==, rows[k].client);
            g_assert_cmpint (opens (fixture, &bytes, counter, true), ==, rows[k].server);
            met |= 1u << k;
          }
    }
  g_assert_cmphex (met, ==, (1u << G_N_ELEMENTS (rows)) - 1);
}

/* A repeat, a gap, another key, a damaged byte. */
static void
test_order_and_mac (Fixture *fixture, gconstpointer data)
{
  SottoRecord ping = { .type = SOTTO_RECORD_PING, .ping = { .nonce = 1 } };
  g_autoptr (GByteArray) framed = g_byte_array_new ();
  SottoSealer sealer;

  sotto_sealer_init (&sealer, &fixture->key, 5);
  sotto_record_append (framed, &sealer, &ping, NULL);
  sotto_sealer_clear (&sealer);
  g_auto (TestExact) bytes = test_exact_copy (framed->data, framed->len);

  g_assert_true (opens (fixture, &bytes, 5, true));
  g_assert_false (opens (fixture, &bytes, 4, true));
  g_assert_false (opens (fixture, &bytes, 6, true));
  for (gsize at = 5; at < bytes.n; at++)
    {
      bytes.data[at] ^= 1;
      g_assert_false (opens (fixture, &bytes, 5, true));
      bytes.data[at] ^= 1;
    }
  fixture->key.bytes[0] ^= 1;
  g_assert_false (opens (fixture, &bytes, 5, true));
}

static void
check_round_trip (Fixture *fixture, const SottoRecord *record, bool from_server)
{
  g_autoptr (GByteArray) framed = g_byte_array_new ();
  SottoSealer sealer;

  sotto_sealer_init (&sealer, &fixture->key, 0);
  sotto_record_append (framed, &sealer, record, NULL);
  sotto_sealer_clear (&sealer);
  g_auto (TestExact) bytes = test_exact_copy (framed->data, framed->len);
  g_assert_true (opens (fixture, &bytes, 0, from_server));
}

/* The fullest records fit a frame. */
static void
test_fullest (Fixture *fixture, gconstpointer data)
{
  SottoRecord record = { .type = SOTTO_RECORD_USERS, .users = { .n = SOTTO_USERS_PAGE } };

  for (unsigned i = 0; i < SOTTO_USERS_PAGE; i++)
    g_snprintf (record.users.names[i].str, sizeof record.users.names[i].str, "%032u", i);
  check_round_trip (fixture, &record, true);

  record = (SottoRecord){ .type = SOTTO_RECORD_PRESENCE, .presence = { .n = SOTTO_PRESENCE_MAX } };
  for (unsigned i = 0; i < SOTTO_PRESENCE_MAX; i++)
    {
      record.presence.changes[i].event = SOTTO_PRESENCE_CONNECTED;
      g_snprintf (record.presence.changes[i].name.str, sizeof record.presence.changes[i].name.str,
                  "%032u", i);
    }
  check_round_trip (fixture, &record, true);
}

/* Encoded once, sealed for two at different places of their order; a name twice is refused. */
static void
test_to_many (Fixture *fixture, gconstpointer data)
{
  SottoRecord record = { .type = SOTTO_RECORD_PRESENCE, .presence = { .n = 2 } };
  uint8_t plain[SOTTO_FRAME_READY_MAX];

  for (unsigned i = 0; i < 2; i++)
    {
      record.presence.changes[i].event = SOTTO_PRESENCE_CONNECTED;
      g_snprintf (record.presence.changes[i].name.str, sizeof record.presence.changes[i].name.str,
                  "u%u", i);
    }
  gsize n = sotto_record_encode (&record, 0, plain, sizeof plain);
  for (uint64_t counter = 3; counter < 9; counter += 5)
    {
      g_autoptr (GByteArray) framed = g_byte_array_new ();
      SottoSealer sealer;

      sotto_sealer_init (&sealer, &fixture->key, counter);
      sotto_record_append_encoded (framed, &sealer, plain, n);
      g_assert_cmpuint (sealer.counter, ==, counter + 1);
      sotto_sealer_clear (&sealer);
      g_auto (TestExact) bytes = test_exact_copy (framed->data, framed->len);
      g_assert_true (opens (fixture, &bytes, counter, true));
    }
  uint64_t counter;
  g_assert_cmpint (sotto_record_decode (plain, n, &counter, &record), ==, SOTTO_OK);
  plain[n - 1] = '0';
  g_assert_cmpint (sotto_record_decode (plain, n, &counter, &record), ==, SOTTO_PROTOCOL);
}

/* RELAY carries a datagram of its own cid and of one of the four sizes; RELAYNO has three codes. */
static void
test_relay (Fixture *fixture, gconstpointer data)
{
  static const gsize sizes[] = { 133, 325, 581, 1221 };
  uint8_t plain[9 + 8 + SOTTO_DATAGRAM_MAX + 1] = { [8] = SOTTO_RECORD_RELAY, [16] = 7 };
  uint64_t counter;
  SottoRecord record;

  plain[17 + 11] = 7; /* the id's last byte */
  for (gsize n = 0; n <= SOTTO_DATAGRAM_MAX + 1; n++)
    {
      g_auto (TestExact) exact = test_exact_copy (plain, 17 + n);
      bool is_size = n == sizes[0] || n == sizes[1] || n == sizes[2] || n == sizes[3];

      g_assert_cmpint (sotto_record_decode (exact.data, exact.n, &counter, &record), ==,
                       is_size ? SOTTO_OK : SOTTO_PROTOCOL);
    }
  plain[17 + 11] = 8;
  g_assert_cmpint (sotto_record_decode (plain, 17 + 133, &counter, &record), ==, SOTTO_PROTOCOL);

  for (unsigned code = 0; code <= G_MAXUINT8; code++)
    {
      uint8_t no[18] = { [8] = SOTTO_RECORD_RELAYNO, [17] = (uint8_t)code };

      g_assert_cmpint (sotto_record_decode (no, sizeof no, &counter, &record), ==,
                       code == SOTTO_OFFLINE || code == SOTTO_UNAVAILABLE || code == SOTTO_QUOTA
                           ? SOTTO_OK
                           : SOTTO_PROTOCOL);
    }
}

static void
test_more (Fixture *fixture, gconstpointer data)
{
  for (unsigned more = 0; more <= G_MAXUINT8; more++)
    {
      uint8_t users[11] = { [8] = SOTTO_RECORD_USERS, [9] = (uint8_t)more };
      uint64_t counter;
      SottoRecord record;

      g_assert_cmpint (sotto_record_decode (users, sizeof users, &counter, &record), ==,
                       more <= 1 ? SOTTO_OK : SOTTO_PROTOCOL);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/wire/record/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("valid", test_valid);
  ADD ("invalid", test_invalid);
  ADD ("lengths", test_lengths);
  ADD ("directions", test_directions);
  ADD ("order-and-mac", test_order_and_mac);
  ADD ("fullest", test_fullest);
  ADD ("to-many", test_to_many);
  ADD ("relay", test_relay);
  ADD ("more", test_more);
  return g_test_run ();
}
