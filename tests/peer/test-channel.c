// SPDX-License-Identifier: GPL-3.0-or-later
/* Two channels back to back, without faults but those a test brings in. */
#undef G_DISABLE_ASSERT
#include "shared/peer/channel-private.h"
#include "tests/peer/world.h"

#include <string.h>

#define S  SOTTO_US_PER_S
#define MS SOTTO_US_PER_MS

static void
test_opens_and_talks (void)
{
  World world;

  world_init (&world, 1);
  world_start (&world, 1);
  g_assert_true (world_run_until (&world, world_both_open, 5 * S));
  /* INIT, RESP, PING: three flights. */
  g_assert_cmpint (world.now, <=, 1000 * S + 3 * world.faults.delay);
  world_write (&world, 0, "to bob", 6);
  world_write (&world, 1, "to alice", 8);
  world_run (&world, world.now + S);
  world_assert_read (&world, 1, "to bob");
  world_assert_read (&world, 0, "to alice");
  world_clear (&world);
}

/* Nothing waits for more: one write is on its way at once; what is there together goes together. */
static void
test_shares_datagrams (void)
{
  World world;
  guint before;

  world_open_pair (&world);
  before = world.ends[0].n_sent;
  world_write (&world, 0, "1", 1);
  world_settle (&world);
  g_assert_cmpuint (world.ends[0].n_sent, ==, before + 1);
  g_assert_cmpuint (world.ends[0].n_last_sent, ==, 133);
  for (guint i = 0; i < 10; i++)
    world_write (&world, 0, "12345678901234567890", 20);
  world_settle (&world);
  g_assert_cmpuint (world.ends[0].n_sent, ==, before + 2);
  g_assert_cmpuint (world.ends[0].n_last_sent, ==, 325);
  world_clear (&world);
}

/* Two of them, then nothing for good: no chatter between idle channels but the keepalive. */
static void
test_idle (void)
{
  World world;
  guint before[2];

  world_open_pair (&world);
  for (guint i = 0; i < 2; i++)
    before[i] = world.ends[i].n_sent;
  world_run (&world, world.now + 60 * S);
  g_assert_false (world.ends[0].closed || world.ends[1].closed);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpuint (world.ends[i].n_sent - before[i], >=, 3);
      g_assert_cmpuint (world.ends[i].n_sent - before[i], <=, 10);
    }
  world_clear (&world);
}

static bool
is_zero (const void *bytes, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (((const uint8_t *)bytes)[i] != 0)
      return false;
  return true;
}

static void
assert_erased (const SottoChannel *channel)
{
  g_assert_true (is_zero (&channel->keys, sizeof channel->keys));
  g_assert_true (is_zero (&channel->handshake, sizeof channel->handshake));
}

static void
test_close (void)
{
  World world;
  guint sent;

  world_open_pair (&world);
  sent = world.ends[1].n_sent;
  world_write (&world, 0, "last words", 10);
  world_settle (&world);
  sotto_channel_close (world.ends[0].channel, SOTTO_SHUTDOWN, world.now);
  assert_erased (world.ends[0].channel);
  world_run (&world, world.now + S);
  g_assert_true (world.ends[0].closed && world.ends[1].closed);
  g_assert_cmpint (world.ends[1].code, ==, SOTTO_SHUTDOWN);
  world_assert_read (&world, 1, "last words");
  assert_erased (world.ends[1].channel);
  g_assert_cmpuint (world.ends[1].n_sent, ==, sent); /* CLOSE is never answered */
  g_assert_cmpint (sotto_channel_deadline (world.ends[1].channel), ==, G_MAXINT64);
  g_assert_cmpuint (sotto_channel_write (world.ends[1].channel, 0, "x", 1, false, world.now), ==,
                    0);
  world_clear (&world);
}

/* Seals frames as `from` would, under its next packet number or the one given. */
static gsize
craft (World *world, guint from, uint64_t pn, const void *frames, gsize n, uint8_t *out)
{
  SottoChannel *channel = world->ends[from].channel;
  SottoDatagramHeader header = { .kind = SOTTO_DATAGRAM_SECURE, .id = channel->cid };
  const SottoFernetKey *key = sotto_keys_get_send (&channel->keys, &header.epoch);
  uint8_t plain[SOTTO_PLAIN_MAX];
  SottoWriter w = SOTTO_WRITER (plain, sizeof plain);

  sotto_write_u64 (&w, pn);
  sotto_write_bytes (&w, frames, n);
  return sotto_datagram_seal (&header, key, plain, w.n, sotto_datagram_padded_len (w.n), NULL, out);
}

typedef struct
{
  const char *what;
  const char *hex;
} Broken;

/* From the initiator to the responder, authentic and wrong. */
static const Broken broken[] = {
  { "an unknown frame", "0d" },
  { "an unknown frame after a right one", "01ff" },
  { "padding that is not zero", "0000000000000001" },
  { "ACK of a packet never sent", "02"
                                  "0000000000010000"
                                  "0000"
                                  "00"
                                  "00000000" },
  { "ACK below packet 0", "02"
                          "0000000000000001"
                          "0000"
                          "00"
                          "00000002" },
  { "ACK with too many ranges", "02"
                                "00000000000000ff"
                                "0000"
                                "11"
                                "00000000" },
  { "a cut STREAM", "03"
                    "00000000"
                    "0000000000000000"
                    "00"
                    "0400"
                    "aa" },
  { "flags of STREAM", "03"
                       "00000000"
                       "0000000000000000"
                       "02"
                       "0001"
                       "aa" },
  { "FIN of stream 0", "03"
                       "00000000"
                       "0000000000000000"
                       "01"
                       "0001"
                       "aa" },
  { "data over the credit of stream 0", "03"
                                        "00000000"
                                        "0000000000040000"
                                        "00"
                                        "0001"
                                        "aa" },
  { "data on a file nobody accepted", "03"
                                      "00000002"
                                      "0000000000000000"
                                      "00"
                                      "0001"
                                      "aa" },
  { "a stream of the wrong side", "03"
                                  "00000001"
                                  "0000000000000000"
                                  "00"
                                  "0001"
                                  "aa" },
  { "an offset of 2^62", "03"
                         "00000000"
                         "4000000000000000"
                         "00"
                         "0001"
                         "aa" },
  { "RESET of stream 0", "05"
                         "00000000"
                         "00" },
  { "STOP of stream 0", "06"
                        "00000000"
                        "00" },
  { "credit for a stream of its own", "04"
                                      "00000002"
                                      "0000000000000005" },
  { "REKEY2 from the initiator",
    "0a"
    "01"
    "0900000000000000000000000000000000000000000000000000000000000000" },
  { "REKEY1 to an epoch too far",
    "09"
    "02"
    "0900000000000000000000000000000000000000000000000000000000000000" },
  { "REKEY1 with a point of low order",
    "09"
    "01"
    "0000000000000000000000000000000000000000000000000000000000000000" },
  { "a NOTICE that is none", "0c03" },
};

static void
test_broken_frames (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      World world;
      uint8_t frames[200], datagram[SOTTO_DATAGRAM_MAX];
      gsize n = strlen (broken[i].hex) / 2;

      world_open_pair (&world);
      g_test_message ("%s", broken[i].what);
      g_assert_true (sotto_hex_decode (broken[i].hex, frames, n));
      n = craft (&world, 0, 500, frames, n, datagram);
      world_inject (&world, 1, &world.ends[0].address, datagram, n);
      world_run (&world, world.now + S);
      g_assert_true (world.ends[1].closed);
      g_assert_cmpint (world.ends[1].code, ==, SOTTO_PROTOCOL);
      g_assert_true (world.ends[0].closed); /* it was told */
      g_assert_cmpint (world.ends[0].code, ==, SOTTO_PROTOCOL);
      assert_erased (world.ends[1].channel);
      world_clear (&world);
    }
}

/* Frames of an authentic peer gone mad: it may end in PROTOCOL, in nothing worse. */
static void
test_mad_peer (void)
{
  World world;
  uint8_t frames[200], datagram[SOTTO_DATAGRAM_MAX];
  guint ended = 0;

  world_open_pair (&world);
  for (guint i = 0; i < 3000; i++)
    {
      guint to = i % 2;
      gsize n = 1 + world_random (&world) % 60;

      for (gsize k = 0; k < n; k++) /* mostly small numbers: types, ids, lengths */
        frames[k] = (uint8_t)(world_random (&world) >> (world_random (&world) % 3 == 0 ? 56 : 61));
      n = craft (&world, 1 - to, 1000 + i, frames, n, datagram);
      sotto_channel_receive (world.ends[to].channel, &world.ends[1 - to].address, datagram, n,
                             world.now);
      world_settle (&world);
      if (!world.ends[to].closed)
        continue;
      ended++;
      world_clear (&world);
      world_open_pair (&world);
    }
  g_assert_cmpuint (ended, >, 100);
  world_clear (&world);
}

/* The same as an outsider would send: dropped, counted, no byte out, nothing changed. */
static void
test_unauthentic (void)
{
  World world;
  uint8_t bytes[SOTTO_DATAGRAM_MAX + 10], good[SOTTO_DATAGRAM_MAX];
  SottoPath stranger = { { .family = 4, .ip = { 192, 0, 2, 1 }, .port = 9 } };
  gsize n;

  world_open_pair (&world);
  for (guint end = 0; end < 2; end++)
    {
      WorldEnd *victim = &world.ends[end];
      guint sent = victim->n_sent;
      uint64_t dropped = victim->channel->dropped;
      guint tried = 0;

      n = craft (&world, 1 - end, 700, "\x01", 1, good);
      for (gsize i = 0; i < n; i++, tried++)
        {
          memcpy (bytes, good, n);
          bytes[i] ^= (uint8_t)(1 + world_random (&world) % 255);
          sotto_channel_receive (victim->channel, &stranger, bytes, n, world.now);
        }
      for (gsize size = 0; size < sizeof bytes; size += 7, tried++)
        {
          for (gsize i = 0; i < size; i++)
            bytes[i] = (uint8_t)world_random (&world);
          sotto_channel_receive (victim->channel, &stranger, bytes, size, world.now);
        }
      world_settle (&world);
      g_assert_cmpuint (victim->n_sent, ==, sent);
      g_assert_cmpuint (victim->channel->dropped - dropped, ==, tried);
      g_assert_true (
          sotto_path_equal (&victim->channel->paths.current, &world.ends[1 - end].address));
      g_assert_false (victim->closed);
    }
  world_clear (&world);
}

/* A datagram again, from anywhere: dropped. One too old for the window: dropped. */
static void
test_replay (void)
{
  World world;
  uint8_t datagram[SOTTO_DATAGRAM_MAX];
  SottoPath stranger = { { .family = 4, .ip = { 192, 0, 2, 1 }, .port = 9 } };
  SottoChannel *bob;
  uint64_t dropped;
  guint sent;
  gsize n;

  world_open_pair (&world);
  bob = world.ends[1].channel;
  n = craft (&world, 0, 5000, "\x0c\x01", 2, datagram);
  world_inject (&world, 1, &world.ends[0].address, datagram, n);
  world_run (&world, world.now + MS);
  g_assert_cmpuint (world.ends[1].n_notices, ==, 1);
  dropped = bob->dropped;
  sent = world.ends[1].n_sent;
  sotto_channel_receive (bob, &stranger, datagram, n, world.now);
  n = craft (&world, 0, 5000 - SOTTO_REPLAY_WINDOW, "\x0c\x01", 2, datagram);
  sotto_channel_receive (bob, &stranger, datagram, n, world.now);
  world_settle (&world);
  g_assert_cmpuint (bob->dropped, ==, dropped + 2);
  g_assert_cmpuint (world.ends[1].n_notices, ==, 1);
  g_assert_cmpuint (world.ends[1].n_sent, ==, sent);
  world_clear (&world);
}

static bool
only_handshake (World *world, guint from, const SottoPath *to, const uint8_t *bytes, gsize n)
{
  if (from == 1)
    g_assert_true (bytes[1] == SOTTO_DATAGRAM_RESP || bytes[1] == SOTTO_DATAGRAM_PROBE);
  return from == 1 || bytes[1] == SOTTO_DATAGRAM_INIT; /* i's SECURE never arrives */
}

/* Until the first SECURE came the responder sends nothing but RESP and PROBE; then it gives up. */
static void
test_responder_waits (void)
{
  World world;

  world_init (&world, 1);
  world.watch = only_handshake;
  world_start (&world, 1);
  world_run (&world, world.now + S);
  g_assert_true (world.ends[0].opened);
  g_assert_cmpuint (sotto_channel_write (world.ends[1].channel, 0, "x", 1, false, world.now), ==,
                    0);
  world_run (&world, 1000 * S + SOTTO_GRANT_TTL_S * S - 1);
  g_assert_false (world.ends[1].opened || world.ends[1].closed);
  world_run (&world, 1000 * S + SOTTO_GRANT_TTL_S * S);
  g_assert_true (world.ends[1].closed);
  g_assert_cmpint (world.ends[1].code, ==, SOTTO_TIMEOUT);
  assert_erased (world.ends[1].channel);
  world_clear (&world);
}

static void
test_gives_up (void)
{
  World world;

  world_init (&world, 1);
  world.direct_blocked = true;
  world_start (&world, 1);
  world_run (&world, 1000 * S + SOTTO_INIT_GIVE_UP - 1);
  g_assert_false (world.ends[0].closed);
  world_run (&world, 1000 * S + SOTTO_INIT_GIVE_UP);
  g_assert_true (world.ends[0].closed);
  g_assert_cmpint (world.ends[0].code, ==, SOTTO_TIMEOUT);
  assert_erased (world.ends[0].channel);
  world_clear (&world);
}

/* INIT for a channel that is open or closed: dropped. */
static void
test_late_init (void)
{
  World world;
  uint8_t init[SOTTO_HANDSHAKE_LEN];
  guint sent;

  world_init (&world, 1);
  world_start (&world, 1);
  memcpy (init, world.ends[0].channel->handshake.init, sizeof init);
  g_assert_true (world_run_until (&world, world_both_open, 5 * S));
  world_run (&world, world.now + S);
  sent = world.ends[1].n_sent;
  sotto_channel_receive (world.ends[1].channel, &world.ends[0].address, init, sizeof init,
                         world.now);
  world_settle (&world);
  sotto_channel_close (world.ends[1].channel, SOTTO_OK, world.now);
  world_settle (&world); /* the CLOSE */
  sotto_channel_receive (world.ends[1].channel, &world.ends[0].address, init, sizeof init,
                         world.now);
  world_settle (&world);
  g_assert_cmpuint (world.ends[1].n_sent, ==, sent + 1);
  world_clear (&world);
}

/* A conversation goes on over rekeys without a pause, with nothing in it lost. */
static void
test_rekeys (void)
{
  World world;
  g_autoptr (GString) said = g_string_new (NULL);

  world_open_pair (&world);
  for (guint i = 0; i < 500; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u;", i);

      world_write (&world, i % 2, text, strlen (text));
      if (i % 2 == 0)
        g_string_append (said, text);
      world_run (&world, world.now + S);
    }
  world_assert_read (&world, 1, said->str);
  for (guint i = 0; i < 2; i++)
    {
      SottoChannelStats stats;

      g_assert_false (world.ends[i].closed);
      sotto_channel_get_stats (world.ends[i].channel, &stats);
      g_assert_cmpuint (stats.epoch, ==, 4);
      g_assert_null (world.ends[i].channel->keys.previous);
    }
  world_clear (&world);
}

/* An idle conversation rekeys too; one that nobody answers ends after 180 s in an epoch. */
static void
test_silent_peer (void)
{
  World world;
  gint64 began;

  world_open_pair (&world);
  world_run (&world, world.now + 3600 * S);
  g_assert_false (world.ends[0].closed || world.ends[1].closed);
  began = world.ends[0].channel->keys.began;
  world.direct_blocked = true;
  world_run (&world, began + SOTTO_EPOCH_LIFE_MAX - 1);
  g_assert_false (world.ends[0].closed);
  world_run (&world, began + SOTTO_EPOCH_LIFE_MAX + S);
  g_assert_true (world.ends[0].closed && world.ends[1].closed);
  g_assert_cmpint (world.ends[0].code, ==, SOTTO_TIMEOUT);
  world_clear (&world);
}

static bool
lose_all_from_0 (World *world, guint from, const SottoPath *to, const uint8_t *bytes, gsize n)
{
  return from != 0;
}

static void
test_notice (void)
{
  World world;
  guint sent;

  world_open_pair (&world);
  sotto_channel_notice (world.ends[0].channel, SOTTO_NOTICE_TYPING, world.now);
  world_run (&world, world.now + 100 * MS);
  g_assert_cmpuint (world.ends[1].n_notices, ==, 1);
  /* Lost, and not sent again: nobody would want to know any more. */
  sent = world.ends[0].n_sent;
  world.watch = lose_all_from_0;
  sotto_channel_notice (world.ends[0].channel, SOTTO_NOTICE_STOPPED, world.now);
  world_run (&world, world.now + 5 * S);
  g_assert_cmpuint (world.ends[0].n_sent, ==, sent + 1);
  world.watch = NULL;
  world_run (&world, world.now + 30 * S);
  g_assert_cmpuint (world.ends[1].n_notices, ==, 1);
  world_clear (&world);
}

#define FILE_LEN (3u * 1000 * 1000)

/* A file from the responder, read slowly at first; a word overtakes it. */
static void
test_file (void)
{
  World world;
  g_autofree uint8_t *bytes = g_malloc (FILE_LEN), *got = g_malloc (FILE_LEN);
  gsize written = 0, read = 0;
  bool fin = false;

  world_open_pair (&world);
  for (gsize i = 0; i < FILE_LEN; i++)
    bytes[i] = (uint8_t)world_random (&world);
  written = sotto_channel_write (world.ends[1].channel, 1, bytes, FILE_LEN, true, world.now);
  g_assert_cmpuint (written, ==, FILE_LEN);
  world_run (&world, world.now + S);
  g_assert_cmpuint (world.ends[1].channel->recovery.data, ==, 0); /* no credit, no byte */
  sotto_channel_allow_stream (world.ends[0].channel, 1, 1024 * 1024, world.now);
  world_run (&world, world.now + 3 * S);
  world_write (&world, 1, "word", 4);
  world_run (&world, world.now + 20 * MS);
  world_assert_read (&world, 0, "word"); /* though the file waits for its reader */
  for (guint i = 0; i < 10000 && !fin; i++)
    {
      read += sotto_channel_read (world.ends[0].channel, 1, got + read, FILE_LEN - read, &fin,
                                  world.now);
      world_run (&world, world.now + 10 * MS);
    }
  g_assert_true (fin);
  g_assert_cmpmem (got, read, bytes, FILE_LEN);
  world_clear (&world);
}

static void
test_reset_and_stop (void)
{
  World world;

  world_open_pair (&world);
  for (uint32_t id = 2; id <= 4; id += 2)
    {
      sotto_channel_allow_stream (world.ends[1].channel, id, 1000, world.now);
      sotto_channel_write (world.ends[0].channel, id, "abc", 3, false, world.now);
    }
  world_run (&world, world.now + S);
  sotto_channel_reset_stream (world.ends[0].channel, 2, SOTTO_QUOTA, world.now);
  world_run (&world, world.now + S);
  g_assert_cmpuint (world.ends[1].n_resets, ==, 1);
  g_assert_cmpuint (world.ends[1].reset_stream, ==, 2);
  sotto_channel_stop_stream (world.ends[1].channel, 4, SOTTO_TOO_BIG, world.now);
  world_run (&world, world.now + S);
  g_assert_cmpuint (world.ends[0].n_resets, ==, 1);
  g_assert_cmpuint (world.ends[0].reset_stream, ==, 4);
  g_assert_cmpuint (world.ends[1].n_resets, ==, 1); /* its RESET ends what was stopped: no news */
  world_clear (&world);
}

/* The peer reads nothing: we hold what the credit does not take, and it goes on later. */
static void
test_flow_control (void)
{
  World world;
  g_autofree uint8_t *bytes = g_malloc0 (2 * SOTTO_STREAM0_CREDIT);

  world_open_pair (&world);
  world.ends[1].hold_reading = true;
  world_write (&world, 0, bytes, 2 * SOTTO_STREAM0_CREDIT);
  world_run (&world, world.now + 10 * S);
  g_assert_cmpuint (world.ends[1].channel->received.any, ==, true);
  g_assert_cmpuint (((SottoSendStream *)world.ends[0].channel->streams.send->pdata[0])->next, ==,
                    SOTTO_STREAM0_CREDIT);
  world.ends[1].hold_reading = false;
  world_run (&world, world.now + 10 * S);
  g_assert_cmpuint (world.ends[1].stream0->len, ==, 2 * SOTTO_STREAM0_CREDIT);
  world_clear (&world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/channel/opens-and-talks", test_opens_and_talks);
  g_test_add_func ("/channel/shares-datagrams", test_shares_datagrams);
  g_test_add_func ("/channel/idle", test_idle);
  g_test_add_func ("/channel/close", test_close);
  g_test_add_func ("/channel/broken-frames", test_broken_frames);
  g_test_add_func ("/channel/mad-peer", test_mad_peer);
  g_test_add_func ("/channel/unauthentic", test_unauthentic);
  g_test_add_func ("/channel/replay", test_replay);
  g_test_add_func ("/channel/responder-waits", test_responder_waits);
  g_test_add_func ("/channel/gives-up", test_gives_up);
  g_test_add_func ("/channel/late-init", test_late_init);
  g_test_add_func ("/channel/rekeys", test_rekeys);
  g_test_add_func ("/channel/silent-peer", test_silent_peer);
  g_test_add_func ("/channel/notice", test_notice);
  g_test_add_func ("/channel/file", test_file);
  g_test_add_func ("/channel/reset-and-stop", test_reset_and_stop);
  g_test_add_func ("/channel/flow-control", test_flow_control);
  return g_test_run ();
}
