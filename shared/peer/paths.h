// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Which way datagrams go: one path in use, the addresses we know, what each has proved and may get
 * (PROTOCOL section 4, "Paths"). An address that did not answer a challenge never gets more than
 * three times what came from it, but for challenges to the grant's candidates.
 */
#pragma once

#include "shared/base/limits.h"
#include "shared/peer/path.h"
#include "shared/wire/packet.h"

typedef struct
{
  SottoPath path;          /* family 0: an empty place */
  bool candidate;          /* of the grant */
  bool valid;              /* once it answered */
  uint64_t received, sent; /* bytes */
  gint64 last_received;
  gint64 round_at;     /* when the last round of challenges began; -1 = never */
  gint64 challenge_at; /* next challenge; G_MAXINT64 = none */
  guint n_challenges;
  gint64 exempt_since; /* candidates: when the first challenge of the last 30 s went beyond 3 × */
  guint n_exempt;
  struct
  {
    uint8_t bytes[8];
    uint16_t size; /* of the datagram */
  } challenges[SOTTO_PATH_CHALLENGES];
} SottoPathEntry;

typedef struct
{
  const SottoRandom *random;
  SottoPathEntry entries[SOTTO_PATHS_MAX];
  SottoPath current;
  SottoPath last_direct; /* family 0: none */
  SottoPath wanted;      /* direct address the peer seems to have moved to; family 0: none */
  bool relay_available;
  bool open;
  gint64 direct_at;   /* when something last came directly */
  gint64 next_search; /* challenges to candidates while on RELAY; G_MAXINT64 = not searching */
  bool changed;       /* the path in use changed; channel resets RTT and window and PINGs */
  bool changed_dead;  /* … because the old one is dead: send everything again */
  guint n_responses;
  struct
  {
    SottoPath to;
    uint8_t bytes[8];
    uint16_t size;
  } responses[SOTTO_PATH_RESPONSES_MAX];
} SottoPaths;

/* A packet of PATH frames alone that wants to leave. */
typedef struct
{
  SottoPath to;
  SottoPacketFrame frame;
  gsize size; /* of the datagram, exactly */
} SottoPathPacket;

void sotto_paths_init (SottoPaths *self,
                       const SottoPath *candidates,
                       guint n_candidates,
                       const SottoRandom *random);
/* The handshake proved the first path; `valid` when that was an exchange with this very address. */
void sotto_paths_open (SottoPaths *self, const SottoPath *first, gsize n, bool valid, gint64 now);

/* A fresh authentic packet of n bytes came. moved: it has the highest number so far and more in it
 * than PATH frames and PADDING. */
void
sotto_paths_on_packet (SottoPaths *self, const SottoPath *from, gsize n, bool moved, gint64 now);
void sotto_paths_on_challenge (SottoPaths *self,
                               const SottoPath *from,
                               gsize n,
                               const SottoPacketFrame *frame);
void sotto_paths_on_response (SottoPaths *self, const SottoPacketFrame *frame, gint64 now);
void sotto_paths_on_sent (SottoPaths *self, const SottoPath *to, gsize n);

/* The direct path answers no more. Does nothing without RELAY. */
void sotto_paths_fail_direct (SottoPaths *self, gint64 now);
/* false: no way is left. */
bool sotto_paths_set_relay_available (SottoPaths *self, bool available, gint64 now);

/* Largest datagram that may go on the current path now; 0 = none. */
gsize sotto_paths_allowance (const SottoPaths *self);
bool sotto_paths_is_relay (const SottoPaths *self);
void sotto_paths_tick (SottoPaths *self, gint64 now);
gint64 sotto_paths_deadline (const SottoPaths *self);
/* Next challenge or response; pto is the time between challenges. */
bool sotto_paths_next (SottoPaths *self, gint64 pto, gint64 now, SottoPathPacket *out);
