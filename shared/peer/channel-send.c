// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Packets out: which frames go now, into the smallest size that holds them. Nothing waits for more
 * to come; what is there when a packet is made shares it.
 */
#include "shared/peer/channel-private.h"

/* ACK without ranges: less room than that is not worth one. */
#define ACK_LEN_MIN   16
#define ACK_RANGE_LEN 8

/* The plaintext is written where it will be sealed. */
static SottoWriter
packet_begin (SottoChannel *self, uint8_t *out, gsize n_datagram, uint64_t *out_pn)
{
  SottoWriter w = SOTTO_WRITER (out + SOTTO_DATAGRAM_HEADER_LEN + SOTTO_FERNET_PLAIN_OFFSET,
                                sotto_datagram_plain_len (n_datagram));

  *out_pn = sotto_recovery_take_pn (&self->recovery);
  sotto_write_u64 (&w, *out_pn);
  return w;
}

static gsize
packet_seal (SottoChannel *self, const SottoWriter *w, gsize n_padded, uint8_t *out)
{
  SottoDatagramHeader header = { .kind = SOTTO_DATAGRAM_SECURE, .id = self->cid };
  const SottoFernetKey *key = sotto_keys_get_send (&self->keys, &header.epoch);

  g_assert (!w->failed);
  return sotto_datagram_seal (&header, key, w->data, w->n, n_padded, NULL, out);
}

static void
write_ack (SottoChannel *self, SottoWriter *w, gint64 now)
{
  gsize room = w->max - w->n;
  SottoPacketFrame frame;

  if (room < ACK_LEN_MIN
      || !sotto_ack_set_fill (&self->received, 1 + (guint)((room - ACK_LEN_MIN) / ACK_RANGE_LEN),
                              now, &frame))
    return;
  sotto_packet_frame_write (w, &frame);
  sotto_ack_set_sent (&self->received);
}

static void
write_rekey (SottoChannel *self, SottoWriter *w, SottoSentPacket *packet)
{
  SottoPacketFrame frame;

  if (!sotto_keys_get_frame (&self->keys, &frame)
      || sotto_packet_frame_len (&frame) > w->max - w->n)
    return;
  sotto_packet_frame_write (w, &frame);
  sotto_keys_frame_sent (&self->keys);
  packet->frames[packet->n_frames++] =
      (SottoSentFrame){ .type = frame.type, .id = frame.rekey.epoch };
}

static void
write_small (SottoWriter *w, SottoPacketFrameType type, SottoNotice what)
{
  SottoPacketFrame frame = { .type = type };

  if (type == SOTTO_PACKET_NOTICE)
    frame.notice.what = what;
  sotto_packet_frame_write (w, &frame);
}

/* A PATH frame in exactly the size asked for. An ACK goes with it only where we send anyway: on
 * another way it would say that we have moved there. */
static gsize
build_path_packet (SottoChannel *self, const SottoPathPacket *path, gint64 now, uint8_t *out)
{
  uint64_t pn;
  SottoWriter w = packet_begin (self, out, path->size, &pn);

  sotto_packet_frame_write (&w, &path->frame);
  if (self->received.unacked > 0 && sotto_path_equal (&path->to, &self->paths.current))
    write_ack (self, &w, now);
  return packet_seal (self, &w, sotto_datagram_plain_len (path->size), out);
}

static bool
has_content (const SottoChannel *self)
{
  SottoPacketFrame frame;

  return self->ping_due || self->recovery.probes > 0 || sotto_keys_get_frame (&self->keys, &frame)
         || sotto_streams_are_ready (&self->streams);
}

/* Largest of the four datagram sizes within n. */
static gsize
size_within (gsize n)
{
  static const gsize sizes[] = { 1221, 581, 325, 133 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    if (n >= sizes[i])
      return sizes[i];
  return 0;
}

static gsize
build_packet (SottoChannel *self, gsize n_max, bool content, gint64 now, uint8_t *out)
{
  SottoSentPacket packet = { 0 };
  SottoWriter w = packet_begin (self, out, n_max, &packet.pn);
  bool eliciting;

  if (self->received.unacked > 0)
    write_ack (self, &w, now);
  if (self->notice != 0 && w.max - w.n >= 2)
    {
      write_small (&w, SOTTO_PACKET_NOTICE, self->notice);
      self->notice = 0;
    }
  if (content)
    {
      write_rekey (self, &w, &packet);
      sotto_streams_fill (&self->streams, &w, &packet);
    }
  eliciting = packet.n_frames > 0;
  if (content && (self->ping_due || !eliciting) && w.max > w.n)
    {
      write_small (&w, SOTTO_PACKET_PING, 0);
      self->ping_due = false;
      eliciting = true;
    }
  packet.size = (uint16_t)packet_seal (self, &w, sotto_datagram_padded_len (w.n), out);
  if (eliciting)
    sotto_recovery_sent (&self->recovery, &packet, now);
  return packet.size;
}

gsize
sotto_channel_build (SottoChannel *self, gint64 now, SottoPath *out_to, uint8_t *out)
{
  SottoPathPacket path;
  gsize n, n_max;
  bool content;

  if (sotto_paths_next (&self->paths, sotto_rtt_pto (&self->recovery.rtt), now, &path))
    {
      n = build_path_packet (self, &path, now, out);
      *out_to = path.to;
      sotto_paths_on_sent (&self->paths, &path.to, n);
      return n;
    }
  n_max = size_within (sotto_paths_allowance (&self->paths));
  content = has_content (self) && sotto_recovery_may_send (&self->recovery);
  if (n_max == 0 || (!content && self->notice == 0 && self->received.due > now))
    return 0;
  n = build_packet (self, n_max, content, now, out);
  *out_to = self->paths.current;
  self->active = now;
  sotto_paths_on_sent (&self->paths, out_to, n);
  return n;
}

gsize
sotto_channel_seal_close (SottoChannel *self, SottoCode code, uint8_t *out)
{
  SottoPacketFrame frame = { .type = SOTTO_PACKET_CLOSE };
  uint64_t pn;
  SottoWriter w = packet_begin (self, out, SOTTO_DATAGRAM_MAX, &pn);

  frame.close.code = code;
  sotto_packet_frame_write (&w, &frame);
  return packet_seal (self, &w, sotto_datagram_padded_len (w.n), out);
}
