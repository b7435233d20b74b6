// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * One file over one bottleneck in virtual time: how much of the way's capacity a transfer gets.
 * `test-capacity -m slow` looks at more ways.
 */
#undef G_DISABLE_ASSERT
#include "shared/peer/channel-private.h"
#include "tests/peer/world.h"

#include <string.h>

#define S    SOTTO_US_PER_S
#define MBIT (1000 * 1000 / 8) /* bytes a second */

typedef struct
{
  const char *name;
  gint64 rate; /* bytes a second */
  gint64 rtt_ms;
  gint64 queue_pc; /* of rate × rtt */
  guint loss;      /* of 100,000 */
  gint64 seconds;  /* looked at, after 2 s of warming up */
  guint least_pc;  /* of the capacity */
  bool quick;      /* else only with -m slow */
} Way;

typedef struct
{
  World world; /* first: callbacks get it */
  guint loss;
  uint64_t passed; /* bytes of datagrams that arrived at bob */
} Transfer;

static bool
on_leaving (World *world, guint from, const SottoPath *to, const uint8_t *bytes, gsize n)
{
  Transfer *self = (Transfer *)world;

  return from == 1 || world_random (world) % 100000 >= self->loss;
}

static void
on_arriving (World *world, guint to, const SottoPath *from, const uint8_t *bytes, gsize n)
{
  if (to == 1)
    ((Transfer *)world)->passed += n;
}

/* A stream that never runs dry, read as fast as it comes. */
static bool
feed (World *world)
{
  static const uint8_t block[64 * 1024];
  uint8_t out[64 * 1024];
  gsize n, taken;
  bool fin;

  do
    taken = sotto_channel_write (world->ends[0].channel, 2, block, sizeof block, false, world->now);
  while (taken == sizeof block);
  do
    n = sotto_channel_read (world->ends[1].channel, 2, out, sizeof out, &fin, world->now);
  while (n == sizeof out);
  return false;
}

static guint
run_way (const Way *way)
{
  Transfer self = { .loss = way->loss };
  World *world = &self.world;
  uint64_t before;
  guint pc;

  world_init (world, 7);
  world->faults = (WorldFaults){ .delay = way->rtt_ms * SOTTO_US_PER_MS / 2 };
  world_start (world, 1);
  g_assert_true (world_run_until (world, world_both_open, 5 * S));
  world->faults.rate = way->rate;
  world->faults.queue = MAX (way->rate * way->rtt_ms / 1000 * way->queue_pc / 100, 20 * 1221);
  world->watch = on_leaving;
  world->arrives = on_arriving;
  sotto_channel_allow_stream (world->ends[1].channel, 2, SOTTO_FILE_CREDIT_MAX, world->now);
  world_run_until (world, feed, 2 * S);
  before = self.passed;
  world_run_until (world, feed, way->seconds * S);
  pc = (guint)((self.passed - before) * 100 / (uint64_t)(way->rate * way->seconds));
  g_test_message ("%s: %u %% of %.1f Mbit/s, %.1f s warm at %.1f MB, %u overflows, rtt %.0f ms",
                  way->name, pc, (double)way->rate / MBIT, 2.0, (double)before / 1e6,
                  world->n_overflows,
                  (double)world->ends[0].channel->recovery.rtt.smoothed / 1000.0);
  world_clear (world);
  return pc;
}

static const Way ways[] = {
  { "long and fat", 100 * MBIT, 100, 100, 0, 20, 97, false },
  /* NewReno gets 83 % here, and takes a minute to be back after each loss. */
  { "long and fat, small queue", 100 * MBIT, 100, 25, 0, 6, 95, true },
  { "long and fat, one in 100,000 lost", 100 * MBIT, 100, 100, 1, 20, 35, false },
  /* No window that shrinks with loss gets far here: CUBIC's own bound is 18 Mbit/s. */
  { "long and fat, one in 10,000 lost", 100 * MBIT, 100, 100, 10, 20, 15, false },
  { "lossy, 1 %", 10 * MBIT, 30, 100, 1000, 30, 30, true },
  { "at home", 50 * MBIT, 20, 100, 0, 5, 97, true },
  { "thin, deep queue", 1 * MBIT, 80, 400, 0, 30, 97, true },
};

static void
test_way (gconstpointer way)
{
  guint pc = run_way (way);

  g_assert_cmpuint (pc, >=, ((const Way *)way)->least_pc);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autofree char *path = g_strdup_printf ("/capacity/%s", ways[i].name);

      if (ways[i].quick || g_test_slow ())
        g_test_add_data_func (path, &ways[i], test_way);
    }
  return g_test_run ();
}
