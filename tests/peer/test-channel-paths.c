// SPDX-License-Identifier: GPL-3.0-or-later
/* The way a conversation takes: direct, RELAY and back, and peers that move. */
#undef G_DISABLE_ASSERT
#include "shared/peer/channel-private.h"
#include "tests/peer/world.h"

#include <string.h>

#define S SOTTO_US_PER_S

static bool
bob_read (World *world)
{
  return world->ends[1].stream0->len > 0;
}

static bool
back_direct (World *world)
{
  return !sotto_path_is_relay (&world->ends[0].path) && !sotto_path_is_relay (&world->ends[1].path);
}

/* The direct way goes mid-chat: RELAY within 4 s of the first word, and back within 32 s. */
static void
test_relay_and_back (void)
{
  World world;

  world_init (&world, 3);
  world.relay_available = true;
  world_start (&world, 1);
  g_assert_true (world_run_until (&world, world_both_open, S));
  g_assert_cmpuint (world.ends[0].bytes_to[1], ==, 0);
  world_run (&world, world.now + 5 * S);
  world.direct_blocked = true;
  world_write (&world, 0, "hello", 5);
  g_assert_true (world_run_until (&world, bob_read, 4 * S));
  g_assert_true (sotto_path_is_relay (&world.ends[0].path));
  g_assert_cmpuint (world.ends[0].channel->recovery.generation, ==, 1); /* RTT and window anew */
  world_write (&world, 1, "back", 4);
  world_run (&world, world.now + 5 * S);
  g_assert_true (sotto_path_is_relay (&world.ends[1].path));
  world.direct_blocked = false;
  g_assert_true (world_run_until (&world, back_direct, 32 * S));
  world_write (&world, 0, " again", 6);
  world_run (&world, world.now + S);
  world_assert_read (&world, 1, "hello again");
  world_assert_read (&world, 0, "back");
  world_clear (&world);
}

/* Nobody says anything: three PINGs without an answer are enough. */
static void
test_relay_when_idle (void)
{
  World world;

  world_init (&world, 3);
  world.relay_available = true;
  world_start (&world, 1);
  g_assert_true (world_run_until (&world, world_both_open, S));
  world_run (&world, world.now + 5 * S);
  world.direct_blocked = true;
  world_run (&world, world.now + 20 * S);
  g_assert_true (sotto_path_is_relay (&world.ends[0].path));
  g_assert_true (sotto_path_is_relay (&world.ends[1].path));
  world_clear (&world);
}

/* No way directly from the start: the handshake itself goes by RELAY, and direct is found later. */
static void
test_relayed_handshake (void)
{
  World world;

  world_init (&world, 3);
  world.relay_available = true;
  world.direct_blocked = true;
  world_start (&world, 1);
  g_assert_true (world_run_until (&world, world_both_open, 3 * S));
  g_assert_true (sotto_path_is_relay (&world.ends[0].path));
  world_write (&world, 0, "by relay", 8);
  world_run (&world, world.now + S);
  world_assert_read (&world, 1, "by relay");
  world.direct_blocked = false;
  g_assert_true (world_run_until (&world, back_direct, 32 * S));
  world_clear (&world);
}

static void
test_relay_only (void)
{
  World world;

  world_init (&world, 3);
  world.relay_available = world.relay_only = true;
  world_start (&world, 1);
  g_assert_true (world_run_until (&world, world_both_open, S)); /* at once, there is no other way */
  world_write (&world, 0, "hidden", 6);
  world_run (&world, world.now + 100 * S);
  world_assert_read (&world, 1, "hidden");
  g_assert_cmpuint (world.ends[0].bytes_to[0] + world.ends[1].bytes_to[0], ==, 0);
  /* Without RELAY there is no way left. */
  sotto_channel_set_relay_available (world.ends[0].channel, false, world.now);
  world_settle (&world);
  g_assert_true (world.ends[0].closed);
  g_assert_cmpint (world.ends[0].code, ==, SOTTO_UNAVAILABLE);
  world_clear (&world);
}

/* The session goes while RELAY is in use: the known direct address has to do. */
static void
test_session_goes (void)
{
  World world;

  world_init (&world, 3);
  world.relay_available = true;
  world_start (&world, 1);
  g_assert_true (world_run_until (&world, world_both_open, S));
  world.direct_blocked = true;
  world_write (&world, 0, "a", 1);
  world_run (&world, world.now + 6 * S);
  g_assert_true (sotto_path_is_relay (&world.ends[0].path));
  world.relay_blocked = true;
  for (guint i = 0; i < 2; i++)
    sotto_channel_set_relay_available (world.ends[i].channel, false, world.now);
  world_write (&world, 0, "b", 1);
  world_run (&world, world.now + 10 * S);
  g_assert_false (world.ends[0].closed || world.ends[1].closed);
  world.direct_blocked = false;
  world_run (&world, world.now + 10 * S);
  world_assert_read (&world, 1, "ab");
  world_clear (&world);
}

/* The initiator's address changes: the responder challenges the new one and follows. */
static void
test_roaming (void)
{
  World world;
  SottoPath old;

  world_open_pair (&world);
  old = world.ends[0].address;
  world.ends[0].address.addr.port = 60000;
  world.ends[0].address.addr.ip[3] = 77;
  world_write (&world, 0, "moved", 5);
  world_run (&world, world.now + S);
  g_assert_false (sotto_path_equal (&world.ends[1].path, &old));
  g_assert_true (sotto_path_equal (&world.ends[1].path, &world.ends[0].address));
  world_write (&world, 1, "seen", 4);
  world_run (&world, world.now + S);
  world_assert_read (&world, 1, "moved");
  world_assert_read (&world, 0, "seen");
  world_clear (&world);
}

/* Both at once cannot be followed without a RELAY; with one they find each other. */
static void
test_both_move (void)
{
  World world;

  world_init (&world, 3);
  world.relay_available = true;
  world_start (&world, 1);
  g_assert_true (world_run_until (&world, world_both_open, S));
  for (guint i = 0; i < 2; i++)
    world.ends[i].address.addr.ip[3] = (uint8_t)(77 + i);
  world_write (&world, 0, "anyone?", 7);
  world_run (&world, world.now + 6 * S);
  world_assert_read (&world, 1, "anyone?");
  g_assert_true (sotto_path_is_relay (&world.ends[0].path));
  world_clear (&world);
}

static bool
is_small (World *world, guint from, const SottoPath *to, const uint8_t *bytes, gsize n)
{
  return sotto_path_is_relay (to) || n <= 581;
}

/* A way that carries everything but full datagrams: what it answers must not hide that. */
static void
test_only_small_datagrams_pass (void)
{
  World world;
  uint8_t words[1000] = { 0 }; /* one datagram: what goes beside it when it goes again is a PING */

  world_init (&world, 3);
  world.relay_available = true;
  world_start (&world, 1);
  g_assert_true (world_run_until (&world, world_both_open, S));
  world.watch = is_small;
  world_run (&world, world.now + 5 * S);
  world_write (&world, 0, words, sizeof words);
  world_run (&world, world.now + 4 * S);
  g_assert_true (sotto_path_is_relay (&world.ends[0].path));
  g_assert_cmpuint (world.ends[1].stream0->len, ==, sizeof words);
  world_run (&world, world.now + 100 * S);
  g_assert_true (sotto_path_is_relay (&world.ends[0].path)); /* a full challenge gets no answer */
  world_clear (&world);
}

/* The peer's machine stands still for a moment, with a keepalive under way. */
static bool
none_pass (World *world, guint from, const SottoPath *to, const uint8_t *bytes, gsize n)
{
  return false;
}

static void
test_a_breath (void)
{
  World world;

  world_init (&world, 3);
  world.relay_available = true;
  world_start (&world, 1);
  g_assert_true (world_run_until (&world, world_both_open, S));
  world_write (&world, 0, "a", 1);
  world_run (&world, world.now + 14 * S);
  world.watch = none_pass;
  world_run (&world, world.now + 2 * S);
  world.watch = NULL;
  world_run (&world, world.now + 20 * S);
  g_assert_cmpuint (world.ends[0].n_path_events + world.ends[1].n_path_events, ==, 0);
  world_clear (&world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/channel-paths/relay-and-back", test_relay_and_back);
  g_test_add_func ("/channel-paths/relay-when-idle", test_relay_when_idle);
  g_test_add_func ("/channel-paths/relayed-handshake", test_relayed_handshake);
  g_test_add_func ("/channel-paths/relay-only", test_relay_only);
  g_test_add_func ("/channel-paths/session-goes", test_session_goes);
  g_test_add_func ("/channel-paths/roaming", test_roaming);
  g_test_add_func ("/channel-paths/both-move", test_both_move);
  g_test_add_func ("/channel-paths/only-small-datagrams-pass", test_only_small_datagrams_pass);
  g_test_add_func ("/channel-paths/a-breath", test_a_breath);
  return g_test_run ();
}
