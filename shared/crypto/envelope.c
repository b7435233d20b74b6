// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A public key may come from a stranger's certificate, so it is tried once before it is believed:
 * after that wrapping cannot fail. A private key is tried by opening what its public half wrapped.
 */
#include "shared/crypto/envelope-private.h"
#include "shared/base/limits.h"
#include "shared/base/secret.h"
#include "shared/crypto/agreement.h"
#include "shared/crypto/provider.h"
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

struct _SottoPublicKey
{
  gatomicrefcount refs;
  EVP_PKEY *pkey;
  SottoKey fingerprint;
};

struct _SottoPrivateKey
{
  EVP_PKEY *pkey;
  SottoPublicKey *public;
};

static const char oaep_label[] = "sotto/1 login";

static void
refuse (GError **error, const char *of, const char *why)
{
  ERR_clear_error ();
  g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_CRYPTO, "%s %s", of, why);
}

/* A context for wrapping or unwrapping with the one OAEP of the protocol. */
static EVP_PKEY_CTX *
make_context (EVP_PKEY *pkey, int (*init) (EVP_PKEY_CTX *, const OSSL_PARAM[]))
{
  char padding[] = OSSL_PKEY_RSA_PAD_MODE_OAEP, digest[] = "SHA256";
  char label[sizeof oaep_label];
  memcpy (label, oaep_label, sizeof label);
  OSSL_PARAM params[] = {
    OSSL_PARAM_construct_utf8_string (OSSL_ASYM_CIPHER_PARAM_PAD_MODE, padding, 0),
    OSSL_PARAM_construct_utf8_string (OSSL_ASYM_CIPHER_PARAM_OAEP_DIGEST, digest, 0),
    OSSL_PARAM_construct_utf8_string (OSSL_ASYM_CIPHER_PARAM_MGF1_DIGEST, digest, 0),
    OSSL_PARAM_construct_octet_string (OSSL_ASYM_CIPHER_PARAM_OAEP_LABEL, label, sizeof label - 1),
    OSSL_PARAM_construct_end (),
  };
  EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey (NULL, pkey, NULL);
  sotto_provider_must (ctx != NULL && init (ctx, params) == 1);
  return ctx;
}

static gsize
wrap (EVP_PKEY *pkey, const SottoKey *k, uint8_t *out)
{
  EVP_PKEY_CTX *ctx = make_context (pkey, EVP_PKEY_encrypt_init_ex);
  gsize n = SOTTO_WRAP_MAX;
  if (EVP_PKEY_encrypt (ctx, out, &n, k->bytes, sizeof k->bytes) != 1)
    n = 0;
  EVP_PKEY_CTX_free (ctx);
  return n;
}

static bool
can_wrap (EVP_PKEY *pkey)
{
  static const SottoKey zero;
  uint8_t out[SOTTO_WRAP_MAX];
  EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey (NULL, pkey, NULL);
  sotto_provider_must (ctx != NULL);
  /* An even modulus or an exponent of 1 is found by the check, one too long only by trying. */
  bool can = EVP_PKEY_public_check (ctx) == 1 && wrap (pkey, &zero, out) != 0;
  EVP_PKEY_CTX_free (ctx);
  return can;
}

static void
compute_fingerprint (EVP_PKEY *pkey, SottoKey *out)
{
  uint8_t *der = NULL;
  int n = i2d_PUBKEY (pkey, &der);
  sotto_provider_must (n > 0);
  sotto_sha256 (&SOTTO_SPAN (der, (gsize)n), 1, out);
  OPENSSL_free (der);
}

static const char *
what_is_wrong (EVP_PKEY *pkey)
{
  if (!EVP_PKEY_is_a (pkey, "RSA"))
    return "is not an RSA key";
  int bits = EVP_PKEY_get_bits (pkey);
  if (bits < SOTTO_RSA_BITS_MIN || bits > SOTTO_RSA_BITS_MAX)
    return "is an RSA key of another length than 2048 to 4096 bits";
  return can_wrap (pkey) ? NULL : "is not a usable RSA key";
}

SottoPublicKey *
sotto_public_key_take_pkey (EVP_PKEY *pkey, const char *of, GError **error)
{
  const char *wrong = what_is_wrong (pkey);
  if (wrong != NULL)
    {
      refuse (error, of, wrong);
      EVP_PKEY_free (pkey);
      return NULL;
    }
  SottoPublicKey *self = g_new0 (SottoPublicKey, 1);
  g_atomic_ref_count_init (&self->refs);
  self->pkey = pkey;
  compute_fingerprint (pkey, &self->fingerprint);
  return self;
}

SottoPublicKey *
sotto_public_key_ref (SottoPublicKey *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
sotto_public_key_unref (SottoPublicKey *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->refs))
    return;
  EVP_PKEY_free (self->pkey);
  g_free (self);
}

void
sotto_public_key_fingerprint (const SottoPublicKey *self, SottoKey *out)
{
  *out = self->fingerprint;
}

void
sotto_public_key_kid (const SottoPublicKey *self, uint8_t out[static SOTTO_KID_LEN])
{
  memcpy (out, self->fingerprint.bytes, SOTTO_KID_LEN);
}

gsize
sotto_public_key_wrap_len (const SottoPublicKey *self)
{
  return (gsize)EVP_PKEY_get_size (self->pkey);
}

gsize
sotto_envelope_wrap (const SottoPublicKey *self, const SottoKey *k, uint8_t *out)
{
  gsize n = wrap (self->pkey, k, out);
  sotto_provider_must (n == sotto_public_key_wrap_len (self));
  return n;
}

bool
sotto_envelope_unwrap (const SottoPrivateKey *self, const uint8_t *bytes, gsize n, SottoKey *out)
{
  uint8_t plain[SOTTO_WRAP_MAX] = { 0 };
  gsize n_plain = sizeof plain;
  SottoKey other;
  sotto_random_fill (sotto_random_system (), other.bytes, sizeof other.bytes);
  EVP_PKEY_CTX *ctx = make_context (self->pkey, EVP_PKEY_decrypt_init_ex);
  bool opened = n == sotto_public_key_wrap_len (self->public)
                && EVP_PKEY_decrypt (ctx, plain, &n_plain, bytes, n) == 1
                && n_plain == sizeof out->bytes;
  EVP_PKEY_CTX_free (ctx);
  ERR_clear_error ();
  /* Chosen without a branch: the path after RSA is one. */
  uint8_t mask = (uint8_t)(opened - 1);
  for (gsize i = 0; i < sizeof out->bytes; i++)
    out->bytes[i] = (uint8_t)((plain[i] & ~mask) | (other.bytes[i] & mask));
  sotto_secret_wipe (plain, sizeof plain);
  sotto_secret_wipe (&other, sizeof other);
  return opened;
}

/* The public half as its own object: it must outlive and be shared apart from the private one. */
static EVP_PKEY *
copy_public_half (EVP_PKEY *pkey)
{
  uint8_t *der = NULL;
  int n = i2d_PUBKEY (pkey, &der);
  if (n <= 0)
    return NULL;
  const uint8_t *p = der;
  EVP_PKEY *public = d2i_PUBKEY (NULL, &p, n);
  OPENSSL_free (der);
  return public;
}

static bool
opens_what_it_wraps (const SottoPrivateKey *self)
{
  SottoKey k, opened;
  uint8_t wrapped[SOTTO_WRAP_MAX];
  sotto_random_fill (sotto_random_system (), k.bytes, sizeof k.bytes);
  gsize n = sotto_envelope_wrap (self->public, &k, wrapped);
  return sotto_envelope_unwrap (self, wrapped, n, &opened)
         && sotto_secret_equal (&k, &opened, sizeof k);
}

static SottoPrivateKey *
take_private (EVP_PKEY *pkey, GError **error)
{
  EVP_PKEY *half = copy_public_half (pkey);
  SottoPublicKey *public = NULL;
  if (half != NULL)
  public = sotto_public_key_take_pkey (half, "the private key", error);
  else refuse (error, "the private key", "is not an RSA key");
  if (public == NULL)
    {
      EVP_PKEY_free (pkey);
      return NULL;
    }
  SottoPrivateKey *self = g_new0 (SottoPrivateKey, 1);
  self->pkey = pkey;
  self->public = public;
  if (!opens_what_it_wraps (self))
    {
      refuse (error, "the private key", "is damaged");
      g_clear_pointer (&self, sotto_private_key_free);
    }
  return self;
}

SottoPrivateKey *
sotto_private_key_generate (unsigned bits)
{
  EVP_PKEY *pkey = EVP_RSA_gen (bits);
  sotto_provider_must (pkey != NULL);
  SottoPrivateKey *self = take_private (pkey, NULL);
  g_assert (self != NULL);
  return self;
}

/* OpenSSL would ask on the terminal. */
static int
give_no_password (char *out, int n, int writing, void *data)
{
  return -1;
}

static bool
looks_like_pem (const void *bytes, gsize n)
{
  return n > 0 && g_strstr_len (bytes, (gssize)n, "-----BEGIN ") != NULL;
}

SottoPrivateKey *
sotto_private_key_from_bytes (const void *bytes, gsize n, GError **error)
{
  EVP_PKEY *pkey = NULL;
  if (n <= G_MAXINT && looks_like_pem (bytes, n))
    {
      BIO *bio = BIO_new_mem_buf (bytes, (int)n);
      pkey = PEM_read_bio_PrivateKey (bio, NULL, give_no_password, NULL);
      BIO_free (bio);
    }
  else if (n <= G_MAXINT)
    {
      const uint8_t *p = bytes;
      pkey = d2i_AutoPrivateKey (NULL, &p, (long)n);
    }
  if (pkey != NULL)
    return take_private (pkey, error);
  refuse (error, "the private key", "is not an unencrypted PEM or DER private key");
  return NULL;
}

char *
sotto_private_key_to_pem (const SottoPrivateKey *self)
{
  BIO *bio = BIO_new (BIO_s_mem ());
  char *bytes = NULL;
  sotto_provider_must (bio != NULL);
  sotto_provider_must (PEM_write_bio_PKCS8PrivateKey (bio, self->pkey, NULL, NULL, 0, NULL, NULL)
                       == 1);
  long n = BIO_get_mem_data (bio, &bytes);
  char *pem = g_strndup (bytes, (gsize)n);
  sotto_secret_wipe (bytes, (gsize)n);
  BIO_free (bio);
  return pem;
}

void
sotto_private_key_free (SottoPrivateKey *self)
{
  if (self == NULL)
    return;
  EVP_PKEY_free (self->pkey);
  sotto_public_key_unref (self->public);
  g_free (self);
}

EVP_PKEY *
sotto_private_key_get_pkey (const SottoPrivateKey *self)
{
  return self->pkey;
}

SottoPublicKey *
sotto_private_key_public (const SottoPrivateKey *self)
{
  return self->public;
}

void
sotto_private_key_server_secret (const SottoPrivateKey *self, SottoKey *out)
{
  static const char info[] = "sotto/1 server secret";
  PKCS8_PRIV_KEY_INFO *pkcs8 = EVP_PKEY2PKCS8 (self->pkey);
  uint8_t *der = NULL;
  int n = pkcs8 != NULL ? i2d_PKCS8_PRIV_KEY_INFO (pkcs8, &der) : 0;
  sotto_provider_must (n > 0);
  sotto_hkdf (der, (gsize)n, NULL, 0, info, sizeof info - 1, out->bytes, sizeof out->bytes);
  PKCS8_PRIV_KEY_INFO_free (pkcs8);
  OPENSSL_clear_free (der, (gsize)n);
}
