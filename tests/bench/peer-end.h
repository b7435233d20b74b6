// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * One end of a channel on a loopback port in a process of its own, pumped as the engine pumps its
 * lines, without engine or store. Two processes meet over a pair of sockets, which carries
 * addresses and keys before and figures afterwards.
 */
#pragma once

#include "shared/net/port.h"
#include "shared/peer/channel.h"

typedef struct _PeerEnd PeerEnd;

struct _PeerEnd
{
  SottoPoller *poller;
  SottoPort *port;
  SottoChannel *channel;
  GSource *timer;
  int pipe;
  gsize turn_bytes;
  bool done;      /* leaves peer_end_run */
  double cpu;     /* of this process when the channel opened */
  double longest; /* seconds on the processor that other sources of the loop waited */
  gint64 granted; /* when the key was there */
  gint64 opened;
  void (*on_event) (PeerEnd *self, const SottoChannelEvent *event);
  gpointer data;
};

/* What the other process tells at its end. */
typedef struct
{
  double cpu; /* seconds since OPEN */
  double longest_turn;
  SottoChannelStats channel;
} PeerReport;

void peer_pin (int cpu); /* best effort */

/* Exchanges addresses and keys over `pipe` and makes the channel; then peer_end_run. */
void peer_end_open (PeerEnd *self, SottoRole role, int pipe);
void peer_end_run (PeerEnd *self, gint64 limit); /* until done; aborts beyond limit */
void peer_end_wake (PeerEnd *self);
PeerReport peer_end_report (const PeerEnd *self);
void peer_end_close (PeerEnd *self);
