// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Fernet as one would first write it: every message makes its contexts, and draws its IV, anew.
 * What shared/crypto/fernet.c is measured against; a token of either opens in the other.
 */
#pragma once

#include "shared/base/types.h"
#include <openssl/evp.h>

typedef struct
{
  SottoKey key;
  EVP_CIPHER *cipher; /* NULL: fetched for every message too, */
  EVP_MAC *mac;       /* as EVP_aes_128_cbc () does behind its name */
} NaiveFernet;

void naive_fernet_init (NaiveFernet *self, const SottoKey *key, bool fetch_once);
void naive_fernet_clear (NaiveFernet *self);

/* Return the length written; out has the room that sotto_fernet_… asks for and a NUL. */
gsize naive_fernet_seal_raw (const NaiveFernet *self, const uint8_t *plain, gsize n, uint8_t *out);
gsize naive_fernet_seal_text (const NaiveFernet *self, const uint8_t *plain, gsize n, char *out);
/* Returns whether the token was right. */
bool naive_fernet_open_raw (const NaiveFernet *self,
                            const uint8_t *token,
                            gsize n,
                            uint8_t *out,
                            gsize *out_n);
bool naive_fernet_open_text (const NaiveFernet *self,
                             const char *token,
                             gsize n,
                             uint8_t *out,
                             gsize *out_n);
