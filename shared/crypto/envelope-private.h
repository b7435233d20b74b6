// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Between envelope.c and certificate.c: keys as OpenSSL holds them.
 */
#pragma once

#include "shared/crypto/envelope.h"
#include <openssl/evp.h>

/* Takes pkey, also on failure. Refuses what cannot wrap: not RSA, a length out of bounds, numbers
 * that are no RSA key. `of` names it in the error. */
SottoPublicKey *sotto_public_key_take_pkey (EVP_PKEY *pkey, const char *of, GError **error);
EVP_PKEY *sotto_private_key_get_pkey (const SottoPrivateKey *self); /* borrowed */
