// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Token bucket in eight bytes: only the moment at which it would be full again is kept (the
 * "virtual scheduling" form). Zeroed memory is a full bucket. Time is handed in.
 */
#pragma once

#include "shared/base/yaml.h"

typedef struct
{
  gint64 full_at; /* nanoseconds of the monotonic clock */
} SottoBucket;

/* Takes n tokens, or nothing and false; then *out_wait (NULL is fine) is how long until they are
 * there, in microseconds. */
bool sotto_bucket_take (SottoBucket *self,
                        const SottoRate *rate,
                        guint64 n,
                        gint64 now,
                        gint64 *out_wait);
/* How long until n tokens are there; 0 = now. */
gint64 sotto_bucket_wait (const SottoBucket *self, const SottoRate *rate, guint64 n, gint64 now);
/* true when nothing distinguishes it from a new one: it may be forgotten. */
bool sotto_bucket_is_full (const SottoBucket *self, gint64 now);
/* A wait as a retry_s: rounded up, at least 1. */
guint16 sotto_bucket_retry_s (gint64 wait);
