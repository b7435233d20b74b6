// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * HELLO: the server's first frame (PROTOCOL section 3). Knows no keys: whether the kid is the
 * pinned one and the realm the right one is the client's business.
 */
#pragma once

#include "shared/base/error.h"
#include "shared/base/limits.h"
#include "shared/base/types.h"
#include "shared/wire/frame.h"

typedef struct
{
  uint32_t features;
  uint8_t kid[SOTTO_KID_LEN];
  uint8_t nonce[SOTTO_NONCE_LEN];
  SottoKey ephemeral; /* Es */
  gsize n_realm;
  char realm[SOTTO_REALM_MAX + 1]; /* NUL-terminated; hashed as sent, 0..64 bytes of UTF-8 */
} SottoHello;

/* VERSION for another version, HANDSHAKE for anything else that is wrong. */
SottoCode sotto_hello_decode (const SottoFrame *frame, SottoHello *out);
void sotto_hello_append (GByteArray *out, const SottoHello *self);
