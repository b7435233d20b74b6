// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * BIND and BOUND: tells the server the source of our datagrams and keeps the way to it open. Pure:
 * datagrams and time in, datagrams out. The counter only ever rises, so an old BIND is never taken.
 */
#pragma once

#include "shared/base/types.h"
#include "shared/crypto/fernet.h"

typedef enum
{
  SOTTO_UDP_IDLE, /* not begun */
  SOTTO_UDP_BINDING,
  SOTTO_UDP_BOUND,
  SOTTO_UDP_BLOCKED /* no answer: tried again with every keepalive */
} SottoUdpState;

typedef struct
{
  SottoUdpState state;
  uint64_t sid;
  SottoFernetKey to_server;   /* U_cs */
  SottoFernetKey from_server; /* U_sc */
  SottoRandom random;
  uint64_t counter;
  uint8_t nonce[8]; /* of the round: all its BINDs have it */
  bool answered;    /* this round */
  gint64 round;     /* its start */
  gint64 due;       /* of the next BIND */
  SottoAddr observed;
} SottoBinding;

void sotto_binding_init (SottoBinding *self,
                         uint64_t sid,
                         const SottoKey *to_server,
                         const SottoKey *from_server,
                         const SottoRandom *random);
void sotto_binding_clear (SottoBinding *self);

void sotto_binding_start (SottoBinding *self, gint64 now);
/* A round before its time: we may have moved. What is known stays known. */
void sotto_binding_again (SottoBinding *self, gint64 now);
/* When a key may be asked for: at once when the server knows where we are, soon in any case. */
gint64 sotto_binding_settles_at (const SottoBinding *self);
/* Writes a BIND when one is due; returns its size, else 0. out has room for SOTTO_DATAGRAM_MAX. */
gsize sotto_binding_transmit (SottoBinding *self, gint64 now, uint8_t *out);
/* true when it was the BOUND that is waited for; all else changes nothing. */
bool sotto_binding_receive (SottoBinding *self, const uint8_t *datagram, gsize n, gint64 now);
gint64 sotto_binding_deadline (const SottoBinding *self);
