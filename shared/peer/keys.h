// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Traffic keys by epoch: which key seals, which keys open, when the next epoch is made and when the
 * old one is gone (PROTOCOL section 4, "Rekey"). At most three epochs exist: the one we send in,
 * the one before it for ten seconds, and at the responder the one it has answered for.
 */
#pragma once

#include "shared/crypto/fernet.h"
#include "shared/peer/key-schedule.h"
#include "shared/wire/packet.h"

typedef struct
{
  uint8_t number;
  SottoFernetKey send; /* unset once a later epoch is sent in */
  SottoFernetKey receive;
} SottoEpoch;

typedef struct
{
  SottoRole role;
  const SottoRandom *random;
  SottoEpoch *current;
  SottoEpoch *previous;
  SottoEpoch *next;
  gint64 began;          /* to send in current */
  gint64 previous_until; /* then previous is erased */
  SottoKey chain;
  SottoKeyPair ephemeral; /* initiator, while its REKEY1 is unanswered */
  bool asked;             /* initiator: ephemeral is set */
  bool due;               /* our REKEY1 or REKEY2 is to be sent (again) */
  SottoKey own_public;    /* what it says */
  bool heard;             /* the peer's latest REKEY, to tell a repeat: */
  uint8_t heard_epoch;
  SottoKey heard_public;
} SottoKeys;

void sotto_keys_init (SottoKeys *self,
                      SottoRole role,
                      const SottoTrafficKeys *keys,
                      const SottoRandom *random,
                      gint64 now);
void sotto_keys_clear (SottoKeys *self);
bool sotto_keys_are_set (const SottoKeys *self);

const SottoFernetKey *sotto_keys_get_send (const SottoKeys *self, uint8_t *out_epoch);
/* NULL: no key of that epoch. */
const SottoFernetKey *sotto_keys_get_receive (const SottoKeys *self, uint8_t epoch, gint64 now);
/* A valid datagram of an epoch came: the responder follows the initiator into the next. */
void sotto_keys_on_received (SottoKeys *self, uint8_t epoch, gint64 now);

/* A REKEY1 or REKEY2 that came in `epoch`. *out_switched: we now send in a new epoch; PING. */
SottoCode sotto_keys_on_rekey (SottoKeys *self,
                               const SottoPacketFrame *frame,
                               uint8_t epoch,
                               gint64 now,
                               bool *out_switched);
bool sotto_keys_get_frame (const SottoKeys *self, SottoPacketFrame *out); /* when one is due */
void sotto_keys_frame_sent (SottoKeys *self);
void sotto_keys_frame_lost (SottoKeys *self, SottoPacketFrameType type, uint8_t epoch);

/* false: we have sent in one epoch for too long. */
bool sotto_keys_tick (SottoKeys *self, gint64 now);
gint64 sotto_keys_deadline (const SottoKeys *self);
