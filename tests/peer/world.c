// SPDX-License-Identifier: GPL-3.0-or-later
/* A list of what flies, a clock that jumps to the next thing that happens. */
#undef G_DISABLE_ASSERT
#include "tests/peer/world.h"

#include "shared/crypto/agreement.h"
#include <string.h>

uint64_t
world_random (World *self)
{
  uint64_t z = self->state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

static void
world_fill (gpointer data, uint8_t *out, gsize n)
{
  for (gsize i = 0; i < n; i++)
    out[i] = (uint8_t)world_random (data);
}

static bool
world_chance (World *self, guint of_10000)
{
  return world_random (self) % 10000 < of_10000;
}

void
world_init (World *self, uint64_t seed)
{
  static const char *const names[] = { "alice", "bob" };

  memset (self, 0, sizeof *self);
  self->state = seed;
  self->now = 1000 * SOTTO_US_PER_S;
  self->random = (SottoRandom){ world_fill, self };
  self->faults.delay = 5 * SOTTO_US_PER_MS;
  self->flying = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < 2; i++)
    {
      WorldEnd *end = &self->ends[i];

      g_strlcpy (end->name.str, names[i], sizeof end->name.str);
      sotto_key_pair_generate (&end->identity, &self->random);
      end->address.addr = (SottoAddr){ .family = 4,
                                       .ip = { 10, 0, 0, (uint8_t)(1 + i) },
                                       .port = (uint16_t)(4000 + i) };
      end->stream0 = g_byte_array_new ();
    }
}

void
world_clear (World *self)
{
  for (guint i = 0; i < 2; i++)
    {
      sotto_channel_free (self->ends[i].channel);
      g_byte_array_unref (self->ends[i].stream0);
    }
  g_ptr_array_unref (self->flying);
}

void
world_start (World *self, guint candidates)
{
  uint64_t cid = world_random (self);
  SottoKey kxy;

  world_fill (self, kxy.bytes, sizeof kxy.bytes);
  for (guint i = 0; i < 2; i++)
    {
      SottoGrant *grant = &self->grants[i];
      SottoChannelConfig config = { .own_name = self->ends[i].name,
                                    .identity = self->ends[i].identity,
                                    .relay_available = self->relay_available,
                                    .relay_only = self->relay_only,
                                    .random = self->random };

      *grant = (SottoGrant){ .role = i == 0 ? SOTTO_ROLE_INITIATOR : SOTTO_ROLE_RESPONDER,
                             .cid = cid,
                             .peer = self->ends[1 - i].name,
                             .identity = self->ends[1 - i].identity.public,
                             .kxy = kxy,
                             .ttl_s = SOTTO_GRANT_TTL_S,
                             .n_candidates = (uint8_t)candidates };
      grant->candidates[0] = self->ends[1 - i].address.addr;
      config.grant = *grant;
      self->ends[i].channel = sotto_channel_new (&config, self->now);
    }
}

static bool
arrives_before (World *self, guint a, guint b)
{
  const WorldDatagram *one = g_ptr_array_index (self->flying, a);
  const WorldDatagram *other = g_ptr_array_index (self->flying, b);

  return one->at < other->at || (one->at == other->at && one->order < other->order);
}

static void
swap_flying (World *self, guint a, guint b)
{
  gpointer kept = g_ptr_array_index (self->flying, a);

  g_ptr_array_index (self->flying, a) = g_ptr_array_index (self->flying, b);
  g_ptr_array_index (self->flying, b) = kept;
}

static void
push_flying (World *self, WorldDatagram *datagram)
{
  guint at = self->flying->len;

  g_ptr_array_add (self->flying, datagram);
  for (; at > 0 && arrives_before (self, at, (at - 1) / 2); at = (at - 1) / 2)
    swap_flying (self, at, (at - 1) / 2);
}

static WorldDatagram *
pop_flying (World *self)
{
  WorldDatagram *first = g_ptr_array_steal_index_fast (self->flying, 0);
  guint at = 0, child;

  while ((child = 2 * at + 1) < self->flying->len)
    {
      if (child + 1 < self->flying->len && arrives_before (self, child + 1, child))
        child++;
      if (!arrives_before (self, child, at))
        break;
      swap_flying (self, at, child);
      at = child;
    }
  return first;
}

static void
fly (World *self, guint to, const SottoPath *from, const uint8_t *bytes, gsize n, gint64 delay)
{
  WorldDatagram *datagram = g_new (WorldDatagram, 1);

  datagram->at = self->now + MAX (delay, 0);
  datagram->order = self->order++;
  datagram->to = to;
  datagram->from = *from;
  datagram->n = n;
  memcpy (datagram->bytes, bytes, n);
  if (world_chance (self, self->faults.corrupt))
    datagram->bytes[world_random (self) % n] ^= (uint8_t)(1 + world_random (self) % 255);
  push_flying (self, datagram);
}

void
world_inject (World *self, guint to, const SottoPath *from, const uint8_t *bytes, gsize n)
{
  fly (self, to, from, bytes, n, 0);
}

static gint64
flight_time (World *self)
{
  const WorldFaults *f = &self->faults;
  gint64 delay = f->delay;

  if (f->jitter > 0)
    delay += (gint64)(world_random (self) % (uint64_t)(2 * f->jitter + 1)) - f->jitter;
  if (world_chance (self, f->reorder))
    delay += f->delay + f->jitter; /* behind whatever is sent within the next flight */
  return delay;
}

/* How long the bottleneck keeps it; -1 = its queue is full. */
static gint64
pass_bottleneck (World *self, guint from, gsize n)
{
  const WorldFaults *f = &self->faults;
  gint64 *free_at = &self->free_at[from];

  if (f->rate == 0)
    return 0;
  *free_at = MAX (*free_at, self->now);
  if ((*free_at - self->now) * f->rate / SOTTO_US_PER_S + (gint64)n > f->queue)
    {
      self->n_overflows++;
      return -1;
    }
  *free_at += (gint64)n * SOTTO_US_PER_S / f->rate;
  return *free_at - self->now;
}

static void
world_send (World *self, guint from, const SottoPath *to, const uint8_t *bytes, gsize n)
{
  WorldEnd *end = &self->ends[from];
  bool relay = sotto_path_is_relay (to);
  SottoPath seen = relay ? SOTTO_PATH_RELAY : end->address;
  guint copies = 1;
  gint64 kept;

  end->n_sent++;
  end->n_last_sent = n;
  memcpy (end->last_sent, bytes, n);
  end->bytes_to[relay] += n;
  if (self->watch != NULL && !self->watch (self, from, to, bytes, n))
    return;
  if (relay ? self->relay_blocked : self->direct_blocked)
    return;
  if (!relay && !sotto_path_equal (to, &self->ends[1 - from].address))
    return; /* nobody is there (any more) */
  if (world_chance (self, self->faults.loss))
    return;
  if (world_chance (self, self->faults.duplicate))
    copies++;
  if (!relay && self->disguise != NULL)
    self->disguise (self, from, &seen);
  kept = pass_bottleneck (self, from, n);
  for (guint i = 0; i < copies && kept >= 0; i++)
    fly (self, 1 - from, &seen, bytes, n, kept + flight_time (self));
}

static void
end_on_event (World *self, guint i, const SottoChannelEvent *event)
{
  WorldEnd *end = &self->ends[i];

  switch (event->type)
    {
    case SOTTO_CHANNEL_EVENT_OPEN:
      g_assert_false (end->opened);
      end->opened = true;
      end->path = event->path;
      break;
    case SOTTO_CHANNEL_EVENT_CLOSED:
      g_assert_false (end->closed);
      end->closed = true;
      end->code = event->code;
      break;
    case SOTTO_CHANNEL_EVENT_PATH:
      end->n_path_events++;
      end->path = event->path;
      break;
    case SOTTO_CHANNEL_EVENT_RESET:
      end->n_resets++;
      end->reset_stream = event->stream;
      break;
    case SOTTO_CHANNEL_EVENT_NOTICE:
      end->n_notices++;
      break;
    case SOTTO_CHANNEL_EVENT_READABLE:
    case SOTTO_CHANNEL_EVENT_WRITABLE:
    case SOTTO_CHANNEL_EVENT_SENT:
      break;
    }
}

static void
end_read (World *self, WorldEnd *end)
{
  uint8_t bytes[4096];
  gsize n;

  while (!end->hold_reading
         && (n = sotto_channel_read (end->channel, 0, bytes, sizeof bytes, NULL, self->now)) > 0)
    g_byte_array_append (end->stream0, bytes, (guint)n);
}

void
world_settle (World *self)
{
  for (guint i = 0; i < 2; i++)
    {
      WorldEnd *end = &self->ends[i];
      SottoChannelEvent event;
      uint8_t bytes[SOTTO_DATAGRAM_MAX];
      SottoPath to;
      gsize n;

      end_read (self, end);
      while ((n = sotto_channel_transmit (end->channel, self->now, &to, bytes)) > 0)
        world_send (self, i, &to, bytes, n);
      while (sotto_channel_next_event (end->channel, &event))
        end_on_event (self, i, &event);
    }
}

/* false when nothing happens before `until`. */
static bool
world_step (World *self, gint64 until)
{
  gint64 next = until;
  WorldDatagram *datagram = NULL;

  world_settle (self);
  if (self->flying->len > 0)
    {
      datagram = g_ptr_array_index (self->flying, 0);
      next = MIN (next, datagram->at);
    }
  for (guint i = 0; i < 2; i++)
    next = MIN (next, sotto_channel_deadline (self->ends[i].channel));
  if (self->wake > self->now)
    next = MIN (next, self->wake);
  self->now = MAX (self->now, next);
  if (datagram != NULL && datagram->at <= self->now)
    {
      pop_flying (self);
      if (self->arrives != NULL)
        self->arrives (self, datagram->to, &datagram->from, datagram->bytes, datagram->n);
      sotto_channel_receive (self->ends[datagram->to].channel, &datagram->from, datagram->bytes,
                             datagram->n, self->now);
      g_free (datagram);
    }
  for (guint i = 0; i < 2; i++)
    if (sotto_channel_deadline (self->ends[i].channel) <= self->now)
      sotto_channel_tick (self->ends[i].channel, self->now);
  world_settle (self);
  return self->now < until;
}

void
world_run (World *self, gint64 until)
{
  while (world_step (self, until))
    ;
}

bool
world_run_until (World *self, bool (*done) (World *self), gint64 limit)
{
  gint64 until = self->now + limit;

  while (!done (self))
    if (!world_step (self, until))
      return done (self);
  return true;
}

bool
world_both_open (World *self)
{
  return self->ends[0].opened && self->ends[1].opened;
}

void
world_write (World *self, guint end, const void *bytes, gsize n)
{
  g_assert_cmpuint (sotto_channel_write (self->ends[end].channel, 0, bytes, n, false, self->now),
                    ==, n);
}

void
world_open_pair (World *self)
{
  world_init (self, 1);
  world_start (self, 1);
  g_assert_true (world_run_until (self, world_both_open, 5 * SOTTO_US_PER_S));
  world_run (self, self->now + SOTTO_US_PER_S); /* what the handshake left to acknowledge */
}

void
world_assert_read (World *self, guint end, const char *want)
{
  const GByteArray *got = self->ends[end].stream0;

  g_assert_cmpmem (got->data, got->len, want, strlen (want));
}
