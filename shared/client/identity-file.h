// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * An identity in one file for another device, encrypted with a passphrase (docs/identity-file.md).
 * Pure: bytes in, bytes out. Everything in it is authenticated; nothing of a history is in it.
 */
#pragma once

#include "shared/client/contact-book.h"

typedef struct
{
  char *server; /* HOST:PORT that it was written at */
  SottoKey fingerprint;
  char *realm;
  SottoName name;
  SottoKeyPair identity;
  SottoContactBook *book;
} SottoIdentityFile;

void sotto_identity_file_clear (SottoIdentityFile *self); /* wipes */
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SottoIdentityFile, sotto_identity_file_clear)

/* SOTTO_ERROR_INVALID: no passphrase, or not UTF-8. Slow: scrypt. */
GBytes *sotto_identity_file_seal (const SottoIdentityFile *self,
                                  const char *passphrase,
                                  const SottoRandom *random,
                                  GError **error);
/* CORRUPT: no such file, damaged, or of a newer program. LOCKED: another passphrase. INVALID as
 * above. *out is written on success only. path is for the messages. */
bool sotto_identity_file_open (const char *path,
                               const char *text,
                               gsize n,
                               const char *passphrase,
                               SottoIdentityFile *out,
                               GError **error);
