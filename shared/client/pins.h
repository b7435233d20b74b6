// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What is known of servers: under HOST:PORT the fingerprint of the key, the certificate that the
 * server showed and, once RESULT proved it, the realm. A plain JSON file of the profile, as nothing
 * in it is secret. Decides whether a server may be given an H; never asks anybody.
 */
#pragma once

#include "shared/base/error.h"
#include "shared/base/types.h"
#include "shared/crypto/envelope.h"

#define SOTTO_PINS_FILE      "servers.json"
#define SOTTO_PINS_MAX_BYTES (1024 * 1024)

typedef struct
{
  char *server; /* HOST:PORT */
  SottoKey fingerprint;
  char *realm;       /* NULL until proved */
  char *certificate; /* base64 of its DER; NULL = not known */
} SottoPin;

typedef struct _SottoPins SottoPins;

typedef enum
{
  SOTTO_PINS_NEW,        /* nothing known speaks against it, or for it */
  SOTTO_PINS_KNOWN,      /* the very key was pinned before */
  SOTTO_PINS_SERVER_KEY, /* another key is pinned for this HOST:PORT */
  SOTTO_PINS_REALM       /* the realm of this key changed, or belongs to another key */
} SottoPinsVerdict;

/* No file is an empty list; a damaged one is SOTTO_ERROR_CORRUPT and is left as it is. */
SottoPins *sotto_pins_load (const char *path, GError **error);
void sotto_pins_free (SottoPins *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SottoPins, sotto_pins_free)

const SottoPin *sotto_pins_find (const SottoPins *self, const char *server);
/* Of the pin's certificate, if that is still one of the pinned key; else NULL: the server is asked.
 */
SottoPublicKey *sotto_pins_dup_key (const SottoPins *self, const char *server);
SottoPinsVerdict sotto_pins_check (const SottoPins *self,
                                   const char *server,
                                   const SottoKey *fingerprint,
                                   const char *realm);

/* Adds or completes a pin, durably, in the file as it is now: another process may have added its
 * own. realm NULL = not proved yet; certificate NULL = none was shown. What is pinned is never
 * changed: SOTTO_ERROR_INVALID. Blocks. */
bool sotto_pins_add (const char *path,
                     const char *server,
                     const SottoKey *fingerprint,
                     const char *realm,
                     GBytes *certificate,
                     GError **error);
