// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Datagrams in. What does not open changes nothing and is answered by nothing; what opens is a
 * peer's word, and a broken one ends the channel with CLOSE(PROTOCOL).
 */
#include "shared/peer/channel-private.h"

#include "shared/base/secret.h"

typedef struct
{
  const SottoPath *from;
  gsize size; /* of the datagram */
  uint8_t epoch;
  gint64 now;
} Incoming;

typedef SottoCode (*FrameFunc) (SottoChannel *self,
                                const SottoPacketFrame *frame,
                                const Incoming *in);

static SottoCode
on_ping (SottoChannel *self, const SottoPacketFrame *frame, const Incoming *in)
{
  return SOTTO_OK; /* its ACK is its answer */
}

static SottoCode
on_ack (SottoChannel *self, const SottoPacketFrame *frame, const Incoming *in)
{
  return sotto_recovery_on_ack (&self->recovery, frame, in->now);
}

static SottoCode
on_stream (SottoChannel *self, const SottoPacketFrame *frame, const Incoming *in)
{
  return sotto_streams_on_stream (&self->streams, frame);
}

static SottoCode
on_max_stream (SottoChannel *self, const SottoPacketFrame *frame, const Incoming *in)
{
  return sotto_streams_on_max (&self->streams, frame);
}

static SottoCode
on_stream_end (SottoChannel *self, const SottoPacketFrame *frame, const Incoming *in)
{
  SottoChannelEvent event = { .type = SOTTO_CHANNEL_EVENT_RESET,
                              .stream = frame->stream_end.id,
                              .code = frame->stream_end.code };
  bool ended;
  SottoCode code = frame->type == SOTTO_PACKET_RESET_STREAM
                       ? sotto_streams_on_reset (&self->streams, frame, &ended)
                       : sotto_streams_on_stop (&self->streams, frame, &ended);

  if (code == SOTTO_OK && ended)
    sotto_channel_push (self, &event);
  return code;
}

static SottoCode
on_path_challenge (SottoChannel *self, const SottoPacketFrame *frame, const Incoming *in)
{
  sotto_paths_on_challenge (&self->paths, in->from, in->size, frame);
  return SOTTO_OK;
}

static SottoCode
on_path_response (SottoChannel *self, const SottoPacketFrame *frame, const Incoming *in)
{
  sotto_paths_on_response (&self->paths, frame, in->now);
  return SOTTO_OK;
}

static SottoCode
on_rekey (SottoChannel *self, const SottoPacketFrame *frame, const Incoming *in)
{
  bool switched;
  SottoCode code = sotto_keys_on_rekey (&self->keys, frame, in->epoch, in->now, &switched);

  if (code == SOTTO_OK && switched)
    self->ping_due = true; /* tells the responder to follow */
  return code;
}

static SottoCode
on_close (SottoChannel *self, const SottoPacketFrame *frame, const Incoming *in)
{
  sotto_channel_end (self, frame->close.code);
  return SOTTO_OK;
}

static SottoCode
on_notice (SottoChannel *self, const SottoPacketFrame *frame, const Incoming *in)
{
  SottoChannelEvent event = { .type = SOTTO_CHANNEL_EVENT_NOTICE, .notice = frame->notice.what };

  sotto_channel_push (self, &event);
  return SOTTO_OK;
}

static const struct
{
  FrameFunc handle;
  bool eliciting; /* wants an ACK */
  bool path;      /* says nothing about where the peer is */
} frames[] = {
  [SOTTO_PACKET_PING] = { on_ping, true, false },
  [SOTTO_PACKET_ACK] = { on_ack, false, false },
  [SOTTO_PACKET_STREAM] = { on_stream, true, false },
  [SOTTO_PACKET_MAX_STREAM] = { on_max_stream, true, false },
  [SOTTO_PACKET_RESET_STREAM] = { on_stream_end, true, false },
  [SOTTO_PACKET_STOP_STREAM] = { on_stream_end, true, false },
  [SOTTO_PACKET_PATH_CHALLENGE] = { on_path_challenge, false, true },
  [SOTTO_PACKET_PATH_RESPONSE] = { on_path_response, false, true },
  [SOTTO_PACKET_REKEY1] = { on_rekey, true, false },
  [SOTTO_PACKET_REKEY2] = { on_rekey, true, false },
  [SOTTO_PACKET_CLOSE] = { on_close, false, false },
  [SOTTO_PACKET_NOTICE] = { on_notice, false, false },
};

/* Handles every frame; the flags say what the packet was. */
static SottoCode
receive_frames (SottoChannel *self,
                SottoReader *reader,
                const Incoming *in,
                bool *out_eliciting,
                bool *out_more_than_path)
{
  *out_eliciting = *out_more_than_path = false;
  for (;;)
    {
      SottoPacketFrame frame;
      bool end = false;
      SottoCode code = sotto_packet_frame_read (reader, &frame, &end);

      if (code != SOTTO_OK || end)
        return code;
      code = frames[frame.type].handle (self, &frame, in);
      if (code != SOTTO_OK || self->state == SOTTO_CHANNEL_CLOSED)
        return code;
      *out_eliciting |= frames[frame.type].eliciting;
      *out_more_than_path |= !frames[frame.type].path;
    }
}

static void
receive_packet (SottoChannel *self, const Incoming *in, const uint8_t *plain, gsize n)
{
  SottoReader reader = SOTTO_READER (plain, n);
  uint64_t pn = sotto_read_u64 (&reader);
  bool highest = !self->received.any || pn > self->received.largest;
  bool eliciting, more;
  SottoCode code;

  if (!sotto_ack_set_is_new (&self->received, pn))
    {
      self->dropped++;
      return;
    }
  self->packets_received++;
  sotto_keys_on_received (&self->keys, in->epoch, in->now);
  if (self->state == SOTTO_CHANNEL_HANDSHAKE)
    sotto_channel_open (self, in->from, 0, sotto_handshake_answered (&self->handshake, in->from),
                        in->now);
  self->active = in->now;
  code = receive_frames (self, &reader, in, &eliciting, &more);
  if (code != SOTTO_OK)
    sotto_channel_close (self, code, in->now);
  if (self->state != SOTTO_CHANNEL_OPEN)
    return;
  sotto_ack_set_add (&self->received, pn, eliciting, in->now);
  sotto_paths_on_packet (&self->paths, in->from, in->size, highest && more, in->now);
  sotto_channel_follow_path (self, in->now);
}

static void
receive_secure (SottoChannel *self,
                const SottoDatagramHeader *header,
                const SottoPath *from,
                const uint8_t *datagram,
                gsize n,
                gint64 now)
{
  const SottoFernetKey *key = sotto_keys_get_receive (&self->keys, header->epoch, now);
  Incoming in = { from, n, header->epoch, now };
  uint8_t plain[SOTTO_PLAIN_ROOM];
  gsize n_plain;

  /* An initiator that has no RESP yet has no key either. */
  if (key == NULL || !sotto_datagram_open (datagram, n, key, plain, &n_plain))
    {
      self->dropped++;
      return;
    }
  receive_packet (self, &in, plain, n_plain);
}

static void
receive_handshake (SottoChannel *self,
                   const SottoDatagramHeader *header,
                   const SottoPath *from,
                   const uint8_t *datagram,
                   gsize n,
                   gint64 now)
{
  SottoTrafficKeys keys;

  switch (sotto_handshake_receive (&self->handshake, header, from, datagram, n, &keys))
    {
    case SOTTO_HANDSHAKE_DROP:
      self->dropped++;
      return;
    case SOTTO_HANDSHAKE_REPEAT:
      return;
    case SOTTO_HANDSHAKE_KEYS:
      break;
    }
  sotto_keys_init (&self->keys, self->role, &keys, &self->random, now);
  sotto_secret_wipe (&keys, sizeof keys);
  if (self->role == SOTTO_ROLE_INITIATOR)
    sotto_channel_open (self, from, n, sotto_handshake_asked (&self->handshake, from), now);
}

void
sotto_channel_receive (SottoChannel *self,
                       const SottoPath *from,
                       const uint8_t *datagram,
                       gsize n,
                       gint64 now)
{
  SottoDatagramHeader header;

  if (self->state == SOTTO_CHANNEL_CLOSED || !sotto_datagram_header (datagram, n, &header)
      || header.id != self->cid || (self->relay_only && !sotto_path_is_relay (from)))
    self->dropped++;
  else if (header.kind == SOTTO_DATAGRAM_SECURE)
    receive_secure (self, &header, from, datagram, n, now);
  else if (self->state == SOTTO_CHANNEL_HANDSHAKE)
    receive_handshake (self, &header, from, datagram, n, now);
  else
    self->dropped++;
}
