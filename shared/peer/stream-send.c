// SPDX-License-Identifier: GPL-3.0-or-later
/* What was lost goes before what is new; the end of the stream goes with its last bytes. */
#include "shared/peer/stream-send.h"

#include "shared/base/limits.h"

#define STREAM_HEADER_LEN 16 /* type, id, offset, flags, len */

SottoSendStream *
sotto_send_stream_new (uint32_t id, uint64_t limit)
{
  SottoSendStream *self = g_new0 (SottoSendStream, 1);

  self->id = id;
  self->limit = limit;
  return self;
}

void
sotto_send_stream_free (SottoSendStream *self)
{
  sotto_ring_clear (&self->ring);
  sotto_range_set_clear (&self->acked);
  sotto_range_set_clear (&self->resend);
  g_free (self);
}

gsize
sotto_send_stream_room (const SottoSendStream *self)
{
  gsize held = self->ring.top - self->ring.base;

  if (self->fin || self->reset)
    return 0;
  if (self->id == 0)
    return G_MAXSIZE; /* bounded by the 4,096 records that may wait for RECEIVED */
  return held < SOTTO_STREAM_SEND_BUFFER ? SOTTO_STREAM_SEND_BUFFER - held : 0;
}

gsize
sotto_send_stream_write (SottoSendStream *self, const void *data, gsize n, bool fin)
{
  gsize taken = MIN (n, sotto_send_stream_room (self));

  if (self->fin || self->reset)
    return 0;
  sotto_ring_put (&self->ring, self->ring.top, data, taken);
  if (taken < n)
    self->wants_room = true;
  else if (fin)
    self->fin = self->fin_due = true;
  return taken;
}

void
sotto_send_stream_reset (SottoSendStream *self, SottoCode code)
{
  if (self->reset || self->fin_acked)
    return;
  self->reset = self->reset_due = true;
  self->reset_code = code;
  sotto_ring_clear (&self->ring);
  sotto_range_set_clear (&self->resend);
  sotto_range_set_clear (&self->acked);
}

bool
sotto_send_stream_is_ready (const SottoSendStream *self)
{
  if (self->reset)
    return self->reset_due;
  return sotto_range_set_count (&self->resend) > 0 || self->next < MIN (self->ring.top, self->limit)
         || (self->fin_due && self->next == self->ring.top);
}

static bool
next_reset (SottoSendStream *self, gsize room, SottoPacketFrame *out)
{
  *out = (SottoPacketFrame){ .type = SOTTO_PACKET_RESET_STREAM };
  out->stream_end.id = self->id;
  out->stream_end.code = self->reset_code;
  if (!self->reset_due || sotto_packet_frame_len (out) > room)
    return false;
  self->reset_due = false;
  return true;
}

/* Where the next frame begins and how much it may hold. */
static SottoRange
next_range (const SottoSendStream *self)
{
  SottoRange range;

  if (sotto_range_set_first (&self->resend, &range))
    return range;
  return (SottoRange){ self->next, MAX (self->next, MIN (self->ring.top, self->limit)) };
}

bool
sotto_send_stream_next (SottoSendStream *self, gsize room, SottoPacketFrame *out)
{
  SottoRange range;
  gsize n = 0;

  if (self->reset)
    return next_reset (self, room, out);
  range = next_range (self);
  if (room < STREAM_HEADER_LEN || (range.low < range.high && room == STREAM_HEADER_LEN))
    return false;
  *out = (SottoPacketFrame){ .type = SOTTO_PACKET_STREAM };
  out->stream.id = self->id;
  out->stream.offset = range.low;
  if (range.low < range.high)
    {
      n = MIN (range.high - range.low, MIN (room - STREAM_HEADER_LEN, SOTTO_STREAM_DATA_MAX));
      out->stream.data = sotto_ring_peek (&self->ring, range.low, n, &n);
    }
  out->stream.n = (uint16_t)n;
  out->stream.fin = self->fin_due && range.low + n == self->ring.top;
  if (n == 0 && !out->stream.fin)
    return false;
  sotto_range_set_remove (&self->resend, range.low, range.low + n);
  if (range.low + n > self->next)
    {
      self->next = range.low + n;
      self->sent_news = true;
    }
  if (out->stream.fin)
    self->fin_due = false;
  return true;
}

void
sotto_send_stream_acked (SottoSendStream *self, uint64_t offset, gsize n, bool fin)
{
  SottoRange first;

  if (self->reset)
    return;
  if (fin)
    {
      self->fin_acked = true;
      self->fin_due = false;
    }
  sotto_range_set_remove (&self->resend, offset, offset + n);
  if (offset + n <= self->ring.base)
    return;
  sotto_range_set_add (&self->acked, MAX (offset, self->ring.base), offset + n);
  if (sotto_range_set_first (&self->acked, &first) && first.low == self->ring.base)
    {
      sotto_ring_drop_to (&self->ring, first.high);
      sotto_range_set_remove (&self->acked, first.low, first.high);
    }
}

/* What was acknowledged in another packet meanwhile is not sent again. */
void
sotto_send_stream_lost (SottoSendStream *self, uint64_t offset, gsize n, bool fin)
{
  uint64_t end = offset + n;

  if (self->reset)
    return;
  if (fin && !self->fin_acked)
    self->fin_due = true;
  for (uint64_t low = MAX (offset, self->ring.base); low < end;)
    {
      SottoRange acked = { end, end };

      for (guint i = 0; i < sotto_range_set_count (&self->acked); i++)
        {
          SottoRange at = g_array_index (self->acked.ranges, SottoRange, i);

          if (at.high > low)
            {
              acked = at;
              break;
            }
        }
      sotto_range_set_add (&self->resend, low, MIN (acked.low, end));
      low = MAX (acked.high, low + 1);
    }
}

bool
sotto_send_stream_is_over (const SottoSendStream *self)
{
  if (self->reset)
    return self->reset_acked;
  return self->fin_acked && self->ring.base == self->ring.top;
}
