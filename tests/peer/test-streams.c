// SPDX-License-Identifier: GPL-3.0-or-later
/* Two sets of streams with a lossy, reordering pipe of frames between them; then what is broken. */
#undef G_DISABLE_ASSERT
#include "shared/peer/streams.h"

#include "shared/base/limits.h"
#include <string.h>

typedef struct
{
  SottoStreams i, r;
} Pair;

static void
pair_init (Pair *self)
{
  sotto_streams_init (&self->i, SOTTO_ROLE_INITIATOR);
  sotto_streams_init (&self->r, SOTTO_ROLE_RESPONDER);
}

static void
pair_clear (Pair *self)
{
  sotto_streams_clear (&self->i);
  sotto_streams_clear (&self->r);
}

static SottoCode
take (SottoStreams *to, const SottoPacketFrame *frame, bool *out_ended)
{
  bool ended = false;
  SottoCode code = SOTTO_OK;

  switch ((guint)frame->type)
    {
    case SOTTO_PACKET_STREAM:
      code = sotto_streams_on_stream (to, frame);
      break;
    case SOTTO_PACKET_MAX_STREAM:
      code = sotto_streams_on_max (to, frame);
      break;
    case SOTTO_PACKET_RESET_STREAM:
      code = sotto_streams_on_reset (to, frame, &ended);
      break;
    case SOTTO_PACKET_STOP_STREAM:
      code = sotto_streams_on_stop (to, frame, &ended);
      break;
    default:
      g_assert_not_reached ();
    }
  if (out_ended != NULL)
    *out_ended = ended;
  return code;
}

/* One packet; lost or delivered and acknowledged at once. Returns whether there was one. */
static bool
pass (SottoStreams *from, SottoStreams *to, guint loss_percent, bool *out_ended)
{
  SottoSentPacket packet = { 0 };
  uint8_t bytes[SOTTO_PLAIN_MAX];
  SottoWriter w = SOTTO_WRITER (bytes, sizeof bytes);
  SottoReader r;
  bool lost = (guint)g_test_rand_int_range (0, 100) < loss_percent;
  bool end = false;

  sotto_streams_fill (from, &w, &packet);
  g_assert_false (w.failed);
  if (packet.n_frames == 0)
    return false;
  r = SOTTO_READER (bytes, w.n);
  while (!lost)
    {
      SottoPacketFrame frame;

      g_assert_cmpint (sotto_packet_frame_read (&r, &frame, &end), ==, SOTTO_OK);
      if (end)
        break;
      g_assert_cmpint (take (to, &frame, out_ended), ==, SOTTO_OK);
    }
  for (guint i = 0; i < packet.n_frames; i++)
    if (lost)
      sotto_streams_lost (from, &packet.frames[i]);
    else
      sotto_streams_acked (from, &packet.frames[i]);
  return true;
}

static void
exchange (Pair *self, guint loss_percent)
{
  bool any = true;

  while (any)
    {
      any = pass (&self->i, &self->r, loss_percent, NULL);
      any |= pass (&self->r, &self->i, loss_percent, NULL);
    }
}

static uint8_t
byte_of (uint64_t offset)
{
  return (uint8_t)(offset ^ (offset >> 8) ^ (offset >> 16));
}

/* Reads what is there and checks it; returns the new offset. */
static uint64_t
drain (SottoStreams *streams, uint32_t id, uint64_t offset, gsize at_most, bool *out_fin)
{
  uint8_t bytes[5000];
  gsize n;

  while (at_most > 0
         && (n = sotto_streams_read (streams, id, bytes, MIN (sizeof bytes, at_most), out_fin)) > 0)
    {
      for (gsize i = 0; i < n; i++)
        g_assert_cmpuint (bytes[i], ==, byte_of (offset + i));
      offset += n;
      at_most -= n;
      if (*out_fin)
        break;
    }
  return offset;
}

static gsize
write_some (SottoStreams *streams, uint32_t id, uint64_t offset, gsize n, bool fin)
{
  g_autofree uint8_t *bytes = g_malloc (n + 1);

  for (gsize i = 0; i < n; i++)
    bytes[i] = byte_of (offset + i);
  return sotto_streams_write (streams, id, bytes, n, fin);
}

static void
test_stream_zero (void)
{
  const uint64_t total = 1000 * 1000; /* several windows */
  Pair pair;
  uint64_t written = 0, read = 0;
  bool fin;

  pair_init (&pair);
  while (read < total)
    {
      gsize n = MIN (total - written, (gsize)g_test_rand_int_range (1, 60000));

      g_assert_cmpuint (write_some (&pair.i, 0, written, n, false), ==, n);
      written += n;
      exchange (&pair, 30);
      read = drain (&pair.r, 0, read, G_MAXSIZE, &fin);
      exchange (&pair, 30);
    }
  pair_clear (&pair);
}

/* The peer's credit holds us back until the reader takes half of it out. */
static void
test_credit (void)
{
  Pair pair;
  SottoStreamNews news;
  bool fin;

  pair_init (&pair);
  write_some (&pair.i, 0, 0, 2 * SOTTO_STREAM0_CREDIT, false);
  exchange (&pair, 0);
  g_assert_true (sotto_streams_next_news (&pair.i, &news));
  g_assert_cmpint (news.type, ==, SOTTO_STREAM_NEWS_SENT);
  g_assert_cmpuint (news.offset, ==, SOTTO_STREAM0_CREDIT);
  drain (&pair.r, 0, 0, SOTTO_STREAM0_CREDIT / 2 - 1, &fin);
  g_assert_false (sotto_streams_are_ready (&pair.r));
  drain (&pair.r, 0, SOTTO_STREAM0_CREDIT / 2 - 1, 1, &fin);
  g_assert_true (sotto_streams_are_ready (&pair.r));
  exchange (&pair, 0);
  g_assert_true (sotto_streams_next_news (&pair.i, &news));
  g_assert_cmpuint (news.offset, ==, SOTTO_STREAM0_CREDIT + SOTTO_STREAM0_CREDIT / 2);
  pair_clear (&pair);
}

static void
check_file (guint loss_percent, uint64_t total, uint64_t credit)
{
  Pair pair;
  uint64_t written = 0, read = 0;
  bool fin_written = false, fin = false;

  pair_init (&pair);
  sotto_streams_allow (&pair.r, 2, credit);
  for (guint round = 0; !fin; round++)
    {
      gsize n = MIN (total - written, 700 * 1000);

      g_assert_cmpuint (round, <, 10000);
      if (!fin_written)
        {
          written += write_some (&pair.i, 2, written, n, n == total - written);
          fin_written = written == total;
        }
      exchange (&pair, loss_percent);
      read = drain (&pair.r, 2, read, G_MAXSIZE, &fin);
      exchange (&pair, loss_percent);
    }
  g_assert_cmpuint (read, ==, total);
  /* Both sides have forgotten all but the number. */
  g_assert_cmpuint (pair.i.send->len, ==, 1);
  g_assert_cmpuint (pair.r.receive->len, ==, 1);
  g_assert_cmpuint (sotto_streams_write (&pair.i, 2, "x", 1, false), ==, 0);
  pair_clear (&pair);
}

static void
test_files (void)
{
  check_file (0, 32, 100000);
  check_file (0, 3 * 1000 * 1000, 200000);
  check_file (30, 3 * 1000 * 1000, 200000);
  check_file (30, 6 * 1000 * 1000, SOTTO_FILE_CREDIT_MAX);
}

/* No credit, no byte; a write is cut short at the buffer and told when there is room. */
static void
test_send_buffer (void)
{
  g_autofree uint8_t *bytes = g_malloc0 (SOTTO_STREAM_SEND_BUFFER + 1);
  Pair pair;
  SottoStreamNews news;
  bool fin, writable = false;

  pair_init (&pair);
  g_assert_cmpuint (sotto_streams_write (&pair.i, 2, bytes, SOTTO_STREAM_SEND_BUFFER + 1, true), ==,
                    SOTTO_STREAM_SEND_BUFFER);
  g_assert_cmpuint (sotto_streams_write (&pair.i, 2, bytes, 1, true), ==, 0);
  exchange (&pair, 0);
  g_assert_false (sotto_streams_next_news (&pair.i, &news));
  sotto_streams_allow (&pair.r, 2, SOTTO_FILE_CREDIT_MAX);
  exchange (&pair, 0);
  while (sotto_streams_next_news (&pair.i, &news))
    writable |= news.type == SOTTO_STREAM_NEWS_WRITABLE;
  g_assert_true (writable);
  g_assert_cmpuint (sotto_streams_write (&pair.i, 2, bytes, 1, true), ==, 1);
  exchange (&pair, 0);
  g_assert_cmpuint (sotto_streams_read (&pair.r, 2, bytes, SOTTO_STREAM_SEND_BUFFER, &fin), ==,
                    SOTTO_STREAM_SEND_BUFFER);
  g_assert_false (fin);
  g_assert_cmpuint (sotto_streams_read (&pair.r, 2, bytes, SOTTO_STREAM_SEND_BUFFER, &fin), ==, 1);
  g_assert_true (fin);
  pair_clear (&pair);
}

/* A word goes before a file, and files share. */
static void
test_order (void)
{
  Pair pair;
  SottoSentPacket packet = { 0 };
  uint8_t bytes[SOTTO_PLAIN_MAX];
  SottoWriter w = SOTTO_WRITER (bytes, sizeof bytes);
  bool seen[7] = { false };

  pair_init (&pair);
  for (uint32_t id = 2; id <= 6; id += 2)
    {
      sotto_streams_allow (&pair.r, id, 100000);
      write_some (&pair.i, id, 0, 50000, false);
    }
  while (pass (&pair.r, &pair.i, 0, NULL))
    ;
  sotto_streams_fill (&pair.i, &w, &packet);
  write_some (&pair.i, 0, 0, 10, false);
  w = SOTTO_WRITER (bytes, sizeof bytes);
  packet = (SottoSentPacket){ 0 };
  g_assert_true (sotto_streams_fill (&pair.i, &w, &packet));
  g_assert_cmpuint (packet.frames[0].id, ==, 0);
  for (guint i = 0; i < 3; i++)
    {
      w = SOTTO_WRITER (bytes, sizeof bytes);
      packet = (SottoSentPacket){ 0 };
      sotto_streams_fill (&pair.i, &w, &packet);
      seen[packet.frames[0].id] = true;
    }
  g_assert_true (seen[2] && seen[4] && seen[6]);
  pair_clear (&pair);
}

static void
test_reset_and_stop (void)
{
  Pair pair;
  bool ended = false;
  uint8_t byte;

  pair_init (&pair);
  sotto_streams_allow (&pair.r, 2, 1000);
  sotto_streams_allow (&pair.r, 4, 1000);
  write_some (&pair.i, 2, 0, 5000, false);
  write_some (&pair.i, 4, 0, 5000, false);
  exchange (&pair, 0);
  sotto_streams_reset (&pair.i, 2, SOTTO_QUOTA);
  g_assert_true (pass (&pair.i, &pair.r, 0, &ended));
  g_assert_true (ended);
  g_assert_cmpuint (sotto_streams_read (&pair.r, 2, &byte, 1, NULL), ==, 0);
  sotto_streams_stop (&pair.r, 4, SOTTO_TOO_BIG);
  ended = false;
  g_assert_true (pass (&pair.r, &pair.i, 0, &ended));
  g_assert_true (ended);
  /* STOP is answered by RESET, lost or not; then nothing of them is left. */
  exchange (&pair, 50);
  g_assert_cmpuint (pair.i.send->len, ==, 1);
  g_assert_cmpuint (pair.r.receive->len, ==, 1);
  pair_clear (&pair);
}

typedef struct
{
  const char *what;
  SottoPacketFrame frame;
  SottoCode want;
} Row;

#define STREAM(i, o, l, f)                                                                         \
  {                                                                                                \
    .type = SOTTO_PACKET_STREAM, .stream = {                                                       \
      .id = (i),                                                                                   \
      .offset = (o),                                                                               \
      .fin = (f),                                                                                  \
      .data = zeros,                                                                               \
      .n = (l)                                                                                     \
    }                                                                                              \
  }
#define END(t, i)                                                                                  \
  {                                                                                                \
    .type = (t), .stream_end = {.id = (i), .code = SOTTO_OK }                                      \
  }
#define MAX_STREAM(i, l)                                                                           \
  {                                                                                                \
    .type = SOTTO_PACKET_MAX_STREAM, .max_stream = {.id = (i), .limit = (l) }                      \
  }

static const uint8_t zeros[100];

/* To an initiator that allowed stream 3 100 bytes, got 10 and FIN at 50; and ended 5. */
static const Row rows[] = {
  { "data", STREAM (3, 20, 10, false), SOTTO_OK },
  { "FIN again", STREAM (3, 50, 0, true), SOTTO_OK },
  { "FIN elsewhere", STREAM (3, 60, 0, true), SOTTO_PROTOCOL },
  { "FIN earlier", STREAM (3, 0, 20, true), SOTTO_PROTOCOL },
  { "data beyond FIN", STREAM (3, 45, 6, false), SOTTO_PROTOCOL },
  { "data over credit", STREAM (7, 0, 1, false), SOTTO_PROTOCOL },
  { "offset over credit, no data", STREAM (7, 5, 0, false), SOTTO_PROTOCOL },
  { "FIN without credit", STREAM (7, 0, 0, true), SOTTO_PROTOCOL },
  { "nothing at all", STREAM (7, 0, 0, false), SOTTO_OK },
  { "an ended stream", STREAM (5, 0, 100, false), SOTTO_OK },
  { "FIN of stream 0", STREAM (0, 0, 0, true), SOTTO_PROTOCOL },
  { "credit of stream 0 to the last byte", STREAM (0, SOTTO_STREAM0_CREDIT - 100, 100, false),
    SOTTO_OK },
  { "one byte over it", STREAM (0, SOTTO_STREAM0_CREDIT - 99, 100, false), SOTTO_PROTOCOL },
  { "a stream of our side", STREAM (2, 0, 0, false), SOTTO_PROTOCOL },
  { "RESET of stream 0", END (SOTTO_PACKET_RESET_STREAM, 0), SOTTO_PROTOCOL },
  { "RESET of our stream", END (SOTTO_PACKET_RESET_STREAM, 2), SOTTO_PROTOCOL },
  { "RESET of an unknown stream", END (SOTTO_PACKET_RESET_STREAM, 9), SOTTO_OK },
  { "RESET of an ended stream", END (SOTTO_PACKET_RESET_STREAM, 5), SOTTO_OK },
  { "STOP of stream 0", END (SOTTO_PACKET_STOP_STREAM, 0), SOTTO_PROTOCOL },
  { "STOP of the peer's own", END (SOTTO_PACKET_STOP_STREAM, 3), SOTTO_PROTOCOL },
  { "STOP of an unknown stream", END (SOTTO_PACKET_STOP_STREAM, 2), SOTTO_OK },
  { "credit for the peer's own", MAX_STREAM (3, 5), SOTTO_PROTOCOL },
  { "credit before the answer", MAX_STREAM (2, 5), SOTTO_OK },
  { "credit of stream 0", MAX_STREAM (0, 5), SOTTO_OK },
};

static void
test_rows (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      SottoPacketFrame data = STREAM (3, 0, 10, false), fin = STREAM (3, 50, 0, true);
      SottoPacketFrame reset = END (SOTTO_PACKET_RESET_STREAM, 5);
      SottoStreams streams;

      sotto_streams_init (&streams, SOTTO_ROLE_INITIATOR);
      sotto_streams_allow (&streams, 3, 100);
      g_assert_cmpint (take (&streams, &data, NULL), ==, SOTTO_OK);
      g_assert_cmpint (take (&streams, &fin, NULL), ==, SOTTO_OK);
      g_assert_cmpint (take (&streams, &reset, NULL), ==, SOTTO_OK);
      g_test_message ("%s", rows[i].what);
      g_assert_cmpint (take (&streams, &rows[i].frame, NULL), ==, rows[i].want);
      sotto_streams_clear (&streams);
    }
}

/* What a peer can make grow ends somewhere. */
static void
test_limits (void)
{
  SottoStreams streams;
  SottoPacketFrame frame;
  SottoCode code = SOTTO_OK;

  sotto_streams_init (&streams, SOTTO_ROLE_INITIATOR);
  for (uint32_t id = 2; id < 1000; id += 2)
    {
      frame = (SottoPacketFrame)MAX_STREAM (id, 5);
      g_assert_cmpint (take (&streams, &frame, NULL), ==, SOTTO_OK);
    }
  g_assert_cmpuint (streams.send->len, ==, 1 + SOTTO_STREAMS_MAX);

  for (uint32_t i = 0; i <= SOTTO_STREAM_ENDS_MAX; i++)
    {
      g_assert_cmpint (code, ==, SOTTO_OK);
      frame = (SottoPacketFrame)END (SOTTO_PACKET_RESET_STREAM, 3 + 4 * i);
      code = take (&streams, &frame, NULL);
    }
  g_assert_cmpint (code, ==, SOTTO_PROTOCOL);

  code = SOTTO_OK;
  for (uint32_t i = 0; i <= SOTTO_STREAM_GAPS_MAX; i++)
    {
      g_assert_cmpint (code, ==, SOTTO_OK);
      frame = (SottoPacketFrame)STREAM (0, 1 + 2 * i, 1, false);
      code = take (&streams, &frame, NULL);
    }
  g_assert_cmpint (code, ==, SOTTO_PROTOCOL);
  sotto_streams_clear (&streams);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/streams/zero", test_stream_zero);
  g_test_add_func ("/streams/credit", test_credit);
  g_test_add_func ("/streams/files", test_files);
  g_test_add_func ("/streams/send-buffer", test_send_buffer);
  g_test_add_func ("/streams/order", test_order);
  g_test_add_func ("/streams/reset-and-stop", test_reset_and_stop);
  g_test_add_func ("/streams/rows", test_rows);
  g_test_add_func ("/streams/limits", test_limits);
  return g_test_run ();
}
