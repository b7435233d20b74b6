// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Two people talk through the worst network we promise to bear, for minutes of virtual time: every
 * message once and in order, a file each way whole, and nothing that may never happen happened.
 * `test-sim` runs 20 seeds, `test-sim --seeds N` the first N, `test-sim --seed N` that one: a
 * failing seed prints the line that reproduces it.
 */
#undef G_DISABLE_ASSERT
#include "shared/peer/channel-private.h"
#include "shared/wire/message.h"
#include "tests/peer/world.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MESSAGES 2000
#define BATCH    25
#define LIMIT    (1800 * SOTTO_US_PER_S)
#define FILE_LEN (200 * 1000)
#define MARKER   "said in confidence"
#define VICTIMS  3 /* addresses that others write into what they send */

/* One address of an end, as the other end knows it. */
typedef struct
{
  SottoAddr addr;
  uint64_t to, from;
} Account;

typedef struct
{
  World world; /* first: callbacks get it */
  guint written[2];
  guint read[2];
  gsize parsed[2]; /* of stream0 */
  gsize file_read[2];
  bool file_ended[2];
  gint64 next_batch;
  gint64 next_trouble;
  GArray *accounts[2]; /* what end i sent to and got from each address */
  bool roams;
  bool mute[2];       /* nothing of this end arrives directly */
  bool away[2];       /* this end has no session, hence no RELAY */
  bool heard[2][256]; /* kinds of datagrams that reached this end */
  guint epochs[2];    /* that this end has begun to send in */
  uint8_t epoch[2];   /* the last of them */
  gint64 switched_at[2];
} Sim;

static uint64_t the_seed;

static void
on_abort (int signal_number)
{
  char line[96];
  int n = g_snprintf (line, sizeof line, "# reproduce: test-sim --seed %" G_GUINT64_FORMAT "\n",
                      (guint64)the_seed);

  if (write (STDOUT_FILENO, line, (size_t)n) < 0)
    _exit (2);
  signal (signal_number, SIG_DFL);
  raise (signal_number);
}

static Account *
account_of (Sim *self, guint end, const SottoAddr *addr)
{
  Account new = { .addr = *addr };

  for (guint i = 0; i < self->accounts[end]->len; i++)
    {
      Account *account = &g_array_index (self->accounts[end], Account, i);

      if (sotto_addr_equal (&account->addr, addr))
        return account;
    }
  g_array_append_val (self->accounts[end], new);
  return &g_array_index (self->accounts[end], Account, self->accounts[end]->len - 1);
}

static bool
is_unproved (const SottoChannel *channel, const SottoAddr *addr)
{
  for (guint i = 0; i < SOTTO_PATHS_MAX; i++)
    {
      const SottoPathEntry *entry = &channel->paths.entries[i];

      if (sotto_addr_equal (&entry->path.addr, addr))
        return !entry->valid && !entry->candidate;
    }
  return true;
}

/* A network in between writes another's address into some of what it carries. Nobody there ever
 * answered anything, so it may never get more than three times what seems to come from it. */
static void
disguise (World *world, guint from, SottoPath *seen)
{
  if (world_random (world) % 100 == 0)
    seen->addr = (SottoAddr){ .family = 4,
                              .ip = { 192, 0, 2, (uint8_t)(world_random (world) % VICTIMS) },
                              .port = 53 };
}

static bool
is_victim (const SottoAddr *addr)
{
  return addr->ip[0] == 192;
}

/* The responder is silent but for RESP and PROBE until the initiator has proved itself, and that
 * one has nothing to say before RESP. A later epoch is never followed by an earlier one. */
static void
check_secure (Sim *self, guint from, uint8_t epoch)
{
  g_assert_true (self->heard[from][from == 0 ? SOTTO_DATAGRAM_RESP : SOTTO_DATAGRAM_SECURE]);
  if (self->epochs[from] > 0 && epoch == self->epoch[from])
    return;
  g_assert_cmpuint (epoch, ==, (uint8_t)self->epochs[from]++);
  self->epoch[from] = epoch;
  self->switched_at[from] = self->world.now;
}

/* Of an earlier epoch nothing can be sealed any more, and after 10 s nothing opened. */
static void
check_keys (Sim *self)
{
  for (guint i = 0; i < 2; i++)
    {
      const SottoKeys *keys = &self->world.ends[i].channel->keys;

      if (keys->previous == NULL)
        continue;
      g_assert_false (sotto_fernet_key_is_set (&keys->previous->send));
      if (keys->current->number == self->epoch[i]) /* else nothing has left since the switch */
        g_assert_cmpint (self->world.now, <=, self->switched_at[i] + SOTTO_REKEY_KEEP_OLD);
    }
}

static bool
on_leaving (World *world, guint from, const SottoPath *to, const uint8_t *bytes, gsize n)
{
  Sim *self = (Sim *)world;
  const SottoChannel *channel = world->ends[from].channel;
  Account *account;

  g_assert_true (memmem (bytes, n, MARKER, strlen (MARKER)) == NULL);
  if (bytes[1] == SOTTO_DATAGRAM_SECURE)
    check_secure (self, from, bytes[2]);
  if (sotto_path_is_relay (to))
    {
      g_assert_false (self->away[from]);
      return !self->away[1 - from];
    }
  if (bytes[1] != SOTTO_DATAGRAM_SECURE)
    return true;
  account = account_of (self, from, &to->addr);
  account->to += n;
  if (is_victim (&to->addr) || is_unproved (channel, &to->addr))
    g_assert_cmpuint (account->to, <=, SOTTO_AMPLIFICATION_FACTOR * account->from);
  return !self->mute[from];
}

static void
on_arriving (World *world, guint to, const SottoPath *from, const uint8_t *bytes, gsize n)
{
  ((Sim *)world)->heard[to][bytes[1]] = true;
  if (!sotto_path_is_relay (from))
    account_of ((Sim *)world, to, &from->addr)->from += n;
}

static void
message_id (guint from, guint number, SottoId *out)
{
  *out = (SottoId){ .bytes = { (uint8_t)from, (uint8_t)(number >> 8), (uint8_t)number } };
}

static void
write_batch (Sim *self, guint from)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  for (guint i = 0; i < BATCH && self->written[from] < MESSAGES; i++)
    {
      g_autofree char *text = g_strdup_printf (MARKER " %u%*s", self->written[from],
                                               (int)(world_random (&self->world) % 200), "");
      SottoMessage message = { .type = SOTTO_MESSAGE_TEXT };

      message_id (from, self->written[from]++, &message.id);
      message.text.text = text;
      message.text.n = strlen (text);
      sotto_message_append (bytes, &message);
    }
  world_write (&self->world, from, bytes->data, bytes->len);
}

static void
check_message (Sim *self, guint from, const SottoMessage *message)
{
  g_autofree char *want = g_strdup_printf (MARKER " %u", self->read[from]);
  SottoId id;

  message_id (from, self->read[from], &id);
  g_assert_cmpint (message->type, ==, SOTTO_MESSAGE_TEXT);
  g_assert_true (sotto_id_equal (&message->id, &id));
  g_assert_cmpuint (message->text.n, >=, strlen (want));
  g_assert_cmpmem (message->text.text, strlen (want), want, strlen (want));
  self->read[from]++;
}

static void
parse_read (Sim *self, guint end)
{
  const GByteArray *bytes = self->world.ends[end].stream0;

  for (;;)
    {
      SottoMessage message;
      gsize used;
      bool known;

      g_assert_cmpint (sotto_message_next (bytes->data + self->parsed[end],
                                           bytes->len - self->parsed[end], &message, &used, &known),
                       ==, SOTTO_OK);
      if (used == 0)
        return;
      self->parsed[end] += used;
      g_assert_true (known);
      check_message (self, 1 - end, &message);
    }
}

static void
set_session (Sim *self, guint end, bool there)
{
  self->away[end] = !there;
  sotto_channel_set_relay_available (self->world.ends[end].channel, there, self->world.now);
}

/* Every 20 s another trouble, or the end of one: somebody moves to another address, the direct way
 * is blocked in both directions or in one, somebody's session is gone. */
static void
make_trouble (Sim *self)
{
  World *world = &self->world;
  guint end = world_random (world) % 2;

  if (!self->roams || world->now < self->next_trouble)
    return;
  self->next_trouble = world->now + 20 * SOTTO_US_PER_S;
  world->direct_blocked = self->mute[0] = self->mute[1] = false;
  for (guint i = 0; i < 2; i++)
    if (self->away[i])
      set_session (self, i, true);
  switch (world_random (world) % 5)
    {
    case 0:
      world->direct_blocked = true;
      break;
    case 1:
      self->mute[end] = true;
      break;
    case 2:
      set_session (self, end, false);
      break;
    case 3:
      world->ends[end].address.addr.port++;
      break;
    default: /* peace */
      break;
    }
}

static uint8_t
file_byte (guint from, gsize offset)
{
  return (uint8_t)(offset * 7 + offset / 256 + from);
}

/* A file each way beside the words, on the first stream of its side. */
static void
offer_files (Sim *self)
{
  World *world = &self->world;
  g_autofree uint8_t *bytes = g_malloc (FILE_LEN);

  for (guint from = 0; from < 2; from++)
    {
      uint32_t stream = 2 - from;

      for (gsize i = 0; i < FILE_LEN; i++)
        bytes[i] = file_byte (from, i);
      sotto_channel_allow_stream (world->ends[1 - from].channel, stream, 50000, world->now);
      g_assert_cmpuint (sotto_channel_write (world->ends[from].channel, stream, bytes, FILE_LEN,
                                             true, world->now),
                        ==, FILE_LEN);
    }
}

static void
read_file (Sim *self, guint end)
{
  uint8_t bytes[4096];
  gsize n;

  if (self->file_ended[end])
    return;
  n = sotto_channel_read (self->world.ends[end].channel, 1 + end, bytes, sizeof bytes,
                          &self->file_ended[end], self->world.now);
  for (gsize i = 0; i < n; i++)
    g_assert_cmpuint (bytes[i], ==, file_byte (1 - end, self->file_read[end] + i));
  self->file_read[end] += n;
  if (self->file_ended[end])
    g_assert_cmpuint (self->file_read[end], ==, FILE_LEN);
}

static bool
sim_is_done (World *world)
{
  Sim *self = (Sim *)world;

  if (world->now >= self->next_batch)
    {
      self->next_batch = world->wake = world->now + 2 * SOTTO_US_PER_S;
      for (guint i = 0; i < 2; i++)
        if (self->written[i] < MESSAGES)
          write_batch (self, i);
    }
  make_trouble (self);
  check_keys (self);
  for (guint i = 0; i < 2; i++)
    {
      parse_read (self, i);
      read_file (self, i);
    }
  return self->read[0] == MESSAGES && self->read[1] == MESSAGES && self->file_ended[0]
         && self->file_ended[1];
}

static bool
is_zero (const void *bytes, gsize n)
{
  const uint8_t *b = bytes;

  for (gsize i = 0; i < n; i++)
    if (b[i] != 0)
      return false;
  return true;
}

static void
check_end (Sim *self)
{
  World *world = &self->world;

  for (guint i = 0; i < 2; i++)
    {
      SottoChannel *channel = world->ends[i].channel;

      g_assert_false (world->ends[i].closed);
      g_assert_cmpuint (channel->keys.current->number, >, 0);
      sotto_channel_close (channel, SOTTO_OK, world->now);
      g_assert_true (is_zero (&channel->keys, sizeof channel->keys));
      g_assert_true (is_zero (&channel->handshake, sizeof channel->handshake));
    }
}

static void
run_seed (uint64_t seed)
{
  Sim sim = { .next_batch = 0 };
  World *world = &sim.world;

  the_seed = seed;
  world_init (world, seed);
  world->faults = (WorldFaults){ .loss = 3000,
                                 .duplicate = 1000,
                                 .reorder = 2500,
                                 .corrupt = 10,
                                 .delay = 50 * SOTTO_US_PER_MS,
                                 .jitter = 50 * SOTTO_US_PER_MS };
  world->watch = on_leaving;
  world->arrives = on_arriving;
  sim.roams = seed % 2 == 1;
  world->disguise = sim.roams ? disguise : NULL;
  world->relay_available = sim.roams;
  for (guint i = 0; i < 2; i++)
    sim.accounts[i] = g_array_new (FALSE, FALSE, sizeof (Account));
  world_start (world, 1);
  g_assert_true (world_run_until (world, world_both_open, 15 * SOTTO_US_PER_S));
  sim.next_trouble = world->now + 20 * SOTTO_US_PER_S;
  offer_files (&sim);
  if (!world_run_until (world, sim_is_done, LIMIT))
    g_error ("seed %" G_GUINT64_FORMAT ": %u and %u of %u messages came", (guint64)seed,
             sim.read[0], sim.read[1], MESSAGES);
  check_end (&sim);
  g_test_message ("seed %" G_GUINT64_FORMAT ": %" G_GINT64_FORMAT " s, %" G_GUINT64_FORMAT
                  " + %" G_GUINT64_FORMAT " datagrams, %u path changes",
                  (guint64)seed, (world->now / SOTTO_US_PER_S) - 1000,
                  (guint64)world->ends[0].n_sent, (guint64)world->ends[1].n_sent,
                  world->ends[0].n_path_events + world->ends[1].n_path_events);
  for (guint i = 0; i < 2; i++)
    g_array_unref (sim.accounts[i]);
  world_clear (world);
}

static void
test_seed (gconstpointer seed)
{
  run_seed (GPOINTER_TO_SIZE (seed));
}

int
main (int argc, char **argv)
{
  static gint64 only = -1, seeds = 20;
  static const GOptionEntry entries[] = {
    { "seed", 0, 0, G_OPTION_ARG_INT64, &only, "Run this seed alone", "N" },
    { "seeds", 0, 0, G_OPTION_ARG_INT64, &seeds, "Run the seeds 1 to N", "N" },
    { NULL }
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  /* Before GLib's tests, which have a --seed of their own. */
  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_ignore_unknown_options (context, TRUE);
  g_option_context_set_help_enabled (context, FALSE);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 64;
    }
  g_test_init (&argc, &argv, NULL);
  signal (SIGABRT, on_abort);
  signal (SIGTRAP, on_abort);
  for (gint64 seed = only >= 0 ? only : 1; seed <= (only >= 0 ? only : seeds); seed++)
    {
      g_autofree char *path = g_strdup_printf ("/sim/%" G_GINT64_FORMAT, seed);

      g_test_add_data_func (path, GSIZE_TO_POINTER ((gsize)seed), test_seed);
    }
  return g_test_run ();
}
