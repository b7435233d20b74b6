// SPDX-License-Identifier: GPL-3.0-or-later
/* The same turn as the engine's: a train of each line, its events, flush; the rest in the next. */
#undef G_DISABLE_ASSERT
#include "tests/bench/peer-end.h"
#include "tests/bench/peer.h"

#include "shared/crypto/agreement.h"
#include <sched.h>
#include <time.h>
#include <unistd.h>

#define TRAIN_BYTES (64 * 1024)
#define TURN_BYTES  (256 * 1024)

/* What each tells the other before there is a key. */
typedef struct
{
  SottoAddr addr;
  SottoKey identity;
} Card;

typedef struct
{
  GSource source;
  PeerEnd *end;
} Timer;

/* Not the clock: other programs are none of our turns. */
static double
thread_cpu (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void
peer_pin (int cpu)
{
  cpu_set_t set;

  CPU_ZERO (&set);
  CPU_SET (cpu, &set);
  sched_setaffinity (0, sizeof set, &set);
}

static bool
transmit (PeerEnd *self, gint64 now)
{
  gsize n, n_sent = 0;
  SottoPath to;
  uint8_t *room;

  while (n_sent < TRAIN_BYTES && (room = sotto_port_reserve (self->port)) != NULL
         && (n = sotto_channel_transmit (self->channel, now, &to, room)) > 0)
    {
      sotto_port_put (self->port, &to.addr, n);
      n_sent += n;
    }
  self->turn_bytes += n_sent;
  return n_sent > 0;
}

static bool
pump (PeerEnd *self)
{
  gint64 now = g_get_monotonic_time ();
  bool moved = transmit (self, now);
  SottoChannelEvent event;

  while (sotto_channel_next_event (self->channel, &event))
    {
      if (event.type == SOTTO_CHANNEL_EVENT_OPEN)
        {
          self->opened = now;
          self->cpu = peer_cpu ();
        }
      self->on_event (self, &event);
      moved = true;
    }
  sotto_port_flush (self->port);
  return moved && self->turn_bytes < TURN_BYTES;
}

static void
settle (gpointer end)
{
  PeerEnd *self = end;
  gint64 armed = g_source_get_ready_time (self->timer), deadline;

  self->turn_bytes = 0;
  while (pump (self))
    ;
  deadline = self->turn_bytes >= TURN_BYTES ? 0 : sotto_channel_deadline (self->channel);
  if (deadline != G_MAXINT64 && (armed < 0 || deadline < armed))
    g_source_set_ready_time (self->timer, deadline);
}

static gboolean
on_timer (GSource *source, GSourceFunc unused, gpointer data)
{
  PeerEnd *self = ((Timer *)source)->end;
  gint64 now = g_get_monotonic_time ();

  g_source_set_ready_time (source, -1);
  if (now >= sotto_channel_deadline (self->channel))
    sotto_channel_tick (self->channel, now);
  settle (self);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs timer_funcs = { .dispatch = on_timer };

static void
on_datagram (SottoPort *port,
             const SottoAddr *from,
             const uint8_t *datagram,
             gsize n,
             gpointer data)
{
  PeerEnd *self = data;
  SottoPath path = { *from };

  sotto_channel_receive (self->channel, &path, datagram, n, g_get_monotonic_time ());
}

static SottoGrant
exchange (PeerEnd *self, SottoRole role, const SottoKeyPair *identity, const SottoAddr *addr)
{
  SottoRandom random = *sotto_random_system ();
  SottoGrant grant = { .role = role, .cid = 1, .ttl_s = SOTTO_GRANT_TTL_S, .n_candidates = 1 };
  Card own = { *addr, identity->public }, other;

  peer_must_write (self->pipe, &own, sizeof own);
  peer_must_read (self->pipe, &other, sizeof other);
  g_strlcpy (grant.peer.str, role == SOTTO_ROLE_INITIATOR ? "bob" : "alice", sizeof grant.peer.str);
  grant.identity = other.identity;
  grant.candidates[0] = other.addr;
  if (role == SOTTO_ROLE_INITIATOR)
    {
      sotto_random_fill (&random, grant.kxy.bytes, sizeof grant.kxy.bytes);
      peer_must_write (self->pipe, &grant.kxy, sizeof grant.kxy);
    }
  else
    peer_must_read (self->pipe, &grant.kxy, sizeof grant.kxy);
  return grant;
}

void
peer_end_open (PeerEnd *self, SottoRole role, int pipe)
{
  SottoAddr any = { .family = 4, .ip = { 127, 0, 0, 1 } }, addr;
  SottoChannelConfig config = { .random = *sotto_random_system () };
  g_autoptr (GError) error = NULL;

  self->pipe = pipe;
  self->poller = sotto_poller_new (G_PRIORITY_DEFAULT, &error);
  g_assert_no_error (error);
  sotto_poller_set_flush (self->poller, settle, self);
  self->port = sotto_port_new (self->poller, on_datagram, self);
  sotto_port_bind (self->port, &any, &addr, &error);
  g_assert_no_error (error);
  self->timer = g_source_new (&timer_funcs, sizeof (Timer));
  ((Timer *)self->timer)->end = self;
  g_source_attach (self->timer, NULL);

  sotto_key_pair_generate (&config.identity, &config.random);
  config.grant = exchange (self, role, &config.identity, &addr);
  g_strlcpy (config.own_name.str, role == SOTTO_ROLE_INITIATOR ? "alice" : "bob",
             sizeof config.own_name.str);
  self->granted = g_get_monotonic_time ();
  self->channel = sotto_channel_new (&config, self->granted);
  peer_end_wake (self);
}

void
peer_end_run (PeerEnd *self, gint64 limit)
{
  gint64 until = g_get_monotonic_time () + limit;

  double began = thread_cpu ();

  self->done = false;
  while (!self->done)
    {
      double before = began;

      g_main_context_iteration (NULL, TRUE);
      began = thread_cpu ();
      self->longest = MAX (self->longest, began - before);
      if (g_get_monotonic_time () >= until)
        g_error ("it takes too long");
    }
}

void
peer_end_wake (PeerEnd *self)
{
  g_source_set_ready_time (self->timer, 0);
}

PeerReport
peer_end_report (const PeerEnd *self)
{
  PeerReport report = { .cpu = peer_cpu () - self->cpu, .longest_turn = self->longest };

  sotto_channel_get_stats (self->channel, &report.channel);
  return report;
}

void
peer_end_close (PeerEnd *self)
{
  sotto_channel_free (self->channel);
  sotto_port_free (self->port);
  g_source_destroy (self->timer);
  g_source_unref (self->timer);
  sotto_poller_free (self->poller);
  close (self->pipe);
}
