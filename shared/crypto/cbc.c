// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * CBC adds the ciphertext block before to each block, and the IV to the first. A context that is
 * not told of a new message goes on from the last one, so here its last ciphertext block is added
 * to the first block too, which takes it away, and the IV in its place.
 */
#include "shared/crypto/cbc.h"

#include "shared/base/secret.h"
#include "shared/crypto/provider.h"
#include <string.h>

static const uint8_t zeros[SOTTO_CBC_BLOCK_LEN];

static void
set_key (SottoCbc *self, const uint8_t *key)
{
  sotto_provider_must (EVP_CipherInit_ex2 (self->context, NULL, key, zeros, -1, NULL));
  memcpy (self->key, key, sizeof self->key);
  memset (self->chain, 0, sizeof self->chain);
  self->has_key = true;
}

void
sotto_cbc_init (SottoCbc *self, const EVP_CIPHER *aes, bool encrypts)
{
  *self = (SottoCbc){ .context = EVP_CIPHER_CTX_new () };
  sotto_provider_must (self->context != NULL);
  sotto_provider_must (EVP_CipherInit_ex2 (self->context, aes, NULL, NULL, encrypts, NULL));
  /* Encrypting, whole blocks come out as they go in; decrypting, OpenSSL holds the last one back
   * unless told that it is no padding. Saying so slows every set_key. */
  if (!encrypts)
    sotto_provider_must (EVP_CIPHER_CTX_set_padding (self->context, 0));
}

void
sotto_cbc_clear (SottoCbc *self)
{
  EVP_CIPHER_CTX_free (self->context);
  sotto_secret_wipe (self, sizeof *self);
}

static bool
cbc_has_key (const SottoCbc *self, const uint8_t *key)
{
  return self->has_key && sotto_secret_equal (self->key, key, sizeof self->key);
}

void
sotto_cbc_forget (SottoCbc *self, const uint8_t key[static SOTTO_CBC_KEY_LEN])
{
  if (!cbc_has_key (self, key))
    return;
  set_key (self, zeros); /* writes over OpenSSL's schedule of it */
  self->has_key = false;
}

static void
add (uint8_t *block, const uint8_t *other)
{
  for (gsize i = 0; i < SOTTO_CBC_BLOCK_LEN; i++)
    block[i] ^= other[i];
}

static void
run (SottoCbc *self, const uint8_t *in, gsize n, uint8_t *out)
{
  int n_out = 0;
  g_assert (n > 0 && n % SOTTO_CBC_BLOCK_LEN == 0 && n <= G_MAXINT);
  sotto_provider_must (EVP_CipherUpdate (self->context, out, &n_out, in, (int)n));
  sotto_provider_must ((gsize)n_out == n);
}

void
sotto_cbc_encrypt (SottoCbc *self,
                   const uint8_t key[static SOTTO_CBC_KEY_LEN],
                   const uint8_t iv[static SOTTO_CBC_BLOCK_LEN],
                   uint8_t *blocks,
                   gsize n)
{
  if (!cbc_has_key (self, key))
    set_key (self, key);
  add (blocks, self->chain);
  add (blocks, iv);
  run (self, blocks, n, blocks);
  memcpy (self->chain, blocks + n - SOTTO_CBC_BLOCK_LEN, sizeof self->chain);
}

void
sotto_cbc_decrypt (SottoCbc *self,
                   const uint8_t key[static SOTTO_CBC_KEY_LEN],
                   const uint8_t iv[static SOTTO_CBC_BLOCK_LEN],
                   const uint8_t *in,
                   gsize n,
                   uint8_t *out)
{
  uint8_t exchange[SOTTO_CBC_BLOCK_LEN];
  if (!cbc_has_key (self, key))
    set_key (self, key);
  memcpy (exchange, self->chain, sizeof exchange);
  add (exchange, iv);
  /* Before it is written over, if in is out. */
  memcpy (self->chain, in + n - SOTTO_CBC_BLOCK_LEN, sizeof self->chain);
  run (self, in, n, out);
  add (out, exchange);
}
