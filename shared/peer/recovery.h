// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What was sent and not yet acknowledged: RTT, loss detection and probe timeout of RFC 9002, in one
 * packet number space. Content is named by small descriptors, never held: on loss the owner is told
 * which to send again in new packets. Only ack-eliciting packets are tracked.
 */
#pragma once

#include "shared/peer/congestion.h"
#include "shared/peer/rtt.h"
#include "shared/peer/sent-list.h"

typedef struct
{
  void (*acked) (const SottoSentFrame *frame, gpointer data);
  void (*lost) (const SottoSentFrame *frame, gpointer data); /* send it again, if still wanted */
  gpointer data;
} SottoRecoveryHandler;

typedef struct
{
  SottoRecoveryHandler handler;
  SottoCongestion congestion;
  SottoRtt rtt;
  SottoSentList sent;
  GArray *late; /* copies of the packets last taken for lost, in case they are only late */
  uint64_t next_pn;
  uint64_t largest_acked;
  bool any_acked;
  uint32_t generation;
  guint eliciting; /* tracked packets that are LIVE */
  guint data;      /* those of them that carry more than a PING */

  gint64 last_sent; /* of an ack-eliciting packet */
  gint64 progress;  /* when data was last acknowledged, or there was any again */
  bool owed;        /* data was sent and none acknowledged since; it may count as lost meanwhile */
  gint64 loss_time; /* when the next packet counts as lost by time; G_MAXINT64 = none */
  guint pto_count;
  guint reordering; /* packets that may overtake one before that counts as lost */
  guint patience;   /* eighths of a round trip that it may be late */
  guint loss_event; /* losses since the last cut of the window that did not prove wrong */
  guint probes;     /* packets that may leave whatever the window says */
  uint64_t lost_packets;
} SottoRecovery;

void sotto_recovery_init (SottoRecovery *self, const SottoRecoveryHandler *handler);
void sotto_recovery_clear (SottoRecovery *self);

/* An ack-eliciting packet left; its number was taken before. */
void sotto_recovery_sent (SottoRecovery *self, const SottoSentPacket *packet, gint64 now);
uint64_t sotto_recovery_take_pn (SottoRecovery *self);

/* SOTTO_PROTOCOL: a packet never sent was acknowledged. */
SottoCode sotto_recovery_on_ack (SottoRecovery *self, const SottoPacketFrame *ack, gint64 now);
void sotto_recovery_tick (SottoRecovery *self, gint64 now);
gint64 sotto_recovery_deadline (const SottoRecovery *self);
bool sotto_recovery_may_send (const SottoRecovery *self);

/* Another path: RTT and window begin anew. With `resend`, everything outstanding is to be sent
 * again (the old path is dead); else it may still be acknowledged. */
void sotto_recovery_new_path (SottoRecovery *self, bool resend, gint64 now);
