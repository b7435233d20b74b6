// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * When to ask the server for a key with one peer: at once when there is a reason, then every 5 s ×
 * 2 up to 5 min. Pure; whether there is anything to ask for is the owner's to know.
 */
#pragma once

#include "shared/base/limits.h"
#include <stdbool.h>
#include <stdint.h>

typedef struct
{
  uint32_t req; /* in flight, 0 = none */
  bool asked;   /* `last` counts */
  gint64 last;
  gint64 next;
  gint64 interval;
} SottoKeyAsk;

void sotto_key_ask_init (SottoKeyAsk *self);
/* PRESENCE says connected: at once, and the waits begin anew. */
void sotto_key_ask_at_once (SottoKeyAsk *self, gint64 now);
/* A message was queued, or a channel closed: at once too, but not sooner than the first wait after
 * the last time, so that a channel that keeps breaking does not become a storm. */
void sotto_key_ask_soon (SottoKeyAsk *self, gint64 now);
/* The last time led to something: the next reason is as good as the first. */
void sotto_key_ask_rewarded (SottoKeyAsk *self);
/* A channel opened or confirmed something: not for another first wait. */
void sotto_key_ask_defer (SottoKeyAsk *self, gint64 now);
/* The server said when. */
void sotto_key_ask_not_before (SottoKeyAsk *self, gint64 then);
void sotto_key_ask_sent (SottoKeyAsk *self, uint32_t req, gint64 now);
