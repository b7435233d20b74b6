// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The server's long-term RSA key: RSA-OAEP (SHA-256, MGF1-SHA-256, label "sotto/1 login"), its
 * fingerprint and the secret CK made of it. Private operations are slow (2 ms at 3072 bits): never
 * on a loop.
 */
#pragma once

#include "shared/base/error.h"
#include "shared/base/types.h"

typedef struct _SottoPublicKey SottoPublicKey;   /* immutable, may be used by several threads */
typedef struct _SottoPrivateKey SottoPrivateKey; /* immutable, may be used by several threads */

/* Comes from a certificate (certificate.h) or a private key; is RSA of 2048..4096 bits. */
SottoPublicKey *sotto_public_key_ref (SottoPublicKey *self);
void sotto_public_key_unref (SottoPublicKey *self);
void sotto_public_key_fingerprint (const SottoPublicKey *self,
                                   SottoKey *out); /* SHA-256 of the SPKI DER */
void sotto_public_key_kid (const SottoPublicKey *self, uint8_t out[static SOTTO_KID_LEN]);
gsize sotto_public_key_wrap_len (const SottoPublicKey *self); /* bytes of a wrap */
/* out has room for SOTTO_WRAP_MAX. Returns the bytes written, wrap_len: a key that came this far
 * can wrap. */
gsize sotto_envelope_wrap (const SottoPublicKey *self, const SottoKey *k, uint8_t *out);

SottoPrivateKey *sotto_private_key_generate (unsigned bits); /* takes a second or so */
/* PEM (PKCS#8 or PKCS#1, unencrypted) or DER. NULL with SOTTO_ERROR_CRYPTO for anything but RSA of
 * 2048..4096 bits. */
SottoPrivateKey *sotto_private_key_from_bytes (const void *bytes, gsize n, GError **error);
char *sotto_private_key_to_pem (
    const SottoPrivateKey *self); /* PKCS#8; free with sotto_secret_wipe_string */
void sotto_private_key_free (SottoPrivateKey *self);
SottoPublicKey *sotto_private_key_public (const SottoPrivateKey *self);            /* borrowed */
void sotto_private_key_server_secret (const SottoPrivateKey *self, SottoKey *out); /* CK */
/* On any failure out is random, drawn in the same way every time, and false is returned: the caller
 * goes on with it, so that failure looks like a bad MAC. */
bool sotto_envelope_unwrap (const SottoPrivateKey *self,
                            const uint8_t *wrap,
                            gsize n_wrap,
                            SottoKey *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SottoPublicKey, sotto_public_key_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SottoPrivateKey, sotto_private_key_free)
