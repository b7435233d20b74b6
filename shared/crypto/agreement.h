// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * X25519, HKDF-SHA256, SHA-256, HMAC-SHA256 and the system's randomness: what key schedules are
 * made of.
 */
#pragma once

#include "shared/base/types.h"

/* OpenSSL's DRBG. Static. */
const SottoRandom *sotto_random_system (void);

void sotto_key_pair_generate (SottoKeyPair *out, const SottoRandom *random);
void sotto_key_pair_from_secret (SottoKeyPair *out, const SottoKey *secret);
/* X(a, B). false (out wiped) when the result is all zero or B is our own public key coming back. */
bool sotto_agreement (const SottoKeyPair *own, const SottoKey *peer_public, SottoKey *out);

/* The same for a pair that is used again and again: what OpenSSL needs of it is made once. For one
 * thread. */
typedef struct _SottoAgreer SottoAgreer;

SottoAgreer *sotto_agreer_new (const SottoKeyPair *own);
void sotto_agreer_free (SottoAgreer *self);
bool sotto_agreer_agree (SottoAgreer *self, const SottoKey *peer_public, SottoKey *out);

/* true for the few points whose result is zero whatever the private key: decided on public data. */
bool sotto_agreement_is_low_order (const SottoKey *public);
/* A key has two spellings, for its top bit is not looked at: a reflected one may come back in
 * either. */
bool sotto_agreement_is_same_point (const SottoKey *a, const SottoKey *b);

/* HK(ikm, salt, info, n) */
void sotto_hkdf (const void *ikm,
                 gsize n_ikm,
                 const void *salt,
                 gsize n_salt,
                 const void *info,
                 gsize n_info,
                 uint8_t *out,
                 gsize n_out);
void sotto_hmac_sha256 (const SottoKey *key, const void *data, gsize n, SottoKey *out);

/* SHA-256 over pieces. */
typedef struct
{
  const void *data;
  gsize n;
} SottoSpan;

void sotto_sha256 (const SottoSpan *spans, gsize n_spans, SottoKey *out);
#define SOTTO_SPAN(data, n) ((SottoSpan){ (data), (n) })
