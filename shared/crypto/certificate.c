// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Reads the key out of a certificate and makes certificates around a key. Nothing else that stands
 * in one is believed or looked at.
 */
#include "shared/crypto/certificate.h"
#include "shared/crypto/provider.h"
#include "shared/crypto/envelope-private.h"
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <string.h>

#define COMMON_NAME_MAX 64 /* X.520's bound */

static bool
fail (GError **error, const char *why)
{
  ERR_clear_error ();
  g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_CRYPTO, "the certificate %s", why);
  return false;
}

static X509 *
parse_pem (const void *bytes, gsize n)
{
  BIO *bio = BIO_new_mem_buf (bytes, (int)n);
  X509 *certificate = PEM_read_bio_X509 (bio, NULL, NULL, NULL);
  BIO_free (bio);
  return certificate;
}

static X509 *
parse_der (const uint8_t *bytes, gsize n)
{
  const uint8_t *p = bytes;
  X509 *certificate = d2i_X509 (NULL, &p, (long)n);
  if (certificate != NULL && p != bytes + n)
    g_clear_pointer (&certificate, X509_free);
  return certificate;
}

static X509 *
parse (const void *bytes, gsize n, GError **error)
{
  X509 *certificate = NULL;
  if (n > 0 && n <= G_MAXINT)
    {
      bool is_pem = g_strstr_len (bytes, (gssize)n, "-----BEGIN ") != NULL;
      certificate = is_pem ? parse_pem (bytes, n) : parse_der (bytes, n);
    }
  if (certificate == NULL)
    fail (error, "is neither PEM nor DER of an X.509 certificate");
  return certificate;
}

SottoPublicKey *
sotto_certificate_public_key (const void *bytes, gsize n, GError **error)
{
  X509 *certificate = parse (bytes, n, error);
  if (certificate == NULL)
    return NULL;
  EVP_PKEY *pkey = X509_get_pubkey (certificate);
  X509_free (certificate);
  if (pkey != NULL)
    return sotto_public_key_take_pkey (pkey, "the certificate's key", error);
  fail (error, "has a key of an unknown kind");
  return NULL;
}

GBytes *
sotto_certificate_to_der (const void *bytes, gsize n, GError **error)
{
  X509 *certificate = parse (bytes, n, error);
  if (certificate == NULL)
    return NULL;
  uint8_t *der = NULL;
  int n_der = i2d_X509 (certificate, &der);
  sotto_provider_must (n_der > 0);
  GBytes *out = g_bytes_new (der, (gsize)n_der);
  OPENSSL_free (der);
  X509_free (certificate);
  return out;
}

static bool
set_name (X509 *certificate, const char *common_name)
{
  X509_NAME *name = X509_get_subject_name (certificate);
  g_autofree char *cut =
      g_utf8_substring (common_name, 0, MIN (g_utf8_strlen (common_name, -1), COMMON_NAME_MAX));
  return X509_NAME_add_entry_by_txt (name, "CN", MBSTRING_UTF8, (const uint8_t *)cut, -1, -1, 0)
         && X509_set_issuer_name (certificate, name);
}

static bool
set_serial (X509 *certificate)
{
  uint64_t serial = 0;
  if (RAND_bytes ((uint8_t *)&serial, sizeof serial) != 1)
    return false;
  /* Positive, as X.509 wants. */
  return ASN1_INTEGER_set_uint64 (X509_get_serialNumber (certificate), serial >> 1 | 1);
}

static bool
set_validity (X509 *certificate)
{
  return ASN1_TIME_set_string_X509 (X509_getm_notBefore (certificate), "20000101000000Z")
         && ASN1_TIME_set_string_X509 (X509_getm_notAfter (certificate), "99991231235959Z");
}

static char *
to_pem (X509 *certificate)
{
  BIO *bio = BIO_new (BIO_s_mem ());
  char *bytes = NULL;
  sotto_provider_must (bio != NULL && PEM_write_bio_X509 (bio, certificate) == 1);
  long n = BIO_get_mem_data (bio, &bytes);
  char *pem = g_strndup (bytes, (gsize)n);
  BIO_free (bio);
  return pem;
}

char *
sotto_certificate_make (const SottoPrivateKey *key, const char *common_name, GError **error)
{
  EVP_PKEY *pkey = sotto_private_key_get_pkey (key);
  X509 *certificate = X509_new ();
  char *pem = NULL;
  sotto_provider_must (certificate != NULL);
  if (g_utf8_validate (common_name, -1, NULL) && set_name (certificate, common_name)
      && set_serial (certificate) && set_validity (certificate)
      && X509_set_version (certificate, X509_VERSION_3) && X509_set_pubkey (certificate, pkey)
      && X509_sign (certificate, pkey, sotto_provider_sha256 ()) > 0)
    pem = to_pem (certificate);
  else
    fail (error, "cannot be made for that name");
  X509_free (certificate);
  return pem;
}
