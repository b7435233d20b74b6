// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Fernet (version 0x80: AES-128-CBC, PKCS#7, HMAC-SHA256), raw and text. A key is its bytes and, if
 * it is worth it, two HMAC midstates; the contexts are those of the thread. The MAC is checked
 * before anything is decrypted; the timestamp is written and never checked. Text is strict
 * base64url: one token, one spelling.
 */
#pragma once

#include "shared/base/types.h"
#include "shared/crypto/base64url.h"

#define SOTTO_FERNET_OVERHEAD     57 /* version 1, time 8, IV 16, MAC 32; then ciphertext */
#define SOTTO_FERNET_PLAIN_OFFSET 25 /* where the ciphertext begins in a raw token */

/* A zeroed struct is an unset key and may be cleared. Not copied by assignment once warm. */
typedef struct
{
  SottoKey key;
  bool is_set;
  gpointer inner; /* EVP_MD_CTX after the ipad block; NULL unless warm */
  gpointer outer; /* EVP_MD_CTX after the opad block */
} SottoFernetKey;

void sotto_fernet_key_init (SottoFernetKey *self, const SottoKey *key);
/* Makes the midstates: 416 bytes of the heap, 0.1 µs less for each token. For keys of many tokens,
 * not for many keys. */
void sotto_fernet_key_warm (SottoFernetKey *self);
void sotto_fernet_key_clear (SottoFernetKey *self); /* wipes, also what this thread keeps of it */
bool sotto_fernet_key_is_set (const SottoFernetKey *self);

/* Bytes of a raw token of n_plain bytes, and of its text (no NUL). */
gsize sotto_fernet_raw_len (gsize n_plain);
gsize sotto_fernet_text_len (gsize n_plain);

/* IV and time as given: for vectors and the simulator. NULL elsewhere: drawn from the DRBG, wall
 * clock. */
typedef struct
{
  uint8_t iv[16];
  uint64_t time;
} SottoFernetNonce;

/* Writes raw_len / text_len bytes to out. A plain that lies in out at
 * SOTTO_FERNET_PLAIN_OFFSET is sealed in place, in the raw form. */
void sotto_fernet_seal_raw (const SottoFernetKey *key,
                            const SottoFernetNonce *nonce,
                            const uint8_t *plain,
                            gsize n_plain,
                            uint8_t *out);
void sotto_fernet_seal_text (const SottoFernetKey *key,
                             const SottoFernetNonce *nonce,
                             const uint8_t *plain,
                             gsize n_plain,
                             char *out);
/* False on anything but a right token; then nothing in out is decrypted. out has room for the
 * plaintext and its padding, n_token - SOTTO_FERNET_OVERHEAD, and is apart from the token or at its
 * SOTTO_FERNET_PLAIN_OFFSET: opened in place. */
bool sotto_fernet_open_raw (const SottoFernetKey *key,
                            const uint8_t *token,
                            gsize n_token,
                            uint8_t *out,
                            gsize *out_n);
/* Here out has room for n_token / 4 * 3 bytes, apart from the token; when false, nothing in it is
 * decrypted. */
bool sotto_fernet_open_text (const SottoFernetKey *key,
                             const char *token,
                             gsize n_token,
                             uint8_t *out,
                             gsize *out_n);
