// SPDX-License-Identifier: GPL-3.0-or-later
#undef G_DISABLE_ASSERT
#include "shared/crypto/agreement.h"
#include "tests/lib/vectors.h"
#include <string.h>

static const SottoKey zero;

/* Calls `check` with each row of a Wycheproof file. */
static void
for_each_row (const char *file, void (*check) (JsonObject *group, JsonObject *row))
{
  JsonArray *groups = test_vectors_array (test_vectors_load (file), "testGroups");
  g_assert_cmpuint (json_array_get_length (groups), >, 0);
  for (guint g = 0; g < json_array_get_length (groups); g++)
    {
      JsonObject *group = json_array_get_object_element (groups, g);
      JsonArray *rows = test_vectors_array (group, "tests");
      g_assert_cmpuint (json_array_get_length (rows), >, 0);
      for (guint i = 0; i < json_array_get_length (rows); i++)
        check (group, json_array_get_object_element (rows, i));
    }
}

/* A zero result is refused, and only public data decide that there is one. */
static void
check_x25519 (JsonObject *group, JsonObject *row)
{
  SottoKey secret, public, want, got;
  SottoKeyPair own;
  test_vectors_key (row, "private", &secret);
  test_vectors_key (row, "public", &public);
  test_vectors_key (row, "shared", &want);
  sotto_key_pair_from_secret (&own, &secret);
  bool is_zero = memcmp (&want, &zero, sizeof want) == 0;
  memset (&got, 0xAA, sizeof got);
  g_assert_cmpint (sotto_agreement (&own, &public, &got), ==, !is_zero);
  test_assert_bytes ("shared", &got, sizeof got, &want, sizeof want);
  g_assert_cmpint (sotto_agreement_is_low_order (&public), ==, is_zero);
}

static void
test_x25519 (void)
{
  for_each_row ("x25519_test.json", check_x25519);
}

static void
test_own_key_back (void)
{
  SottoKeyPair own, peer;
  SottoKey shared, other;
  sotto_key_pair_generate (&own, sotto_random_system ());
  sotto_key_pair_generate (&peer, sotto_random_system ());
  g_assert_true (sotto_agreement (&own, &peer.public, &shared));
  g_assert_true (sotto_agreement (&peer, &own.public, &other));
  g_assert_cmpmem (&shared, sizeof shared, &other, sizeof other);
  g_assert_false (sotto_agreement (&own, &own.public, &shared));
  g_assert_cmpmem (&shared, sizeof shared, &zero, sizeof zero);
  SottoKey same_point = own.public;
  same_point.bytes[31] ^= 0x80;
  g_assert_false (sotto_agreement (&own, &same_point, &shared));
  g_assert_cmpmem (&shared, sizeof shared, &zero, sizeof zero);
}

/* One that is used again and again gives what a fresh one gives, also after it refused. */
static void
test_agreer (void)
{
  SottoKeyPair own, peers[2];
  sotto_key_pair_generate (&own, sotto_random_system ());
  SottoAgreer *agreer = sotto_agreer_new (&own);
  for (guint i = 0; i < 6; i++)
    {
      SottoKeyPair *peer = &peers[i % 2];
      SottoKey want, got;
      if (i < 2)
        sotto_key_pair_generate (peer, sotto_random_system ());
      g_assert_true (sotto_agreement (peer, &own.public, &want));
      g_assert_true (sotto_agreer_agree (agreer, &peer->public, &got));
      g_assert_cmpmem (&got, sizeof got, &want, sizeof want);
      g_assert_false (sotto_agreer_agree (agreer, i % 2 == 0 ? &zero : &own.public, &got));
      g_assert_cmpmem (&got, sizeof got, &zero, sizeof zero);
    }
  sotto_agreer_free (agreer);
}

static void
test_generate (void)
{
  static const SottoKey secret = { { 1, 2, 3 } };
  SottoKeyPair generated, made;
  TestRandom random;
  test_random_init (&random);
  test_random_push (&random, &secret, sizeof secret);
  sotto_key_pair_generate (&generated, &random.random);
  sotto_key_pair_from_secret (&made, &secret);
  g_assert_cmpmem (&generated, sizeof generated, &made, sizeof made);
  g_assert_cmpmem (&generated.secret, sizeof secret, &secret, sizeof secret);
  g_assert_cmpuint (random.bytes->len, ==, 0);
  test_random_clear (&random);
}

static void
check_hkdf_row (JsonObject *row, gint64 n_out)
{
  g_autoptr (GBytes) ikm = test_vectors_hex (row, "ikm"), salt = test_vectors_hex (row, "salt"),
                     info = test_vectors_hex (row, "info"), want = test_vectors_hex (row, "okm");
  g_autofree uint8_t *out = g_malloc ((gsize)n_out);
  sotto_hkdf (g_bytes_get_data (ikm, NULL), g_bytes_get_size (ikm), g_bytes_get_data (salt, NULL),
              g_bytes_get_size (salt), g_bytes_get_data (info, NULL), g_bytes_get_size (info), out,
              (gsize)n_out);
  test_assert_bytes ("okm", out, (gsize)n_out, g_bytes_get_data (want, NULL),
                     g_bytes_get_size (want));
}

static void
check_hkdf (JsonObject *group, JsonObject *row)
{
  /* The invalid ones ask for more than 255 blocks, which no caller of ours can. */
  if (g_str_equal (test_vectors_string (row, "result"), "valid"))
    check_hkdf_row (row, test_vectors_int (row, "size"));
}

static void
test_hkdf (void)
{
  JsonArray *rows = test_vectors_array (test_vectors_load ("sotto.json"), "hkdf");
  g_assert_cmpuint (json_array_get_length (rows), >, 0);
  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonObject *row = json_array_get_object_element (rows, i);
      check_hkdf_row (row, test_vectors_int (row, "n"));
    }
  for_each_row ("hkdf_sha256_test.json", check_hkdf);
}

static void
check_hmac (JsonObject *group, JsonObject *row)
{
  g_autoptr (GBytes) message = test_vectors_hex (row, "msg"), tag = test_vectors_hex (row, "tag");
  SottoKey key, got;
  /* Our keys have 32 bytes; a cut tag is compared as far as it goes. */
  if (test_vectors_int (group, "keySize") != 256)
    return;
  test_vectors_key (row, "key", &key);
  sotto_hmac_sha256 (&key, g_bytes_get_data (message, NULL), g_bytes_get_size (message), &got);
  bool is_valid = g_str_equal (test_vectors_string (row, "result"), "valid");
  g_assert_cmpint (memcmp (got.bytes, g_bytes_get_data (tag, NULL), g_bytes_get_size (tag)) == 0,
                   ==, is_valid);
}

static void
test_hmac (void)
{
  for_each_row ("hmac_sha256_test.json", check_hmac);
}

static void
test_sha256 (void)
{
  static const uint8_t abc[] = {
    0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23,
    0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad,
  };
  const SottoSpan spans[] = { SOTTO_SPAN ("a", 1), SOTTO_SPAN (NULL, 0), SOTTO_SPAN ("", 0),
                              SOTTO_SPAN ("bc", 2) };
  SottoKey got;
  sotto_sha256 (spans, G_N_ELEMENTS (spans), &got);
  g_assert_cmpmem (&got, sizeof got, abc, sizeof abc);
}

static void
test_random_source (void)
{
  uint8_t bytes[2][64] = { 0 };
  sotto_random_fill (sotto_random_system (), bytes[0], sizeof bytes[0]);
  sotto_random_fill (sotto_random_system (), bytes[1], sizeof bytes[1]);
  g_assert_cmpint (memcmp (bytes[0], bytes[1], sizeof bytes[0]), !=, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/agreement/x25519", test_x25519);
  g_test_add_func ("/agreement/own-key-back", test_own_key_back);
  g_test_add_func ("/agreement/agreer", test_agreer);
  g_test_add_func ("/agreement/generate", test_generate);
  g_test_add_func ("/agreement/hkdf", test_hkdf);
  g_test_add_func ("/agreement/hmac", test_hmac);
  g_test_add_func ("/agreement/sha256", test_sha256);
  g_test_add_func ("/agreement/random", test_random_source);
  return g_test_run ();
}
