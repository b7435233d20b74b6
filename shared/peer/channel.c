// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The channel's life: HANDSHAKE, OPEN, CLOSED, its timers and events, and what its owner may ask of
 * it. Everything that knows the time comes through here; the parts it binds know nothing of each
 * other.
 */
#include "shared/peer/channel-private.h"

#include "shared/base/secret.h"
#include <string.h>

static void
on_frame_acked (const SottoSentFrame *frame, gpointer data)
{
  SottoChannel *self = data;

  sotto_streams_acked (&self->streams, frame);
}

static void
on_frame_lost (const SottoSentFrame *frame, gpointer data)
{
  SottoChannel *self = data;

  if (frame->type == SOTTO_PACKET_REKEY1 || frame->type == SOTTO_PACKET_REKEY2)
    sotto_keys_frame_lost (&self->keys, frame->type, (uint8_t)frame->id);
  else
    sotto_streams_lost (&self->streams, frame);
}

SottoChannel *
sotto_channel_new (const SottoChannelConfig *config, gint64 now)
{
  SottoChannel *self = g_new0 (SottoChannel, 1);
  SottoRecoveryHandler handler = { on_frame_acked, on_frame_lost, self };

  self->role = config->grant.role;
  self->cid = config->grant.cid;
  self->random = config->random;
  self->relay_only = config->relay_only;
  self->expires = now + config->grant.ttl_s * SOTTO_US_PER_S;
  self->active = now;
  self->events = g_array_new (FALSE, FALSE, sizeof (SottoChannelEvent));
  sotto_handshake_init (&self->handshake, &config->grant, &config->own_name, &config->identity,
                        config->relay_only, &self->random, now);
  self->handshake.relay_available = config->relay_available;
  sotto_ack_set_init (&self->received);
  sotto_recovery_init (&self->recovery, &handler);
  sotto_streams_init (&self->streams, self->role);
  sotto_paths_init (&self->paths, self->handshake.candidates, self->handshake.n_candidates,
                    &self->random);
  sotto_paths_set_relay_available (&self->paths, config->relay_available, now);
  return self;
}

static void
channel_erase_keys (SottoChannel *self)
{
  sotto_handshake_clear (&self->handshake);
  sotto_keys_clear (&self->keys);
}

void
sotto_channel_free (SottoChannel *self)
{
  if (self == NULL)
    return;
  channel_erase_keys (self);
  sotto_recovery_clear (&self->recovery);
  sotto_streams_clear (&self->streams);
  g_array_unref (self->events);
  sotto_secret_wipe (self, sizeof *self);
  g_free (self);
}

SottoChannelState
sotto_channel_get_state (const SottoChannel *self)
{
  return self->state;
}

void
sotto_channel_push (SottoChannel *self, const SottoChannelEvent *event)
{
  guint n = self->events->len;

  /* Of NOTICEs in a row only the last says how things are. */
  if (n > 0 && event->type == SOTTO_CHANNEL_EVENT_NOTICE
      && g_array_index (self->events, SottoChannelEvent, n - 1).type == event->type)
    g_array_set_size (self->events, n - 1);
  g_array_append_val (self->events, *event);
}

void
sotto_channel_open (SottoChannel *self, const SottoPath *path, gsize n, bool valid, gint64 now)
{
  SottoChannelEvent event = { .type = SOTTO_CHANNEL_EVENT_OPEN, .path = *path };

  self->state = SOTTO_CHANNEL_OPEN;
  sotto_handshake_clear (&self->handshake);
  self->keys.began = now;
  sotto_paths_open (&self->paths, path, n, valid, now);
  self->ping_due = self->role == SOTTO_ROLE_INITIATOR;
  self->active = now;
  sotto_channel_push (self, &event);
}

void
sotto_channel_end (SottoChannel *self, SottoCode code)
{
  SottoChannelEvent event = { .type = SOTTO_CHANNEL_EVENT_CLOSED, .code = code };

  if (self->state == SOTTO_CHANNEL_CLOSED)
    return;
  self->state = SOTTO_CHANNEL_CLOSED;
  channel_erase_keys (self);
  sotto_recovery_clear (&self->recovery);
  sotto_channel_push (self, &event);
}

void
sotto_channel_close (SottoChannel *self, SottoCode code, gint64 now)
{
  if (self->state == SOTTO_CHANNEL_OPEN && sotto_paths_allowance (&self->paths) > 0)
    {
      self->last_to = self->paths.current;
      self->n_last = sotto_channel_seal_close (self, code, self->last);
    }
  sotto_channel_end (self, code);
}

void
sotto_channel_follow_path (SottoChannel *self, gint64 now)
{
  SottoChannelEvent event = { .type = SOTTO_CHANNEL_EVENT_PATH, .path = self->paths.current };

  if (!self->paths.changed)
    return;
  sotto_recovery_new_path (&self->recovery, self->paths.changed_dead, now);
  self->paths.changed = self->paths.changed_dead = false;
  self->ping_due = true;
  sotto_channel_push (self, &event);
}

void
sotto_channel_set_relay_available (SottoChannel *self, bool available, gint64 now)
{
  if (self->state == SOTTO_CHANNEL_CLOSED)
    return;
  self->handshake.relay_available = available && self->state == SOTTO_CHANNEL_HANDSHAKE;
  if (!sotto_paths_set_relay_available (&self->paths, available, now)
      && self->state == SOTTO_CHANNEL_OPEN)
    sotto_channel_end (self, SOTTO_UNAVAILABLE);
  sotto_channel_follow_path (self, now);
}

void
sotto_channel_ping (SottoChannel *self)
{
  self->ping_due |= self->state == SOTTO_CHANNEL_OPEN;
}

/* When the direct way counts as dead; G_MAXINT64 while it does not. */
static gint64
channel_stall_at (const SottoChannel *self)
{
  const SottoRecovery *recovery = &self->recovery;

  if (sotto_paths_is_relay (&self->paths) || !self->paths.relay_available || recovery->data == 0)
    return G_MAXINT64;
  return recovery->progress + SOTTO_PATH_STALL;
}

static void
channel_check_direct (SottoChannel *self, gint64 now)
{
  bool pings_lost = self->recovery.data == 0 && self->recovery.pto_count >= SOTTO_PATH_PINGS;

  if (sotto_paths_is_relay (&self->paths))
    return;
  if (pings_lost || now >= channel_stall_at (self))
    sotto_paths_fail_direct (&self->paths, now);
}

static void
channel_tick_open (SottoChannel *self, gint64 now)
{
  if (!sotto_keys_tick (&self->keys, now))
    {
      sotto_channel_end (self, SOTTO_TIMEOUT);
      return;
    }
  sotto_recovery_tick (&self->recovery, now);
  sotto_paths_tick (&self->paths, now);
  channel_check_direct (self, now);
  sotto_channel_follow_path (self, now);
  if (now >= self->active + SOTTO_KEEPALIVE)
    {
      self->ping_due = true;
      self->active = now;
    }
}

static void
channel_tick_handshake (SottoChannel *self, gint64 now)
{
  if (now >= self->expires || !sotto_handshake_tick (&self->handshake, now))
    sotto_channel_end (self, SOTTO_TIMEOUT);
}

void
sotto_channel_tick (SottoChannel *self, gint64 now)
{
  if (self->state == SOTTO_CHANNEL_HANDSHAKE)
    channel_tick_handshake (self, now);
  else if (self->state == SOTTO_CHANNEL_OPEN)
    channel_tick_open (self, now);
}

gint64
sotto_channel_deadline (const SottoChannel *self)
{
  gint64 deadline;

  if (self->state == SOTTO_CHANNEL_CLOSED)
    return G_MAXINT64;
  if (self->state == SOTTO_CHANNEL_HANDSHAKE)
    return MIN (self->expires, sotto_handshake_deadline (&self->handshake));
  deadline = MIN (sotto_recovery_deadline (&self->recovery), sotto_keys_deadline (&self->keys));
  if (sotto_paths_allowance (&self->paths) > 0) /* else an ACK that is due cannot leave */
    deadline = MIN (deadline, self->received.due);
  deadline = MIN (deadline, sotto_paths_deadline (&self->paths));
  deadline = MIN (deadline, channel_stall_at (self));
  return MIN (deadline, self->active + SOTTO_KEEPALIVE);
}

gsize
sotto_channel_transmit (SottoChannel *self, gint64 now, SottoPath *out_to, uint8_t *out)
{
  gsize n = 0;

  switch (self->state)
    {
    case SOTTO_CHANNEL_HANDSHAKE:
      sotto_channel_tick (self, now);
      n = sotto_handshake_transmit (&self->handshake, out_to, out);
      break;
    case SOTTO_CHANNEL_OPEN:
      n = sotto_channel_build (self, now, out_to, out);
      break;
    case SOTTO_CHANNEL_CLOSED:
      n = self->n_last;
      self->n_last = 0;
      *out_to = self->last_to;
      memcpy (out, self->last, n);
      break;
    }
  if (n > 0)
    self->packets_sent++;
  return n;
}

static const SottoChannelEventType news_events[] = {
  [SOTTO_STREAM_NEWS_READABLE] = SOTTO_CHANNEL_EVENT_READABLE,
  [SOTTO_STREAM_NEWS_WRITABLE] = SOTTO_CHANNEL_EVENT_WRITABLE,
  [SOTTO_STREAM_NEWS_SENT] = SOTTO_CHANNEL_EVENT_SENT,
};

/* OPEN comes first and CLOSED last: what came before a CLOSE is told before it. */
bool
sotto_channel_next_event (SottoChannel *self, SottoChannelEvent *out)
{
  SottoStreamNews news;
  SottoChannelEvent *first;

  first = self->events->len > 0 ? &g_array_index (self->events, SottoChannelEvent, 0) : NULL;
  if ((first == NULL || first->type == SOTTO_CHANNEL_EVENT_CLOSED)
      && sotto_streams_next_news (&self->streams, &news))
    {
      *out = (SottoChannelEvent){ .type = news_events[news.type],
                                  .stream = news.id,
                                  .offset = news.offset };
      return true;
    }
  if (first == NULL)
    return false;
  *out = *first;
  g_array_remove_index (self->events, 0);
  return true;
}

gsize
sotto_channel_write (SottoChannel *self,
                     uint32_t stream,
                     const void *data,
                     gsize n,
                     bool fin,
                     gint64 now)
{
  if (self->state != SOTTO_CHANNEL_OPEN)
    return 0;
  return sotto_streams_write (&self->streams, stream, data, n, fin);
}

gsize
sotto_channel_read (SottoChannel *self,
                    uint32_t stream,
                    void *out,
                    gsize max,
                    bool *out_fin,
                    gint64 now)
{
  return sotto_streams_read (&self->streams, stream, out, max, out_fin);
}

void
sotto_channel_allow_stream (SottoChannel *self, uint32_t stream, uint64_t credit, gint64 now)
{
  if (self->state == SOTTO_CHANNEL_OPEN)
    sotto_streams_allow (&self->streams, stream, credit);
}

void
sotto_channel_reset_stream (SottoChannel *self, uint32_t stream, SottoCode code, gint64 now)
{
  if (self->state == SOTTO_CHANNEL_OPEN)
    sotto_streams_reset (&self->streams, stream, code);
}

void
sotto_channel_stop_stream (SottoChannel *self, uint32_t stream, SottoCode code, gint64 now)
{
  if (self->state == SOTTO_CHANNEL_OPEN)
    sotto_streams_stop (&self->streams, stream, code);
}

void
sotto_channel_notice (SottoChannel *self, SottoNotice what, gint64 now)
{
  if (self->state == SOTTO_CHANNEL_OPEN)
    self->notice = what;
}

void
sotto_channel_get_stats (const SottoChannel *self, SottoChannelStats *out)
{
  *out = (SottoChannelStats){ .path = self->paths.current,
                              .smoothed_rtt = self->recovery.rtt.smoothed,
                              .epoch_started = self->keys.began,
                              .packets_sent = self->packets_sent,
                              .packets_lost = self->recovery.lost_packets,
                              .packets_received = self->packets_received,
                              .dropped = self->dropped };
  if (sotto_keys_are_set (&self->keys))
    out->epoch = self->keys.current->number;
}
