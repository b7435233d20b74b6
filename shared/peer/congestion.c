// SPDX-License-Identifier: GPL-3.0-or-later
/* NewReno: slow start, congestion avoidance, one reduction a round trip. */
#include "shared/peer/congestion.h"

#include "shared/base/limits.h"

#define WINDOW_INITIAL (10 * SOTTO_DATAGRAM_MAX) /* RFC 9002 section 7.2 */
/* It recommends two. With two, a path that loses a third lives from timeout to timeout; four carry
 * a conversation through it at twice the rate, and are still less than anyone starts with. */
#define WINDOW_MIN (4 * SOTTO_DATAGRAM_MAX)

void
sotto_congestion_init (SottoCongestion *self)
{
  *self =
      (SottoCongestion){ .window = WINDOW_INITIAL, .threshold = G_MAXUINT64, .recovery_start = -1 };
}

/* Room for the largest datagram is asked for, whatever will be sent: no fragments are made to fill
 * the last bytes of a window. */
bool
sotto_congestion_may_send (const SottoCongestion *self)
{
  return self->in_flight + SOTTO_DATAGRAM_MAX <= self->window;
}

void
sotto_congestion_on_sent (SottoCongestion *self, gsize n)
{
  self->in_flight += n;
}

void
sotto_congestion_forget (SottoCongestion *self, gsize n)
{
  g_assert (self->in_flight >= n);
  self->in_flight -= n;
}

void
sotto_congestion_on_acked (SottoCongestion *self, gsize n, gint64 sent, bool window_was_used)
{
  sotto_congestion_forget (self, n);
  if (!window_was_used || sent <= self->recovery_start)
    return;
  if (self->window < self->threshold)
    {
      self->window += n;
      return;
    }
  self->credit += n;
  while (self->credit >= self->window)
    {
      self->credit -= self->window;
      self->window += SOTTO_DATAGRAM_MAX;
    }
}

bool
sotto_congestion_on_loss (SottoCongestion *self, gint64 newest_sent, gint64 now)
{
  if (newest_sent <= self->recovery_start)
    return false;
  self->prior_window = self->window;
  self->prior_threshold = self->threshold;
  self->recovery_start = now;
  self->threshold = MAX (self->window / 2, WINDOW_MIN);
  self->window = self->threshold;
  self->credit = 0;
  return true;
}

void
sotto_congestion_undo (SottoCongestion *self)
{
  self->window = MAX (self->window, self->prior_window);
  self->threshold = MAX (self->threshold, self->prior_threshold);
  self->recovery_start = -1;
}

void
sotto_congestion_on_persistent (SottoCongestion *self)
{
  self->window = WINDOW_MIN;
  self->credit = 0;
  self->recovery_start = -1;
  self->prior_window = self->prior_threshold = 0;
}
