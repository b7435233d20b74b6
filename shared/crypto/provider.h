// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What this folder has of OpenSSL: algorithms fetched once a process, contexts kept once a thread
 * (a context costs more to make than a small message to digest), and randomness. Only for the files
 * beside it. OpenSSL failing where input cannot be at fault means no memory or no entropy: that
 * ends the process, as in GLib.
 */
#pragma once

#include "shared/crypto/cbc.h"
#include <glib.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdint.h>

/* For calls that fail only for want of memory. Not g_assert: it must stand in every build. */
void sotto_provider_must (bool succeeded);

const EVP_MD *sotto_provider_sha256 (void);
const EVP_MD *sotto_provider_sha512 (void);

/* Of the calling thread, in any state; whoever takes one is done with it on return. */
EVP_MD_CTX *sotto_provider_md (void);
SottoCbc *sotto_provider_cbc (bool encrypt);
void sotto_provider_forget_cbc (const uint8_t key[static SOTTO_CBC_KEY_LEN]); /* both directions */
/* 16 bytes from a pool of the thread: one call of the DRBG serves many tokens. Never for keys. A
 * forked child draws its own. */
void sotto_provider_iv (uint8_t out[static 16]);
