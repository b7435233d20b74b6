// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Two channels and a network between them, in virtual time and from one seed. The network loses,
 * doubles, delays, reorders and damages; it watches what may never happen. Tests of the channel use
 * it without faults, the simulator with all of them.
 */
#pragma once

#include "shared/peer/channel.h"

/* Of 10,000 datagrams. */
typedef struct
{
  guint loss, duplicate, reorder, corrupt;
  gint64 delay;  /* one way */
  gint64 jitter; /* ± */
  /* A bottleneck each way: bytes a second (0 = none), and how many may wait before it. */
  gint64 rate, queue;
} WorldFaults;

typedef struct
{
  SottoName name;
  SottoKeyPair identity;
  SottoPath address; /* what the other end sees its datagrams come from */
  SottoChannel *channel;
  bool opened, closed;
  SottoCode code;
  guint n_path_events, n_resets, n_notices;
  uint32_t reset_stream;
  SottoPath path;
  GByteArray *stream0; /* what was read of stream 0 */
  bool hold_reading;
  uint64_t bytes_to[2]; /* direct, relay */
  guint n_sent;
  uint8_t last_sent[SOTTO_DATAGRAM_MAX];
  gsize n_last_sent;
} WorldEnd;

typedef struct
{
  gint64 at;
  uint64_t order;
  guint to;
  SottoPath from;
  gsize n;
  uint8_t bytes[SOTTO_DATAGRAM_MAX];
} WorldDatagram;

typedef struct _World World;
struct _World
{
  gint64 now;
  uint64_t state; /* of the generator */
  uint64_t order;
  SottoRandom random;
  WorldFaults faults;
  bool direct_blocked, relay_blocked;
  gint64 wake;       /* time does not jump over this, if it is ahead: somebody has a plan then */
  WorldEnd ends[2];  /* 0 = initiator */
  GPtrArray *flying; /* of WorldDatagram: a heap, the next to arrive first */
  gint64 free_at[2]; /* when the bottleneck from this end has sent what waits */
  guint n_overflows; /* datagrams that found its queue full */
  SottoGrant grants[2];
  bool relay_available, relay_only;
  /* Looks at each datagram that leaves; false drops it. NULL = all may go. */
  bool (*watch) (World *self, guint from, const SottoPath *to, const uint8_t *bytes, gsize n);
  /* A datagram reaches an end. */
  void (*arrives) (World *self, guint to, const SottoPath *from, const uint8_t *bytes, gsize n);
  /* Says where a datagram will seem to come from; NULL = from where it does. */
  void (*disguise) (World *self, guint from, SottoPath *seen);
};

void world_init (World *self, uint64_t seed);
void world_clear (World *self);
uint64_t world_random (World *self);
/* Makes the channels; candidates = how many each is told of the other (0 or 1). */
void world_start (World *self, guint candidates);
/* Handles what is due, then moves on to the next thing to happen, at most to `until`. */
void world_run (World *self, gint64 until);
/* Runs until done (self) or for at most `limit`; returns whether it was done. */
bool world_run_until (World *self, bool (*done) (World *self), gint64 limit);
bool world_both_open (World *self);
/* A direct pair, open and quiet. */
void world_open_pair (World *self);
void world_assert_read (World *self, guint end, const char *want); /* all of stream 0 so far */
void world_write (World *self, guint end, const void *bytes, gsize n);
void world_settle (World *self); /* sends what waits, takes events */
void world_inject (World *self, guint to, const SottoPath *from, const uint8_t *bytes, gsize n);
