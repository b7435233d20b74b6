// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Frames of a SECURE packet. ACK is the one frame whose bytes are not its fields: it goes as gaps
 * and lengths downwards, and is held as ranges.
 */
#include "shared/wire/packet.h"

#include "shared/wire/layout.h"

static void
lay_nothing (SottoLayout *l, SottoPacketFrame *f)
{
}

/* Ranges that the fields can say: a span over u32 and what follows it is left off. What is not
 * acknowledged is sent again, no more. */
static unsigned
count_sayable (const SottoPacketFrame *f)
{
  const SottoAckRange *ranges = f->ack.ranges;
  unsigned n = 1;

  while (n < f->ack.n && ranges[n - 1].high - ranges[n - 1].low <= G_MAXUINT32
         && ranges[n - 1].low - ranges[n].high - 1 <= G_MAXUINT32
         && ranges[n].high - ranges[n].low < G_MAXUINT32)
    n++;
  return n;
}

static void
write_ack (SottoWriter *out, const SottoPacketFrame *f)
{
  const SottoAckRange *ranges = f->ack.ranges;
  unsigned n = count_sayable (f);

  g_assert (f->ack.n >= 1 && f->ack.n <= SOTTO_ACK_RANGE_MAX + 1);
  sotto_write_u64 (out, ranges[0].high);
  sotto_write_u16 (out, f->ack.delay_ms);
  sotto_write_u8 (out, (uint8_t)(n - 1));
  sotto_write_u32 (out, (uint32_t)MIN (ranges[0].high - ranges[0].low, G_MAXUINT32));
  for (unsigned i = 1; i < n; i++)
    {
      sotto_write_u32 (out, (uint32_t)(ranges[i - 1].low - ranges[i].high - 1));
      sotto_write_u32 (out, (uint32_t)(ranges[i].high - ranges[i].low + 1));
    }
}

/* One more range below `low`, or false when it would reach below packet 0. */
static bool
read_range (SottoReader *in, uint64_t low, SottoAckRange *out)
{
  uint64_t gap = sotto_read_u32 (in);
  uint64_t length = sotto_read_u32 (in);

  if (in->failed || gap == 0 || length == 0 || gap + length > low)
    return false;
  out->high = low - gap - 1;
  out->low = low - gap - length;
  return true;
}

static void
read_ack (SottoReader *in, SottoPacketFrame *f)
{
  uint64_t largest = sotto_read_u64 (in);
  uint16_t delay_ms = sotto_read_u16 (in);
  unsigned n = sotto_read_u8 (in);
  uint64_t first = sotto_read_u32 (in);

  if (n > SOTTO_ACK_RANGE_MAX || first > largest)
    in->failed = true;
  f->ack.delay_ms = delay_ms;
  f->ack.n = (uint8_t)(in->failed ? 0 : n + 1);
  f->ack.ranges[0] = (SottoAckRange){ .low = largest - first, .high = largest };
  for (unsigned i = 1; i < f->ack.n && !in->failed; i++)
    if (!read_range (in, f->ack.ranges[i - 1].low, &f->ack.ranges[i]))
      in->failed = true;
}

static void
lay_ack (SottoLayout *l, SottoPacketFrame *f)
{
  if (l->in != NULL)
    read_ack (l->in, f);
  else
    write_ack (l->out, f);
}

static void
lay_stream (SottoLayout *l, SottoPacketFrame *f)
{
  sotto_layout_u32 (l, &f->stream.id);
  sotto_layout_offset (l, &f->stream.offset);
  sotto_layout_bool (l, &f->stream.fin); /* the flags: FIN is the only bit there is */
  sotto_layout_u16 (l, &f->stream.n);
  sotto_layout_check (l, f->stream.offset + f->stream.n <= SOTTO_U64_LIMIT);
  sotto_layout_span (l, &f->stream.data, f->stream.n);
}

static void
lay_max_stream (SottoLayout *l, SottoPacketFrame *f)
{
  sotto_layout_u32 (l, &f->max_stream.id);
  sotto_layout_offset (l, &f->max_stream.limit);
}

static void
lay_stream_end (SottoLayout *l, SottoPacketFrame *f)
{
  sotto_layout_u32 (l, &f->stream_end.id);
  sotto_layout_code (l, &f->stream_end.code);
}

static void
lay_path (SottoLayout *l, SottoPacketFrame *f)
{
  sotto_layout_copy (l, f->path.bytes, sizeof f->path.bytes);
}

static void
lay_rekey (SottoLayout *l, SottoPacketFrame *f)
{
  sotto_layout_u8 (l, &f->rekey.epoch);
  sotto_layout_key (l, &f->rekey.ephemeral);
}

static void
lay_close (SottoLayout *l, SottoPacketFrame *f)
{
  sotto_layout_code (l, &f->close.code);
}

static void
lay_notice (SottoLayout *l, SottoPacketFrame *f)
{
  sotto_layout_enum (l, &f->notice.what, SOTTO_NOTICE_TYPING, SOTTO_NOTICE_STOPPED);
}

/* By type; n counts type and fixed fields. */
static const struct
{
  gsize n;
  void (*lay) (SottoLayout *l, SottoPacketFrame *f);
} kinds[] = {
  [SOTTO_PACKET_PING] = { 1, lay_nothing },
  [SOTTO_PACKET_ACK] = { 16, lay_ack },
  [SOTTO_PACKET_STREAM] = { 16, lay_stream },
  [SOTTO_PACKET_MAX_STREAM] = { 13, lay_max_stream },
  [SOTTO_PACKET_RESET_STREAM] = { 6, lay_stream_end },
  [SOTTO_PACKET_STOP_STREAM] = { 6, lay_stream_end },
  [SOTTO_PACKET_PATH_CHALLENGE] = { 9, lay_path },
  [SOTTO_PACKET_PATH_RESPONSE] = { 9, lay_path },
  [SOTTO_PACKET_REKEY1] = { 34, lay_rekey },
  [SOTTO_PACKET_REKEY2] = { 34, lay_rekey },
  [SOTTO_PACKET_CLOSE] = { 2, lay_close },
  [SOTTO_PACKET_NOTICE] = { 2, lay_notice },
};

static bool
is_kind (unsigned type)
{
  return type < G_N_ELEMENTS (kinds) && kinds[type].lay != NULL;
}

gsize
sotto_packet_frame_len (const SottoPacketFrame *frame)
{
  g_assert (is_kind (frame->type));
  if (frame->type == SOTTO_PACKET_STREAM)
    return kinds[frame->type].n + frame->stream.n;
  if (frame->type == SOTTO_PACKET_ACK)
    return kinds[frame->type].n + 8 * (gsize)(count_sayable (frame) - 1);
  return kinds[frame->type].n;
}

void
sotto_packet_frame_write (SottoWriter *out, const SottoPacketFrame *frame)
{
  g_assert (is_kind (frame->type));
  sotto_write_u8 (out, (uint8_t)frame->type);
  kinds[frame->type].lay (SOTTO_LAYOUT_WRITE (out), (SottoPacketFrame *)frame);
}

SottoCode
sotto_packet_frame_read (SottoReader *in, SottoPacketFrame *out, bool *out_end)
{
  bool end = in->n == 0 || in->data[0] == SOTTO_PACKET_PADDING;

  if (end)
    sotto_read_zeros (in);
  else
    {
      unsigned type = sotto_read_u8 (in);

      if (!is_kind (type))
        return SOTTO_PROTOCOL;
      out->type = (SottoPacketFrameType)type;
      kinds[type].lay (SOTTO_LAYOUT_READ (in), out);
    }
  if (in->failed)
    return SOTTO_PROTOCOL;
  *out_end = end;
  return SOTTO_OK;
}
