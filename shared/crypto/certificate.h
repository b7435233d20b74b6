// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * X.509 as an envelope for the server's public key: only the key counts, never names, dates or
 * issuer.
 */
#pragma once

#include "shared/crypto/envelope.h"

/* PEM or DER; trailing data after the first certificate of a PEM is ignored, after a DER refused.
 */
SottoPublicKey *sotto_certificate_public_key (const void *bytes, gsize n, GError **error);
/* The DER of a PEM or DER certificate, as CERT sends it. */
GBytes *sotto_certificate_to_der (const void *bytes, gsize n, GError **error);
/* Self-signed, subject = common_name, valid from 2000 to 9999 so that no clock matters. PEM; caller
 * frees. */
char *sotto_certificate_make (const SottoPrivateKey *key, const char *common_name, GError **error);
