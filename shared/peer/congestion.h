// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * How much may be in flight: RFC 9002 section 7 with CUBIC (RFC 9438) in place of its NewReno,
 * which takes minutes to fill a long fat way again after one loss. Counts bytes of datagrams; knows
 * neither packets nor content.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* What a cut of the window changes, so that one that proves wrong can be taken back. */
typedef struct
{
  uint64_t window;
  uint64_t threshold; /* of slow start */
  uint64_t w_max;     /* the window before the last cut: the curve levels out there */
  uint64_t w_reno;    /* what NewReno would have by now */
  uint64_t origin;    /* window before the cut: from there on NewReno's part grows faster */
  gint64 k;           /* when the curve is to be back at w_max, since the epoch began */
  gint64 elapsed;     /* of the epoch, without the time in which the window was not used */
  bool in_epoch;      /* of avoidance */
} SottoCubic;

typedef struct
{
  SottoCubic cubic;
  SottoCubic prior; /* before the last cut; window 0 = nothing to take back */
  uint64_t in_flight;
  uint64_t credit, reno_credit; /* parts of a byte that window and w_reno still are to grow by */
  bool used_now, used_before;   /* the window was, in this round trip and the one before */
  gint64 round_start;
  gint64 last_growth;    /* when the window was last in use at an acknowledgement */
  gint64 recovery_start; /* packets sent up to then do not shrink the window again; -1 = none */
} SottoCongestion;

void sotto_congestion_init (SottoCongestion *self); /* also after a change of path */
uint64_t sotto_congestion_get_window (const SottoCongestion *self);
bool sotto_congestion_may_send (const SottoCongestion *self);
void sotto_congestion_on_sent (SottoCongestion *self, gsize n);
/* Grows only while the window is what limits us (RFC 9002 section 7.8). sent: when it was. */
void
sotto_congestion_on_acked (SottoCongestion *self, gsize n, gint64 sent, gint64 rtt, gint64 now);
void sotto_congestion_forget (SottoCongestion *self, gsize n); /* lost: no longer in flight */
/* Whether this was a new event, which cuts the window. */
bool sotto_congestion_on_loss (SottoCongestion *self, gint64 newest_sent, gint64 now);
void sotto_congestion_undo (SottoCongestion *self); /* nothing was lost, it was only late */
void sotto_congestion_on_persistent (SottoCongestion *self);
