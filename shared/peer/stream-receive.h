// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The receiving side of one stream: puts bytes in order, keeps the peer within its credit and
 * renews that as the reader takes bytes out.
 */
#pragma once

#include "shared/peer/range-set.h"
#include "shared/peer/ring.h"
#include "shared/wire/packet.h"

typedef struct
{
  uint32_t id;
  SottoRing ring;      /* base = what the reader took out */
  uint64_t ready;      /* bytes below are in order */
  SottoRangeSet ahead; /* received above ready */
  uint64_t window;     /* credit counted beyond base; 0 = none given yet */
  uint64_t limit;      /* what the peer was told */
  uint64_t end;        /* where FIN is */
  bool has_end;
  bool limit_due; /* MAX_STREAM is to be sent (again) */
  bool stopped;   /* we do not want the rest */
  bool stop_due;
  bool stop_acked;
  SottoCode stop_code;
  bool news;     /* bytes or the end became readable and the owner was not told */
  bool end_read; /* the reader saw the end */
} SottoReceiveStream;

SottoReceiveStream *sotto_receive_stream_new (uint32_t id, uint64_t window);
void sotto_receive_stream_free (SottoReceiveStream *self);

SottoCode sotto_receive_stream_on_data (SottoReceiveStream *self, const SottoPacketFrame *frame);
gsize sotto_receive_stream_read (SottoReceiveStream *self, void *out, gsize max, bool *out_fin);
void sotto_receive_stream_allow (SottoReceiveStream *self, uint64_t window);
void sotto_receive_stream_stop (SottoReceiveStream *self, SottoCode code);

bool sotto_receive_stream_is_ready (const SottoReceiveStream *self); /* has a frame to send */
bool sotto_receive_stream_next (SottoReceiveStream *self, gsize room, SottoPacketFrame *out);
