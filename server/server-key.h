// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Who this server is: its RSA key, the certificate that carries it, what is derived from both, and
 * the realm. Immutable once loaded; the private key may be used by worker threads.
 */
#pragma once

#include "server/config.h"
#include "server/types.h"
#include "shared/crypto/envelope.h"
#include <gio/gio.h>

struct _SottoServerKey
{
  SottoPrivateKey *private;
  GBytes *certificate; /* DER, as CERT sends it */
  uint8_t kid[SOTTO_KID_LEN];
  SottoKey fingerprint;
  SottoKey secret; /* CK */
  gsize wrap_len;
  char *realm; /* set by the composition root once the accounts are open */
};

/* SOTTO_ERROR_CONFIG when a file cannot be read or used, or the two do not belong together. */
SottoServerKey *sotto_server_key_load (const SottoServerConfig *config, GError **error);
/* Takes both; SOTTO_ERROR_CONFIG when they do not belong together. */
SottoServerKey *sotto_server_key_pair (const SottoServerConfig *config,
                                       SottoPrivateKey *take_private,
                                       GBytes *take_certificate,
                                       GError **error);
/* Takes both; for init and tests. */
SottoServerKey *sotto_server_key_new (SottoPrivateKey *take_private, GBytes *take_certificate);
void sotto_server_key_free (SottoServerKey *self);
void sotto_server_key_set_realm (SottoServerKey *self, const char *realm);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SottoServerKey, sotto_server_key_free)

/* `sotto://HOST:PORT/?realm=R&fp=SHA256-HEX`. Caller frees. */
char *sotto_server_key_join_link (const SottoServerKey *self, const char *host, guint16 port);
