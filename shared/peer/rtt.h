// SPDX-License-Identifier: GPL-3.0-or-later
/* Round-trip time of one path and what follows from it: RFC 9002 section 5 and the PTO of 6.2. */
#pragma once

#include <glib.h>

typedef struct
{
  gint64 latest, smoothed, var, min;
  gint64 first_sample; /* when this path was first measured; -1 = not yet */
} SottoRtt;

void sotto_rtt_init (SottoRtt *self); /* also after a change of path */
/* sample > 0; delay is what the peer says it waited. */
void sotto_rtt_measure (SottoRtt *self, gint64 sample, gint64 delay, gint64 now);
gint64 sotto_rtt_pto (const SottoRtt *self); /* without backoff */
