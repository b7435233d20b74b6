// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A raw token is version 1 | time 8 | IV 16 | ciphertext | MAC 32, the MAC over all before it. The
 * first half of a key signs, the second encrypts. Nothing is decrypted before its MAC was right.
 */
#include "shared/crypto/fernet.h"
#include "shared/base/secret.h"
#include "shared/crypto/provider.h"
#include <string.h>

#define VERSION       0x80
#define TIME_OFFSET   1
#define IV_OFFSET     9
#define CIPHER_OFFSET SOTTO_FERNET_PLAIN_OFFSET
#define MAC_LEN       32
#define BLOCK_LEN     16
#define HALF_LEN      (SOTTO_KEY_LEN / 2)
#define HMAC_BLOCK    64

/* SHA-256 after the one block that HMAC puts before the message (or the inner digest). */
static EVP_MD_CTX *
make_midstate (const uint8_t *signing, uint8_t pad)
{
  uint8_t block[HMAC_BLOCK];
  memset (block, pad, sizeof block);
  for (gsize i = 0; i < HALF_LEN; i++)
    block[i] ^= signing[i];
  EVP_MD_CTX *midstate = EVP_MD_CTX_new ();
  sotto_provider_must (midstate != NULL);
  sotto_provider_must (EVP_DigestInit_ex2 (midstate, sotto_provider_sha256 (), NULL));
  sotto_provider_must (EVP_DigestUpdate (midstate, block, sizeof block));
  sotto_secret_wipe (block, sizeof block);
  return midstate;
}

void
sotto_fernet_key_init (SottoFernetKey *self, const SottoKey *key)
{
  self->key = *key;
  self->inner = make_midstate (key->bytes, 0x36);
  self->outer = make_midstate (key->bytes, 0x5c);
}

void
sotto_fernet_key_clear (SottoFernetKey *self)
{
  EVP_MD_CTX_free (self->inner);
  EVP_MD_CTX_free (self->outer);
  sotto_secret_wipe (self, sizeof *self);
}

bool
sotto_fernet_key_is_set (const SottoFernetKey *self)
{
  return self->inner != NULL;
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
digest_from (const EVP_MD_CTX *midstate, const uint8_t *data, gsize n, uint8_t out[static MAC_LEN])
{
  EVP_MD_CTX *md = sotto_provider_md ();
  sotto_provider_must (EVP_MD_CTX_copy_ex (md, midstate));
  sotto_provider_must (EVP_DigestUpdate (md, data, n));
  sotto_provider_must (EVP_DigestFinal_ex (md, out, NULL));
}

static void
compute_mac (const SottoFernetKey *key, const uint8_t *data, gsize n, uint8_t out[static MAC_LEN])
{
  uint8_t inner[MAC_LEN];
  digest_from (key->inner, data, n, inner);
  digest_from (key->outer, inner, sizeof inner, out);
}

/* n is a whole number of blocks; in may be out. */
static void
run_cipher (const SottoFernetKey *key,
            bool encrypt,
            const uint8_t *iv,
            const uint8_t *in,
            gsize n,
            uint8_t *out)
{
  EVP_CIPHER_CTX *cipher = sotto_provider_cipher ();
  int n_out = 0;
  g_assert (n <= G_MAXINT);
  sotto_provider_must (
      EVP_CipherInit_ex2 (cipher, NULL, key->key.bytes + HALF_LEN, iv, encrypt, NULL));
  sotto_provider_must (EVP_CipherUpdate (cipher, out, &n_out, in, (int)n));
  sotto_provider_must ((gsize)n_out == n);
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
  memset (ciphertext + n_plain, (int)(n_cipher - n_plain), n_cipher - n_plain);

  out[0] = VERSION;
  if (nonce != NULL)
    memcpy (out + IV_OFFSET, nonce->iv, sizeof nonce->iv);
  else
    sotto_provider_iv (out + IV_OFFSET);
  write_time (out + TIME_OFFSET,
              nonce != NULL ? nonce->time : (uint64_t)(g_get_real_time () / G_USEC_PER_SEC));
  run_cipher (key, true, out + IV_OFFSET, ciphertext, n_cipher, ciphertext);
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

/* Takes PKCS#7 padding off n bytes. No oracle: who gets here knew the MAC key. */
static bool
unpad (const uint8_t *bytes, gsize n, gsize *out_n)
{
  gsize n_pad = bytes[n - 1];
  if (n_pad < 1 || n_pad > BLOCK_LEN)
    return false;
  for (gsize i = n - n_pad; i < n; i++)
    if (bytes[i] != n_pad)
      return false;
  *out_n = n - n_pad;
  return true;
}

/* token is out itself, or apart from it. */
static bool
open_token (const SottoFernetKey *key,
            const uint8_t *token,
            gsize n_token,
            uint8_t *out,
            gsize *out_n)
{
  if (!is_authentic (key, token, n_token))
    return false;
  gsize n_cipher = n_token - SOTTO_FERNET_OVERHEAD;
  const uint8_t *ciphertext = token + CIPHER_OFFSET;
  uint8_t iv[BLOCK_LEN];
  memcpy (iv, token + IV_OFFSET, sizeof iv);
  if (token == out)
    /* OpenSSL decrypts onto the spot or elsewhere, not half over it. */
    ciphertext = memmove (out, ciphertext, n_cipher);
  run_cipher (key, false, iv, ciphertext, n_cipher, out);
  return unpad (out, n_cipher, out_n);
}

bool
sotto_fernet_open_raw (const SottoFernetKey *key,
                       const uint8_t *token,
                       gsize n_token,
                       uint8_t *out,
                       gsize *out_n)
{
  if (open_token (key, token, n_token, out, out_n))
    return true;
  sotto_secret_wipe (out, n_token);
  return false;
}

bool
sotto_fernet_open_text (const SottoFernetKey *key,
                        const char *token,
                        gsize n_token,
                        uint8_t *out,
                        gsize *out_n)
{
  gsize n_raw = 0;
  if (sotto_base64url_decode (token, n_token, out, &n_raw)
      && open_token (key, out, n_raw, out, out_n))
    return true;
  sotto_secret_wipe (out, n_token);
  return false;
}
