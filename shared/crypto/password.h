// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * From a typed password to H and V (scrypt, about 80 ms and 32 MiB: off the loop), and from H to
 * what pass.json holds (bcrypt through libxcrypt, `$2b$` only, 50 ms at cost 10: off the loop).
 */
#pragma once

#include "shared/base/types.h"

/* password is any UTF-8, brought to NFC here. false when it is not UTF-8, the realm is over
 * SOTTO_REALM_MAX or memory is short. */
bool sotto_password_derive (const char *password,
                            const char *realm,
                            gsize n_realm,
                            const SottoName *name,
                            SottoKey *out_h,
                            SottoKey *out_v);

/* The key of a file that a passphrase opens (docs/identity-file.md): the same scrypt, its salt is
 * the file's own. false as above. */
bool sotto_password_file_key (const char *passphrase, const SottoKey *salt, SottoKey *out);

/* out has room for SOTTO_BCRYPT_HASH_LEN + 1. cost 4..14. */
bool sotto_password_hash (const SottoKey *h, unsigned cost, const SottoRandom *random, char *out);
/* With the setting (29 characters and more) of an existing hash; for verify and the vectors. */
bool sotto_password_hash_with (const SottoKey *h, const char *setting, char *out);
bool sotto_password_verify (const SottoKey *h, const char *hash); /* constant-time compare */
/* Cost of a `$2b$NN$…` hash of the right length, alphabet and cost, 0 when it is not one. */
unsigned sotto_password_cost (const char *hash);
