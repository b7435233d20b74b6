// SPDX-License-Identifier: GPL-3.0-or-later
#undef G_DISABLE_ASSERT
#include "shared/base/secret.h"
#include "shared/crypto/fernet.h"
#include "tests/lib/vectors.h"
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static JsonObject *
vectors (void)
{
  return test_vectors_load ("sotto.json");
}

static JsonArray *
group (const char *name, const char *member)
{
  return test_vectors_array (test_vectors_object (vectors (), name), member);
}

static void
read_nonce (JsonObject *row, SottoFernetNonce *out)
{
  g_autoptr (GBytes) iv = test_vectors_hex (row, "iv");
  g_assert_cmpuint (g_bytes_get_size (iv), ==, sizeof out->iv);
  memcpy (out->iv, g_bytes_get_data (iv, NULL), sizeof out->iv);
  out->time = test_vectors_u64 (row, "time");
}

static void
test_valid (void)
{
  JsonArray *rows = group ("fernet", "valid");
  g_assert_cmpuint (json_array_get_length (rows), >, 0);
  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonObject *row = json_array_get_object_element (rows, i);
      SottoKey bytes;
      SottoFernetKey key;
      SottoFernetNonce nonce;
      gsize n_plain = 0, n_raw = 0, n = 0;
      g_autoptr (GBytes) plain_bytes = test_vectors_hex (row, "plain");
      g_autoptr (GBytes) raw_bytes = test_vectors_hex (row, "raw");
      const uint8_t *plain = g_bytes_get_data (plain_bytes, &n_plain);
      const uint8_t *raw = g_bytes_get_data (raw_bytes, &n_raw);
      const char *text = test_vectors_string (row, "text_form");
      gsize n_text = strlen (text);
      test_vectors_key (row, "key", &bytes);
      read_nonce (row, &nonce);
      sotto_fernet_key_init (&key, &bytes);

      g_assert_cmpuint (sotto_fernet_raw_len (n_plain), ==, n_raw);
      g_assert_cmpuint (sotto_fernet_text_len (n_plain), ==, n_text);
      g_autofree uint8_t *made = g_malloc (n_raw);
      sotto_fernet_seal_raw (&key, &nonce, plain, n_plain, made);
      test_assert_bytes ("raw", made, n_raw, raw, n_raw);
      g_autofree char *made_text = g_malloc (n_text);
      sotto_fernet_seal_text (&key, &nonce, plain, n_plain, made_text);
      test_assert_bytes ("text", made_text, n_text, text, n_text);

      g_autofree uint8_t *in_place = g_malloc (n_raw);
      if (n_plain > 0)
        memcpy (in_place + SOTTO_FERNET_PLAIN_OFFSET, plain, n_plain);
      sotto_fernet_seal_raw (&key, &nonce, in_place + SOTTO_FERNET_PLAIN_OFFSET, n_plain, in_place);
      test_assert_bytes ("in place", in_place, n_raw, raw, n_raw);

      g_autofree uint8_t *opened = g_malloc (n_text);
      g_assert_true (sotto_fernet_open_raw (&key, raw, n_raw, opened, &n));
      test_assert_bytes ("opened raw", opened, n, plain, n_plain);
      g_assert_true (sotto_fernet_open_text (&key, text, n_text, opened, &n));
      test_assert_bytes ("opened text", opened, n, plain, n_plain);
      sotto_fernet_key_clear (&key);
    }
}

static void
assert_refused (const SottoFernetKey *key, const void *raw, gsize n_raw, const char *why)
{
  uint8_t out[512], untouched[512];
  gsize n = 77, n_wiped = 0;
  g_assert_cmpuint (n_raw, <=, sizeof out);
  memset (out, 0xAA, sizeof out);
  memset (untouched, 0xAA, sizeof untouched);
  /* A copy without a byte more, so that the sanitizer sees a read beyond it. */
  g_autofree uint8_t *exact = g_memdup2 (raw, MAX (n_raw, 1));
  if (sotto_fernet_open_raw (key, exact, n_raw, out, &n))
    g_error ("opened: %s", why);
  g_assert_cmpuint (n, ==, 77);
  /* What was decrypted, under a wrong padding, is gone. */
  while (n_wiped + SOTTO_FERNET_OVERHEAD < n_raw && out[n_wiped] == 0)
    n_wiped++;
  test_assert_bytes (why, out + n_wiped, sizeof out - n_wiped, untouched, sizeof out - n_wiped);
}

static void
test_invalid (void)
{
  JsonArray *rows = group ("fernet", "invalid");
  g_assert_cmpuint (json_array_get_length (rows), >, 0);
  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonObject *row = json_array_get_object_element (rows, i);
      SottoKey bytes;
      SottoFernetKey key;
      gsize n_raw = 0;
      g_autoptr (GBytes) raw_bytes = test_vectors_hex (row, "raw");
      const uint8_t *raw = g_bytes_get_data (raw_bytes, &n_raw);
      test_vectors_key (row, "key", &bytes);
      sotto_fernet_key_init (&key, &bytes);
      assert_refused (&key, raw, n_raw, test_vectors_string (row, "why"));

      char text[1024];
      uint8_t out[1024];
      gsize n_text = sotto_base64url_encode (raw, n_raw, text), n = 0;
      g_assert_false (sotto_fernet_open_text (&key, text, n_text, out, &n));
      sotto_fernet_key_clear (&key);
    }
}

static void
init_key_from_text (SottoFernetKey *key, const char *text)
{
  SottoKey bytes;
  uint8_t decoded[64];
  gsize n = 0;
  g_assert_true (sotto_base64url_decode (text, strlen (text), decoded, &n));
  g_assert_cmpuint (n, ==, sizeof bytes);
  memcpy (bytes.bytes, decoded, n);
  sotto_fernet_key_init (key, &bytes);
}

/* The specification's own vectors: what `plain` says is what we make of a token. */
static void
test_spec_opens (gconstpointer data)
{
  JsonArray *rows = group ("fernet_spec", data);
  g_assert_cmpuint (json_array_get_length (rows), >, 0);
  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonObject *row = json_array_get_object_element (rows, i);
      const char *token = test_vectors_string (row, "token");
      uint8_t out[512];
      gsize n = 0;
      SottoFernetKey key;
      init_key_from_text (&key, test_vectors_string (row, "secret"));
      bool opened = sotto_fernet_open_text (&key, token, strlen (token), out, &n);
      g_assert_cmpint (opened, ==, test_vectors_has (row, "plain"));
      if (opened)
        {
          g_autoptr (GBytes) plain = test_vectors_hex (row, "plain");
          test_assert_bytes (token, out, n, g_bytes_get_data (plain, NULL),
                             g_bytes_get_size (plain));
        }
      sotto_fernet_key_clear (&key);
    }
}

static void
test_spec_generates (void)
{
  JsonArray *rows = group ("fernet_spec", "generate");
  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonObject *row = json_array_get_object_element (rows, i);
      JsonArray *iv = test_vectors_array (row, "iv");
      const char *src = test_vectors_string (row, "src"),
                 *token = test_vectors_string (row, "token");
      g_autoptr (GDateTime) now =
          g_date_time_new_from_iso8601 (test_vectors_string (row, "now"), NULL);
      SottoFernetNonce nonce = { .time = (uint64_t)g_date_time_to_unix (now) };
      SottoFernetKey key;
      char made[512];
      for (guint k = 0; k < sizeof nonce.iv; k++)
        nonce.iv[k] = (uint8_t)json_array_get_int_element (iv, k);
      init_key_from_text (&key, test_vectors_string (row, "secret"));
      sotto_fernet_seal_text (&key, &nonce, (const uint8_t *)src, strlen (src), made);
      test_assert_bytes ("token", made, sotto_fernet_text_len (strlen (src)), token,
                         strlen (token));
      sotto_fernet_key_clear (&key);
    }
}

/* A key says the same with and without its midstates, whichever key came before it. */
static void
test_warm (void)
{
  static const SottoKey bytes[2] = { { { 4, 5 } }, { { 6, [31] = 7 } } };
  static const SottoFernetNonce nonce = { .iv = { 8 }, .time = 9 };
  SottoFernetKey cold[2], warm[2];
  for (gsize k = 0; k < 2; k++)
    {
      sotto_fernet_key_init (&cold[k], &bytes[k]);
      sotto_fernet_key_init (&warm[k], &bytes[k]);
      sotto_fernet_key_warm (&warm[k]);
    }
  for (gsize i = 0; i < 200; i++)
    {
      uint8_t plain[200], one[273], other[273], out[208];
      gsize k = i / 2 % 2, n_raw = sotto_fernet_raw_len (i), n = 0;
      memset (plain, (int)i, sizeof plain);
      sotto_fernet_seal_raw (&cold[k], &nonce, plain, i, one);
      sotto_fernet_seal_raw (&warm[k], &nonce, plain, i, other);
      test_assert_bytes ("warm", other, n_raw, one, n_raw);
      g_assert_true (sotto_fernet_open_raw (&warm[k], one, n_raw, out, &n));
      test_assert_bytes ("opened warm", out, n, plain, i);
      assert_refused (&warm[1 - k], one, n_raw, "another key's");
    }
  for (gsize k = 0; k < 2; k++)
    {
      sotto_fernet_key_clear (&cold[k]);
      sotto_fernet_key_clear (&warm[k]);
    }
}

/* No byte is written beyond the longest plaintext of a token's length, and in place will do. */
static void
test_room (void)
{
  static const SottoKey bytes = { { 3 } };
  SottoFernetKey key;
  sotto_fernet_key_init (&key, &bytes);
  for (gsize n_plain = 0; n_plain < 100; n_plain++)
    {
      uint8_t plain[100], token[201], out[113];
      gsize n_raw = sotto_fernet_raw_len (n_plain), n = 0;
      gsize n_room = n_raw - SOTTO_FERNET_OVERHEAD;
      memset (plain, 0x55, sizeof plain);
      memset (out, 0xAA, sizeof out);
      sotto_fernet_seal_raw (&key, NULL, plain, n_plain, token);
      g_assert_true (sotto_fernet_open_raw (&key, token, n_raw, out, &n));
      test_assert_bytes ("opened", out, n, plain, n_plain);
      g_assert_cmpuint (n, <, n_room);
      for (gsize i = n; i < sizeof out; i++)
        g_assert_cmpuint (out[i], ==, i < n_room ? 0 : 0xAA);

      uint8_t *in_place = token + SOTTO_FERNET_PLAIN_OFFSET;
      g_assert_true (sotto_fernet_open_raw (&key, token, n_raw, in_place, &n));
      test_assert_bytes ("opened in place", in_place, n, plain, n_plain);
    }
  sotto_fernet_key_clear (&key);
}

/* Every bit of a token counts, and every length but one. */
static void
test_every_bit (void)
{
  static const SottoKey bytes = { { 1, 2, 3 } };
  uint8_t token[105], out[105];
  gsize n = 0;
  SottoFernetKey key;
  sotto_fernet_key_init (&key, &bytes);
  g_assert_cmpuint (sotto_fernet_raw_len (40), ==, sizeof token);
  sotto_fernet_seal_raw (&key, NULL, (const uint8_t *)"0123456789012345678901234567890123456789",
                         40, token);
  for (gsize bit = 0; bit < 8 * sizeof token; bit++)
    {
      token[bit / 8] ^= (uint8_t)(1 << bit % 8);
      assert_refused (&key, token, sizeof token, "a flipped bit");
      token[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
  for (gsize n_cut = 0; n_cut < sizeof token; n_cut++)
    assert_refused (&key, token, n_cut, "a cut");
  g_assert_true (sotto_fernet_open_raw (&key, token, sizeof token, out, &n));
  g_assert_cmpuint (n, ==, 40);
  sotto_fernet_key_clear (&key);
}

/* Without a nonce: IVs are not repeated, the time is now, and the pool refills. */
static void
test_fresh (void)
{
  static const SottoKey bytes = { { 9 } };
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  SottoFernetKey key;
  sotto_fernet_key_init (&key, &bytes);
  gint64 before = time (NULL);
  for (int i = 0; i < 1000; i++)
    {
      uint8_t token[73];
      sotto_fernet_seal_raw (&key, NULL, NULL, 0, token);
      g_assert_true (g_hash_table_add (seen, g_base64_encode (token + 9, 16)));
      uint64_t stamp = 0;
      memcpy (&stamp, token + 1, 8);
      gint64 seconds = (gint64)GUINT64_FROM_BE (stamp);
      g_assert_cmpint (seconds, >=, before);
      g_assert_cmpint (seconds, <=, time (NULL));
    }
  sotto_fernet_key_clear (&key);
}

/* A child has its parent's pool of IVs and must not use it. */
static void
test_fork (void)
{
  static const SottoKey bytes = { { 8 } };
  uint8_t ours[73], theirs[73] = { 0 };
  int ends[2], status = -1;
  SottoFernetKey key;
  sotto_fernet_key_init (&key, &bytes);
  sotto_fernet_seal_raw (&key, NULL, NULL, 0, ours);
  g_assert_cmpint (pipe (ends), ==, 0);
  pid_t child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      sotto_fernet_seal_raw (&key, NULL, NULL, 0, theirs);
      _exit (write (ends[1], theirs, sizeof theirs) == sizeof theirs ? 0 : 1);
    }
  sotto_fernet_seal_raw (&key, NULL, NULL, 0, ours);
  g_assert_cmpint (read (ends[0], theirs, sizeof theirs), ==, sizeof theirs);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
  g_assert_cmpint (theirs[0], ==, 0x80);
  g_assert_cmpint (memcmp (ours + 9, theirs + 9, 16), !=, 0);
  close (ends[0]);
  close (ends[1]);
  sotto_fernet_key_clear (&key);
}

static gpointer
seal_and_open (gpointer data)
{
  const SottoFernetKey *key = data;
  for (int i = 0; i < 300; i++)
    {
      uint8_t plain[100], token[169], out[169];
      gsize n = 0;
      memset (plain, i, sizeof plain);
      sotto_fernet_seal_raw (key, NULL, plain, sizeof plain, token);
      g_assert_true (sotto_fernet_open_raw (key, token, sizeof token, out, &n));
      g_assert_cmpmem (out, n, plain, sizeof plain);
    }
  return NULL;
}

/* One key, several threads; the leak check sees what a thread leaves behind. */
static void
test_threads (void)
{
  static const SottoKey bytes = { { 7 } };
  GThread *threads[4];
  SottoFernetKey key;
  sotto_fernet_key_init (&key, &bytes);
  sotto_fernet_key_warm (&key);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("seal", seal_and_open, &key);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  sotto_fernet_key_clear (&key);
}

static void
test_key (void)
{
  static const uint8_t zero[sizeof (SottoFernetKey)];
  static const SottoKey bytes = { { 1 } };
  SottoFernetKey key = { 0 };
  g_assert_false (sotto_fernet_key_is_set (&key));
  sotto_fernet_key_clear (&key);
  sotto_fernet_key_init (&key, &bytes);
  g_assert_true (sotto_fernet_key_is_set (&key));
  sotto_fernet_key_warm (&key);
  sotto_fernet_key_clear (&key);
  g_assert_false (sotto_fernet_key_is_set (&key));
  g_assert_cmpmem (&key, sizeof key, zero, sizeof zero);
}

/* AES-128-CBC with PKCS#7 as Wycheproof has it, seen through whole tokens: a key and an IV of a row
 * must give its ciphertext. Its malformed paddings and other key sizes do not apply. */
static void
test_wycheproof_cbc (void)
{
  JsonObject *file = test_vectors_load ("aes_cbc_pkcs5_test.json");
  JsonArray *groups = test_vectors_array (file, "testGroups");
  guint n_done = 0;
  for (guint g = 0; g < json_array_get_length (groups); g++)
    {
      JsonObject *one = json_array_get_object_element (groups, g);
      JsonArray *tests = test_vectors_array (one, "tests");
      for (guint i = 0; i < json_array_get_length (tests); i++)
        {
          JsonObject *row = json_array_get_object_element (tests, i);
          if (test_vectors_int (one, "keySize") != 128
              || !g_str_equal (test_vectors_string (row, "result"), "valid"))
            continue;
          g_autoptr (GBytes) half = test_vectors_hex (row, "key"),
                             iv = test_vectors_hex (row, "iv"),
                             message = test_vectors_hex (row, "msg"),
                             want = test_vectors_hex (row, "ct");
          gsize n = g_bytes_get_size (message), n_want = g_bytes_get_size (want);
          SottoKey bytes = { 0 };
          SottoFernetKey key;
          SottoFernetNonce nonce = { .time = 1 };
          memcpy (bytes.bytes + 16, g_bytes_get_data (half, NULL), 16);
          memcpy (nonce.iv, g_bytes_get_data (iv, NULL), 16);
          sotto_fernet_key_init (&key, &bytes);
          g_autofree uint8_t *token = g_malloc (sotto_fernet_raw_len (n));
          sotto_fernet_seal_raw (&key, &nonce, g_bytes_get_data (message, NULL), n, token);
          g_assert_cmpuint (sotto_fernet_raw_len (n), ==, n_want + SOTTO_FERNET_OVERHEAD);
          test_assert_bytes ("ct", token + SOTTO_FERNET_PLAIN_OFFSET, n_want,
                             g_bytes_get_data (want, NULL), n_want);
          sotto_fernet_key_clear (&key);
          n_done++;
        }
    }
  g_assert_cmpuint (n_done, >, 20);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fernet/valid", test_valid);
  g_test_add_func ("/fernet/invalid", test_invalid);
  g_test_add_data_func ("/fernet/spec/generate-opens", "generate", test_spec_opens);
  g_test_add_data_func ("/fernet/spec/verify", "verify", test_spec_opens);
  g_test_add_data_func ("/fernet/spec/invalid", "invalid", test_spec_opens);
  g_test_add_func ("/fernet/spec/generate", test_spec_generates);
  g_test_add_func ("/fernet/warm", test_warm);
  g_test_add_func ("/fernet/room", test_room);
  g_test_add_func ("/fernet/every-bit", test_every_bit);
  g_test_add_func ("/fernet/fresh", test_fresh);
  g_test_add_func ("/fernet/fork", test_fork);
  g_test_add_func ("/fernet/threads", test_threads);
  g_test_add_func ("/fernet/key", test_key);
  g_test_add_func ("/fernet/wycheproof-cbc", test_wycheproof_cbc);
  return g_test_run ();
}
