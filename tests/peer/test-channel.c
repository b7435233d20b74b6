// SPDX-License-Identifier: GPL-3.0-or-later
/* Two channels back to back, without faults but those a test brings in. */
#undef G_DISABLE_ASSERT
#include "tests/peer/world.h"

#include <string.h>

static void
open_pair (World *world)
{
  world_init (world, 1);
  world_start (world, 1);
  g_assert_true (world_run_until (world, world_both_open, 5 * SOTTO_US_PER_S));
}

static void
test_opens_and_talks (void)
{
  World world;

  open_pair (&world);
  /* INIT, RESP, PING: three flights. */
  g_assert_cmpint (world.now, <=, 1000 * SOTTO_US_PER_S + 3 * world.faults.delay);
  world_write (&world, 0, "to bob", 6);
  world_write (&world, 1, "to alice", 8);
  world_run (&world, world.now + SOTTO_US_PER_S);
  g_assert_cmpmem (world.ends[1].stream0->data, world.ends[1].stream0->len, "to bob", 6);
  g_assert_cmpmem (world.ends[0].stream0->data, world.ends[0].stream0->len, "to alice", 8);
  world_clear (&world);
}

static void
test_close (void)
{
  World world;

  open_pair (&world);
  world_write (&world, 0, "last words", 10);
  world_settle (&world);
  sotto_channel_close (world.ends[0].channel, SOTTO_OK, world.now);
  world_run (&world, world.now + SOTTO_US_PER_S);
  g_assert_true (world.ends[0].closed && world.ends[1].closed);
  g_assert_cmpint (world.ends[1].code, ==, SOTTO_OK);
  g_assert_cmpint (sotto_channel_get_state (world.ends[1].channel), ==, SOTTO_CHANNEL_CLOSED);
  g_assert_cmpmem (world.ends[1].stream0->data, world.ends[1].stream0->len, "last words", 10);
  g_assert_cmpint (sotto_channel_deadline (world.ends[1].channel), ==, G_MAXINT64);
  world_clear (&world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/channel/opens-and-talks", test_opens_and_talks);
  g_test_add_func ("/channel/close", test_close);
  return g_test_run ();
}
