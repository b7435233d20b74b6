// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * One conversation's transport with one peer: handshake, then RFC 9000/9002 in small (PROTOCOL
 * section 4). Sans-I/O: time and received datagrams go in, datagrams, events and a deadline come
 * out; no socket, clock or randomness of its own. The caller polls: after every call that takes
 * `now`, drain sotto_channel_transmit and sotto_channel_next_event, then sleep until
 * sotto_channel_deadline.
 *
 * The pinned identity is checked by the caller before a channel is made: a channel never sees a
 * peer whose key a person has not accepted.
 */
#pragma once

#include "shared/base/error.h"
#include "shared/base/limits.h"
#include "shared/base/types.h"
#include "shared/peer/path.h"
#include "shared/wire/packet.h"
#include "shared/wire/record.h"

typedef struct _SottoChannel SottoChannel;

typedef struct
{
  SottoGrant grant; /* role, cid, peer, its identity, Kxy, ttl, candidates */
  SottoName own_name;
  SottoKeyPair identity; /* own; copied, wiped when the channel is freed */
  bool relay_available;  /* a session is there and the server relays */
  bool relay_only;       /* never use or reveal a direct address */
  SottoRandom random;
} SottoChannelConfig;

typedef enum
{
  SOTTO_CHANNEL_HANDSHAKE,
  SOTTO_CHANNEL_OPEN,
  SOTTO_CHANNEL_CLOSED
} SottoChannelState;

typedef enum
{
  SOTTO_CHANNEL_EVENT_OPEN,     /* keys proved; path is set */
  SOTTO_CHANNEL_EVENT_CLOSED,   /* code: ours or the peer's, SOTTO_TIMEOUT, SOTTO_PROTOCOL,
                                   SOTTO_UNAVAILABLE when no way is left; the last event */
  SOTTO_CHANNEL_EVENT_PATH,     /* the path in use changed */
  SOTTO_CHANNEL_EVENT_READABLE, /* stream has bytes in order, or its end */
  SOTTO_CHANNEL_EVENT_WRITABLE, /* stream took less than was offered and has room again */
  SOTTO_CHANNEL_EVENT_SENT,     /* stream: everything below offset has left in some packet */
  SOTTO_CHANNEL_EVENT_RESET, /* stream ended by the peer with code (RESET_STREAM or STOP_STREAM) */
  SOTTO_CHANNEL_EVENT_NOTICE
} SottoChannelEventType;

typedef struct
{
  SottoChannelEventType type;
  uint32_t stream;
  uint64_t offset;
  SottoCode code;
  SottoPath path;
  SottoNotice notice;
} SottoChannelEvent;

SottoChannel *sotto_channel_new (const SottoChannelConfig *config, gint64 now);
void sotto_channel_free (SottoChannel *self); /* erases all keys */

SottoChannelState sotto_channel_get_state (const SottoChannel *self);

/* In */
void sotto_channel_receive (SottoChannel *self,
                            const SottoPath *from,
                            const uint8_t *datagram,
                            gsize n,
                            gint64 now);
void sotto_channel_tick (SottoChannel *self, gint64 now); /* at or after the deadline */
void sotto_channel_close (SottoChannel *self,
                          SottoCode code,
                          gint64 now); /* CLOSE is sent once if OPEN */
/* The session came or went, or RELAYNO OFFLINE / UNAVAILABLE arrived. */
void sotto_channel_set_relay_available (SottoChannel *self, bool available, gint64 now);

/* Our own address changed: a PING shows the peer the new one. */
void sotto_channel_ping (SottoChannel *self);

/* Out. transmit writes at most SOTTO_DATAGRAM_MAX bytes and returns their count, 0 when there is
 * nothing to send now. */
gsize sotto_channel_transmit (SottoChannel *self, gint64 now, SottoPath *out_to, uint8_t *out);
bool sotto_channel_next_event (SottoChannel *self, SottoChannelEvent *out);
gint64 sotto_channel_deadline (const SottoChannel *self); /* G_MAXINT64 = nothing to wait for */

/* Streams. 0 is there from OPEN; file streams are opened by use (own parity). Returns bytes taken
 * (bounded by SOTTO_STREAM_SEND_BUFFER on file streams; all of it on stream 0). */
gsize sotto_channel_write (SottoChannel *self,
                           uint32_t stream,
                           const void *data,
                           gsize n,
                           bool fin,
                           gint64 now);
/* Bytes in order, 0 when none; *out_fin is true in the one call that reaches the stream's end (with
 * its last bytes, or with none). Reading renews the credit. What was received may be read after
 * CLOSED too. */
gsize sotto_channel_read (SottoChannel *self,
                          uint32_t stream,
                          void *out,
                          gsize max,
                          bool *out_fin,
                          gint64 now);
void sotto_channel_allow_stream (SottoChannel *self, uint32_t stream, uint64_t credit, gint64 now);
void sotto_channel_reset_stream (SottoChannel *self,
                                 uint32_t stream,
                                 SottoCode code,
                                 gint64 now); /* own */
void sotto_channel_stop_stream (SottoChannel *self,
                                uint32_t stream,
                                SottoCode code,
                                gint64 now); /* the peer's */
void sotto_channel_notice (SottoChannel *self, SottoNotice what, gint64 now);

/* For the details popover and tests. */
typedef struct
{
  SottoPath path;
  gint64 smoothed_rtt;
  gint64 epoch_started;
  uint8_t epoch;
  uint64_t packets_sent, packets_lost, packets_received, dropped;
} SottoChannelStats;
void sotto_channel_get_stats (const SottoChannel *self, SottoChannelStats *out);
