// SPDX-License-Identifier: GPL-3.0-or-later
/* Stream 0 comes first in every packet: a word is never behind a file. */
#include "shared/peer/streams.h"

#include "shared/base/limits.h"

void
sotto_streams_init (SottoStreams *self, SottoRole role)
{
  *self = (SottoStreams){ .role = role };
  self->send = g_ptr_array_new_with_free_func ((GDestroyNotify)sotto_send_stream_free);
  self->receive = g_ptr_array_new_with_free_func ((GDestroyNotify)sotto_receive_stream_free);
  g_ptr_array_add (self->send, sotto_send_stream_new (0, SOTTO_STREAM0_CREDIT));
  g_ptr_array_add (self->receive, sotto_receive_stream_new (0, SOTTO_STREAM0_CREDIT));
}

void
sotto_streams_clear (SottoStreams *self)
{
  g_clear_pointer (&self->send, g_ptr_array_unref);
  g_clear_pointer (&self->receive, g_ptr_array_unref);
  sotto_range_set_clear (&self->send_ended);
  sotto_range_set_clear (&self->receive_ended);
}

/* Files go on even ids from the initiator, on odd ones from the responder. */
static bool
id_is_own (const SottoStreams *self, uint32_t id)
{
  return id != 0 && (id % 2 == 0) == (self->role == SOTTO_ROLE_INITIATOR);
}

static bool
id_is_peers (const SottoStreams *self, uint32_t id)
{
  return id != 0 && !id_is_own (self, id);
}

static SottoSendStream *
find_send (const SottoStreams *self, uint32_t id)
{
  for (guint i = 0; i < self->send->len; i++)
    {
      SottoSendStream *stream = g_ptr_array_index (self->send, i);

      if (stream->id == id)
        return stream;
    }
  return NULL;
}

static SottoReceiveStream *
find_receive (const SottoStreams *self, uint32_t id)
{
  for (guint i = 0; i < self->receive->len; i++)
    {
      SottoReceiveStream *stream = g_ptr_array_index (self->receive, i);

      if (stream->id == id)
        return stream;
    }
  return NULL;
}

/* NULL when it has ended, or when there are too many. */
static SottoSendStream *
open_send (SottoStreams *self, uint32_t id)
{
  SottoSendStream *stream = find_send (self, id);

  if (stream != NULL || sotto_range_set_contains (&self->send_ended, id / 2)
      || self->send->len > SOTTO_STREAMS_MAX)
    return stream;
  stream = sotto_send_stream_new (id, 0);
  g_ptr_array_add (self->send, stream);
  return stream;
}

static void
end_send (SottoStreams *self, SottoSendStream *stream)
{
  sotto_range_set_add (&self->send_ended, stream->id / 2, (uint64_t)stream->id / 2 + 1);
  g_ptr_array_remove (self->send, stream);
}

static void
end_receive (SottoStreams *self, uint32_t id)
{
  sotto_range_set_add (&self->receive_ended, id / 2, (uint64_t)id / 2 + 1);
  g_ptr_array_remove (self->receive, find_receive (self, id));
}

SottoCode
sotto_streams_on_stream (SottoStreams *self, const SottoPacketFrame *frame)
{
  uint32_t id = frame->stream.id;
  SottoReceiveStream *stream = find_receive (self, id);

  if (id_is_own (self, id) || (id == 0 && frame->stream.fin))
    return SOTTO_PROTOCOL;
  if (stream != NULL)
    return sotto_receive_stream_on_data (stream, frame);
  if (sotto_range_set_contains (&self->receive_ended, id / 2))
    return SOTTO_OK;
  /* No credit was ever given: anything but an empty frame at 0 is over it. */
  return frame->stream.offset + frame->stream.n > 0 || frame->stream.fin ? SOTTO_PROTOCOL
                                                                         : SOTTO_OK;
}

SottoCode
sotto_streams_on_max (SottoStreams *self, const SottoPacketFrame *frame)
{
  uint32_t id = frame->max_stream.id;
  SottoSendStream *stream;

  if (id_is_peers (self, id))
    return SOTTO_PROTOCOL;
  /* May come before the FILE_ACCEPT it belongs to: hence opened by it. */
  stream = open_send (self, id);
  if (stream != NULL)
    stream->limit = MAX (stream->limit, frame->max_stream.limit);
  return SOTTO_OK;
}

SottoCode
sotto_streams_on_reset (SottoStreams *self, const SottoPacketFrame *frame, bool *out_ended)
{
  uint32_t id = frame->stream_end.id;

  *out_ended = false;
  if (!id_is_peers (self, id))
    return SOTTO_PROTOCOL;
  if (sotto_range_set_contains (&self->receive_ended, id / 2))
    return SOTTO_OK;
  end_receive (self, id);
  *out_ended = true;
  return sotto_range_set_count (&self->receive_ended) > SOTTO_STREAM_ENDS_MAX ? SOTTO_PROTOCOL
                                                                              : SOTTO_OK;
}

SottoCode
sotto_streams_on_stop (SottoStreams *self, const SottoPacketFrame *frame, bool *out_ended)
{
  uint32_t id = frame->stream_end.id;
  SottoSendStream *stream = find_send (self, id);

  *out_ended = false;
  if (!id_is_own (self, id))
    return SOTTO_PROTOCOL;
  if (stream == NULL || stream->reset)
    return SOTTO_OK;
  sotto_send_stream_reset (stream, frame->stream_end.code);
  *out_ended = true;
  return SOTTO_OK;
}

static void
packet_note (SottoSentPacket *packet, const SottoPacketFrame *frame)
{
  SottoSentFrame *note = &packet->frames[packet->n_frames++];

  *note = (SottoSentFrame){ .type = frame->type };
  if (frame->type == SOTTO_PACKET_STREAM)
    {
      note->id = frame->stream.id;
      note->offset = frame->stream.offset;
      note->n = frame->stream.n;
      note->fin = frame->stream.fin;
    }
  else if (frame->type == SOTTO_PACKET_MAX_STREAM)
    note->id = frame->max_stream.id;
  else
    note->id = frame->stream_end.id;
}

static bool
packet_has_room (const SottoSentPacket *packet)
{
  return packet->n_frames < SOTTO_SENT_FRAMES_MAX;
}

/* false: something more would go, but not into this packet. */
static bool
fill_send (SottoSendStream *stream, SottoWriter *out, SottoSentPacket *packet)
{
  SottoPacketFrame frame;

  while (sotto_send_stream_is_ready (stream))
    {
      if (!packet_has_room (packet) || !sotto_send_stream_next (stream, out->max - out->n, &frame))
        return false;
      sotto_packet_frame_write (out, &frame);
      packet_note (packet, &frame);
    }
  return true;
}

static bool
fill_receive (SottoStreams *self, SottoWriter *out, SottoSentPacket *packet)
{
  SottoPacketFrame frame;

  for (guint i = 0; i < self->receive->len; i++)
    {
      SottoReceiveStream *stream = g_ptr_array_index (self->receive, i);

      while (sotto_receive_stream_is_ready (stream))
        {
          if (!packet_has_room (packet)
              || !sotto_receive_stream_next (stream, out->max - out->n, &frame))
            return false;
          sotto_packet_frame_write (out, &frame);
          packet_note (packet, &frame);
        }
    }
  return true;
}

bool
sotto_streams_fill (SottoStreams *self, SottoWriter *out, SottoSentPacket *packet)
{
  guint n_files = self->send->len - 1;

  if (!fill_receive (self, out, packet)
      || !fill_send (g_ptr_array_index (self->send, 0), out, packet))
    return true;
  for (guint i = 0; i < n_files; i++)
    {
      guint at = (self->turn + i) % n_files;

      if (!fill_send (g_ptr_array_index (self->send, 1 + at), out, packet))
        {
          self->turn = (at + 1) % n_files;
          return true;
        }
    }
  return false;
}

bool
sotto_streams_are_ready (const SottoStreams *self)
{
  for (guint i = 0; i < self->receive->len; i++)
    if (sotto_receive_stream_is_ready (g_ptr_array_index (self->receive, i)))
      return true;
  for (guint i = 0; i < self->send->len; i++)
    if (sotto_send_stream_is_ready (g_ptr_array_index (self->send, i)))
      return true;
  return false;
}

static void
sent_settled (SottoStreams *self, const SottoSentFrame *frame, bool acked)
{
  SottoSendStream *stream = find_send (self, frame->id);

  if (stream == NULL)
    return;
  if (frame->type == SOTTO_PACKET_RESET_STREAM)
    {
      stream->reset_acked |= acked;
      stream->reset_due |= !acked;
    }
  else if (acked)
    sotto_send_stream_acked (stream, frame->offset, frame->n, frame->fin);
  else
    sotto_send_stream_lost (stream, frame->offset, frame->n, frame->fin);
  if (sotto_send_stream_is_over (stream))
    end_send (self, stream);
}

static void
receive_settled (SottoStreams *self, const SottoSentFrame *frame, bool acked)
{
  SottoReceiveStream *stream = find_receive (self, frame->id);

  if (stream == NULL)
    return;
  if (frame->type == SOTTO_PACKET_STOP_STREAM)
    {
      stream->stop_acked |= acked;
      stream->stop_due |= !acked;
    }
  else if (!acked && !stream->stopped && !stream->has_end)
    stream->limit_due = true;
  if (stream->stop_acked)
    end_receive (self, frame->id);
}

static void
frame_settled (SottoStreams *self, const SottoSentFrame *frame, bool acked)
{
  if (frame->type == SOTTO_PACKET_STREAM || frame->type == SOTTO_PACKET_RESET_STREAM)
    sent_settled (self, frame, acked);
  else if (frame->type == SOTTO_PACKET_MAX_STREAM || frame->type == SOTTO_PACKET_STOP_STREAM)
    receive_settled (self, frame, acked);
}

void
sotto_streams_acked (SottoStreams *self, const SottoSentFrame *frame)
{
  frame_settled (self, frame, true);
}

void
sotto_streams_lost (SottoStreams *self, const SottoSentFrame *frame)
{
  frame_settled (self, frame, false);
}

gsize
sotto_streams_write (SottoStreams *self, uint32_t id, const void *data, gsize n, bool fin)
{
  SottoSendStream *stream;

  g_return_val_if_fail (id == 0 ? !fin : id_is_own (self, id), 0);
  stream = open_send (self, id);
  return stream == NULL ? 0 : sotto_send_stream_write (stream, data, n, fin);
}

gsize
sotto_streams_read (SottoStreams *self, uint32_t id, void *out, gsize max, bool *out_fin)
{
  SottoReceiveStream *stream = find_receive (self, id);
  gsize n;

  if (out_fin != NULL)
    *out_fin = false;
  if (stream == NULL)
    return 0;
  n = sotto_receive_stream_read (stream, out, max, out_fin);
  if (stream->end_read)
    end_receive (self, id);
  return n;
}

void
sotto_streams_allow (SottoStreams *self, uint32_t id, uint64_t credit)
{
  SottoReceiveStream *stream = find_receive (self, id);

  g_return_if_fail (id_is_peers (self, id));
  if (stream == NULL && !sotto_range_set_contains (&self->receive_ended, id / 2)
      && self->receive->len <= SOTTO_STREAMS_MAX)
    {
      stream = sotto_receive_stream_new (id, 0);
      g_ptr_array_add (self->receive, stream);
    }
  if (stream != NULL)
    sotto_receive_stream_allow (stream, MIN (credit, SOTTO_FILE_CREDIT_MAX));
}

void
sotto_streams_reset (SottoStreams *self, uint32_t id, SottoCode code)
{
  SottoSendStream *stream;

  g_return_if_fail (id_is_own (self, id));
  stream = open_send (self, id);
  if (stream != NULL)
    sotto_send_stream_reset (stream, code);
}

void
sotto_streams_stop (SottoStreams *self, uint32_t id, SottoCode code)
{
  SottoReceiveStream *stream = find_receive (self, id);

  g_return_if_fail (id_is_peers (self, id));
  if (stream != NULL)
    sotto_receive_stream_stop (stream, code);
}

static bool
send_news (SottoSendStream *stream, SottoStreamNews *out)
{
  out->id = stream->id;
  out->offset = stream->next;
  if (stream->sent_news)
    {
      stream->sent_news = false;
      out->type = SOTTO_STREAM_NEWS_SENT;
      return true;
    }
  if (stream->wants_room && sotto_send_stream_room (stream) >= SOTTO_STREAM_SEND_BUFFER / 2)
    {
      stream->wants_room = false;
      out->type = SOTTO_STREAM_NEWS_WRITABLE;
      return true;
    }
  return false;
}

bool
sotto_streams_next_news (SottoStreams *self, SottoStreamNews *out)
{
  for (guint i = 0; i < self->receive->len; i++)
    {
      SottoReceiveStream *stream = g_ptr_array_index (self->receive, i);

      if (!stream->news)
        continue;
      stream->news = false;
      *out = (SottoStreamNews){ SOTTO_STREAM_NEWS_READABLE, stream->id, stream->ready };
      return true;
    }
  for (guint i = 0; i < self->send->len; i++)
    if (send_news (g_ptr_array_index (self->send, i), out))
      return true;
  return false;
}
