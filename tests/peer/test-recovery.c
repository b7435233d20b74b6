// SPDX-License-Identifier: GPL-3.0-or-later
/* Loss by number and by time, probe timeouts, and what was only late (RFC 9002). */
#undef G_DISABLE_ASSERT
#include "shared/peer/recovery.h"

#include "shared/base/limits.h"

#define MS SOTTO_US_PER_MS
#define T0 (9 * SOTTO_US_PER_S)

typedef struct
{
  SottoRecovery recovery;
  GArray *acked, *lost; /* of uint32_t: ids of frames */
} Fixture;

static void
on_acked (const SottoSentFrame *frame, gpointer data)
{
  g_array_append_val (((Fixture *)data)->acked, frame->id);
}

static void
on_lost (const SottoSentFrame *frame, gpointer data)
{
  g_array_append_val (((Fixture *)data)->lost, frame->id);
}

static void
fixture_init (Fixture *self)
{
  SottoRecoveryHandler handler = { on_acked, on_lost, self };

  self->acked = g_array_new (FALSE, FALSE, sizeof (uint32_t));
  self->lost = g_array_new (FALSE, FALSE, sizeof (uint32_t));
  sotto_recovery_init (&self->recovery, &handler);
}

static void
fixture_clear (Fixture *self)
{
  sotto_recovery_clear (&self->recovery);
  g_array_unref (self->acked);
  g_array_unref (self->lost);
}

/* The frame's id is the packet's number. */
static void
send_packet (Fixture *self, gint64 now)
{
  SottoSentPacket packet = { .pn = sotto_recovery_take_pn (&self->recovery),
                             .size = SOTTO_DATAGRAM_MAX,
                             .n_frames = 1 };

  packet.frames[0] = (SottoSentFrame){ .type = SOTTO_PACKET_STREAM, .id = (uint32_t)packet.pn };
  sotto_recovery_sent (&self->recovery, &packet, now);
}

static SottoCode
ack (Fixture *self, uint64_t low, uint64_t high, uint16_t delay_ms, gint64 now)
{
  SottoPacketFrame frame = { .type = SOTTO_PACKET_ACK };

  frame.ack.n = 1;
  frame.ack.delay_ms = delay_ms;
  frame.ack.ranges[0] = (SottoAckRange){ low, high };
  return sotto_recovery_on_ack (&self->recovery, &frame, now);
}

static void
test_never_sent (void)
{
  Fixture f;

  fixture_init (&f);
  send_packet (&f, T0);
  g_assert_cmpint (ack (&f, 0, 1, 0, T0 + MS), ==, SOTTO_PROTOCOL);
  g_assert_cmpint (ack (&f, 0, 0, 0, T0 + MS), ==, SOTTO_OK);
  fixture_clear (&f);
}

static void
test_lost_by_number (void)
{
  Fixture f;
  uint64_t window;

  fixture_init (&f);
  for (guint i = 0; i < 5; i++)
    send_packet (&f, T0);
  window =
      f.recovery.congestion.cubic.window + SOTTO_DATAGRAM_MAX; /* the one that arrives counts */
  ack (&f, 4, 4, 0, T0 + 50 * MS);
  /* 0 and 1 are three or more below 4. */
  g_assert_cmpuint (f.lost->len, ==, 2);
  g_assert_cmpuint (g_array_index (f.lost, uint32_t, 1), ==, 1);
  g_assert_cmpuint (f.recovery.congestion.cubic.window, ==, window * 7 / 10);
  g_assert_cmpuint (f.recovery.congestion.in_flight, ==, 2 * SOTTO_DATAGRAM_MAX);
  /* 2 and 3 by time: 9/8 of the round trip after they left. */
  g_assert_cmpint (sotto_recovery_deadline (&f.recovery), ==, T0 + 50 * MS * 9 / 8);
  sotto_recovery_tick (&f.recovery, T0 + 50 * MS * 9 / 8);
  g_assert_cmpuint (f.lost->len, ==, 4);
  /* The same loss event: no second reduction. */
  g_assert_cmpuint (f.recovery.congestion.cubic.window, ==, window * 7 / 10);
  g_assert_cmpint (sotto_recovery_deadline (&f.recovery), ==, G_MAXINT64);
  fixture_clear (&f);
}

static void
test_probe_timeout (void)
{
  Fixture f;
  gint64 pto, at;

  fixture_init (&f);
  pto = sotto_rtt_pto (&f.recovery.rtt);
  send_packet (&f, T0);
  g_assert_cmpint (sotto_recovery_deadline (&f.recovery), ==, T0 + pto);
  sotto_recovery_tick (&f.recovery, T0 + pto);
  g_assert_cmpuint (f.recovery.probes, ==, 2);
  g_assert_cmpuint (f.lost->len, ==, 1); /* again, in case */
  g_assert_cmpuint (f.recovery.lost_packets, ==, 0);
  g_assert_cmpuint (f.recovery.congestion.in_flight, ==, SOTTO_DATAGRAM_MAX);
  send_packet (&f, T0 + pto);
  send_packet (&f, T0 + pto);
  g_assert_cmpuint (f.recovery.probes, ==, 0);
  at = sotto_recovery_deadline (&f.recovery);
  g_assert_cmpint (at, ==, T0 + pto + 2 * pto); /* backs off */
  for (guint i = 0; i < 20; i++)
    {
      sotto_recovery_tick (&f.recovery, at);
      g_assert_cmpint (sotto_recovery_deadline (&f.recovery) - at, <=, 3 * SOTTO_US_PER_S);
      at = sotto_recovery_deadline (&f.recovery);
    }
  ack (&f, 0, 2, 0, at);
  g_assert_cmpuint (f.recovery.pto_count, ==, 0);
  fixture_clear (&f);
}

static void
test_persistent (void)
{
  Fixture f;
  gint64 now = T0;

  fixture_init (&f);
  send_packet (&f, now);
  ack (&f, 0, 0, 0, now += 10 * MS);
  /* A long stretch of which only the last packet arrives. */
  for (guint i = 0; i < 12; i++)
    send_packet (&f, now += 100 * MS);
  ack (&f, 12, 12, 0, now += 10 * MS);
  g_assert_cmpuint (f.recovery.congestion.cubic.window, ==, 4 * SOTTO_DATAGRAM_MAX);
  g_assert_cmpuint (f.lost->len, ==, 11);
  fixture_clear (&f);
}

/* What counted as lost came after all: no cut, more patience, and nothing of it goes again. */
static void
test_only_late (void)
{
  Fixture f;
  uint64_t window;

  fixture_init (&f);
  for (guint i = 0; i < 6; i++)
    send_packet (&f, T0);
  window = f.recovery.congestion.cubic.window;
  ack (&f, 4, 5, 0, T0 + 50 * MS);
  g_assert_cmpuint (f.lost->len, ==, 3);
  g_assert_cmpuint (f.recovery.lost_packets, ==, 3);
  ack (&f, 1, 5, 0, T0 + 51 * MS);
  g_assert_cmpuint (f.recovery.congestion.cubic.window, <, window);
  ack (&f, 0, 5, 0, T0 + 52 * MS);
  g_assert_cmpuint (f.recovery.congestion.cubic.window, >=, window);
  g_assert_cmpuint (f.recovery.lost_packets, ==, 0);
  g_assert_cmpuint (f.acked->len, ==, 6);
  g_assert_cmpuint (f.recovery.congestion.in_flight, ==, 0);
  for (guint i = 0; i < 6; i++)
    send_packet (&f, T0 + 60 * MS);
  ack (&f, 11, 11, 0, T0 + 110 * MS);
  g_assert_cmpuint (f.lost->len, ==, 3); /* six may overtake now */
  fixture_clear (&f);
}

/* Packets that stay lost are forgotten in time. */
static void
test_forgets (void)
{
  Fixture f;
  gint64 now = T0;

  fixture_init (&f);
  for (guint i = 0; i < 2000; i++)
    {
      send_packet (&f, now += 10 * MS);
      if (i % 2 == 1)
        ack (&f, i, i, 0, now += 10 * MS);
    }
  g_assert_cmpuint (f.recovery.sent.count, <, 10);
  g_assert_cmpuint (f.recovery.late->len, <, 100);
  g_assert_cmpuint (f.lost->len, >, 950);
  fixture_clear (&f);
}

static void
test_new_path (void)
{
  Fixture f;

  fixture_init (&f);
  send_packet (&f, T0);
  send_packet (&f, T0);
  ack (&f, 0, 0, 0, T0 + 10 * MS);
  sotto_recovery_new_path (&f.recovery, false, T0 + 20 * MS);
  g_assert_cmpint (f.recovery.rtt.smoothed, ==, SOTTO_INITIAL_RTT);
  g_assert_cmpuint (f.recovery.congestion.in_flight, ==, 0);
  g_assert_cmpuint (f.lost->len, ==, 0);
  ack (&f, 1, 1, 0, T0 + 500 * MS); /* of the old path: acknowledged, measures nothing */
  g_assert_cmpuint (f.acked->len, ==, 2);
  g_assert_cmpint (f.recovery.rtt.smoothed, ==, SOTTO_INITIAL_RTT);
  send_packet (&f, T0 + 500 * MS);
  sotto_recovery_new_path (&f.recovery, true, T0 + 600 * MS);
  g_assert_cmpuint (f.lost->len, ==, 1);
  g_assert_cmpint (sotto_recovery_deadline (&f.recovery), ==, G_MAXINT64);
  g_assert_cmpint (ack (&f, 2, 2, 0, T0 + 700 * MS), ==, SOTTO_OK);
  fixture_clear (&f);
}

static void
send_ping (Fixture *self, gint64 now)
{
  SottoSentPacket packet = { .pn = sotto_recovery_take_pn (&self->recovery), .size = 133 };

  sotto_recovery_sent (&self->recovery, &packet, now);
}

/* A way that lets only PINGs through brings the data no further, however often it is sent. */
static void
test_progress (void)
{
  Fixture f;

  fixture_init (&f);
  send_ping (&f, T0);
  send_packet (&f, T0 + 500 * MS);
  g_assert_cmpint (f.recovery.progress, ==, T0 + 500 * MS);
  ack (&f, 0, 0, 0, T0 + 600 * MS);
  send_ping (&f, T0 + 700 * MS);
  ack (&f, 2, 2, 0, T0 + 800 * MS);
  sotto_recovery_tick (&f.recovery, T0 + 1500 * MS); /* lost by time */
  g_assert_cmpuint (f.lost->len, ==, 1);
  g_assert_cmpuint (f.recovery.data, ==, 0);
  send_packet (&f, T0 + 1500 * MS);
  g_assert_cmpint (f.recovery.progress, ==, T0 + 500 * MS);
  ack (&f, 3, 3, 0, T0 + 1600 * MS);
  g_assert_cmpint (f.recovery.progress, ==, T0 + 1600 * MS);
  send_packet (&f, T0 + 9000 * MS);
  g_assert_cmpint (f.recovery.progress, ==, T0 + 9000 * MS);
  fixture_clear (&f);
}

/* Three unanswered PINGs say that a way is dead: not within the twinkling of a fast network. */
static void
test_pings_are_patient (void)
{
  Fixture f;

  fixture_init (&f);
  send_packet (&f, T0);
  ack (&f, 0, 0, 0, T0 + MS);
  send_packet (&f, T0 + 10 * MS);
  g_assert_cmpint (sotto_recovery_deadline (&f.recovery), <, T0 + 50 * MS);
  ack (&f, 1, 1, 0, T0 + 11 * MS);
  send_ping (&f, T0 + 20 * MS);
  g_assert_cmpint (sotto_recovery_deadline (&f.recovery), ==, T0 + 20 * MS + SOTTO_INITIAL_RTT);
  fixture_clear (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/recovery/never-sent", test_never_sent);
  g_test_add_func ("/recovery/lost-by-number", test_lost_by_number);
  g_test_add_func ("/recovery/probe-timeout", test_probe_timeout);
  g_test_add_func ("/recovery/persistent", test_persistent);
  g_test_add_func ("/recovery/only-late", test_only_late);
  g_test_add_func ("/recovery/forgets", test_forgets);
  g_test_add_func ("/recovery/new-path", test_new_path);
  g_test_add_func ("/recovery/progress", test_progress);
  g_test_add_func ("/recovery/pings-are-patient", test_pings_are_patient);
  return g_test_run ();
}
