// SPDX-License-Identifier: GPL-3.0-or-later
/* The channel's parts, seen by its three sources: channel.c binds, -receive.c takes, -send.c puts.
 */
#pragma once

#include "shared/peer/ack-set.h"
#include "shared/peer/channel.h"
#include "shared/peer/handshake.h"
#include "shared/peer/keys.h"
#include "shared/peer/paths.h"
#include "shared/peer/recovery.h"
#include "shared/peer/streams.h"

struct _SottoChannel
{
  SottoChannelState state;
  SottoRole role;
  uint64_t cid;
  SottoRandom random;
  bool relay_only;
  gint64 expires; /* of the grant: not OPEN by then is CLOSED */

  SottoHandshake handshake; /* until OPEN */
  SottoKeys keys;           /* from RESP on, until CLOSED */
  SottoAckSet received;
  SottoRecovery recovery;
  SottoStreams streams; /* outlive CLOSED: what was received may still be read */
  SottoPaths paths;

  bool ping_due;
  SottoNotice notice; /* waiting to be sent; 0 = none */
  gint64 active;      /* when a packet last left or came: keepalive counts from there */

  GArray *events; /* of SottoChannelEvent; those of streams are asked of the streams */
  gsize n_last;   /* sealed CLOSE that is to leave after the keys are gone */
  SottoPath last_to;
  uint8_t last[SOTTO_DATAGRAM_MAX];

  uint64_t packets_sent, packets_received, dropped;
};

/* channel.c */
void sotto_channel_push (SottoChannel *self, const SottoChannelEvent *event);
void
sotto_channel_open (SottoChannel *self, const SottoPath *path, gsize n, bool valid, gint64 now);
/* Ends it without a word, and erases every key. */
void sotto_channel_end (SottoChannel *self, SottoCode code);
/* Takes over a change of path, if there was one. */
void sotto_channel_follow_path (SottoChannel *self, gint64 now);

/* channel-send.c */
gsize sotto_channel_build (SottoChannel *self, gint64 now, SottoPath *out_to, uint8_t *out);
gsize sotto_channel_seal_close (SottoChannel *self, SottoCode code, uint8_t *out);
