// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * RFC 9002 sections 5 and 6 and its appendix A, for one packet number space and a handshake that is
 * over. Packets lie in a ring in the order of their numbers; those that are done leave from its
 * front.
 */
#include "shared/peer/recovery.h"

#include "shared/base/limits.h"

#define PACKET_THRESHOLD     3
#define GRANULARITY          (1 * SOTTO_US_PER_MS)
#define PERSISTENT_THRESHOLD 3
#define PTO_PROBES           2
#define PTO_BACKOFF_MAX      6
#define PTO_MAX              (3 * SOTTO_US_PER_S) /* an outage is noticed soon after it ends */

static SottoSentPacket *
packet_at (const SottoRecovery *self, guint i)
{
  return &self->sent[(self->head + i) & (self->capacity - 1)];
}

static void
recovery_reset_rtt (SottoRecovery *self)
{
  self->latest_rtt = 0;
  self->smoothed_rtt = SOTTO_INITIAL_RTT;
  self->rtt_var = SOTTO_INITIAL_RTT / 2;
  self->min_rtt = 0;
  self->first_sample = -1;
}

void
sotto_recovery_init (SottoRecovery *self, const SottoRecoveryHandler *handler)
{
  *self = (SottoRecovery){ .handler = *handler, .loss_time = G_MAXINT64 };
  sotto_congestion_init (&self->congestion);
  recovery_reset_rtt (self);
}

void
sotto_recovery_clear (SottoRecovery *self)
{
  g_clear_pointer (&self->sent, g_free);
  self->capacity = self->head = self->count = self->eliciting = self->data = 0;
}

uint64_t
sotto_recovery_take_pn (SottoRecovery *self)
{
  return self->next_pn++;
}

static void
recovery_grow (SottoRecovery *self)
{
  guint capacity = MAX (self->capacity * 2, 64);
  SottoSentPacket *sent = g_new (SottoSentPacket, capacity);

  for (guint i = 0; i < self->count; i++)
    sent[i] = *packet_at (self, i);
  g_free (self->sent);
  self->sent = sent;
  self->capacity = capacity;
  self->head = 0;
}

void
sotto_recovery_sent (SottoRecovery *self, const SottoSentPacket *packet, gint64 now)
{
  SottoSentPacket *place;

  g_assert (packet->pn < self->next_pn);
  if (self->count == self->capacity)
    recovery_grow (self);
  self->count++;
  place = packet_at (self, self->count - 1);
  *place = *packet;
  place->time = now;
  place->done = false;
  place->generation = self->generation;
  sotto_congestion_on_sent (&self->congestion, packet->size);
  place->window_full = !sotto_congestion_may_send (&self->congestion);
  if (self->eliciting == 0)
    self->progress = now;
  self->eliciting++;
  self->data += packet->n_frames > 0;
  self->last_sent = now;
  if (self->probes > 0)
    self->probes--;
}

static void
recovery_trim (SottoRecovery *self)
{
  while (self->count > 0 && packet_at (self, 0)->done)
    {
      self->head = (self->head + 1) & (self->capacity - 1);
      self->count--;
    }
}

/* Index of the first tracked packet with a number ≥ pn. */
static guint
recovery_find (const SottoRecovery *self, uint64_t pn)
{
  guint low = 0, high = self->count;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (packet_at (self, middle)->pn < pn)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static void
recovery_measure (SottoRecovery *self, gint64 sample, gint64 delay, gint64 now)
{
  gint64 adjusted = sample;

  self->latest_rtt = sample;
  if (self->first_sample < 0)
    {
      self->first_sample = now;
      self->min_rtt = self->smoothed_rtt = sample;
      self->rtt_var = sample / 2;
      return;
    }
  self->min_rtt = MIN (self->min_rtt, sample);
  delay = MIN (delay, SOTTO_ACK_DELAY_MAX);
  if (sample >= self->min_rtt + delay)
    adjusted -= delay;
  self->rtt_var = (3 * self->rtt_var + ABS (self->smoothed_rtt - adjusted)) / 4;
  self->smoothed_rtt = (7 * self->smoothed_rtt + adjusted) / 8;
}

static void
recovery_finish (SottoRecovery *self, SottoSentPacket *packet)
{
  packet->done = true;
  self->eliciting--;
  self->data -= packet->n_frames > 0;
}

static void
recovery_acked (SottoRecovery *self, SottoSentPacket *packet)
{
  recovery_finish (self, packet);
  if (packet->generation == self->generation)
    sotto_congestion_on_acked (&self->congestion, packet->size, packet->time, packet->window_full);
  for (guint i = 0; i < packet->n_frames; i++)
    self->handler.acked (&packet->frames[i], self->handler.data);
}

static void
recovery_resend (SottoRecovery *self, const SottoSentPacket *packet)
{
  for (guint i = 0; i < packet->n_frames; i++)
    self->handler.lost (&packet->frames[i], self->handler.data);
}

static void
recovery_lost (SottoRecovery *self, SottoSentPacket *packet)
{
  recovery_finish (self, packet);
  self->lost_packets++;
  if (packet->generation == self->generation)
    sotto_congestion_forget (&self->congestion, packet->size);
  recovery_resend (self, packet);
}

static gint64
persistent_duration (const SottoRecovery *self)
{
  return sotto_recovery_pto (self) * PERSISTENT_THRESHOLD;
}

/* RFC 9002 section 6.1. Both thresholds grow with age, so the first packet that is not lost ends
 * the search. */
static void
recovery_detect_lost (SottoRecovery *self, gint64 now)
{
  gint64 rtt = MAX (self->latest_rtt, self->smoothed_rtt);
  gint64 delay = MAX (rtt + rtt / 8, GRANULARITY);
  gint64 newest = -1, run_start = -1;
  bool persistent = false;

  self->loss_time = G_MAXINT64;
  for (guint i = 0; self->any_acked && i < self->count; i++)
    {
      SottoSentPacket *packet = packet_at (self, i);

      if (packet->pn > self->largest_acked)
        break;
      if (packet->done)
        {
          run_start = -1;
          continue;
        }
      if (packet->time + delay > now && packet->pn + PACKET_THRESHOLD > self->largest_acked)
        {
          self->loss_time = packet->time + delay;
          break;
        }
      if (packet->generation == self->generation)
        {
          newest = packet->time;
          /* Section 7.6: a long stretch in which nothing got through. */
          if (self->first_sample >= 0 && packet->time > self->first_sample)
            {
              if (run_start < 0)
                run_start = packet->time;
              persistent |= packet->time - run_start > persistent_duration (self);
            }
        }
      recovery_lost (self, packet);
    }
  if (newest >= 0)
    sotto_congestion_on_loss (&self->congestion, newest, now);
  if (persistent)
    sotto_congestion_on_persistent (&self->congestion);
}

/* Returns whether anything was newly acknowledged; *out_sample is the time of the largest if that
 * one was, else -1. */
static bool
recovery_take_acked (SottoRecovery *self, const SottoPacketFrame *ack, gint64 *out_sample)
{
  bool any = false;

  *out_sample = -1;
  for (guint r = 0; r < ack->ack.n; r++)
    {
      const SottoAckRange *range = &ack->ack.ranges[r];

      for (guint i = recovery_find (self, range->low); i < self->count; i++)
        {
          SottoSentPacket *packet = packet_at (self, i);

          if (packet->pn > range->high)
            break;
          if (packet->done)
            continue;
          any = true;
          if (packet->pn == ack->ack.ranges[0].high && packet->generation == self->generation)
            *out_sample = packet->time;
          recovery_acked (self, packet);
        }
    }
  return any;
}

SottoCode
sotto_recovery_on_ack (SottoRecovery *self, const SottoPacketFrame *ack, gint64 now)
{
  uint64_t largest = ack->ack.ranges[0].high;
  gint64 sent;

  if (largest >= self->next_pn)
    return SOTTO_PROTOCOL;
  self->largest_acked = self->any_acked ? MAX (self->largest_acked, largest) : largest;
  self->any_acked = true;
  if (!recovery_take_acked (self, ack, &sent))
    return SOTTO_OK;
  if (sent >= 0)
    recovery_measure (self, MAX (now - sent, 1), ack->ack.delay_ms * SOTTO_US_PER_MS, now);
  recovery_detect_lost (self, now);
  recovery_trim (self);
  self->pto_count = 0;
  self->probes = 0;
  self->progress = now;
  return SOTTO_OK;
}

gint64
sotto_recovery_pto (const SottoRecovery *self)
{
  return self->smoothed_rtt + MAX (4 * self->rtt_var, GRANULARITY) + SOTTO_ACK_DELAY_MAX;
}

static gint64
recovery_pto_at (const SottoRecovery *self)
{
  gint64 interval = sotto_recovery_pto (self) << MIN (self->pto_count, PTO_BACKOFF_MAX);

  if (self->eliciting == 0)
    return G_MAXINT64;
  return self->last_sent + MIN (interval, MAX (PTO_MAX, sotto_recovery_pto (self)));
}

gint64
sotto_recovery_deadline (const SottoRecovery *self)
{
  return self->loss_time != G_MAXINT64 ? self->loss_time : recovery_pto_at (self);
}

/* Nothing is declared lost: the oldest content goes again, in case it was (section 6.2.4). */
static void
recovery_probe (SottoRecovery *self, gint64 now)
{
  guint n = 0;

  self->pto_count++;
  self->probes = PTO_PROBES;
  self->last_sent = now; /* the next timeout counts from here even if nothing can leave */
  for (guint i = 0; i < self->count && n < PTO_PROBES; i++)
    if (!packet_at (self, i)->done)
      {
        recovery_resend (self, packet_at (self, i));
        n++;
      }
}

void
sotto_recovery_tick (SottoRecovery *self, gint64 now)
{
  if (now < sotto_recovery_deadline (self))
    return;
  if (self->loss_time != G_MAXINT64)
    {
      recovery_detect_lost (self, now);
      recovery_trim (self);
    }
  else
    recovery_probe (self, now);
}

bool
sotto_recovery_may_send (const SottoRecovery *self)
{
  return self->probes > 0 || sotto_congestion_may_send (&self->congestion);
}

void
sotto_recovery_new_path (SottoRecovery *self, bool resend, gint64 now)
{
  self->generation++;
  sotto_congestion_init (&self->congestion);
  recovery_reset_rtt (self);
  self->pto_count = 0;
  self->probes = 0;
  self->progress = now;
  self->last_sent = now;
  for (guint i = 0; resend && i < self->count; i++)
    if (!packet_at (self, i)->done)
      {
        recovery_finish (self, packet_at (self, i));
        recovery_resend (self, packet_at (self, i));
      }
  if (resend)
    self->loss_time = G_MAXINT64;
  recovery_trim (self);
}
