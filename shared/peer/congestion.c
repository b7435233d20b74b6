// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Slow start, then CUBIC: W(t) = C·(t − K)³ + W_max, or what NewReno would have, whichever is more.
 * In whole numbers: bytes, microseconds; the curve itself in milliseconds.
 */
#include "shared/peer/congestion.h"

#include "shared/base/limits.h"

#define WINDOW_INITIAL (10 * SOTTO_DATAGRAM_MAX) /* RFC 9002 section 7.2 */
/* It recommends two. With two, a path that loses a third lives from timeout to timeout; four carry
 * a conversation through it at twice the rate, and are still less than anyone starts with. */
#define WINDOW_MIN (4 * SOTTO_DATAGRAM_MAX)

/* RFC 9438 section 5: C = 0.4 datagrams a second cubed, β = 0.7, hence α = 3·(1 − β)/(1 + β). */
#define C_NUMERATOR     2
#define C_DENOMINATOR   5
#define BETA_TENTHS     7
#define ALPHA_NUMERATOR 9
#define ALPHA_DIVISOR   17
#define MS3_PER_S3      G_GINT64_CONSTANT (1000000000)
#define CURVE_MS_MAX    G_GINT64_CONSTANT (100000) /* from K: beyond, the curve only says "more" */
#define SLACK           (3 * SOTTO_DATAGRAM_MAX)   /* a window as good as full */

void
sotto_congestion_init (SottoCongestion *self)
{
  *self = (SottoCongestion){ .cubic = { .window = WINDOW_INITIAL, .threshold = G_MAXUINT64 },
                             .round_start = -1,
                             .last_growth = -1,
                             .recovery_start = -1 };
}

uint64_t
sotto_congestion_get_window (const SottoCongestion *self)
{
  return self->cubic.window;
}

/* Room for the largest datagram is asked for, whatever will be sent: no fragments are made to fill
 * the last bytes of a window. */
bool
sotto_congestion_may_send (const SottoCongestion *self)
{
  return self->in_flight + SOTTO_DATAGRAM_MAX <= self->cubic.window;
}

/* In slow start half of it is enough: who uses half will use all of it one round trip later. */
static bool
window_is_used (const SottoCongestion *self)
{
  if (self->cubic.window < self->cubic.threshold)
    return 2 * self->in_flight >= self->cubic.window;
  return self->in_flight + SLACK >= self->cubic.window;
}

void
sotto_congestion_on_sent (SottoCongestion *self, gsize n)
{
  self->in_flight += n;
  self->used_now |= window_is_used (self);
}

void
sotto_congestion_forget (SottoCongestion *self, gsize n)
{
  g_assert (self->in_flight >= n);
  self->in_flight -= n;
}

/* --- The curve --- */

/* Largest whole number whose cube is not above n. */
static gint64
cube_root (gint64 n)
{
  gint64 root = 0;

  for (gint64 bit = 1 << 20; bit > 0; bit >>= 1)
    if ((root + bit) * (root + bit) * (root + bit) <= n)
      root += bit;
  return root;
}

static void
begin_epoch (SottoCubic *self)
{
  gint64 missing;

  self->in_epoch = true;
  self->elapsed = 0;
  self->w_reno = self->window;
  self->w_max = MAX (self->w_max, self->window);
  self->origin = MAX (self->origin, self->window);
  missing = (gint64)(self->w_max - self->window) / SOTTO_DATAGRAM_MAX;
  self->k = SOTTO_US_PER_MS * cube_root (missing * C_DENOMINATOR * MS3_PER_S3 / C_NUMERATOR);
}

/* The window at this time of the epoch. */
static uint64_t
curve_at (const SottoCubic *self, gint64 elapsed)
{
  gint64 ms = CLAMP ((elapsed - self->k) / SOTTO_US_PER_MS, -CURVE_MS_MAX, CURVE_MS_MAX);
  gint64 grown = ms * ms * ms / C_DENOMINATOR * C_NUMERATOR / (MS3_PER_S3 / SOTTO_DATAGRAM_MAX);

  return (uint64_t)MAX ((gint64)self->w_max + grown, 0);
}

/* Adds amount/whole to *target, where what is less than a byte waits in *credit. */
static void
grow (uint64_t *target, uint64_t amount, uint64_t whole, uint64_t *credit)
{
  *credit += amount;
  *target += *credit / whole;
  *credit %= whole;
}

/* NewReno's share: α datagrams a window up to where the cut was, then one. */
static void
grow_reno (SottoCongestion *self, gsize n)
{
  SottoCubic *cubic = &self->cubic;
  uint64_t amount = n * SOTTO_DATAGRAM_MAX;

  if (cubic->w_reno < cubic->origin)
    amount = amount * ALPHA_NUMERATOR / ALPHA_DIVISOR;
  grow (&cubic->w_reno, amount, cubic->window, &self->reno_credit);
}

static void
avoid (SottoCongestion *self, gsize n, gint64 rtt)
{
  SottoCubic *cubic = &self->cubic;
  uint64_t target;

  if (!cubic->in_epoch)
    begin_epoch (cubic);
  grow_reno (self, n);
  if (curve_at (cubic, cubic->elapsed) < cubic->w_reno)
    {
      cubic->window = MAX (cubic->window, cubic->w_reno);
      return;
    }
  target = CLAMP (curve_at (cubic, cubic->elapsed + rtt), cubic->window, cubic->window * 3 / 2);
  grow (&cubic->window, (target - cubic->window) * n, cubic->window, &self->credit);
}

/* --- Events --- */

static void
follow_round (SottoCongestion *self, gint64 sent, gint64 now)
{
  if (sent < self->round_start)
    return;
  self->round_start = now;
  self->used_before = self->used_now;
  self->used_now = false;
}

void
sotto_congestion_on_acked (SottoCongestion *self, gsize n, gint64 sent, gint64 rtt, gint64 now)
{
  follow_round (self, sent, now);
  sotto_congestion_forget (self, n);
  if (!(self->used_now || self->used_before) || sent <= self->recovery_start)
    {
      self->last_growth = -1;
      return;
    }
  if (self->last_growth >= 0)
    self->cubic.elapsed += now - self->last_growth;
  self->last_growth = now;
  if (self->cubic.window < self->cubic.threshold)
    self->cubic.window += n;
  else
    avoid (self, n, rtt);
}

/* Fast convergence: who has lost ground since the last cut leaves more of it to others. */
static uint64_t
next_w_max (const SottoCubic *self)
{
  return self->window < self->w_max ? self->window * (10 + BETA_TENTHS) / 20 : self->window;
}

bool
sotto_congestion_on_loss (SottoCongestion *self, gint64 newest_sent, gint64 now)
{
  SottoCubic *cubic = &self->cubic;

  if (newest_sent <= self->recovery_start)
    return false;
  self->prior = *cubic;
  self->recovery_start = now;
  self->credit = self->reno_credit = 0;
  cubic->w_max = next_w_max (cubic);
  cubic->origin = cubic->window;
  cubic->threshold = MAX (cubic->window * BETA_TENTHS / 10, WINDOW_MIN);
  cubic->window = cubic->threshold;
  cubic->in_epoch = false;
  return true;
}

void
sotto_congestion_undo (SottoCongestion *self)
{
  if (self->prior.window > self->cubic.window)
    self->cubic = self->prior;
  self->recovery_start = -1;
}

void
sotto_congestion_on_persistent (SottoCongestion *self)
{
  self->cubic.window = WINDOW_MIN;
  self->cubic.in_epoch = false;
  self->credit = self->reno_credit = 0;
  self->recovery_start = -1;
  self->prior.window = 0;
}
