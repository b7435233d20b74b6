// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A raw token is version 1 | time 8 | IV 16 | ciphertext | MAC 32, the MAC over all before it. The
 * first half of a key signs, the second encrypts. Nothing is decrypted before its MAC was right.
 */
#include "shared/crypto/fernet.h"
#include "shared/base/secret.h"
#include "shared/crypto/provider.h"
#include <string.h>
#include <time.h>

#define VERSION       0x80
#define TIME_OFFSET   1
#define IV_OFFSET     9
#define CIPHER_OFFSET SOTTO_FERNET_PLAIN_OFFSET
#define MAC_LEN       32
#define BLOCK_LEN     SOTTO_CBC_BLOCK_LEN
#define HALF_LEN      (SOTTO_KEY_LEN / 2)
#define HMAC_BLOCK    64
#define INNER_PAD     0x36
#define OUTER_PAD     0x5c

G_STATIC_ASSERT (HALF_LEN == SOTTO_CBC_KEY_LEN);

/* Begins SHA-256 with the one block that HMAC puts before the message (or the inner digest). */
static void
begin_digest (EVP_MD_CTX *md, const SottoKey *key, uint8_t pad)
{
  uint8_t block[HMAC_BLOCK];
  memset (block, pad, sizeof block);
  for (gsize i = 0; i < HALF_LEN; i++)
    block[i] ^= key->bytes[i];
  sotto_provider_must (EVP_DigestInit_ex2 (md, sotto_provider_sha256 (), NULL));
  sotto_provider_must (EVP_DigestUpdate (md, block, sizeof block));
  sotto_secret_wipe (block, sizeof block);
}

static EVP_MD_CTX *
make_midstate (const SottoKey *key, uint8_t pad)
{
  EVP_MD_CTX *midstate = EVP_MD_CTX_new ();
  sotto_provider_must (midstate != NULL);
  begin_digest (midstate, key, pad);
  return midstate;
}

void
sotto_fernet_key_init (SottoFernetKey *self, const SottoKey *key)
{
  *self = (SottoFernetKey){ .key = *key, .is_set = true };
}

void
sotto_fernet_key_warm (SottoFernetKey *self)
{
  g_assert (self->is_set && self->inner == NULL);
  self->inner = make_midstate (&self->key, INNER_PAD);
  self->outer = make_midstate (&self->key, OUTER_PAD);
}

void
sotto_fernet_key_clear (SottoFernetKey *self)
{
  EVP_MD_CTX_free (self->inner);
  EVP_MD_CTX_free (self->outer);
  if (self->is_set)
    sotto_provider_forget_cbc (self->key.bytes + HALF_LEN);
  sotto_secret_wipe (self, sizeof *self);
}

bool
sotto_fernet_key_is_set (const SottoFernetKey *self)
{
  return self->is_set;
}

static gsize
cipher_len (gsize n_plain)
{
  return (n_plain / BLOCK_LEN + 1) * BLOCK_LEN;
}

gsize
sotto_fernet_raw_len (gsize n_plain)
{
  return SOTTO_FERNET_OVERHEAD + cipher_len (n_plain);
}

gsize
sotto_fernet_text_len (gsize n_plain)
{
  return (sotto_fernet_raw_len (n_plain) + 2) / 3 * 4;
}

static void
digest (const SottoFernetKey *key,
        const EVP_MD_CTX *midstate,
        uint8_t pad,
        const uint8_t *data,
        gsize n,
        uint8_t out[static MAC_LEN])
{
  EVP_MD_CTX *md = sotto_provider_md ();
  if (midstate != NULL)
    sotto_provider_must (EVP_MD_CTX_copy_ex (md, midstate));
  else
    begin_digest (md, &key->key, pad);
  sotto_provider_must (EVP_DigestUpdate (md, data, n));
  sotto_provider_must (EVP_DigestFinal_ex (md, out, NULL));
}

static void
compute_mac (const SottoFernetKey *key, const uint8_t *data, gsize n, uint8_t out[static MAC_LEN])
{
  uint8_t inner[MAC_LEN];
  digest (key, key->inner, INNER_PAD, data, n, inner);
  digest (key, key->outer, OUTER_PAD, inner, sizeof inner, out);
}

/* Puts PKCS#7 padding behind the plaintext, of which there is room for. */
static void
encrypt (const SottoFernetKey *key, const uint8_t *iv, uint8_t *plain, gsize n_plain)
{
  gsize n_cipher = cipher_len (n_plain);
  memset (plain + n_plain, (int)(n_cipher - n_plain), n_cipher - n_plain);
  sotto_cbc_encrypt (sotto_provider_cbc (true), key->key.bytes + HALF_LEN, iv, plain, n_cipher);
}

/* What is left of a block without its PKCS#7 padding. No oracle: who gets here knew the MAC key. */
static bool
unpad (const uint8_t block[static BLOCK_LEN], gsize *out_n)
{
  gsize n_pad = block[BLOCK_LEN - 1];
  if (n_pad < 1 || n_pad > BLOCK_LEN)
    return false;
  for (gsize i = BLOCK_LEN - n_pad; i < BLOCK_LEN; i++)
    if (block[i] != n_pad)
      return false;
  *out_n = BLOCK_LEN - n_pad;
  return true;
}

/* All blocks in one call, as a call costs more than a block; what is padding, or under a wrong one,
 * is wiped. */
static bool
decrypt (const SottoFernetKey *key,
         const uint8_t *iv,
         const uint8_t *ciphertext,
         gsize n,
         uint8_t *out,
         gsize *out_n)
{
  gsize n_whole = n - BLOCK_LEN, n_rest = 0;

  sotto_cbc_decrypt (sotto_provider_cbc (false), key->key.bytes + HALF_LEN, iv, ciphertext, n, out);
  if (!unpad (out + n_whole, &n_rest))
    {
      sotto_secret_wipe (out, n);
      return false;
    }
  memset (out + n_whole + n_rest, 0, BLOCK_LEN - n_rest);
  *out_n = n_whole + n_rest;
  return true;
}

static void
write_time (uint8_t *out, uint64_t seconds)
{
  seconds = GUINT64_TO_BE (seconds);
  memcpy (out, &seconds, sizeof seconds);
}

void
sotto_fernet_seal_raw (const SottoFernetKey *key,
                       const SottoFernetNonce *nonce,
                       const uint8_t *plain,
                       gsize n_plain,
                       uint8_t *out)
{
  gsize n_cipher = cipher_len (n_plain);
  uint8_t *ciphertext = out + CIPHER_OFFSET;
  /* The plaintext moves first, as it may lie where the head is written. */
  if (n_plain > 0 && plain != ciphertext)
    memmove (ciphertext, plain, n_plain);

  out[0] = VERSION;
  if (nonce != NULL)
    memcpy (out + IV_OFFSET, nonce->iv, sizeof nonce->iv);
  else
    sotto_provider_iv (out + IV_OFFSET);
  write_time (out + TIME_OFFSET, nonce != NULL ? nonce->time : (uint64_t)time (NULL));
  encrypt (key, out + IV_OFFSET, ciphertext, n_plain);
  compute_mac (key, out, CIPHER_OFFSET + n_cipher, ciphertext + n_cipher);
}

void
sotto_fernet_seal_text (const SottoFernetKey *key,
                        const SottoFernetNonce *nonce,
                        const uint8_t *plain,
                        gsize n_plain,
                        char *out)
{
  /* The token is made at the end of the room for its text: no second buffer. */
  gsize n_raw = sotto_fernet_raw_len (n_plain);
  uint8_t *raw = (uint8_t *)out + sotto_fernet_text_len (n_plain) - n_raw;
  sotto_fernet_seal_raw (key, nonce, plain, n_plain, raw);
  sotto_base64url_encode (raw, n_raw, out);
}

static bool
is_authentic (const SottoFernetKey *key, const uint8_t *token, gsize n)
{
  if (n < SOTTO_FERNET_OVERHEAD + BLOCK_LEN || (n - SOTTO_FERNET_OVERHEAD) % BLOCK_LEN != 0
      || token[0] != VERSION)
    return false;
  uint8_t mac[MAC_LEN];
  compute_mac (key, token, n - MAC_LEN, mac);
  return sotto_secret_equal (mac, token + n - MAC_LEN, MAC_LEN);
}

bool
sotto_fernet_open_raw (const SottoFernetKey *key,
                       const uint8_t *token,
                       gsize n_token,
                       uint8_t *out,
                       gsize *out_n)
{
  return is_authentic (key, token, n_token)
         && decrypt (key, token + IV_OFFSET, token + CIPHER_OFFSET, n_token - SOTTO_FERNET_OVERHEAD,
                     out, out_n);
}

bool
sotto_fernet_open_text (const SottoFernetKey *key,
                        const char *token,
                        gsize n_token,
                        uint8_t *out,
                        gsize *out_n)
{
  gsize n_raw = 0;
  uint8_t iv[BLOCK_LEN];
  if (!sotto_base64url_decode (token, n_token, out, &n_raw) || !is_authentic (key, out, n_raw))
    return false;
  /* OpenSSL decrypts onto the spot or elsewhere, not half over it. The ciphertext moves, rather
   * than the plaintext, of which no second copy then stays behind. */
  gsize n_cipher = n_raw - SOTTO_FERNET_OVERHEAD;
  memcpy (iv, out + IV_OFFSET, sizeof iv);
  memmove (out, out + CIPHER_OFFSET, n_cipher);
  return decrypt (key, iv, out, n_cipher, out, out_n);
}
