// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * RESULT's forms beside those of the logins (test-login), and FAIL with its short list of codes.
 */
#undef G_DISABLE_ASSERT
#include "shared/wire/result.h"

#include "shared/base/limits.h"
#include "tests/wire/fields.h"
#include <string.h>

typedef struct
{
  SottoFernetKey key;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  SottoKey key = { { 5, 4, 3 } };

  sotto_fernet_key_init (&fixture->key, &key);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  sotto_fernet_key_clear (&fixture->key);
}

/* Opens a RESULT whose plaintext is head and then zeros up to n. */
static SottoCode
open_plain (Fixture *fixture, const void *head, gsize n_head, gsize n, SottoResult *out)
{
  uint8_t plain[1024] = { 0 };
  gsize n_token = sotto_fernet_text_len (n);
  g_autofree char *token = g_malloc (n_token);
  g_autoptr (GByteArray) framed = g_byte_array_new ();

  memcpy (plain, head, n_head);
  sotto_fernet_seal_text (&fixture->key, NULL, plain, n, token);
  sotto_frame_append (framed, SOTTO_FRAME_RESULT, token, n_token);
  g_auto (TestExact) exact = test_exact_copy (framed->data, framed->len);
  SottoFrame frame = test_one_frame (&exact, SOTTO_FRAME_FROM_SERVER_MAX);

  return sotto_result_open (&frame, &fixture->key, out);
}

#define COUNTER "\0\0\0\0\0\0\0\0"
#define OK_HEAD COUNTER "\x04\0\0\0" /* type, code, retry_s */
#define SID     "\1\2\3\4\5\6\7\x08"
#define ADDR    "\4\x7F\0\0\1\0\x50"

static void
test_forms (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *what;
    const char *head;
    gsize n_head;
    gsize n;
    SottoCode code;
  } cases[] = {
#define CASE(what, head, n, code) { what, head, sizeof head - 1, n, code }
    CASE ("True", OK_HEAD SID "\0\1" ADDR "\0\4gAAA\0\0\0\1", 511, SOTTO_OK),
    CASE ("no UDP port, no ticket", OK_HEAD SID "\0\0" ADDR "\0\0\0\0\0\0", 511, SOTTO_OK),
    CASE ("counter 1", "\0\0\0\0\0\0\0\1\x04\1\0\0", 511, SOTTO_HANDSHAKE),
    CASE ("type 05", COUNTER "\x05\1\0\0", 511, SOTTO_HANDSHAKE),
    CASE ("code 21", COUNTER "\x04\x15\0\0", 511, SOTTO_HANDSHAKE),
    CASE ("code 1", COUNTER "\x04\1\0\x09", 511, SOTTO_OK),
    CASE ("code 1 and a sid", COUNTER "\x04\1\0\0" SID, 511, SOTTO_HANDSHAKE),
    CASE ("no address", OK_HEAD SID "\0\1", 511, SOTTO_HANDSHAKE),
    CASE ("ticket of 256", OK_HEAD SID "\0\1" ADDR "\1\0", 511, SOTTO_HANDSHAKE),
    CASE ("ticket over the end", OK_HEAD SID "\0\1" ADDR "\xFF\xFF", 511, SOTTO_HANDSHAKE),
    CASE ("bytes in the padding", OK_HEAD SID "\0\1" ADDR "\0\0\0\0\0\0x", 511, SOTTO_HANDSHAKE),
    CASE ("510 bytes", COUNTER "\x04\1\0\0", 510, SOTTO_HANDSHAKE),
    CASE ("512 bytes", COUNTER "\x04\1\0\0", 512, SOTTO_HANDSHAKE),
#undef CASE
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SottoResult result;

      g_test_message ("%s", cases[i].what);
      g_assert_cmpint (open_plain (fixture, cases[i].head, cases[i].n_head, cases[i].n, &result),
                       ==, cases[i].code);
    }
}

/* Each answer says itself and nothing more, in the same size. */
static void
test_refusals (Fixture *fixture, gconstpointer data)
{
  for (unsigned code = SOTTO_AUTH; code <= SOTTO_CODE_MAX; code++)
    {
      SottoResult got, want = { .code = (SottoCode)code, .retry_s = (uint16_t)(code * 3) };
      g_autoptr (GByteArray) framed = g_byte_array_new ();

      sotto_result_append (framed, &fixture->key, &want, NULL);
      g_assert_cmpuint (framed->len, ==, 5 + sotto_fernet_text_len (SOTTO_RESULT_BODY_LEN));
      g_auto (TestExact) exact = test_exact_copy (framed->data, framed->len);
      SottoFrame frame = test_one_frame (&exact, SOTTO_FRAME_FROM_SERVER_MAX);

      g_assert_cmpint (sotto_result_open (&frame, &fixture->key, &got), ==, SOTTO_OK);
      g_assert_cmpint (got.code, ==, want.code);
      g_assert_cmpint (got.retry_s, ==, want.retry_s);
      g_assert_cmpint (got.observed.family, ==, 0);
      g_assert_cmpuint (got.n_ticket, ==, 0);
    }
}

static void
test_fail (void)
{
  static const unsigned may[] = { 4, 5, 7, 8, 9, 10, 11, 15, 17, 18 };

  for (unsigned code = 0; code <= G_MAXUINT8; code++)
    {
      uint8_t body[] = { (uint8_t)code, 0x01, 0x02 };
      g_auto (TestExact) exact = test_exact_copy (body, sizeof body);
      SottoFrame frame = { .type = SOTTO_FRAME_FAIL, .body = exact.data, .n_body = exact.n };
      SottoCode got = SOTTO_OK;
      uint16_t retry_s = 0;
      bool allowed = false;

      for (guint i = 0; i < G_N_ELEMENTS (may); i++)
        allowed = allowed || may[i] == code;
      g_assert_cmpint (sotto_fail_decode (&frame, &got, &retry_s), ==,
                       allowed ? SOTTO_OK : SOTTO_PROTOCOL);
      g_assert_cmpint (got, ==, allowed ? code : 0);
      g_assert_cmpint (retry_s, ==, allowed ? 0x0102 : 0);
    }
}

static void
test_fail_vectors (void)
{
  JsonArray *valid =
      test_vectors_array (test_vectors_object (test_vectors_load ("sotto.json"), "frame"), "valid");
  guint n_met = 0;

  for (guint i = 0; i < json_array_get_length (valid); i++)
    {
      JsonObject *v = json_array_get_object_element (valid, i);
      g_autoptr (GByteArray) again = g_byte_array_new ();
      SottoCode code;
      uint16_t retry_s;

      if (strcmp (test_vectors_string (v, "frame_type"), "FAIL") != 0)
        continue;
      JsonObject *fields = test_vectors_object (v, "fields");
      g_auto (TestExact) bytes = test_exact_hex (v, "frame");
      SottoFrame frame = test_one_frame (&bytes, SOTTO_FRAME_FROM_SERVER_MAX);
      g_assert_cmpint (sotto_fail_decode (&frame, &code, &retry_s), ==, SOTTO_OK);
      g_assert_cmpint (code, ==, test_vectors_int (fields, "code"));
      g_assert_cmpint (retry_s, ==, test_vectors_int (fields, "retry_s"));
      sotto_fail_append (again, code, retry_s);
      test_assert_exact ("FAIL", again->data, again->len, &bytes);
      n_met++;
    }
  g_assert_cmpuint (n_met, >=, 3);
}

static void
test_fail_sizes (void)
{
  for (gsize n = 0; n <= 5; n++)
    {
      g_auto (TestExact) body = test_exact_copy ("\x08\0\0\0\0", n);
      SottoFrame frame = { .type = SOTTO_FRAME_FAIL, .body = body.data, .n_body = n };
      SottoCode code;
      uint16_t retry_s;

      g_assert_cmpint (sotto_fail_decode (&frame, &code, &retry_s), ==,
                       n == 3 ? SOTTO_OK : SOTTO_PROTOCOL);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/wire/result/forms", Fixture, NULL, set_up, test_forms, tear_down);
  g_test_add ("/wire/result/refusals", Fixture, NULL, set_up, test_refusals, tear_down);
  g_test_add_func ("/wire/fail/codes", test_fail);
  g_test_add_func ("/wire/fail/vectors", test_fail_vectors);
  g_test_add_func ("/wire/fail/sizes", test_fail_sizes);
  return g_test_run ();
}
