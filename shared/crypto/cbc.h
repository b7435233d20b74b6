// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * AES-128-CBC in one direction over one context that stays. Neither key nor IV is set without need:
 * for a small message either costs OpenSSL as much as the message. Whole blocks, no padding. Only
 * for the files beside it; provider.h has one a thread.
 */
#pragma once

#include <glib.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdint.h>

#define SOTTO_CBC_KEY_LEN   16
#define SOTTO_CBC_BLOCK_LEN 16

typedef struct
{
  EVP_CIPHER_CTX *context;
  bool has_key;
  uint8_t key[SOTTO_CBC_KEY_LEN];
  uint8_t chain[SOTTO_CBC_BLOCK_LEN]; /* the ciphertext that the context goes on from */
} SottoCbc;

void sotto_cbc_init (SottoCbc *self, const EVP_CIPHER *aes, bool encrypts);
void sotto_cbc_clear (SottoCbc *self);
/* The key stays for the next message until another is set, or it is forgotten. */
void sotto_cbc_forget (SottoCbc *self, const uint8_t key[static SOTTO_CBC_KEY_LEN]);

/* n is a whole number of blocks and not 0. */
void sotto_cbc_encrypt (SottoCbc *self,
                        const uint8_t key[static SOTTO_CBC_KEY_LEN],
                        const uint8_t iv[static SOTTO_CBC_BLOCK_LEN],
                        uint8_t *blocks,
                        gsize n);
/* in is out or apart from it; iv may be anywhere. */
void sotto_cbc_decrypt (SottoCbc *self,
                        const uint8_t key[static SOTTO_CBC_KEY_LEN],
                        const uint8_t iv[static SOTTO_CBC_BLOCK_LEN],
                        const uint8_t *in,
                        gsize n,
                        uint8_t *out);
