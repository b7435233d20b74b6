// SPDX-License-Identifier: GPL-3.0-or-later
#undef G_DISABLE_ASSERT
#include "shared/base/limits.h"
#include "shared/base/secret.h"
#include "shared/crypto/certificate.h"
#include "tests/lib/vectors.h"
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/pem.h>
#include <string.h>

static JsonArray *
rows_of (const char *member)
{
  JsonArray *rows = test_vectors_array (test_vectors_load ("sotto.json"), member);
  g_assert_cmpuint (json_array_get_length (rows), >, 0);
  return rows;
}

static SottoPrivateKey *
read_private (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  SottoPrivateKey *key = sotto_private_key_from_bytes (g_bytes_get_data (bytes, NULL),
                                                       g_bytes_get_size (bytes), &error);
  g_assert_no_error (error);
  return key;
}

static SottoPrivateKey *
load_server_key (const char *name)
{
  JsonArray *rows = rows_of ("server_key");
  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonObject *row = json_array_get_object_element (rows, i);
      if (!g_str_equal (test_vectors_string (row, "name"), name))
        continue;
      g_autoptr (GBytes) pkcs8 = test_vectors_hex (row, "pkcs8");
      return read_private (pkcs8);
    }
  g_error ("no server_key %s", name);
}

static void
check_public (const SottoPublicKey *key, JsonObject *row)
{
  SottoKey want, got;
  uint8_t kid[SOTTO_KID_LEN];
  test_vectors_key (row, "fingerprint", &want);
  sotto_public_key_fingerprint (key, &got);
  test_assert_bytes ("fingerprint", &got, sizeof got, &want, sizeof want);
  g_autoptr (GBytes) want_kid = test_vectors_hex (row, "kid");
  sotto_public_key_kid (key, kid);
  test_assert_bytes ("kid", kid, sizeof kid, g_bytes_get_data (want_kid, NULL),
                     g_bytes_get_size (want_kid));
  g_assert_cmpuint (sotto_public_key_wrap_len (key), ==, (gsize)test_vectors_int (row, "bits") / 8);
}

static void
test_server_key (void)
{
  JsonArray *rows = rows_of ("server_key");
  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonObject *row = json_array_get_object_element (rows, i);
      g_autoptr (GBytes) pkcs8 = test_vectors_hex (row, "pkcs8");
      g_autoptr (GBytes) der = test_vectors_hex (row, "certificate");
      g_autoptr (SottoPrivateKey) key = read_private (pkcs8);
      g_autoptr (GError) error = NULL;
      g_autoptr (SottoPublicKey) public = sotto_certificate_public_key (
          g_bytes_get_data (der, NULL), g_bytes_get_size (der), &error);
      g_assert_no_error (error);
      check_public (public, row);
      check_public (sotto_private_key_public (key), row);

      SottoKey want, secret;
      test_vectors_key (row, "CK", &want);
      sotto_private_key_server_secret (key, &secret);
      test_assert_bytes ("CK", &secret, sizeof secret, &want, sizeof want);

      /* CK does not depend on the file's form. */
      char *pem = sotto_private_key_to_pem (key);
      g_autoptr (SottoPrivateKey) again = sotto_private_key_from_bytes (pem, strlen (pem), &error);
      g_assert_no_error (error);
      sotto_private_key_server_secret (again, &secret);
      test_assert_bytes ("CK of PEM", &secret, sizeof secret, &want, sizeof want);
      sotto_secret_wipe_string (pem);
    }
}

static void
test_oaep (void)
{
  JsonArray *rows = rows_of ("oaep");
  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonObject *row = json_array_get_object_element (rows, i);
      g_autoptr (SottoPrivateKey) key = load_server_key (test_vectors_string (row, "server_key"));
      g_autoptr (GBytes) wrapped = test_vectors_hex (row, "wrap");
      gsize n = 0;
      const uint8_t *bytes = g_bytes_get_data (wrapped, &n);
      SottoKey want, got;
      test_vectors_key (row, "K", &want);
      g_assert_true (sotto_envelope_unwrap (key, bytes, n, &got));
      test_assert_bytes ("K", &got, sizeof got, &want, sizeof want);

      uint8_t out[SOTTO_WRAP_MAX];
      g_assert_cmpuint (sotto_envelope_wrap (sotto_private_key_public (key), &want, out), ==, n);
      g_assert_cmpint (memcmp (out, bytes, n), !=, 0);
      g_assert_true (sotto_envelope_unwrap (key, out, n, &got));
      test_assert_bytes ("K again", &got, sizeof got, &want, sizeof want);
    }
}

/* Fails, and what comes out is of no use to who sent it: another K every time. */
static void
assert_refused (const SottoPrivateKey *key, const uint8_t *wrapped, gsize n)
{
  SottoKey first, second;
  g_assert_false (sotto_envelope_unwrap (key, wrapped, n, &first));
  g_assert_false (sotto_envelope_unwrap (key, wrapped, n, &second));
  g_assert_cmpint (memcmp (&first, &second, sizeof first), !=, 0);
}

static void
test_unwrap_failure (void)
{
  g_autoptr (SottoPrivateKey) key = load_server_key ("rsa-2048");
  static const SottoKey k = { { 1 } };
  uint8_t wrapped[SOTTO_WRAP_MAX + 1] = { 0 };
  gsize n = sotto_envelope_wrap (sotto_private_key_public (key), &k, wrapped);
  assert_refused (key, wrapped, n - 1);
  assert_refused (key, wrapped, n + 1);
  assert_refused (key, wrapped, 0);
  wrapped[n - 1] ^= 1;
  assert_refused (key, wrapped, n);
  memset (wrapped, 0, n);
  assert_refused (key, wrapped, n);
  memset (wrapped, 0xff, n);
  assert_refused (key, wrapped, n);
}

/* Right OAEP, a right label, but no 32 bytes in it. */
static void
test_wrong_length_inside (void)
{
  g_autoptr (SottoPrivateKey) key = load_server_key ("rsa-2048");
  char *pem = sotto_private_key_to_pem (key);
  BIO *bio = BIO_new_mem_buf (pem, -1);
  EVP_PKEY *pkey = PEM_read_bio_PrivateKey (bio, NULL, NULL, NULL);
  BIO_free (bio);
  sotto_secret_wipe_string (pem);
  for (gsize n_inside = 31; n_inside <= 33; n_inside++)
    {
      uint8_t inside[33] = { 0 }, wrapped[256];
      gsize n = sizeof wrapped;
      SottoKey out;
      EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new (pkey, NULL);
      g_assert_cmpint (EVP_PKEY_encrypt_init (ctx), ==, 1);
      g_assert_cmpint (EVP_PKEY_CTX_set_rsa_padding (ctx, RSA_PKCS1_OAEP_PADDING), ==, 1);
      g_assert_cmpint (EVP_PKEY_CTX_set_rsa_oaep_md (ctx, EVP_sha256 ()), ==, 1);
      g_assert_cmpint (EVP_PKEY_CTX_set0_rsa_oaep_label (ctx, OPENSSL_strdup ("sotto/1 login"), 13),
                       ==, 1);
      g_assert_cmpint (EVP_PKEY_encrypt (ctx, wrapped, &n, inside, n_inside), ==, 1);
      g_assert_cmpint (sotto_envelope_unwrap (key, wrapped, n, &out), ==, n_inside == 32);
      EVP_PKEY_CTX_free (ctx);
    }
  EVP_PKEY_free (pkey);
}

/* Wycheproof's ciphertexts, right or wrong, have other labels: none may open. */
static void
test_wycheproof (gconstpointer file)
{
  JsonArray *groups = test_vectors_array (test_vectors_load (file), "testGroups");
  for (guint g = 0; g < json_array_get_length (groups); g++)
    {
      JsonObject *group = json_array_get_object_element (groups, g);
      JsonArray *rows = test_vectors_array (group, "tests");
      g_autoptr (GBytes) pkcs8 = test_vectors_hex (group, "privateKeyPkcs8");
      g_autoptr (SottoPrivateKey) key = read_private (pkcs8);
      for (guint i = 0; i < json_array_get_length (rows); i++)
        {
          JsonObject *row = json_array_get_object_element (rows, i);
          g_autoptr (GBytes) wrapped = test_vectors_hex (row, "ct");
          SottoKey out;
          g_assert_false (sotto_envelope_unwrap (key, g_bytes_get_data (wrapped, NULL),
                                                 g_bytes_get_size (wrapped), &out));
        }
    }
}

static void
assert_bad_private (const char *text, gsize n, const char *message)
{
  g_autoptr (GError) error = NULL;
  g_assert_null (sotto_private_key_from_bytes (text, n, &error));
  g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_CRYPTO);
  g_assert_cmpstr (error->message, ==, message);
}

/* PEM, encrypted when there is a password. Takes pkey. */
static char *
write_pem (EVP_PKEY *pkey, const char *password)
{
  BIO *bio = BIO_new (BIO_s_mem ());
  char *bytes = NULL;
  g_assert_cmpint (PEM_write_bio_PKCS8PrivateKey (bio, pkey,
                                                  password != NULL ? EVP_aes_128_cbc () : NULL,
                                                  password, password != NULL ? 8 : 0, NULL, NULL),
                   ==, 1);
  long n = BIO_get_mem_data (bio, &bytes);
  char *pem = g_strndup (bytes, (gsize)n);
  BIO_free (bio);
  EVP_PKEY_free (pkey);
  return pem;
}

static void
test_bad_private (void)
{
  static const char neither[] = "the private key is not an unencrypted PEM or DER private key";
  g_autofree char *small = write_pem (EVP_RSA_gen (1024), NULL);
  g_autofree char *ec = write_pem (EVP_EC_gen ("P-256"), NULL);
  g_autofree char *locked = write_pem (EVP_EC_gen ("P-256"), "password");
  assert_bad_private ("", 0, neither);
  assert_bad_private ("\x30", 1, neither);
  assert_bad_private ("-----BEGIN PRIVATE KEY-----\n", 28, neither);
  assert_bad_private (locked, strlen (locked), neither);
  assert_bad_private (ec, strlen (ec), "the private key is not an RSA key");
  assert_bad_private (small, strlen (small),
                      "the private key is an RSA key of another length than 2048 to 4096 bits");
}

/* A certificate's public numbers, changed where they stand in its DER. */
static void
test_hostile_certificate (void)
{
  JsonObject *row = json_array_get_object_element (rows_of ("server_key"), 0);
  g_autoptr (GBytes) der = test_vectors_hex (row, "certificate");
  gsize n = g_bytes_get_size (der);
  static const uint8_t exponent[] = { 0x02, 0x03, 0x01, 0x00, 0x01 };
  g_autofree uint8_t *bytes = g_memdup2 (g_bytes_get_data (der, NULL), n);
  uint8_t *at = memmem (bytes, n, exponent, sizeof exponent);
  g_assert_nonnull (at);

  g_autoptr (GError) error = NULL;
  at[-1] ^= 1; /* the modulus becomes even */
  g_assert_null (sotto_certificate_public_key (bytes, n, &error));
  g_assert_cmpstr (error->message, ==, "the certificate's key is not a usable RSA key");
  g_clear_error (&error);
  at[-1] ^= 1;
  memcpy (at + 2, "\0\0\1", 3); /* an exponent of 1: the wrap is the message */
  g_assert_null (sotto_certificate_public_key (bytes, n, &error));
  g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_CRYPTO);
  g_clear_error (&error);
  memcpy (at + 2, "\1\0\2", 3); /* an even one */
  g_assert_null (sotto_certificate_public_key (bytes, n, &error));
  g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_CRYPTO);
}

static void
test_references (void)
{
  g_autoptr (SottoPrivateKey) key = load_server_key ("rsa-2048");
  SottoPublicKey *public = sotto_public_key_ref (sotto_private_key_public (key));
  g_clear_pointer (&key, sotto_private_key_free);
  static const SottoKey k = { { 1 } };
  uint8_t out[SOTTO_WRAP_MAX];
  g_assert_cmpuint (sotto_envelope_wrap (public, &k, out), ==, 256);
  sotto_public_key_unref (public);
  sotto_public_key_unref (NULL);
  sotto_private_key_free (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/envelope/server-key", test_server_key);
  g_test_add_func ("/envelope/oaep", test_oaep);
  g_test_add_func ("/envelope/unwrap-failure", test_unwrap_failure);
  g_test_add_func ("/envelope/wrong-length-inside", test_wrong_length_inside);
  g_test_add_data_func ("/envelope/wycheproof/2048", "rsa_oaep_2048_sha256_mgf1sha256_test.json",
                        test_wycheproof);
  g_test_add_data_func ("/envelope/wycheproof/3072", "rsa_oaep_3072_sha256_mgf1sha256_test.json",
                        test_wycheproof);
  g_test_add_func ("/envelope/bad-private", test_bad_private);
  g_test_add_func ("/envelope/hostile-certificate", test_hostile_certificate);
  g_test_add_func ("/envelope/references", test_references);
  return g_test_run ();
}
