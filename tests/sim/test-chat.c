// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A word now and then beside a file that takes all it can get, in virtual time: how long the words
 * are under way. They wait for what is in the network already and for nothing else.
 */
#undef G_DISABLE_ASSERT
#include "shared/peer/channel-private.h"
#include "tests/peer/world.h"

#include <string.h>

#define S        SOTTO_US_PER_S
#define MS       SOTTO_US_PER_MS
#define MBIT     (1000 * 1000 / 8) /* bytes a second */
#define WORDS    100
#define INTERVAL (50 * MS)
#define WORD_LEN 64

typedef struct
{
  const char *name;
  gint64 rate, rtt_ms, queue; /* bytes a second, ms, bytes */
  guint loss;                 /* of 10,000 */
  gint64 median_ms, most_ms;  /* what it must stay below */
} Way;

typedef struct
{
  World world; /* first: callbacks get it */
  guint said, heard;
  gint64 said_at[WORDS], took[WORDS];
} Talk;

static void
feed_file (World *world)
{
  static const uint8_t block[64 * 1024];
  uint8_t out[64 * 1024];
  bool fin;

  while (sotto_channel_write (world->ends[0].channel, 2, block, sizeof block, false, world->now)
         == sizeof block)
    ;
  while (sotto_channel_read (world->ends[1].channel, 2, out, sizeof out, &fin, world->now)
         == sizeof out)
    ;
}

static bool
talk_is_over (World *world)
{
  static const uint8_t word[WORD_LEN];
  Talk *self = (Talk *)world;

  feed_file (world);
  if (self->said < WORDS && world->now >= world->wake)
    {
      self->said_at[self->said++] = world->now;
      world_write (world, 0, word, sizeof word);
      world->wake = world->now + INTERVAL;
    }
  for (; self->heard < world->ends[1].stream0->len / WORD_LEN; self->heard++)
    self->took[self->heard] = world->now - self->said_at[self->heard];
  return self->heard == WORDS;
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  gint64 one = *(const gint64 *)a, other = *(const gint64 *)b;

  return (one > other) - (one < other);
}

static void
test_way (gconstpointer data)
{
  const Way *way = data;
  Talk self = { 0 };
  World *world = &self.world;

  world_init (world, 11);
  world->faults.delay = way->rtt_ms * MS / 2;
  world_start (world, 1);
  g_assert_true (world_run_until (world, world_both_open, 5 * S));
  world->faults.rate = way->rate;
  world->faults.queue = way->queue;
  world->faults.loss = way->loss;
  sotto_channel_allow_stream (world->ends[1].channel, 2, SOTTO_FILE_CREDIT_MAX, world->now);
  world->wake = world->now + S; /* the file alone first */
  g_assert_true (world_run_until (world, talk_is_over, 120 * S));
  qsort (self.took, WORDS, sizeof self.took[0], compare_times);
  g_test_message ("%s: median %.0f ms, 99 of 100 within %.0f ms, all within %.0f ms", way->name,
                  (double)self.took[WORDS / 2] / 1000, (double)self.took[WORDS * 99 / 100] / 1000,
                  (double)self.took[WORDS - 1] / 1000);
  g_assert_cmpint (self.took[WORDS / 2], <=, way->median_ms * MS);
  g_assert_cmpint (self.took[WORDS - 1], <=, way->most_ms * MS);
  world_clear (world);
}

static const Way ways[] = {
  { "a local network", 100 * MBIT, 1, 64 * 1024, 0, 10, 30 },
  { "at home", 10 * MBIT, 30, 64 * 1024, 0, 90, 200 },
  { "a lossy way", 10 * MBIT, 30, 64 * 1024, 300, 90, 400 },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autofree char *path = g_strdup_printf ("/chat/%s", ways[i].name);

      g_test_add_data_func (path, &ways[i], test_way);
    }
  return g_test_run ();
}
