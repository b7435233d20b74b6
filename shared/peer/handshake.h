// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * INIT, RESP and PROBE of one grant: what is sent when and where, what is answered, and the keys
 * that come of it. The responder answers copies of the INIT it took and nothing else; what does not
 * open under the grant's keys is as if it never came.
 */
#pragma once

#include "shared/base/limits.h"
#include "shared/peer/key-schedule.h"
#include "shared/peer/path.h"
#include "shared/wire/datagram.h"

#define SOTTO_HANDSHAKE_LEN 325 /* an INIT or RESP datagram */

typedef enum
{
  SOTTO_HANDSHAKE_DROP,
  SOTTO_HANDSHAKE_REPEAT, /* responder: a copy, answered again */
  SOTTO_HANDSHAKE_KEYS    /* keys are there */
} SottoHandshakeResult;

typedef struct
{
  SottoPath to;
  SottoDatagramKind kind;
} SottoHandshakeOut;

typedef struct
{
  SottoRole role;
  SottoPeerBinding binding;
  SottoKeyPair identity;
  SottoKey peer_identity;
  SottoKey kxy;
  SottoKeyPair ephemeral;
  SottoFernetKey psk_i, psk_r;
  SottoPath candidates[SOTTO_CANDIDATE_MAX];
  guint n_candidates;
  bool relay_available;
  bool relayed; /* an INIT went through RELAY: the rounds go on doing so */

  uint8_t init[SOTTO_HANDSHAKE_LEN]; /* that we send, or that we took */
  uint8_t resp[SOTTO_HANDSHAKE_LEN];
  bool answered; /* responder: resp is made */
  guint answers;
  SottoPath answered_to[SOTTO_CANDIDATE_MAX + 1]; /* the latest */

  gint64 started;
  gint64 interval;
  gint64 next; /* round of INITs or PROBEs */
  guint rounds;
  SottoHandshakeOut out[SOTTO_HANDSHAKE_OUT_MAX];
  guint n_out;
} SottoHandshake;

/* relay_only: the grant's candidates are passed over. */
void sotto_handshake_init (SottoHandshake *self,
                           const SottoGrant *grant,
                           const SottoName *own_name,
                           const SottoKeyPair *identity,
                           bool relay_only,
                           const SottoRandom *random,
                           gint64 now);
void sotto_handshake_clear (SottoHandshake *self); /* wipes */

SottoHandshakeResult sotto_handshake_receive (SottoHandshake *self,
                                              const SottoDatagramHeader *header,
                                              const SottoPath *from,
                                              const uint8_t *datagram,
                                              gsize n,
                                              SottoTrafficKeys *out_keys);
/* false: given up. */
bool sotto_handshake_tick (SottoHandshake *self, gint64 now);
gint64 sotto_handshake_deadline (const SottoHandshake *self);
gsize sotto_handshake_transmit (SottoHandshake *self, SottoPath *out_to, uint8_t *out);
/* An INIT went there (initiator); a RESP went there (responder). */
bool sotto_handshake_asked (const SottoHandshake *self, const SottoPath *path);
bool sotto_handshake_answered (const SottoHandshake *self, const SottoPath *path);
