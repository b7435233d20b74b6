// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Datagrams: header, the four sizes, and BIND, BOUND, INIT, RESP, PROBE (PROTOCOL section 4).
 * Everything that is wrong is a silent drop: decoders return bool.
 */
#pragma once

#include "shared/base/limits.h"
#include "shared/base/types.h"
#include "shared/crypto/fernet.h"

typedef enum
{
  SOTTO_DATAGRAM_INIT = 0x01,
  SOTTO_DATAGRAM_RESP = 0x02,
  SOTTO_DATAGRAM_SECURE = 0x03,
  SOTTO_DATAGRAM_PROBE = 0x04,
  SOTTO_DATAGRAM_BIND = 0x10,
  SOTTO_DATAGRAM_BOUND = 0x11
} SottoDatagramKind;

typedef struct
{
  SottoDatagramKind kind;
  uint8_t epoch;
  uint64_t id; /* sid or cid */
} SottoDatagramHeader;

/* Padded plaintext sizes and the datagrams they make: 63/133, 255/325, 511/581, 1151/1221. */
bool sotto_datagram_is_size (gsize n);
gsize sotto_datagram_len (gsize n_plain);          /* of a padded plaintext */
gsize sotto_datagram_plain_len (gsize n_datagram); /* back; 0 when it is none of the four */
gsize
sotto_datagram_padded_len (gsize n_content); /* smallest of the four that holds it; 0 above 1151 */

/* The one padded size of a kind: INIT and RESP 255, PROBE, BIND and BOUND 63; 0 for SECURE, which
 * has any of the four. */
gsize sotto_datagram_kind_len (SottoDatagramKind kind);

/* Checks size (is it the kind's?), magic, kind, epoch (0 outside SECURE), fourth byte. */
bool sotto_datagram_header (const uint8_t *datagram, gsize n, SottoDatagramHeader *out);

/* Pads plain (n of n_padded bytes used; n_padded is the kind's) and seals; plain may lie at out
 * + 37. out has room for SOTTO_DATAGRAM_MAX. Returns its size. */
gsize sotto_datagram_seal (const SottoDatagramHeader *header,
                           const SottoFernetKey *key,
                           const uint8_t *plain,
                           gsize n,
                           gsize n_padded,
                           const SottoFernetNonce *nonce,
                           uint8_t *out);
/* Opens; plain has room for SOTTO_PLAIN_ROOM. *out_n is the padded size. */
bool sotto_datagram_open (const uint8_t *datagram,
                          gsize n,
                          const SottoFernetKey *key,
                          uint8_t *plain,
                          gsize *out_n);

/* Bodies. The decoders take the padded plaintext and check kind, size, version and padding. */
typedef struct
{
  uint64_t counter;
  uint8_t nonce[8];
} SottoBind;
typedef struct
{
  uint8_t nonce[8];
  SottoAddr observed;
} SottoBound;
typedef struct
{
  SottoKey ephemeral;
} SottoInit;
typedef struct
{
  SottoKey ephemeral;
  SottoKey init_hash;
  uint8_t conf[16];
} SottoResp;
typedef struct
{
  uint8_t n;
} SottoProbe;

/* Each returns the content's size before padding; out has room for SOTTO_PLAIN_MAX. */
gsize sotto_bind_encode (const SottoBind *self, uint8_t *out);
gsize sotto_bound_encode (const SottoBound *self, uint8_t *out);
gsize sotto_init_encode (const SottoInit *self, uint8_t *out);
gsize sotto_resp_encode (const SottoResp *self, uint8_t *out);
gsize sotto_probe_encode (const SottoProbe *self, uint8_t *out);
bool sotto_bind_decode (const uint8_t *plain, gsize n, SottoBind *out);
bool sotto_bound_decode (const uint8_t *plain, gsize n, SottoBound *out);
bool sotto_init_decode (const uint8_t *plain, gsize n, SottoInit *out);
bool sotto_resp_decode (const uint8_t *plain, gsize n, SottoResp *out);
bool sotto_probe_decode (const uint8_t *plain, gsize n, SottoProbe *out);
