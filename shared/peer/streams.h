// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * All streams of a channel: stream 0 both ways, one stream a file one way. Knows whose ids are
 * whose, takes frames apart to the right stream, shares packets out among those that have something
 * to send. Ended streams are remembered by id alone, and frames for them ignored.
 */
#pragma once

#include "shared/peer/recovery.h"
#include "shared/peer/stream-receive.h"
#include "shared/peer/stream-send.h"
#include "shared/wire/record.h"

typedef struct
{
  SottoRole role;
  GPtrArray *send;                         /* of SottoSendStream, stream 0 first */
  GPtrArray *receive;                      /* of SottoReceiveStream, stream 0 first */
  SottoRangeSet send_ended, receive_ended; /* of id / 2 */
  guint turn;                              /* file stream that is served first */
} SottoStreams;

/* What the owner has not been told yet. */
typedef enum
{
  SOTTO_STREAM_NEWS_READABLE,
  SOTTO_STREAM_NEWS_WRITABLE,
  SOTTO_STREAM_NEWS_SENT
} SottoStreamNewsType;

typedef struct
{
  SottoStreamNewsType type;
  uint32_t id;
  uint64_t offset;
} SottoStreamNews;

void sotto_streams_init (SottoStreams *self, SottoRole role);
void sotto_streams_clear (SottoStreams *self);

/* Frames of the peer. *out_ended is set when RESET_STREAM or STOP_STREAM ended a stream of its own
 * or ours that the owner is to be told about. */
SottoCode sotto_streams_on_stream (SottoStreams *self, const SottoPacketFrame *frame);
SottoCode sotto_streams_on_max (SottoStreams *self, const SottoPacketFrame *frame);
SottoCode
sotto_streams_on_reset (SottoStreams *self, const SottoPacketFrame *frame, bool *out_ended);
SottoCode
sotto_streams_on_stop (SottoStreams *self, const SottoPacketFrame *frame, bool *out_ended);

/* Puts frames into a packet while they fit; true when something is left that may be sent now. */
bool sotto_streams_fill (SottoStreams *self, SottoWriter *out, SottoSentPacket *packet);
bool sotto_streams_are_ready (const SottoStreams *self);
void sotto_streams_acked (SottoStreams *self, const SottoSentFrame *frame);
void sotto_streams_lost (SottoStreams *self, const SottoSentFrame *frame);

/* The owner's side; ids of the wrong side or of ended streams are refused quietly. */
gsize sotto_streams_write (SottoStreams *self, uint32_t id, const void *data, gsize n, bool fin);
gsize sotto_streams_read (SottoStreams *self, uint32_t id, void *out, gsize max, bool *out_fin);
void sotto_streams_allow (SottoStreams *self, uint32_t id, uint64_t credit);
void sotto_streams_reset (SottoStreams *self, uint32_t id, SottoCode code);
void sotto_streams_stop (SottoStreams *self, uint32_t id, SottoCode code);
bool sotto_streams_next_news (SottoStreams *self, SottoStreamNews *out);
