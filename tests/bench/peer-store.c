// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Two engines with their stores: a message counts when it was on the disk of the one who sent it,
 * on that of the other one and RECEIVED came back.
 */
#undef G_DISABLE_ASSERT
#include "shared/base/text.h"
#include "shared/client/engine-private.h"
#include "tests/bench/peer-house.h"
#include "tests/bench/peer.h"
#include <glib-unix.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TEXT_LEN  100
#define MB        1000000
#define UNDER_WAY 4096 /* asked for and not delivered */
#define IDLE      (5 * SOTTO_US_PER_S)
#define LIMIT_S   100

typedef struct _Scenario Scenario;

/* One of the two. */
typedef struct
{
  const Scenario *scenario;
  SottoEngine *engine;
  const char *name;
  const char *other;
  char *folder;
  int pipe;
  bool done;
  bool asks;
  guint n_asked, n; /* messages: asked for; delivered, or come */
  gint64 began, asked, ended;
  double cpu;
  double *trips;
} Person;

struct _Scenario
{
  const char *name;
  guint amount;                        /* messages, or megabytes of a file */
  void (*begin) (Person *self);        /* the channel is there */
  void (*on_delivered) (Person *self); /* one more */
  void (*print) (Person *self, double cpu_of_both);
};

typedef struct
{
  const Scenario *scenario;
  const PeerHouse *house;
} Meeting;

static gboolean
on_too_long (gpointer unused)
{
  g_error ("it takes too long");
  return G_SOURCE_REMOVE;
}

static void
run (Person *self)
{
  guint limit = g_timeout_add_seconds (LIMIT_S, on_too_long, NULL);

  self->done = false;
  while (!self->done)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (limit);
}

static void
say (Person *self)
{
  char text[TEXT_LEN + 1];

  memset (text, 'x', TEXT_LEN);
  text[TEXT_LEN] = '\0';
  text[g_snprintf (text, sizeof text, "%u", self->n_asked++)] = ' ';
  self->asked = g_get_monotonic_time ();
  sotto_engine_send (self->engine, self->other, text);
}

/* --- What is measured --- */

static void
take_trip (Person *self)
{
  self->trips[self->n - 1] = (double)(g_get_monotonic_time () - self->asked);
  self->done = self->n == self->scenario->amount;
  if (!self->done)
    say (self);
}

static void
print_trips (Person *self, double cpu)
{
  const char *name = self->scenario->name;

  peer_print_figure (name, "p50", peer_quantile (self->trips, self->n, 0.5), "us");
  peer_print_figure (name, "p99", peer_quantile (self->trips, self->n, 0.99), "us");
  peer_print_figure (name, "cpu", cpu * 1e6 / self->n, "us/trip");
}

static void
pour (Person *self)
{
  while (self->n_asked < self->scenario->amount && self->n_asked < self->n + UNDER_WAY)
    say (self);
}

static void
pour_on (Person *self)
{
  self->ended = g_get_monotonic_time ();
  self->done = self->n == self->scenario->amount;
  pour (self);
}

static void
print_rate (Person *self, double cpu)
{
  double seconds = (double)(self->ended - self->began) / 1e6;

  peer_print_figure (self->scenario->name, "messages", self->n / seconds, "/s");
  peer_print_figure (self->scenario->name, "cpu", cpu * 1e6 / self->n, "us/message");
}

/* Of blocks that differ, so that no file system makes less of it. */
static char *
make_file (Person *self)
{
  char *path = g_build_filename (self->folder, "file", NULL);
  g_autofree guint32 *block = g_malloc0 (MB);
  FILE *file = fopen (path, "wb");

  g_assert_nonnull (file);
  for (guint i = 0; i < self->scenario->amount; i++)
    {
      for (guint at = 0; at < MB / sizeof *block; at++)
        block[at] = g_random_int ();
      g_assert_cmpuint (fwrite (block, MB, 1, file), ==, 1);
    }
  g_assert_cmpint (fclose (file), ==, 0);
  return path;
}

static void
offer (Person *self)
{
  g_autofree char *path = make_file (self);

  self->cpu = peer_cpu ();
  self->began = g_get_monotonic_time ();
  sotto_engine_offer_file (self->engine, self->other, path);
}

static void
on_file (Person *self, const SottoEvent *event)
{
  if (!self->asks && event->file.state == SOTTO_FILE_OFFERED)
    sotto_engine_accept_file (self->engine, &event->id);
  else if (self->asks && event->file.state == SOTTO_FILE_DONE)
    {
      self->ended = g_get_monotonic_time ();
      self->done = true;
    }
}

static void
print_file (Person *self, double cpu)
{
  const char *name = self->scenario->name;
  guint n = self->scenario->amount;

  peer_print_figure (name, "speed", n * 1e6 / (double)(self->ended - self->began), "MB/s");
  peer_print_figure (name, "cpu", cpu * 1e3 / n, "ms/MB");
}

static gboolean
on_rested (gpointer person)
{
  ((Person *)person)->done = true;
  return G_SOURCE_REMOVE;
}

static void
rest (Person *self)
{
  g_timeout_add ((guint)(IDLE / SOTTO_US_PER_MS), on_rested, self);
}

static void
print_idle (Person *self, double cpu)
{
  peer_print_figure (self->scenario->name, "cpu", cpu / 2 * 100 * 1e6 / (double)IDLE, "% of each");
}

static const Scenario scenarios[] = {
  { "store.trip", 2000, say, take_trip, print_trips },
  { "store.rate", 100000, pour, pour_on, print_rate },
  { "store.file10", 10, offer, NULL, print_file },
  { "store.file300", 300, offer, NULL, print_file },
  { "store.idle", 0, rest, NULL, print_idle },
};

/* --- Both of them --- */

static void
on_delivered (Person *self)
{
  self->n++;
  if (self->scenario->on_delivered != NULL && self->began != 0)
    self->scenario->on_delivered (self);
  else
    self->done = true; /* the first one of all, which opened the channel */
}

static void
on_message (Person *self, const SottoEvent *event)
{
  g_assert_cmpuint (g_ascii_strtoull (event->text, NULL, 10), ==, self->n);
  self->n++;
}

static void
on_event (SottoEngine *engine, const SottoEvent *event, Person *self)
{
  if (event->type == SOTTO_EVENT_DELIVERED)
    on_delivered (self);
  else if (event->type == SOTTO_EVENT_MESSAGE)
    on_message (self, event);
  else if (event->type == SOTTO_EVENT_FILE)
    on_file (self, event);
  else if (event->type == SOTTO_EVENT_AUTHENTICATED)
    self->done = true;
  else if (event->type == SOTTO_EVENT_ERROR || event->type == SOTTO_EVENT_REFUSED)
    g_error ("%s: %s %s", self->name, event->code, event->text);
}

static Person *
person_new (const Meeting *meeting, int pipe, bool asks)
{
  g_autoptr (GError) error = NULL;
  Person *self = g_new0 (Person, 1);

  self->scenario = meeting->scenario;
  self->asks = asks;
  self->pipe = pipe;
  self->name = asks ? "alice" : "bob";
  self->other = asks ? "bob" : "alice";
  self->trips = g_new (double, MAX (self->scenario->amount, 1));
  self->folder = g_build_filename (meeting->house->folder, meeting->scenario->name, NULL);
  self->engine = sotto_engine_new (self->name, self->folder, SOTTO_TRUST_PIN);
  sotto_engine_set_download_dir (self->engine, self->folder);
  g_signal_connect (self->engine, "event", G_CALLBACK (on_event), self);
  sotto_engine_set_server (self->engine, "127.0.0.1", meeting->house->port, NULL, &error);
  g_assert_no_error (error);
  return self;
}

/* Accounts are one a scenario, named by its place in the table. */
static void
log_in (Person *self)
{
  guint which = (guint)(self->scenario - scenarios);
  g_autofree char *own = g_strdup_printf ("%s%u", self->name, which);
  g_autofree char *other = g_strdup_printf ("%s%u", self->other, which);

  self->other = g_intern_string (other);
  sotto_engine_sign (self->engine, own, "correct horse", NULL);
  run (self);
}

static void
person_free (Person *self)
{
  g_object_unref (self->engine);
  g_free (self->trips);
  g_free (self->folder);
  g_free (self);
}

static gboolean
on_pipe (int pipe, GIOCondition condition, gpointer person)
{
  ((Person *)person)->done = true;
  return G_SOURCE_REMOVE;
}

/* The pipe says: I am here; begin to count; I have measured. */
static void
wait_for_pipe (Person *self)
{
  char byte;

  g_unix_fd_add (self->pipe, G_IO_IN, on_pipe, self);
  run (self);
  peer_must_read (self->pipe, &byte, 1);
}

static void
ring (Person *self)
{
  peer_must_write (self->pipe, "", 1);
}

static void
answer (int pipe, gpointer meeting)
{
  Person *self = person_new (meeting, pipe, false);

  log_in (self);
  ring (self);
  wait_for_pipe (self);
  self->n = 0;
  self->cpu = peer_cpu ();
  ring (self);
  wait_for_pipe (self);
  self->cpu = peer_cpu () - self->cpu;
  peer_must_write (pipe, &self->cpu, sizeof self->cpu);
  wait_for_pipe (self);
  person_free (self);
}

/* What waits at the key: a handshake, and the other one's commit. */
static void
open_channel (Person *self)
{
  SottoContact *contact;
  SottoName name;

  say (self);
  run (self);
  g_assert_true (sotto_name_from_typed (self->other, &name));
  contact = sotto_engine_get_contact (self->engine, &name, false);
  g_assert_nonnull (contact->open);
  peer_print_figure (self->scenario->name, "first",
                     (double)(g_get_monotonic_time () - contact->open->granted_at) / 1e3, "ms");
  self->n = self->n_asked = 0;
}

static void
measure (int pipe, gpointer meeting)
{
  Person *self = person_new (meeting, pipe, true);
  double other;

  log_in (self);
  wait_for_pipe (self);
  while (!sotto_engine_is_online (self->engine, self->other))
    g_main_context_iteration (NULL, TRUE);
  open_channel (self);
  ring (self);
  wait_for_pipe (self);
  self->cpu = peer_cpu ();
  self->began = g_get_monotonic_time ();
  self->scenario->begin (self);
  run (self);
  self->cpu = peer_cpu () - self->cpu;
  ring (self);
  peer_must_read (pipe, &other, sizeof other);
  ring (self);
  self->scenario->print (self, self->cpu + other);
  person_free (self);
}

void
peer_store_run (const char *const *names, const char *server_program)
{
  PeerHouse house;

  peer_house_open (&house, server_program);
  for (gsize i = 0; i < G_N_ELEMENTS (scenarios); i++)
    {
      Meeting meeting = { &scenarios[i], &house };

      if (peer_is_wanted (names, scenarios[i].name))
        peer_run_pair (measure, answer, &meeting);
    }
  peer_house_close (&house);
}
