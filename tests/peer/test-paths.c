// SPDX-License-Identifier: GPL-3.0-or-later
/* Which address gets what, when one is proved, and what moves the conversation. */
#undef G_DISABLE_ASSERT
#include "shared/peer/paths.h"

#include "shared/crypto/agreement.h"
#include <string.h>

#define S   SOTTO_US_PER_S
#define MS  SOTTO_US_PER_MS
#define PTO (100 * MS)
#define T0  (20 * S)

static const SottoPath relay;
static const SottoPath home = { { .family = 4, .ip = { 10, 0, 0, 1 }, .port = 1 } };
static const SottoPath moved = { { .family = 4, .ip = { 10, 0, 0, 2 }, .port = 2 } };

static void
open_on (SottoPaths *paths, const SottoPath *first, bool valid, bool relay_available)
{
  sotto_paths_init (paths, &home, 1, sotto_random_system ());
  sotto_paths_set_relay_available (paths, relay_available, T0);
  sotto_paths_open (paths, first, 325, valid, T0);
}

/* Answers the challenge in `packet`, as the peer would. */
static void
answer (SottoPaths *paths, const SottoPathPacket *packet, gint64 now)
{
  SottoPacketFrame frame = packet->frame;

  g_assert_cmpint (frame.type, ==, SOTTO_PACKET_PATH_CHALLENGE);
  frame.type = SOTTO_PACKET_PATH_RESPONSE;
  sotto_paths_on_response (paths, &frame, now);
}

static bool
next (SottoPaths *paths, gint64 now, SottoPathPacket *out)
{
  sotto_paths_tick (paths, now);
  if (!sotto_paths_next (paths, PTO, now, out))
    return false;
  sotto_paths_on_sent (paths, &out->to, out->size);
  return true;
}

static void
assert_current (SottoPaths *paths, const SottoPath *want)
{
  g_assert_true (sotto_path_equal (&paths->current, want));
}

static void
test_three_times (void)
{
  SottoPaths paths;
  SottoPathPacket packet;

  open_on (&paths, &moved, false, false);
  g_assert_cmpuint (sotto_paths_allowance (&paths), ==, 3 * 325);
  sotto_paths_on_sent (&paths, &moved, 581);
  g_assert_cmpuint (sotto_paths_allowance (&paths), ==, 3 * 325 - 581);
  /* Challenged small: 407 bytes have not come. */
  g_assert_true (next (&paths, T0, &packet));
  g_assert_cmpuint (packet.size, ==, 133);
  g_assert_cmpuint (sotto_paths_allowance (&paths), ==, 3 * 325 - 581 - 133);
  sotto_paths_on_sent (&paths, &moved, 133);
  g_assert_cmpuint (sotto_paths_allowance (&paths), ==, 0); /* 128 left hold no datagram */
  answer (&paths, &packet, T0 + MS);
  g_assert_cmpuint (sotto_paths_allowance (&paths), ==, SOTTO_DATAGRAM_MAX);
}

static void
test_rounds (void)
{
  SottoPaths paths;
  SottoPathPacket packets[SOTTO_PATH_CHALLENGES], more;

  open_on (&paths, &moved, false, false);
  for (guint i = 0; i < SOTTO_PATH_CHALLENGES; i++)
    {
      gint64 now = T0 + i * PTO;

      g_assert_true (next (&paths, now, &packets[i]));
      g_assert_false (next (&paths, now, &more));
      g_assert_cmpint (sotto_paths_deadline (&paths), ==, now + PTO);
      for (guint k = 0; k < i; k++)
        g_assert_cmpint (memcmp (packets[k].frame.path.bytes, packets[i].frame.path.bytes, 8), !=,
                         0);
    }
  g_assert_false (next (&paths, T0 + 3 * PTO, &more));
  g_assert_cmpint (sotto_paths_deadline (&paths), ==, G_MAXINT64);
  answer (&paths, &packets[0], T0 + 10 * S); /* late, but true */
  g_assert_cmpuint (sotto_paths_allowance (&paths), ==, SOTTO_DATAGRAM_MAX);
}

static void
test_407 (void)
{
  SottoPaths paths;
  SottoPathPacket packet;

  open_on (&paths, &home, true, false);
  sotto_paths_on_packet (&paths, &moved, 406, true, T0 + S);
  g_assert_true (next (&paths, T0 + S, &packet));
  g_assert_cmpuint (packet.size, ==, 133);
  open_on (&paths, &home, true, false);
  sotto_paths_on_packet (&paths, &moved, 407, true, T0 + S);
  g_assert_true (next (&paths, T0 + S, &packet));
  g_assert_cmpuint (packet.size, ==, SOTTO_DATAGRAM_MAX);
}

/* The peer moved: challenged, then followed; not for a stray or an old packet. */
static void
test_follows (void)
{
  SottoPaths paths;
  SottoPathPacket packet;

  open_on (&paths, &home, true, false);
  sotto_paths_on_packet (&paths, &moved, 500, false, T0 + S);
  g_assert_false (next (&paths, T0 + S, &packet));
  sotto_paths_on_packet (&paths, &moved, 500, true, T0 + S);
  g_assert_true (next (&paths, T0 + S, &packet));
  g_assert_true (sotto_path_equal (&packet.to, &moved));
  assert_current (&paths, &home);
  answer (&paths, &packet, T0 + S + MS);
  assert_current (&paths, &moved);
  g_assert_true (paths.changed);
  g_assert_false (paths.changed_dead);
  /* Back home, which is proved. */
  paths.changed = false;
  sotto_paths_on_packet (&paths, &home, 133, true, T0 + 2 * S);
  assert_current (&paths, &home);
}

/* It was challenged, but the peer is back before the answer: nothing moves. */
static void
test_back_before_answer (void)
{
  SottoPaths paths;
  SottoPathPacket packet;

  open_on (&paths, &home, true, false);
  sotto_paths_on_packet (&paths, &moved, 500, true, T0 + S);
  g_assert_true (next (&paths, T0 + S, &packet));
  sotto_paths_on_packet (&paths, &home, 500, true, T0 + S);
  answer (&paths, &packet, T0 + S + MS);
  assert_current (&paths, &home);
}

static void
test_responses (void)
{
  SottoPaths paths;
  SottoPacketFrame challenge = { .type = SOTTO_PACKET_PATH_CHALLENGE, .path = { "12345678" } };
  SottoPathPacket packet;

  open_on (&paths, &home, true, false);
  sotto_paths_on_challenge (&paths, &moved, 581, &challenge);
  g_assert_true (next (&paths, T0, &packet));
  g_assert_cmpint (packet.frame.type, ==, SOTTO_PACKET_PATH_RESPONSE);
  g_assert_cmpmem (packet.frame.path.bytes, 8, "12345678", 8);
  g_assert_cmpuint (packet.size, ==, 581);
  g_assert_true (sotto_path_equal (&packet.to, &moved));
  for (guint i = 0; i < 20; i++)
    sotto_paths_on_challenge (&paths, &moved, 581, &challenge);
  for (guint i = 0; i < SOTTO_PATH_RESPONSES_MAX; i++)
    g_assert_true (next (&paths, T0, &packet));
  g_assert_false (next (&paths, T0, &packet));
}

static void
test_to_relay (void)
{
  SottoPaths paths;

  open_on (&paths, &home, true, true);
  /* By RELAY, but something came directly within a second. */
  sotto_paths_on_packet (&paths, &home, 133, true, T0 + S);
  sotto_paths_on_packet (&paths, &relay, 133, true, T0 + S + 999 * MS);
  assert_current (&paths, &home);
  sotto_paths_on_packet (&paths, &relay, 133, true, T0 + 2 * S);
  assert_current (&paths, &relay);
  g_assert_true (paths.changed && paths.changed_dead);

  open_on (&paths, &home, true, true);
  sotto_paths_fail_direct (&paths, T0 + S);
  assert_current (&paths, &relay);
  open_on (&paths, &home, true, false);
  sotto_paths_fail_direct (&paths, T0 + S);
  assert_current (&paths, &home); /* there is no RELAY: direct stays */
}

/* On RELAY the candidates and the last address are tried every 30 s, in full size. */
static void
test_search (void)
{
  SottoPaths paths;
  SottoPathPacket packet;

  open_on (&paths, &relay, true, true);
  for (gint64 round = 0; round < 3; round++)
    {
      for (gint64 i = 0; i < SOTTO_PATH_CHALLENGES; i++)
        {
          g_assert_true (next (&paths, T0 + round * SOTTO_PATH_SEARCH + i * PTO, &packet));
          g_assert_cmpuint (packet.size, ==, SOTTO_DATAGRAM_MAX);
          g_assert_true (sotto_path_equal (&packet.to, &home));
        }
      g_assert_false (next (&paths, T0 + round * SOTTO_PATH_SEARCH + 3 * PTO, &packet));
      g_assert_cmpint (sotto_paths_deadline (&paths), ==, T0 + (round + 1) * SOTTO_PATH_SEARCH);
    }
  answer (&paths, &packet, T0 + 70 * S);
  assert_current (&paths, &home);
  g_assert_true (paths.changed);
  g_assert_cmpint (sotto_paths_deadline (&paths), ==, G_MAXINT64);
}

/* A packet came directly while on RELAY: small first, then full, then there. */
static void
test_found_while_relayed (void)
{
  SottoPaths paths;
  SottoPathPacket packet;
  gint64 now = T0 + S;

  sotto_paths_init (&paths, NULL, 0, sotto_random_system ());
  sotto_paths_set_relay_available (&paths, true, T0);
  sotto_paths_open (&paths, &relay, 0, true, T0);
  sotto_paths_on_packet (&paths, &moved, 133, false, now);
  g_assert_true (next (&paths, now, &packet));
  g_assert_cmpuint (packet.size, ==, 133);
  answer (&paths, &packet, now);
  assert_current (&paths, &relay);
  g_assert_true (next (&paths, now, &packet));
  g_assert_cmpuint (packet.size, ==, SOTTO_DATAGRAM_MAX);
  answer (&paths, &packet, now);
  assert_current (&paths, &moved);
}

/* Candidates have three challenges in 30 s beyond what came from them, and no more. */
static void
test_exemption_ends (void)
{
  SottoPaths paths;
  SottoPathPacket packet;
  gsize sent = 0;

  open_on (&paths, &relay, true, true);
  for (gint64 now = T0; now < T0 + 29 * S; now += 50 * MS)
    {
      if (now % S == 0)
        sotto_paths_on_packet (&paths, &home, 133, false, now);
      while (next (&paths, now, &packet))
        sent += packet.size;
    }
  g_assert_cmpuint (sent, <=, 3 * SOTTO_DATAGRAM_MAX + 3 * 29 * 133);
}

static void
test_relay_goes (void)
{
  SottoPaths paths;

  open_on (&paths, &home, true, true);
  g_assert_true (sotto_paths_set_relay_available (&paths, false, T0 + S));
  assert_current (&paths, &home);

  /* On RELAY with a direct address known: back to that. */
  open_on (&paths, &home, true, true);
  sotto_paths_fail_direct (&paths, T0 + S);
  g_assert_true (sotto_paths_set_relay_available (&paths, false, T0 + S));
  assert_current (&paths, &home);

  /* Only a candidate that never answered: nothing but challenges may leave. */
  open_on (&paths, &relay, true, true);
  g_assert_true (sotto_paths_set_relay_available (&paths, false, T0 + S));
  g_assert_cmpuint (sotto_paths_allowance (&paths), ==, 0);

  /* None at all. */
  sotto_paths_init (&paths, NULL, 0, sotto_random_system ());
  sotto_paths_set_relay_available (&paths, true, T0);
  sotto_paths_open (&paths, &relay, 0, true, T0);
  g_assert_false (sotto_paths_set_relay_available (&paths, false, T0 + S));
}

/* However many addresses a peer shows, the known ones stay. */
static void
test_many_addresses (void)
{
  SottoPaths paths;
  SottoPath other = moved;

  open_on (&paths, &home, true, false);
  for (guint i = 0; i < 200; i++)
    {
      other.addr.port = (uint16_t)(1000 + i);
      sotto_paths_on_packet (&paths, &other, 133, true, T0 + i);
    }
  assert_current (&paths, &home);
  g_assert_cmpuint (sotto_paths_allowance (&paths), ==, SOTTO_DATAGRAM_MAX);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/paths/three-times", test_three_times);
  g_test_add_func ("/paths/rounds", test_rounds);
  g_test_add_func ("/paths/407", test_407);
  g_test_add_func ("/paths/follows", test_follows);
  g_test_add_func ("/paths/back-before-answer", test_back_before_answer);
  g_test_add_func ("/paths/responses", test_responses);
  g_test_add_func ("/paths/to-relay", test_to_relay);
  g_test_add_func ("/paths/search", test_search);
  g_test_add_func ("/paths/found-while-relayed", test_found_while_relayed);
  g_test_add_func ("/paths/exemption-ends", test_exemption_ends);
  g_test_add_func ("/paths/relay-goes", test_relay_goes);
  g_test_add_func ("/paths/many-addresses", test_many_addresses);
  return g_test_run ();
}
