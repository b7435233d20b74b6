// SPDX-License-Identifier: GPL-3.0-or-later
/* One ring of bits serves both as the replay window and as the source of ACK ranges. */
#include "shared/peer/ack-set.h"

#include <string.h>

#define ACK_EVERY 2 /* ack-eliciting packets that may wait for one ACK */

static bool
ack_set_has (const SottoAckSet *self, uint64_t pn)
{
  gsize i = pn % SOTTO_REPLAY_WINDOW;

  return (self->bits[i / 64] >> (i % 64) & 1) != 0;
}

static void
ack_set_mark (SottoAckSet *self, uint64_t pn, bool value)
{
  gsize i = pn % SOTTO_REPLAY_WINDOW;
  uint64_t bit = G_GUINT64_CONSTANT (1) << (i % 64);

  if (value)
    self->bits[i / 64] |= bit;
  else
    self->bits[i / 64] &= ~bit;
}

void
sotto_ack_set_init (SottoAckSet *self)
{
  *self = (SottoAckSet){ .due = G_MAXINT64 };
}

bool
sotto_ack_set_is_new (const SottoAckSet *self, uint64_t pn)
{
  if (!self->any || pn > self->largest)
    return true;
  return self->largest - pn < SOTTO_REPLAY_WINDOW && !ack_set_has (self, pn);
}

/* Bits of the numbers between the old largest and the new one were those of numbers now too old. */
static void
ack_set_advance (SottoAckSet *self, uint64_t pn)
{
  if (!self->any || pn - self->largest >= SOTTO_REPLAY_WINDOW)
    memset (self->bits, 0, sizeof self->bits);
  else
    for (uint64_t skipped = self->largest + 1; skipped < pn; skipped++)
      ack_set_mark (self, skipped, false);
}

void
sotto_ack_set_add (SottoAckSet *self, uint64_t pn, bool eliciting, gint64 now)
{
  bool in_order = self->any ? pn == self->largest + 1 : pn == 0;

  if (!self->any || pn > self->largest)
    {
      ack_set_advance (self, pn);
      self->largest = pn;
      self->largest_time = now;
      self->any = true;
    }
  ack_set_mark (self, pn, true);
  if (!eliciting)
    return;
  self->unacked++;
  if (self->unacked >= ACK_EVERY || !in_order)
    self->due = MIN (self->due, now);
  else
    self->due = MIN (self->due, now + SOTTO_ACK_DELAY_MAX);
}

/* How many numbers from pn downwards have come (or have not), as far as the window and 0 reach. */
static uint64_t
ack_set_run (const SottoAckSet *self, uint64_t pn, bool came)
{
  uint64_t floor =
      self->largest >= SOTTO_REPLAY_WINDOW ? self->largest - SOTTO_REPLAY_WINDOW + 1 : 0;
  uint64_t n = 0;

  while (pn - n + 1 > floor)
    {
      gsize i = (pn - n) % SOTTO_REPLAY_WINDOW;
      /* The bit of this number moves to the top, those of lower ones follow. */
      uint64_t word = (came ? ~self->bits[i / 64] : self->bits[i / 64]) << (63 - i % 64);
      guint run = word == 0 ? (guint)(i % 64) + 1 : (guint)__builtin_clzll (word);

      n += MIN (run, i % 64 + 1);
      if (run <= i % 64)
        break;
    }
  return MIN (n, pn + 1 - floor);
}

bool
sotto_ack_set_fill (const SottoAckSet *self, guint max_ranges, gint64 now, SottoPacketFrame *out)
{
  gint64 delay = (now - self->largest_time) / SOTTO_US_PER_MS;
  uint64_t high = self->largest;
  guint n = 0;

  if (!self->any)
    return false;
  *out = (SottoPacketFrame){ .type = SOTTO_PACKET_ACK };
  out->ack.delay_ms = (uint16_t)CLAMP (delay, 0, G_MAXUINT16);
  max_ranges = MIN (max_ranges, SOTTO_ACK_RANGE_MAX + 1);
  while (n < max_ranges)
    {
      uint64_t low = high - ack_set_run (self, high, true) + 1;
      uint64_t gap = low == 0 ? 0 : ack_set_run (self, low - 1, false);

      out->ack.ranges[n++] = (SottoAckRange){ low, high };
      if (gap >= low || ack_set_run (self, low - gap - 1, true) == 0)
        break; /* below is nothing, or what the window has forgotten */
      high = low - gap - 1;
    }
  out->ack.n = (uint8_t)n;
  return true;
}

void
sotto_ack_set_sent (SottoAckSet *self)
{
  self->unacked = 0;
  self->due = G_MAXINT64;
}
