// SPDX-License-Identifier: GPL-3.0-or-later
/* Channel and port, without engine and store: what the transport itself takes. */
#undef G_DISABLE_ASSERT
#include "tests/bench/peer-end.h"
#include "tests/bench/peer.h"

#include "shared/base/limits.h"
#include <string.h>

#define MESSAGE_LEN   100
#define UNSENT_MAX    (128 * 1024) /* bytes written and not yet in a packet */
#define PIECE         (64 * 1024)
#define FILE_STREAM   2
#define IDLE          (3 * SOTTO_US_PER_S)
#define LIMIT         (100 * SOTTO_US_PER_S)
#define MESSAGES_READ 64

typedef struct _Scenario Scenario;

/* One side at work. */
typedef struct
{
  const Scenario *scenario;
  bool asks;        /* the initiator, which measures */
  uint64_t n;       /* messages or bytes done */
  uint64_t written; /* bytes of stream 0 */
  uint64_t left;    /* those of them that are in packets */
  gint64 asked;     /* the trip under way */
  gint64 first;     /* when the first trip was back */
  gint64 ended;
  double *trips;
  gsize n_partial; /* of a message */
  uint8_t partial[MESSAGE_LEN];
  uint8_t piece[PIECE];
} Work;

struct _Scenario
{
  const char *name;
  uint64_t amount; /* trips, messages, bytes */
  /* The asking side: when the channel opens, when a message comes, when there is room again. */
  void (*begin) (PeerEnd *end);
  void (*on_message) (PeerEnd *end, const uint8_t *message);
  void (*go_on) (PeerEnd *end);
  void (*print) (const PeerEnd *end, const PeerReport *own, const PeerReport *other);
  /* The other one. */
  void (*answer) (PeerEnd *end, const uint8_t *message);
};

/* --- Messages of stream 0 --- */

static void
write_message (PeerEnd *end, uint64_t number)
{
  Work *work = end->data;
  uint8_t message[MESSAGE_LEN] = { 0 };

  memcpy (message, &number, sizeof number);
  sotto_channel_write (end->channel, 0, message, sizeof message, false, g_get_monotonic_time ());
  work->written += sizeof message;
}

static uint64_t
message_number (const uint8_t *message)
{
  uint64_t number;

  memcpy (&number, message, sizeof number);
  return number;
}

static void
take_message (PeerEnd *end, const uint8_t *message)
{
  Work *work = end->data;

  (work->asks ? work->scenario->on_message : work->scenario->answer) (end, message);
}

static void
read_messages (PeerEnd *end)
{
  Work *work = end->data;
  uint8_t bytes[MESSAGE_LEN * MESSAGES_READ];
  gsize n;

  while (
      (n = sotto_channel_read (end->channel, 0, bytes, sizeof bytes, NULL, g_get_monotonic_time ()))
      > 0)
    for (gsize at = 0; at < n;)
      {
        gsize part = MIN (MESSAGE_LEN - work->n_partial, n - at);

        memcpy (work->partial + work->n_partial, bytes + at, part);
        at += part;
        work->n_partial += part;
        if (work->n_partial < MESSAGE_LEN)
          break;
        work->n_partial = 0;
        take_message (end, work->partial);
      }
}

/* --- Round trips, one at a time --- */

static void
ask (PeerEnd *end)
{
  Work *work = end->data;

  work->asked = g_get_monotonic_time ();
  write_message (end, work->n);
}

static void
on_trip (PeerEnd *end, const uint8_t *message)
{
  Work *work = end->data;

  g_assert_cmpuint (message_number (message), ==, work->n);
  work->ended = g_get_monotonic_time ();
  work->trips[work->n++] = (double)(work->ended - work->asked);
  if (work->n == 1)
    work->first = work->ended;
  if (work->n < work->scenario->amount)
    ask (end);
  else
    end->done = true;
}

static void
echo (PeerEnd *end, const uint8_t *message)
{
  write_message (end, message_number (message));
}

static void
print_trips (const PeerEnd *end, const PeerReport *own, const PeerReport *other)
{
  const Work *work = end->data;
  const char *name = work->scenario->name;

  peer_print_figure (name, "first", (double)(work->first - end->granted) / 1e3, "ms");
  peer_print_figure (name, "p50", peer_quantile (work->trips, work->n, 0.5), "us");
  peer_print_figure (name, "p99", peer_quantile (work->trips, work->n, 0.99), "us");
  peer_print_figure (name, "cpu", (own->cpu + other->cpu) * 1e6 / (double)work->n, "us/trip");
}

/* --- Messages as fast as they go --- */

static void
pour (PeerEnd *end)
{
  Work *work = end->data;

  while (work->n < work->scenario->amount && work->written < work->left + UNSENT_MAX)
    write_message (end, work->n++);
}

static void
on_all_came (PeerEnd *end, const uint8_t *message)
{
  ((Work *)end->data)->ended = g_get_monotonic_time ();
  end->done = true;
}

static void
count (PeerEnd *end, const uint8_t *message)
{
  Work *work = end->data;

  g_assert_cmpuint (message_number (message), ==, work->n);
  if (++work->n == work->scenario->amount)
    write_message (end, 0);
}

static double
seconds_of (const PeerEnd *end)
{
  return (double)(((Work *)end->data)->ended - end->opened) / 1e6;
}

static void
print_rate (const PeerEnd *end, const PeerReport *own, const PeerReport *other)
{
  const Work *work = end->data;
  const char *name = work->scenario->name;
  double n = (double)work->scenario->amount;

  peer_print_figure (name, "messages", n / seconds_of (end), "/s");
  peer_print_figure (name, "cpu", (own->cpu + other->cpu) * 1e6 / n, "us/message");
  peer_print_figure (name, "datagrams", n / (double)own->channel.packets_sent, "messages each");
  peer_print_figure (name, "lost", (double)own->channel.packets_lost, "datagrams");
}

/* --- A stream --- */

static void
write_pieces (PeerEnd *end)
{
  Work *work = end->data;
  uint64_t amount = work->scenario->amount;
  gsize n, taken;

  do
    {
      n = MIN (PIECE, amount - work->n);
      taken = sotto_channel_write (end->channel, FILE_STREAM, work->piece, n, n == amount - work->n,
                                   g_get_monotonic_time ());
      work->n += taken;
    }
  while (taken == n && work->n < amount);
}

static void
read_pieces (PeerEnd *end)
{
  Work *work = end->data;
  bool fin;
  gsize n;

  do
    {
      n = sotto_channel_read (end->channel, FILE_STREAM, work->piece, PIECE, &fin,
                              g_get_monotonic_time ());
      work->n += n;
      if (fin)
        {
          g_assert_cmpuint (work->n, ==, work->scenario->amount);
          write_message (end, 0);
        }
    }
  while (n > 0 && !fin);
}

static void
print_stream (const PeerEnd *end, const PeerReport *own, const PeerReport *other)
{
  const Work *work = end->data;
  const char *name = work->scenario->name;
  double mb = (double)work->scenario->amount / 1e6;

  peer_print_figure (name, "speed", mb / seconds_of (end), "MB/s");
  peer_print_figure (name, "cpu", (own->cpu + other->cpu) * 1e3 / mb, "ms/MB");
  peer_print_figure (name, "turn", MAX (own->longest_turn, other->longest_turn) * 1e3,
                     "ms at most");
  peer_print_figure (name, "lost", (double)own->channel.packets_lost, "datagrams");
}

/* --- Nothing --- */

static gboolean
on_idle_over (gpointer end)
{
  ((PeerEnd *)end)->done = true;
  return G_SOURCE_REMOVE;
}

static void
rest (PeerEnd *end)
{
  g_timeout_add ((guint)(IDLE / SOTTO_US_PER_MS), on_idle_over, end);
}

static void
print_idle (const PeerEnd *end, const PeerReport *own, const PeerReport *other)
{
  const Work *work = end->data;
  double seconds = (double)IDLE / 1e6;

  peer_print_figure (work->scenario->name, "cpu", (own->cpu + other->cpu) / 2 * 100 / seconds, "%");
}

/* --- Both sides --- */

static const Scenario scenarios[] = {
  { "trip", 20000, ask, on_trip, NULL, print_trips, echo },
  { "rate", 500000, pour, on_all_came, pour, print_rate, count },
  { "stream10", 10000000, write_pieces, on_all_came, write_pieces, print_stream, NULL },
  { "stream300", 300000000, write_pieces, on_all_came, write_pieces, print_stream, NULL },
  { "idle", 0, rest, NULL, NULL, print_idle, NULL },
};

static void
on_room (PeerEnd *end)
{
  Work *work = end->data;

  if (work->asks && work->scenario->go_on != NULL)
    work->scenario->go_on (end);
}

static void
on_open (PeerEnd *end)
{
  Work *work = end->data;

  if (work->asks)
    work->scenario->begin (end);
  else
    sotto_channel_allow_stream (end->channel, FILE_STREAM, SOTTO_FILE_CREDIT_MAX,
                                g_get_monotonic_time ());
}

static void
on_event (PeerEnd *end, const SottoChannelEvent *event)
{
  Work *work = end->data;

  switch (event->type)
    {
    case SOTTO_CHANNEL_EVENT_OPEN:
      on_open (end);
      break;
    case SOTTO_CHANNEL_EVENT_CLOSED:
      end->done = true;
      break;
    case SOTTO_CHANNEL_EVENT_READABLE:
      (event->stream == 0 ? read_messages : read_pieces) (end);
      break;
    case SOTTO_CHANNEL_EVENT_SENT:
      if (event->stream == 0)
        {
          work->left = event->offset;
          on_room (end);
        }
      break;
    case SOTTO_CHANNEL_EVENT_WRITABLE:
      on_room (end);
      break;
    case SOTTO_CHANNEL_EVENT_PATH:
    case SOTTO_CHANNEL_EVENT_RESET:
    case SOTTO_CHANNEL_EVENT_NOTICE:
      break;
    }
}

static Work *
work_new (const Scenario *scenario, bool asks)
{
  Work *work = g_new0 (Work, 1);

  work->scenario = scenario;
  work->asks = asks;
  work->trips = asks ? g_new (double, MAX (scenario->amount, 1)) : NULL;
  return work;
}

static void
work_free (Work *work)
{
  g_free (work->trips);
  g_free (work);
}

/* Ends with the channel: CLOSE comes when the other one has measured. */
static void
answer (int pipe, gpointer scenario)
{
  Work *work = work_new (scenario, false);
  PeerEnd end = { .on_event = on_event, .data = work };
  PeerReport report;

  peer_pin (1);
  peer_end_open (&end, SOTTO_ROLE_RESPONDER, pipe);
  peer_end_run (&end, LIMIT);
  report = peer_end_report (&end);
  peer_must_write (pipe, &report, sizeof report);
  peer_end_close (&end);
  work_free (work);
}

static void
measure (int pipe, gpointer data)
{
  const Scenario *scenario = data;
  Work *work = work_new (scenario, true);
  PeerEnd end = { .on_event = on_event, .data = work };
  PeerReport own, other;

  peer_pin (0);
  peer_end_open (&end, SOTTO_ROLE_INITIATOR, pipe);
  peer_end_run (&end, LIMIT);
  own = peer_end_report (&end);
  sotto_channel_close (end.channel, SOTTO_OK, g_get_monotonic_time ());
  peer_end_wake (&end);
  peer_end_run (&end, LIMIT);
  peer_must_read (pipe, &other, sizeof other);
  scenario->print (&end, &own, &other);
  peer_end_close (&end);
  work_free (work);
}

void
peer_channel_run (const char *const *names)
{
  for (gsize i = 0; i < G_N_ELEMENTS (scenarios); i++)
    if (peer_is_wanted (names, scenarios[i].name))
      peer_run_pair (measure, answer, (gpointer)&scenarios[i]);
}
