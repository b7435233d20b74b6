// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Every result is checked here, so that no caller can forget: an agreement that came out as zero,
 * or with ourselves, is none.
 */
#include "shared/crypto/agreement.h"
#include "shared/base/secret.h"
#include "shared/crypto/provider.h"
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <string.h>

static void
fill_from_system (gpointer data, uint8_t *out, gsize n)
{
  sotto_provider_must (n <= G_MAXINT && RAND_priv_bytes (out, (int)n) == 1);
}

const SottoRandom *
sotto_random_system (void)
{
  static const SottoRandom random = { .fill = fill_from_system };
  return &random;
}

void
sotto_key_pair_generate (SottoKeyPair *out, const SottoRandom *random)
{
  SottoKey secret;
  sotto_random_fill (random, secret.bytes, sizeof secret.bytes);
  sotto_key_pair_from_secret (out, &secret);
  sotto_secret_wipe (&secret, sizeof secret);
}

void
sotto_key_pair_from_secret (SottoKeyPair *out, const SottoKey *secret)
{
  out->secret = *secret;
  EVP_PKEY *pkey =
      EVP_PKEY_new_raw_private_key (EVP_PKEY_X25519, NULL, secret->bytes, sizeof secret->bytes);
  gsize n = sizeof out->public.bytes;
  sotto_provider_must (pkey != NULL);
  sotto_provider_must (EVP_PKEY_get_raw_public_key (pkey, out->public.bytes, &n));
  EVP_PKEY_free (pkey);
}

/* With both halves given: from the secret alone OpenSSL would first compute the public again, which
 * costs as much as the agreement. */
static EVP_PKEY *
make_pkey (const SottoKeyPair *pair)
{
  SottoKeyPair copy = *pair;
  OSSL_PARAM params[] = {
    OSSL_PARAM_construct_octet_string (OSSL_PKEY_PARAM_PRIV_KEY, copy.secret.bytes, SOTTO_KEY_LEN),
    OSSL_PARAM_construct_octet_string (OSSL_PKEY_PARAM_PUB_KEY, copy.public.bytes, SOTTO_KEY_LEN),
    OSSL_PARAM_construct_end (),
  };
  EVP_PKEY *pkey = NULL;
  EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name (NULL, "X25519", NULL);
  sotto_provider_must (ctx != NULL && EVP_PKEY_fromdata_init (ctx) == 1);
  sotto_provider_must (EVP_PKEY_fromdata (ctx, &pkey, EVP_PKEY_KEYPAIR, params) == 1);
  EVP_PKEY_CTX_free (ctx);
  sotto_secret_wipe (&copy, sizeof copy);
  return pkey;
}

/* X25519 ignores the top bit: with it changed a point is the same. */
static SottoKey
without_top_bit (const SottoKey *public)
{
  SottoKey masked = *public;
  masked.bytes[SOTTO_KEY_LEN - 1] &= 0x7f;
  return masked;
}

bool
sotto_agreement_is_same_point (const SottoKey *a, const SottoKey *b)
{
  SottoKey left = without_top_bit (a), right = without_top_bit (b);
  return memcmp (&left, &right, sizeof left) == 0;
}

struct _SottoAgreer
{
  SottoKey public;
  EVP_PKEY *pkey;
  EVP_PKEY *peer; /* its bytes are replaced for each agreement */
  EVP_PKEY_CTX *ctx;
};

SottoAgreer *
sotto_agreer_new (const SottoKeyPair *own)
{
  SottoAgreer *self = g_new0 (SottoAgreer, 1);

  self->public = own->public;
  self->pkey = make_pkey (own);
  self->peer = EVP_PKEY_new_raw_public_key (EVP_PKEY_X25519, NULL, own->public.bytes,
                                            sizeof own->public.bytes);
  self->ctx = EVP_PKEY_CTX_new_from_pkey (NULL, self->pkey, NULL);
  sotto_provider_must (self->peer != NULL && self->ctx != NULL);
  sotto_provider_must (EVP_PKEY_derive_init (self->ctx) == 1);
  return self;
}

void
sotto_agreer_free (SottoAgreer *self)
{
  if (self == NULL)
    return;
  EVP_PKEY_CTX_free (self->ctx);
  EVP_PKEY_free (self->peer);
  EVP_PKEY_free (self->pkey); /* OpenSSL wipes it */
  g_free (self);
}

bool
sotto_agreer_agree (SottoAgreer *self, const SottoKey *peer_public, SottoKey *out)
{
  static const SottoKey zero;
  SottoKey shared = { 0 };
  gsize n = sizeof shared.bytes;

  sotto_provider_must (
      EVP_PKEY_set1_encoded_public_key (self->peer, peer_public->bytes, sizeof peer_public->bytes)
      == 1);
  /* Without OpenSSL's check of the peer: any 32 bytes are a public key of X25519. */
  sotto_provider_must (EVP_PKEY_derive_set_peer_ex (self->ctx, self->peer, 0) == 1);
  /* OpenSSL refuses a zero result by itself; we look again. */
  bool agreed = EVP_PKEY_derive (self->ctx, shared.bytes, &n) == 1 && n == sizeof shared.bytes;
  agreed = agreed && !sotto_secret_equal (&shared, &zero, sizeof shared);
  agreed = agreed && !sotto_agreement_is_same_point (&self->public, peer_public);
  if (!agreed)
    {
      sotto_secret_wipe (&shared, sizeof shared);
      ERR_clear_error ();
    }
  *out = shared;
  sotto_secret_wipe (&shared, sizeof shared);
  return agreed;
}

bool
sotto_agreement (const SottoKeyPair *own, const SottoKey *peer_public, SottoKey *out)
{
  SottoAgreer *agreer = sotto_agreer_new (own);
  bool agreed = sotto_agreer_agree (agreer, peer_public, out);

  sotto_agreer_free (agreer);
  return agreed;
}

bool
sotto_agreement_is_low_order (const SottoKey *public)
{
  /* Little-endian, without the top bit: 0, 1, the two points of order 8, and
   * -1, 0, 1 again as p-1, p, p+1. */
  static const uint8_t points[][SOTTO_KEY_LEN] = {
    { 0 },
    { 1 },
    { 0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3,
      0xfa, 0xf1, 0x9f, 0xc4, 0x6a, 0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32,
      0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00 },
    { 0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1,
      0x55, 0x9c, 0x83, 0xef, 0x5b, 0x04, 0x44, 0x5c, 0xc4, 0x58, 0x1c,
      0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f, 0x11, 0x57 },
    { 0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f },
    { 0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f },
    { 0xee, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f },
  };
  SottoKey masked = without_top_bit (public);
  for (gsize i = 0; i < G_N_ELEMENTS (points); i++)
    if (memcmp (masked.bytes, points[i], SOTTO_KEY_LEN) == 0)
      return true;
  return false;
}

/* ---- HMAC and HKDF (RFC 2104, RFC 5869): OpenSSL's own look all their parts up by name each time,
 * which costs more than what they compute ---- */

#define HASH_LEN   SOTTO_KEY_LEN
#define HASH_BLOCK 64

/* SHA-256 of the padded key, then of the pieces. */
static void
keyed_hash (const uint8_t key[static HASH_BLOCK],
            uint8_t pad,
            const SottoSpan *spans,
            gsize n_spans,
            uint8_t out[static HASH_LEN])
{
  EVP_MD_CTX *md = sotto_provider_md ();
  uint8_t block[HASH_BLOCK];

  for (gsize i = 0; i < sizeof block; i++)
    block[i] = key[i] ^ pad;
  sotto_provider_must (EVP_DigestInit_ex2 (md, sotto_provider_sha256 (), NULL));
  sotto_provider_must (EVP_DigestUpdate (md, block, sizeof block));
  for (gsize i = 0; i < n_spans; i++)
    sotto_provider_must (EVP_DigestUpdate (md, spans[i].data, spans[i].n));
  sotto_provider_must (EVP_DigestFinal_ex (md, out, NULL));
  sotto_secret_wipe (block, sizeof block);
}

static void
hmac (const void *key, gsize n_key, const SottoSpan *spans, gsize n_spans, SottoKey *out)
{
  uint8_t block[HASH_BLOCK] = { 0 };
  SottoKey inner;

  if (n_key > sizeof block)
    {
      sotto_sha256 (&SOTTO_SPAN (key, n_key), 1, &inner);
      memcpy (block, inner.bytes, sizeof inner.bytes);
    }
  else if (n_key > 0)
    memcpy (block, key, n_key);
  keyed_hash (block, 0x36, spans, n_spans, inner.bytes);
  keyed_hash (block, 0x5c, &SOTTO_SPAN (inner.bytes, sizeof inner.bytes), 1, out->bytes);
  sotto_secret_wipe (block, sizeof block);
  sotto_secret_wipe (&inner, sizeof inner);
}

void
sotto_hkdf (const void *ikm,
            gsize n_ikm,
            const void *salt,
            gsize n_salt,
            const void *info,
            gsize n_info,
            uint8_t *out,
            gsize n_out)
{
  SottoKey prk;
  SottoKey block;
  uint8_t counter = 0;

  g_assert (n_out <= 255 * HASH_LEN);
  hmac (salt, n_salt, &SOTTO_SPAN (ikm, n_ikm), 1, &prk);
  for (gsize done = 0; done < n_out; done += HASH_LEN)
    {
      const SottoSpan spans[] = { SOTTO_SPAN (block.bytes, counter > 0 ? HASH_LEN : 0),
                                  SOTTO_SPAN (info, n_info), SOTTO_SPAN (&counter, 1) };

      counter++;
      hmac (prk.bytes, sizeof prk.bytes, spans, G_N_ELEMENTS (spans), &block);
      memcpy (out + done, block.bytes, MIN (HASH_LEN, n_out - done));
    }
  sotto_secret_wipe (&prk, sizeof prk);
  sotto_secret_wipe (&block, sizeof block);
}

void
sotto_hmac_sha256 (const SottoKey *key, const void *data, gsize n, SottoKey *out)
{
  hmac (key->bytes, sizeof key->bytes, &SOTTO_SPAN (data, n), 1, out);
}

void
sotto_sha256 (const SottoSpan *spans, gsize n_spans, SottoKey *out)
{
  EVP_MD_CTX *md = sotto_provider_md ();
  sotto_provider_must (EVP_DigestInit_ex2 (md, sotto_provider_sha256 (), NULL));
  for (gsize i = 0; i < n_spans; i++)
    sotto_provider_must (EVP_DigestUpdate (md, spans[i].data, spans[i].n));
  sotto_provider_must (EVP_DigestFinal_ex (md, out->bytes, NULL));
}
