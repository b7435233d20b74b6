// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * RFC 9002 sections 5 and 6 and its appendix A, for one packet number space and a handshake that is
 * over; and what it leaves open, forgiveness for packets that were only late.
 */
#include "shared/peer/recovery.h"

#include "shared/base/limits.h"

#define PACKET_THRESHOLD     3
#define REORDERING_MAX       128 /* packets; beyond that late is lost */
#define PATIENCE_MIN         1   /* eighths of a round trip: the 9/8 of RFC 9002 */
#define PATIENCE_MAX         8
#define LATE_KEEP            4 /* PTOs that a lost packet is remembered */
#define GRANULARITY          (1 * SOTTO_US_PER_MS)
#define PERSISTENT_THRESHOLD 3
#define PTO_PROBES           2
#define PTO_BACKOFF_MAX      6
#define PTO_MAX              (3 * SOTTO_US_PER_S) /* an outage is noticed soon after it ends */

/* A path is judged anew: its times, and how much it mixes up. */
static void
recovery_reset_path (SottoRecovery *self)
{
  sotto_congestion_init (&self->congestion);
  sotto_rtt_init (&self->rtt);
  self->reordering = PACKET_THRESHOLD;
  self->patience = PATIENCE_MIN;
}

void
sotto_recovery_init (SottoRecovery *self, const SottoRecoveryHandler *handler)
{
  *self = (SottoRecovery){ .handler = *handler, .loss_time = G_MAXINT64 };
  self->late = g_array_new (FALSE, FALSE, sizeof (SottoSentPacket));
  recovery_reset_path (self);
}

void
sotto_recovery_clear (SottoRecovery *self)
{
  sotto_sent_list_clear (&self->sent);
  g_clear_pointer (&self->late, g_array_unref);
  self->eliciting = self->data = 0;
}

uint64_t
sotto_recovery_take_pn (SottoRecovery *self)
{
  return self->next_pn++;
}

/* What is sent again was owed all the time. */
static void
recovery_note_sent (SottoRecovery *self, gint64 now)
{
  if (!self->owed)
    self->progress = now;
  self->owed = true;
}

void
sotto_recovery_sent (SottoRecovery *self, const SottoSentPacket *packet, gint64 now)
{
  SottoSentPacket *place;

  g_assert (packet->pn < self->next_pn);
  place = sotto_sent_list_push (&self->sent, packet);
  place->time = now;
  place->state = SOTTO_SENT_LIVE;
  place->generation = self->generation;
  sotto_congestion_on_sent (&self->congestion, packet->size);
  if (packet->n_frames > 0)
    recovery_note_sent (self, now);
  self->eliciting++;
  self->data += packet->n_frames > 0;
  self->last_sent = now;
  if (self->probes > 0)
    self->probes--;
}

static void
recovery_finish (SottoRecovery *self, SottoSentPacket *packet, SottoSentState state)
{
  packet->state = state;
  self->eliciting--;
  self->data -= packet->n_frames > 0;
}

static void
recovery_tell_acked (SottoRecovery *self, const SottoSentPacket *packet)
{
  for (guint i = 0; i < packet->n_frames; i++)
    self->handler.acked (&packet->frames[i], self->handler.data);
}

/* An answered PING is none: the way may carry small datagrams alone. */
static void
recovery_note_progress (SottoRecovery *self, const SottoSentPacket *packet, gint64 now)
{
  if (packet->n_frames == 0)
    return;
  self->progress = now;
  self->owed = self->data > 0;
}

static void
recovery_acked (SottoRecovery *self, SottoSentPacket *packet, gint64 now)
{
  recovery_finish (self, packet, SOTTO_SENT_DONE);
  recovery_note_progress (self, packet, now);
  if (packet->generation == self->generation)
    sotto_congestion_on_acked (&self->congestion, packet->size, packet->time, self->rtt.smoothed,
                               now);
  recovery_tell_acked (self, packet);
}

/* It was only late: be slower to judge, and take back a cut that rests on nothing else. */
static void
recovery_was_late (SottoRecovery *self, const SottoSentPacket *packet, gint64 now)
{
  self->lost_packets--;
  recovery_note_progress (self, packet, now);
  if (packet->generation == self->generation)
    {
      self->reordering =
          (guint)MIN (MAX (self->largest_acked - packet->pn + 1, self->reordering), REORDERING_MAX);
      self->patience = MIN (self->patience + 1, PATIENCE_MAX);
      if (packet->lost_at >= self->congestion.recovery_start && self->loss_event > 0
          && --self->loss_event == 0)
        sotto_congestion_undo (&self->congestion);
    }
  recovery_tell_acked (self, packet);
}

static SottoSentPacket *
late_at (const SottoRecovery *self, guint i)
{
  return &g_array_index (self->late, SottoSentPacket, i);
}

static void
recovery_remember_lost (SottoRecovery *self, const SottoSentPacket *packet, gint64 now)
{
  guint old = 0;

  while (old < self->late->len
         && (now >= late_at (self, old)->lost_at + LATE_KEEP * sotto_rtt_pto (&self->rtt)
             || self->late->len - old >= SOTTO_LATE_MAX))
    old++;
  if (old > 0)
    g_array_remove_range (self->late, 0, old);
  g_array_append_val (self->late, *packet);
}

static void
recovery_resend (SottoRecovery *self, const SottoSentPacket *packet)
{
  for (guint i = 0; i < packet->n_frames; i++)
    self->handler.lost (&packet->frames[i], self->handler.data);
}

static void
recovery_lost (SottoRecovery *self, SottoSentPacket *packet, gint64 now)
{
  recovery_finish (self, packet, SOTTO_SENT_LOST);
  packet->lost_at = now;
  recovery_remember_lost (self, packet, now);
  self->lost_packets++;
  if (packet->generation == self->generation)
    sotto_congestion_forget (&self->congestion, packet->size);
  recovery_resend (self, packet);
}

/* What a pass over the list found. */
typedef struct
{
  guint n;          /* lost on this path */
  gint64 newest;    /* of them: when it was sent */
  gint64 run_start; /* of packets lost one after the other; -1 = none */
  bool persistent;
} LossPass;

/* RFC 9002 section 7.6: a stretch in which nothing got through, after the first measurement. */
static void
pass_note_lost (const SottoRecovery *self, const SottoSentPacket *packet, LossPass *pass)
{
  if (packet->generation != self->generation || self->rtt.first_sample < 0
      || packet->time <= self->rtt.first_sample)
    return;
  if (pass->run_start < 0)
    pass->run_start = packet->time;
  pass->persistent |=
      packet->time - pass->run_start > sotto_rtt_pto (&self->rtt) * PERSISTENT_THRESHOLD;
}

/* Section 6.1. Both thresholds grow with age, so the first LIVE packet that is not lost ends the
 * search. */
static void
recovery_find_lost (SottoRecovery *self, LossPass *pass, gint64 now)
{
  gint64 rtt = MAX (self->rtt.latest, self->rtt.smoothed);
  gint64 delay = MAX (rtt + rtt * self->patience / 8, GRANULARITY);

  for (guint i = 0; i < self->sent.count; i++)
    {
      SottoSentPacket *packet = sotto_sent_list_at (&self->sent, i);

      if (packet->pn > self->largest_acked)
        return;
      if (packet->state == SOTTO_SENT_DONE)
        pass->run_start = -1;
      else if (packet->state == SOTTO_SENT_LOST)
        pass_note_lost (self, packet, pass);
      else if (packet->time + delay > now && packet->pn + self->reordering > self->largest_acked)
        {
          self->loss_time = packet->time + delay;
          return;
        }
      else
        {
          recovery_lost (self, packet, now);
          pass_note_lost (self, packet, pass);
          if (packet->generation == self->generation)
            {
              pass->n++;
              pass->newest = packet->time;
            }
        }
    }
}

static void
recovery_detect_lost (SottoRecovery *self, gint64 now)
{
  LossPass pass = { .newest = -1, .run_start = -1 };

  self->loss_time = G_MAXINT64;
  if (self->any_acked)
    recovery_find_lost (self, &pass, now);
  if (pass.n == 0)
    return;
  if (sotto_congestion_on_loss (&self->congestion, pass.newest, now))
    self->loss_event = 0;
  self->loss_event += pass.n;
  if (pass.persistent)
    sotto_congestion_on_persistent (&self->congestion);
}

/* Returns whether anything was newly acknowledged; *out_sample is the time of the largest if that
 * one was, else -1. */
static bool
recovery_take_acked (SottoRecovery *self,
                     const SottoPacketFrame *ack,
                     gint64 now,
                     gint64 *out_sample)
{
  bool any = false;

  *out_sample = -1;
  for (guint r = 0; r < ack->ack.n; r++)
    {
      const SottoAckRange *range = &ack->ack.ranges[r];

      for (guint i = sotto_sent_list_find (&self->sent, range->low); i < self->sent.count; i++)
        {
          SottoSentPacket *packet = sotto_sent_list_at (&self->sent, i);

          if (packet->pn > range->high)
            break;
          if (packet->state != SOTTO_SENT_LIVE)
            continue;
          any = true;
          if (packet->pn == ack->ack.ranges[0].high && packet->generation == self->generation)
            *out_sample = packet->time;
          recovery_acked (self, packet, now);
        }
    }
  return any;
}

static bool
ack_has (const SottoPacketFrame *ack, uint64_t pn)
{
  for (guint r = 0; r < ack->ack.n; r++)
    if (pn >= ack->ack.ranges[r].low)
      return pn <= ack->ack.ranges[r].high;
  return false;
}

static bool
recovery_take_late (SottoRecovery *self, const SottoPacketFrame *ack, gint64 now)
{
  bool any = false;

  for (guint i = self->late->len; i-- > 0;)
    if (ack_has (ack, late_at (self, i)->pn))
      {
        recovery_was_late (self, late_at (self, i), now);
        g_array_remove_index (self->late, i);
        any = true;
      }
  return any;
}

SottoCode
sotto_recovery_on_ack (SottoRecovery *self, const SottoPacketFrame *ack, gint64 now)
{
  uint64_t largest = ack->ack.ranges[0].high;
  bool any;
  gint64 sent;

  if (largest >= self->next_pn)
    return SOTTO_PROTOCOL;
  self->largest_acked = self->any_acked ? MAX (self->largest_acked, largest) : largest;
  self->any_acked = true;
  any = recovery_take_acked (self, ack, now, &sent);
  any |= recovery_take_late (self, ack, now);
  if (!any)
    return SOTTO_OK;
  if (sent >= 0)
    sotto_rtt_measure (&self->rtt, MAX (now - sent, 1), ack->ack.delay_ms * SOTTO_US_PER_MS, now);
  recovery_detect_lost (self, now);
  sotto_sent_list_trim (&self->sent);
  self->pto_count = 0;
  self->probes = 0;
  return SOTTO_OK;
}

/* Nothing waits for the answer to a PING. Asked again soon, three of them would say that a way is
 * dead while the peer's machine only took a breath. */
static gint64
recovery_pto (const SottoRecovery *self)
{
  gint64 pto = sotto_rtt_pto (&self->rtt);

  return self->data > 0 ? pto : MAX (pto, SOTTO_INITIAL_RTT);
}

static gint64
recovery_pto_at (const SottoRecovery *self)
{
  gint64 pto = recovery_pto (self);

  if (self->eliciting == 0)
    return G_MAXINT64;
  return self->last_sent + MIN (pto << MIN (self->pto_count, PTO_BACKOFF_MAX), MAX (PTO_MAX, pto));
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
  for (guint i = 0; i < self->sent.count && n < PTO_PROBES; i++)
    if (sotto_sent_list_at (&self->sent, i)->state == SOTTO_SENT_LIVE)
      {
        recovery_resend (self, sotto_sent_list_at (&self->sent, i));
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
      sotto_sent_list_trim (&self->sent);
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
  recovery_reset_path (self);
  self->pto_count = 0;
  self->probes = 0;
  self->progress = now;
  self->owed = false;
  self->last_sent = now;
  for (guint i = 0; resend && i < self->sent.count; i++)
    if (sotto_sent_list_at (&self->sent, i)->state == SOTTO_SENT_LIVE)
      {
        recovery_lost (self, sotto_sent_list_at (&self->sent, i), now);
      }
  if (resend)
    self->loss_time = G_MAXINT64;
  sotto_sent_list_trim (&self->sent);
}
