// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/bucket.h"

#include "shared/base/limits.h"

#define NS_PER_US G_GINT64_CONSTANT (1000)

/* As good as for ever, and far from where sums of prices and times overflow. */
#define PRICE_MAX ((double)(G_GINT64_CONSTANT (1) << 60))

/* Doubles: 10^9 tokens an hour and one an hour both keep their price well enough. */
static gint64
price_ns (const SottoRate *rate, guint64 n)
{
  double price = (double)rate->period * NS_PER_US / (double)rate->amount * (double)n;

  return (gint64)MIN (price, PRICE_MAX);
}

gint64
sotto_bucket_wait (const SottoBucket *self, const SottoRate *rate, guint64 n, gint64 now)
{
  gint64 filled_for = MAX (self->full_at - now * NS_PER_US, 0);
  gint64 wait = filled_for + price_ns (rate, n) - price_ns (rate, rate->burst);

  return wait > 0 ? (wait + NS_PER_US - 1) / NS_PER_US : 0;
}

bool
sotto_bucket_take (SottoBucket *self,
                   const SottoRate *rate,
                   guint64 n,
                   gint64 now,
                   gint64 *out_wait)
{
  gint64 wait = sotto_bucket_wait (self, rate, n, now);

  if (wait == 0)
    self->full_at = MAX (self->full_at, now * NS_PER_US) + price_ns (rate, n);
  else if (out_wait != NULL)
    *out_wait = wait;
  return wait == 0;
}

bool
sotto_bucket_is_full (const SottoBucket *self, gint64 now)
{
  return self->full_at <= now * NS_PER_US;
}

guint16
sotto_bucket_retry_s (gint64 wait)
{
  gint64 seconds = (wait + SOTTO_US_PER_S - 1) / SOTTO_US_PER_S;

  return (guint16)CLAMP (seconds, 1, G_MAXUINT16);
}
