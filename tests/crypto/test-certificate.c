// SPDX-License-Identifier: GPL-3.0-or-later
#undef G_DISABLE_ASSERT
#include "shared/base/limits.h"
#include "shared/crypto/certificate.h"
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>

static void
assert_same_key (const SottoPublicKey *a, const SottoPublicKey *b)
{
  SottoKey left, right;
  sotto_public_key_fingerprint (a, &left);
  sotto_public_key_fingerprint (b, &right);
  g_assert_cmpmem (&left, sizeof left, &right, sizeof right);
}

static SottoPublicKey *
read_key (const void *bytes, gsize n)
{
  g_autoptr (GError) error = NULL;
  SottoPublicKey *key = sotto_certificate_public_key (bytes, n, &error);
  g_assert_no_error (error);
  return key;
}

static void
check_times_and_signature (const char *pem, const char *name)
{
  char found[256];
  BIO *bio = BIO_new_mem_buf (pem, -1);
  X509 *certificate = PEM_read_bio_X509 (bio, NULL, NULL, NULL);
  g_assert_nonnull (certificate);
  g_assert_cmpint (ASN1_TIME_cmp_time_t (X509_get0_notBefore (certificate), 946684800), ==, 0);
  g_assert_cmpint (ASN1_TIME_cmp_time_t (X509_get0_notAfter (certificate), 253402300799), ==, 0);
  g_assert_cmpint (X509_verify (certificate, X509_get0_pubkey (certificate)), ==, 1);
  g_assert_cmpint (
      X509_NAME_get_text_by_NID (X509_get_subject_name (certificate), NID_commonName, found, 256),
      >, 0);
  g_assert_cmpstr (found, ==, name);
  X509_free (certificate);
  BIO_free (bio);
}

static void
test_make (void)
{
  g_autoptr (SottoPrivateKey) key = sotto_private_key_generate (SOTTO_RSA_BITS_MADE);
  g_autoptr (GError) error = NULL;
  g_autofree char *pem = sotto_certificate_make (key, "chat.example", &error);
  g_assert_no_error (error);
  check_times_and_signature (pem, "chat.example");
  g_assert_cmpuint (sotto_public_key_wrap_len (sotto_private_key_public (key)), ==,
                    SOTTO_RSA_BITS_MADE / 8);

  g_autoptr (SottoPublicKey) of_pem = read_key (pem, strlen (pem));
  assert_same_key (of_pem, sotto_private_key_public (key));
  g_autoptr (GBytes) der = sotto_certificate_to_der (pem, strlen (pem), &error);
  g_assert_no_error (error);
  g_autoptr (SottoPublicKey) of_der =
      read_key (g_bytes_get_data (der, NULL), g_bytes_get_size (der));
  assert_same_key (of_der, of_pem);
  g_autoptr (GBytes) again =
      sotto_certificate_to_der (g_bytes_get_data (der, NULL), g_bytes_get_size (der), &error);
  g_assert_true (g_bytes_equal (der, again));

  /* Text around the first certificate of a PEM is passed over. */
  g_autofree char *around = g_strconcat ("subject = me\n", pem, pem, "the end\n", NULL);
  g_autoptr (SottoPublicKey) of_around = read_key (around, strlen (around));
  assert_same_key (of_around, of_pem);

  /* After a DER nothing may follow, and nothing may be missing. */
  g_autofree char *longer = g_malloc0 (g_bytes_get_size (der) + 1);
  memcpy (longer, g_bytes_get_data (der, NULL), g_bytes_get_size (der));
  g_assert_null (sotto_certificate_public_key (longer, g_bytes_get_size (der) + 1, &error));
  g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_CRYPTO);
  g_clear_error (&error);
  g_assert_null (sotto_certificate_to_der (longer, g_bytes_get_size (der) - 1, &error));
  g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_CRYPTO);
}

static void
test_names (void)
{
  g_autoptr (SottoPrivateKey) key = sotto_private_key_generate (SOTTO_RSA_BITS_MIN);
  g_autofree char *at_bound = g_strnfill (64, 'a');
  g_autofree char *beyond = g_strnfill (200, 'a');
  g_autofree char *cut = sotto_certificate_make (key, beyond, NULL);
  check_times_and_signature (cut, at_bound);
  g_autoptr (GError) error = NULL;
  g_assert_null (sotto_certificate_make (key, "\xFF", &error));
  g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_CRYPTO);
}

static void
test_rubbish (void)
{
  static const char *const rows[] = {
    "",
    "x",
    "-----BEGIN CERTIFICATE-----\n",
    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    "\x30\x82\xff\xff",
    "\x30\x84\xff\xff\xff\xff",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_null (sotto_certificate_public_key (rows[i], strlen (rows[i]), &error));
      g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_CRYPTO);
      g_assert_cmpstr (error->message, ==,
                       "the certificate is neither PEM nor DER of an X.509 certificate");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/certificate/make", test_make);
  g_test_add_func ("/certificate/names", test_names);
  g_test_add_func ("/certificate/rubbish", test_rubbish);
  return g_test_run ();
}
