// SPDX-License-Identifier: GPL-3.0-or-later
/* The peer's word on its own delay is taken up to what it may wait, and never below the minimum. */
#include "shared/peer/rtt.h"

#include "shared/base/limits.h"

#define GRANULARITY (1 * SOTTO_US_PER_MS)

void
sotto_rtt_init (SottoRtt *self)
{
  *self =
      (SottoRtt){ .smoothed = SOTTO_INITIAL_RTT, .var = SOTTO_INITIAL_RTT / 2, .first_sample = -1 };
}

void
sotto_rtt_measure (SottoRtt *self, gint64 sample, gint64 delay, gint64 now)
{
  gint64 adjusted = sample;

  self->latest = sample;
  if (self->first_sample < 0)
    {
      self->first_sample = now;
      self->min = self->smoothed = sample;
      self->var = sample / 2;
      return;
    }
  self->min = MIN (self->min, sample);
  delay = MIN (delay, SOTTO_ACK_DELAY_MAX);
  if (sample >= self->min + delay)
    adjusted -= delay;
  self->var = (3 * self->var + ABS (self->smoothed - adjusted)) / 4;
  self->smoothed = (7 * self->smoothed + adjusted) / 8;
}

gint64
sotto_rtt_pto (const SottoRtt *self)
{
  return self->smoothed + MAX (4 * self->var, GRANULARITY) + SOTTO_ACK_DELAY_MAX;
}
