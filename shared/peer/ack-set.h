// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Packet numbers that came in: the replay window and, from the same bits, what an ACK says and when
 * it is due (RFC 9000 section 13.2). Every packet number is taken at most once.
 */
#pragma once

#include "shared/base/limits.h"
#include "shared/wire/packet.h"

typedef struct
{
  uint64_t
      bits[SOTTO_REPLAY_WINDOW / 64]; /* of pn at pn mod window, for the window below largest */
  uint64_t largest;
  gint64 largest_time;
  bool any;
  guint unacked; /* ack-eliciting packets since the last ACK */
  gint64 due;    /* when an ACK must leave; G_MAXINT64 = none */
} SottoAckSet;

void sotto_ack_set_init (SottoAckSet *self);
/* false: seen before, or too old to tell. */
bool sotto_ack_set_is_new (const SottoAckSet *self, uint64_t pn);
void sotto_ack_set_add (SottoAckSet *self, uint64_t pn, bool eliciting, gint64 now);
/* Fills an ACK of at most max_ranges; false when nothing came yet. */
bool
sotto_ack_set_fill (const SottoAckSet *self, guint max_ranges, gint64 now, SottoPacketFrame *out);
void sotto_ack_set_sent (SottoAckSet *self); /* an ACK left */
