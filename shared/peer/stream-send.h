// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The sending side of one stream: bytes from the lowest not acknowledged to the last written, what
 * of them was never sent and what must go again, the peer's credit, and how the stream ends.
 */
#pragma once

#include "shared/peer/range-set.h"
#include "shared/peer/ring.h"
#include "shared/wire/packet.h"

typedef struct
{
  uint32_t id;
  SottoRing ring;       /* base = everything below is acknowledged */
  uint64_t next;        /* lowest offset never sent */
  uint64_t limit;       /* the peer's credit */
  SottoRangeSet acked;  /* above base */
  SottoRangeSet resend; /* below next */
  bool fin;             /* nothing will be written any more; the end is ring.top */
  bool fin_due;         /* FIN was not sent yet, or was lost */
  bool fin_acked;
  bool reset; /* given up with reset_code; only RESET_STREAM is sent any more */
  bool reset_due;
  bool reset_acked;
  SottoCode reset_code;
  bool wants_room; /* a write was cut short: tell when there is room */
  bool sent_news;  /* next grew and the owner was not told */
} SottoSendStream;

SottoSendStream *sotto_send_stream_new (uint32_t id, uint64_t limit);
void sotto_send_stream_free (SottoSendStream *self);

gsize sotto_send_stream_write (SottoSendStream *self, const void *data, gsize n, bool fin);
void sotto_send_stream_reset (SottoSendStream *self, SottoCode code);

/* Something of this stream can be put into a packet now. */
bool sotto_send_stream_is_ready (const SottoSendStream *self);
/* Next frame of at most room bytes with its header; false when none fits. frame->stream.data is
 * valid until the stream changes. The frame counts as sent. */
bool sotto_send_stream_next (SottoSendStream *self, gsize room, SottoPacketFrame *out);

void sotto_send_stream_acked (SottoSendStream *self, uint64_t offset, gsize n, bool fin);
void sotto_send_stream_lost (SottoSendStream *self, uint64_t offset, gsize n, bool fin);
bool sotto_send_stream_is_over (const SottoSendStream *self); /* all of it, or its reset, arrived */
gsize sotto_send_stream_room (const SottoSendStream *self);   /* bytes a write may take */
