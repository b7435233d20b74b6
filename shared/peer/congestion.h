// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * How much may be in flight: NewReno as in RFC 9002 section 7. Counts bytes of datagrams; knows
 * neither packets nor content.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct
{
  uint64_t window;
  uint64_t threshold; /* of slow start */
  uint64_t in_flight;
  uint64_t credit; /* acknowledged bytes towards the next growth in avoidance */
  uint64_t prior_window, prior_threshold; /* before the last cut, should it prove wrong */
  gint64 recovery_start; /* packets sent up to then do not shrink the window again; -1 = none */
} SottoCongestion;

void sotto_congestion_init (SottoCongestion *self); /* also after a change of path */
bool sotto_congestion_may_send (const SottoCongestion *self);
void sotto_congestion_on_sent (SottoCongestion *self, gsize n);
/* Grows only while the window is what limits us (RFC 9002 section 7.8). */
void sotto_congestion_on_acked (SottoCongestion *self, gsize n, gint64 sent, bool window_was_used);
void sotto_congestion_forget (SottoCongestion *self, gsize n); /* lost: no longer in flight */
/* Whether this was a new event, which cuts the window. */
bool sotto_congestion_on_loss (SottoCongestion *self, gint64 newest_sent, gint64 now);
void sotto_congestion_undo (SottoCongestion *self); /* nothing was lost, it was only late */
void sotto_congestion_on_persistent (SottoCongestion *self);
