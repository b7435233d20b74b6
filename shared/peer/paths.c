// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Rounds of three challenges an address, and the rules by which their answers, or the lack of any,
 * move the conversation between a direct address and RELAY.
 */
#include "shared/peer/paths.h"

#include "shared/base/text.h"
#include <string.h>

#define DATAGRAM_MIN 133
/* Between rounds of challenges that packets of the peer bring about. */
#define ROUND_MIN_GAP (1 * SOTTO_US_PER_S)

/* Hence a full-size challenge is allowed from then on, without being counted anywhere. */
G_STATIC_ASSERT (SOTTO_CHALLENGE_FULL_FROM == SOTTO_DATAGRAM_MAX / SOTTO_AMPLIFICATION_FACTOR);

static SottoPathEntry *
paths_find (SottoPaths *self, const SottoPath *path)
{
  for (guint i = 0; i < SOTTO_PATHS_MAX; i++)
    if (self->entries[i].path.addr.family != 0 && sotto_path_equal (&self->entries[i].path, path))
      return &self->entries[i];
  return NULL;
}

static bool
entry_may_go (const SottoPaths *self, const SottoPathEntry *entry)
{
  return !entry->candidate && !sotto_path_equal (&entry->path, &self->current)
         && !sotto_path_equal (&entry->path, &self->last_direct);
}

/* Finds or makes the entry; the longest silent of those not needed makes room. */
static SottoPathEntry *
paths_need (SottoPaths *self, const SottoPath *path)
{
  SottoPathEntry *entry = paths_find (self, path), *oldest = NULL;

  if (entry != NULL)
    return entry;
  for (guint i = 0; i < SOTTO_PATHS_MAX; i++)
    {
      entry = &self->entries[i];
      if (entry->path.addr.family == 0)
        {
          oldest = entry;
          break;
        }
      if (entry_may_go (self, entry)
          && (oldest == NULL || entry->last_received < oldest->last_received))
        oldest = entry;
    }
  *oldest = (SottoPathEntry){ .path = *path, .round_at = -1, .challenge_at = G_MAXINT64 };
  return oldest;
}

void
sotto_paths_init (SottoPaths *self,
                  const SottoPath *candidates,
                  guint n_candidates,
                  const SottoRandom *random)
{
  *self = (SottoPaths){ .random = random, .next_search = G_MAXINT64 };
  for (guint i = 0; i < n_candidates; i++)
    paths_need (self, &candidates[i])->candidate = true;
}

static void
entry_begin_round (SottoPathEntry *entry, gint64 now)
{
  entry->n_challenges = 0;
  entry->round_at = entry->challenge_at = now;
}

static void
entry_end_round (SottoPathEntry *entry)
{
  entry->n_challenges = 0;
  entry->challenge_at = G_MAXINT64;
}

/* What packets of the peer bring about must not make us send without end. */
static void
entry_challenge_soon (SottoPathEntry *entry, gint64 now)
{
  if (entry->challenge_at == G_MAXINT64
      && (entry->round_at < 0 || now >= entry->round_at + ROUND_MIN_GAP))
    entry_begin_round (entry, now);
}

static void
paths_switch (SottoPaths *self, const SottoPath *to, bool dead, gint64 now)
{
  if (sotto_path_equal (&self->current, to))
    return;
  self->current = *to;
  self->changed = true;
  self->changed_dead |= dead;
  self->wanted = SOTTO_PATH_RELAY;
  if (sotto_path_is_relay (to))
    self->next_search = now + SOTTO_PATH_SEARCH;
  else
    {
      self->last_direct = *to;
      self->next_search = G_MAXINT64;
      self->direct_at = now;
    }
}

void
sotto_paths_open (SottoPaths *self, const SottoPath *first, gsize n, bool valid, gint64 now)
{
  SottoPathEntry *entry;

  self->open = true;
  self->current = *first;
  self->direct_at = now;
  if (sotto_path_is_relay (first))
    {
      self->next_search = now; /* a direct way may exist that the handshake did not find */
      return;
    }
  entry = paths_need (self, first);
  entry->received += n;
  entry->last_received = now;
  entry->valid = valid;
  self->last_direct = *first;
  if (!valid)
    entry_begin_round (entry, now);
}

static void
on_direct_packet (SottoPaths *self, SottoPathEntry *entry, bool moved, gint64 now)
{
  self->direct_at = now;
  if (sotto_path_equal (&entry->path, &self->current))
    {
      if (moved)
        self->wanted = SOTTO_PATH_RELAY; /* back where it was */
      return;
    }
  if (sotto_path_is_relay (&self->current))
    entry_challenge_soon (entry, now);
  else if (moved && entry->valid)
    paths_switch (self, &entry->path, false, now);
  else if (moved)
    {
      self->wanted = entry->path;
      entry_challenge_soon (entry, now);
    }
}

void
sotto_paths_on_packet (SottoPaths *self, const SottoPath *from, gsize n, bool moved, gint64 now)
{
  SottoPath relay = SOTTO_PATH_RELAY;
  SottoPathEntry *entry;

  if (sotto_path_is_relay (from))
    {
      if (!sotto_path_is_relay (&self->current) && self->relay_available
          && now >= self->direct_at + SOTTO_PATH_RELAY_AFTER)
        paths_switch (self, &relay, true, now);
      return;
    }
  entry = paths_need (self, from);
  entry->received += n;
  entry->last_received = now;
  on_direct_packet (self, entry, moved, now);
}

void
sotto_paths_on_challenge (SottoPaths *self,
                          const SottoPath *from,
                          gsize n,
                          const SottoPacketFrame *frame)
{
  if (self->n_responses == SOTTO_PATH_RESPONSES_MAX)
    {
      self->n_responses--;
      memmove (&self->responses[0], &self->responses[1],
               self->n_responses * sizeof self->responses[0]);
    }
  self->responses[self->n_responses].to = *from;
  self->responses[self->n_responses].size = (uint16_t)n;
  memcpy (self->responses[self->n_responses].bytes, frame->path.bytes, 8);
  self->n_responses++;
}

static void
entry_answered (SottoPaths *self, SottoPathEntry *entry, gsize size, gint64 now)
{
  entry->valid = true;
  entry_end_round (entry);
  if (sotto_path_is_relay (&self->current))
    {
      if (size == SOTTO_DATAGRAM_MAX)
        paths_switch (self, &entry->path, false, now);
      else
        entry_begin_round (entry, now); /* now in the full size, which the way must carry */
    }
  else if (sotto_path_equal (&entry->path, &self->wanted))
    paths_switch (self, &entry->path, false, now);
}

void
sotto_paths_on_response (SottoPaths *self, const SottoPacketFrame *frame, gint64 now)
{
  for (guint i = 0; i < SOTTO_PATHS_MAX; i++)
    {
      SottoPathEntry *entry = &self->entries[i];

      for (guint c = 0; c < entry->n_challenges; c++)
        if (memcmp (entry->challenges[c].bytes, frame->path.bytes, 8) == 0)
          {
            entry_answered (self, entry, entry->challenges[c].size, now);
            return;
          }
    }
}

void
sotto_paths_on_sent (SottoPaths *self, const SottoPath *to, gsize n)
{
  SottoPathEntry *entry = paths_find (self, to);

  if (entry != NULL)
    entry->sent += n;
}

void
sotto_paths_fail_direct (SottoPaths *self, gint64 now)
{
  SottoPath relay = SOTTO_PATH_RELAY;

  if (self->relay_available)
    paths_switch (self, &relay, true, now);
}

static bool
paths_know_direct (const SottoPaths *self)
{
  for (guint i = 0; i < SOTTO_PATHS_MAX; i++)
    if (self->entries[i].path.addr.family != 0)
      return true;
  return false;
}

bool
sotto_paths_set_relay_available (SottoPaths *self, bool available, gint64 now)
{
  self->relay_available = available;
  if (available || !self->open || !sotto_path_is_relay (&self->current))
    return true;
  if (self->last_direct.addr.family != 0)
    {
      paths_switch (self, &self->last_direct, true, now);
      return true;
    }
  /* Nothing is valid: only challenges leave until one is answered. */
  self->next_search = MIN (self->next_search, now);
  return paths_know_direct (self);
}

static gsize
entry_allowance (const SottoPathEntry *entry)
{
  uint64_t most = entry->received * SOTTO_AMPLIFICATION_FACTOR;

  if (entry->valid)
    return SOTTO_DATAGRAM_MAX;
  return most <= entry->sent ? 0 : MIN (most - entry->sent, SOTTO_DATAGRAM_MAX);
}

gsize
sotto_paths_allowance (const SottoPaths *self)
{
  const SottoPathEntry *entry;
  gsize allowed;

  if (sotto_path_is_relay (&self->current))
    return self->relay_available ? SOTTO_DATAGRAM_MAX : 0;
  entry = paths_find ((SottoPaths *)self, &self->current);
  allowed = entry == NULL ? 0 : entry_allowance (entry);
  return allowed < DATAGRAM_MIN ? 0 : allowed;
}

bool
sotto_paths_is_relay (const SottoPaths *self)
{
  return sotto_path_is_relay (&self->current);
}

void
sotto_paths_tick (SottoPaths *self, gint64 now)
{
  if (now < self->next_search)
    return;
  self->next_search = now + SOTTO_PATH_SEARCH;
  for (guint i = 0; i < SOTTO_PATHS_MAX; i++)
    {
      SottoPathEntry *entry = &self->entries[i];

      if (entry->path.addr.family != 0
          && (entry->candidate || sotto_path_equal (&entry->path, &self->last_direct)))
        entry_begin_round (entry, now);
    }
}

gint64
sotto_paths_deadline (const SottoPaths *self)
{
  gint64 deadline = self->next_search;

  for (guint i = 0; i < SOTTO_PATHS_MAX; i++)
    if (self->entries[i].path.addr.family != 0)
      deadline = MIN (deadline, self->entries[i].challenge_at);
  return deadline;
}

/* A candidate of the grant gets one round a search beyond what it may get otherwise. */
static bool
take_exemption (SottoPathEntry *entry, gint64 now)
{
  if (!entry->candidate)
    return false;
  if (entry->n_exempt == 0 || now >= entry->exempt_since + SOTTO_PATH_SEARCH)
    {
      entry->exempt_since = now;
      entry->n_exempt = 0;
    }
  return entry->n_exempt++ < SOTTO_PATH_CHALLENGES;
}

/* Full size where that is allowed, else the smallest; 0 = nothing now. */
static gsize
challenge_size (SottoPathEntry *entry, gint64 now)
{
  gsize allowed = entry_allowance (entry);

  if (allowed >= SOTTO_DATAGRAM_MAX || take_exemption (entry, now))
    return SOTTO_DATAGRAM_MAX;
  return allowed >= DATAGRAM_MIN ? DATAGRAM_MIN : 0;
}

static bool
next_challenge (SottoPaths *self,
                SottoPathEntry *entry,
                gint64 pto,
                gint64 now,
                SottoPathPacket *out)
{
  gsize size;

  if (now < entry->challenge_at)
    return false;
  if (entry->n_challenges == SOTTO_PATH_CHALLENGES || now >= entry->round_at + SOTTO_PATH_SEARCH)
    {
      entry->challenge_at = G_MAXINT64; /* a late answer still counts */
      return false;
    }
  size = challenge_size (entry, now);
  entry->challenge_at = now + pto;
  if (size == 0)
    return false;
  sotto_random_fill (self->random, entry->challenges[entry->n_challenges].bytes, 8);
  entry->challenges[entry->n_challenges].size = (uint16_t)size;
  *out = (SottoPathPacket){ .to = entry->path, .size = size };
  out->frame.type = SOTTO_PACKET_PATH_CHALLENGE;
  memcpy (out->frame.path.bytes, entry->challenges[entry->n_challenges].bytes, 8);
  entry->n_challenges++;
  return true;
}

static bool
next_response (SottoPaths *self, SottoPathPacket *out)
{
  if (self->n_responses == 0)
    return false;
  *out = (SottoPathPacket){ .to = self->responses[0].to, .size = self->responses[0].size };
  out->frame.type = SOTTO_PACKET_PATH_RESPONSE;
  memcpy (out->frame.path.bytes, self->responses[0].bytes, 8);
  self->n_responses--;
  memmove (&self->responses[0], &self->responses[1], self->n_responses * sizeof self->responses[0]);
  return true;
}

bool
sotto_paths_next (SottoPaths *self, gint64 pto, gint64 now, SottoPathPacket *out)
{
  if (next_response (self, out))
    return true;
  for (guint i = 0; i < SOTTO_PATHS_MAX; i++)
    if (self->entries[i].path.addr.family != 0
        && next_challenge (self, &self->entries[i], pto, now, out))
      return true;
  return false;
}
