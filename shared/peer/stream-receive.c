// SPDX-License-Identifier: GPL-3.0-or-later
/* Reassembly by offset: what comes twice, in other pieces or out of order ends as the same bytes.
 */
#include "shared/peer/stream-receive.h"

#include "shared/base/limits.h"

SottoReceiveStream *
sotto_receive_stream_new (uint32_t id, uint64_t window)
{
  SottoReceiveStream *self = g_new0 (SottoReceiveStream, 1);

  self->id = id;
  self->window = self->limit = window;
  return self;
}

void
sotto_receive_stream_free (SottoReceiveStream *self)
{
  sotto_ring_clear (&self->ring);
  sotto_range_set_clear (&self->ahead);
  g_free (self);
}

static bool
end_is_right (const SottoReceiveStream *self, uint64_t end, bool fin)
{
  if (self->has_end)
    return fin ? end == self->end : end <= self->end;
  return !fin || end >= MAX (self->ready, self->ring.top);
}

static void
receive_stream_put (SottoReceiveStream *self, uint64_t offset, const uint8_t *data, gsize n)
{
  SottoRange first;
  gsize known = offset < self->ready ? MIN (self->ready - offset, n) : 0;

  if (known == n)
    return;
  sotto_ring_put (&self->ring, offset + known, data + known, n - known);
  sotto_range_set_add (&self->ahead, offset + known, offset + n);
  if (sotto_range_set_first (&self->ahead, &first) && first.low <= self->ready)
    {
      self->ready = first.high;
      self->news = true;
      sotto_range_set_remove (&self->ahead, first.low, first.high);
    }
}

SottoCode
sotto_receive_stream_on_data (SottoReceiveStream *self, const SottoPacketFrame *frame)
{
  uint64_t end = frame->stream.offset + frame->stream.n;

  if (end > self->limit || !end_is_right (self, end, frame->stream.fin))
    return SOTTO_PROTOCOL;
  if (self->stopped)
    return SOTTO_OK;
  if (frame->stream.fin && !self->has_end)
    {
      self->has_end = true;
      self->end = end;
      self->news |= self->ready == end;
    }
  receive_stream_put (self, frame->stream.offset, frame->stream.data, frame->stream.n);
  /* Only a peer that chops its data into crumbs gets here. */
  return sotto_range_set_count (&self->ahead) > SOTTO_STREAM_GAPS_MAX ? SOTTO_PROTOCOL : SOTTO_OK;
}

static void
receive_stream_renew (SottoReceiveStream *self)
{
  uint64_t limit = MIN (self->ring.base + self->window, SOTTO_U64_LIMIT - 1);

  if (self->has_end || self->stopped || limit < self->limit + MAX (self->window / 2, 1))
    return;
  self->limit = limit;
  self->limit_due = true;
}

gsize
sotto_receive_stream_read (SottoReceiveStream *self, void *out, gsize max, bool *out_fin)
{
  gsize n = self->stopped ? 0 : MIN (max, self->ready - self->ring.base);

  sotto_ring_copy (&self->ring, self->ring.base, out, n);
  sotto_ring_drop_to (&self->ring, self->ring.base + n);
  receive_stream_renew (self);
  if (self->has_end && self->ring.base == self->end && !self->stopped)
    self->end_read = true;
  if (out_fin != NULL)
    *out_fin = self->end_read;
  return n;
}

/* Credit given is never taken back: a smaller window only grows later. */
void
sotto_receive_stream_allow (SottoReceiveStream *self, uint64_t window)
{
  self->window = MAX (self->window, window);
  if (self->ring.base + self->window > self->limit && !self->stopped)
    {
      self->limit = self->ring.base + self->window;
      self->limit_due = true;
    }
}

void
sotto_receive_stream_stop (SottoReceiveStream *self, SottoCode code)
{
  if (self->stopped || self->end_read)
    return;
  self->stopped = self->stop_due = true;
  self->limit_due = false;
  self->stop_code = code;
  sotto_range_set_clear (&self->ahead);
  self->ready = self->ring.top;
  sotto_ring_drop_to (&self->ring, self->ring.top);
}

bool
sotto_receive_stream_is_ready (const SottoReceiveStream *self)
{
  return self->stop_due || self->limit_due;
}

bool
sotto_receive_stream_next (SottoReceiveStream *self, gsize room, SottoPacketFrame *out)
{
  SottoPacketFrame frame;

  if (!sotto_receive_stream_is_ready (self))
    return false;
  if (self->stop_due)
    {
      frame = (SottoPacketFrame){ .type = SOTTO_PACKET_STOP_STREAM };
      frame.stream_end.id = self->id;
      frame.stream_end.code = self->stop_code;
    }
  else
    {
      frame = (SottoPacketFrame){ .type = SOTTO_PACKET_MAX_STREAM };
      frame.max_stream.id = self->id;
      frame.max_stream.limit = self->limit;
    }
  if (sotto_packet_frame_len (&frame) > room)
    return false;
  if (self->stop_due)
    self->stop_due = false;
  else
    self->limit_due = false;
  *out = frame;
  return true;
}
