// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Packets that were sent and may still be acknowledged, in the order of their numbers. Grows at the
 * end, shrinks at the front.
 */
#pragma once

#include "shared/wire/packet.h"

#define SOTTO_SENT_FRAMES_MAX 8 /* descriptors a packet can have; a packet with more is closed */

/* One frame of a sent packet, as much of it as is needed to send it again. */
typedef struct
{
  SottoPacketFrameType type;
  uint32_t id;     /* stream; epoch of REKEY */
  uint64_t offset; /* STREAM */
  uint16_t n;
  bool fin;
} SottoSentFrame;

typedef enum
{
  SOTTO_SENT_LIVE,
  SOTTO_SENT_LOST,
  SOTTO_SENT_DONE
} SottoSentState;

typedef struct
{
  uint64_t pn;
  gint64 time;
  uint16_t size; /* of the datagram */
  uint8_t n_frames;
  SottoSentState state;
  uint32_t generation; /* of the path: a packet of an earlier path measures nothing */
  gint64 lost_at;
  SottoSentFrame frames[SOTTO_SENT_FRAMES_MAX];
} SottoSentPacket;

/* A zeroed struct is an empty list. */
typedef struct
{
  SottoSentPacket *packets; /* ring */
  guint capacity, head, count;
} SottoSentList;

void sotto_sent_list_clear (SottoSentList *self);
SottoSentPacket *sotto_sent_list_at (const SottoSentList *self, guint i);
/* Copies packet, whose number is higher than any before. Valid until the next push. */
SottoSentPacket *sotto_sent_list_push (SottoSentList *self, const SottoSentPacket *packet);
/* Index of the first packet with a number ≥ pn; count if there is none. */
guint sotto_sent_list_find (const SottoSentList *self, uint64_t pn);
void sotto_sent_list_trim (SottoSentList *self); /* the front, as far as it is not LIVE */
