// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/load-rows.h"

#include <stdio.h>
#include <unistd.h>

#define AT_ONCE 64
/* Linux acknowledges so many segments at once when a connection is new (TCP_MAX_QUICKACKS), and on
 * loopback that is done by the sender, within its send(). Who sends a stream, as the reference
 * does, is past that after its first moment; so are we when that many batches and a few were told.
 * Where batches are more than 200 ms apart (thousands of receivers), the receivers begin anew each
 * time.
 */
#define QUICK_ACKS 20

/* Events have no room for a pointer of their own: one row runs at a time. */
static guint64 n_events;
static guint64 n_logins;
static guint64 n_refused;
static SottoCode refusal;
static LoadSamples samples;
static gint64 over; /* when no new one is begun */

static int
fail (const char *what)
{
  fprintf (stderr, "server-load: %s\n", what);
  return 1;
}

static void
close_all (LoadClient *clients, guint n)
{
  for (guint i = 0; i < n; i++)
    load_client_close (&clients[i]);
}

/* ---- grants: pairs of sessions, one asks for a key to the other, as many as `window` a pair ----
 */

static void
ask (LoadClient *client)
{
  SottoRecord record;

  record.type = SOTTO_RECORD_KEYREQ;
  record.keyreq.req = (uint32_t)++client->tag;
  record.keyreq.peer = load_user_name (client->user + 1);
  load_client_queue (client, &record);
}

static void
on_grant (LoadClient *client, const SottoRecord *record)
{
  if (record->type == SOTTO_RECORD_ERR)
    n_refused++;
  if (record->type != SOTTO_RECORD_KEYGRANT || record->grant.role != SOTTO_ROLE_INITIATOR)
    return;
  n_events++;
  ask (client);
  load_client_flush (client);
}

int
load_row_grants (Load *load, const double *arguments)
{
  static const LoadEvents events = { .record = on_grant };
  guint n_pairs = (guint)arguments[0];
  guint window = (guint)arguments[1];
  g_autofree LoadClient *clients = g_new0 (LoadClient, 2 * n_pairs);

  if (!load_open_all (load, clients, 2 * n_pairs, 0, AT_ONCE, &events))
    return fail ("not all could log in");
  for (guint i = 0; i < n_pairs; i++)
    {
      for (guint k = 0; k < window; k++)
        ask (&clients[2 * i]);
      load_client_flush (&clients[2 * i]);
    }
  load_poll_until (load, &n_events, 100);

  guint64 before = n_events;
  double cpu = load_server_cpu (load);
  gint64 began = load_now ();
  while (load_now () < began + arguments[2] * SOTTO_US_PER_S)
    load_poll (load, 10);
  double seconds = (double)(load_now () - began) / SOTTO_US_PER_S;
  double n = (double)(n_events - before);
  printf (
      "grants pairs=%u window=%u rate=%.0f/s server_cpu=%.2f us/grant refused=%" G_GUINT64_FORMAT
      "\n",
      n_pairs, window, n / seconds, (load_server_cpu (load) - cpu) / n * 1e6, n_refused);
  close_all (clients, 2 * n_pairs);
  return n > 0 && n_refused == 0 ? 0 : 1;
}

/* ---- resume: connect, RESUME, RESULT, close, over and over ---- */

static void
on_resumed (LoadClient *client)
{
  Load *load = client->load;
  guint user = client->user;

  n_logins++;
  load_samples_add (&samples, load_now () - client->began);
  load_client_close (client);
  if (load_now () < over)
    load_client_open (load, client, user, LOAD_RESUME, client->events);
}

static void
on_refused (LoadClient *client, SottoCode code)
{
  n_refused++;
  refusal = code;
  if (load_now () < over)
    load_client_open (client->load, client, client->user, client->way, client->events);
}

int
load_row_resume (Load *load, const double *arguments)
{
  static const LoadEvents events = { .ready = on_resumed, .gone = on_refused };
  guint n = (guint)arguments[0];
  g_autofree LoadClient *clients = g_new0 (LoadClient, n);

  samples = load_samples_new ();
  double cpu = load_server_cpu (load);
  gint64 began = load_now ();
  over = began + (gint64)(arguments[1] * SOTTO_US_PER_S);
  for (guint i = 0; i < n; i++)
    load_client_open (load, &clients[i], i, LOAD_RESUME, &events);
  while (load_now () < over)
    load_poll (load, 10);
  double seconds = (double)(load_now () - began) / SOTTO_US_PER_S;
  double done = (double)n_logins;
  printf ("resume conc=%u rate=%.0f/s server_cpu=%.2f us/login p50=%.2f ms p99=%.2f ms "
          "refused=%" G_GUINT64_FORMAT " %s\n",
          n, done / seconds, (load_server_cpu (load) - cpu) / done * 1e6,
          (double)load_samples_quantile (&samples, 0.5) / 1e3,
          (double)load_samples_quantile (&samples, 0.99) / 1e3, n_refused,
          n_refused > 0 ? sotto_code_to_name (refusal) : "");
  close_all (clients, n);
  load_samples_clear (&samples);
  return done > 0 && n_refused == 0 ? 0 : 1;
}

/* ---- login: passwords, while one who is in measures how long a PING takes ---- */

static void
on_logged_in (LoadClient *client)
{
  n_logins++;
  load_client_close (client);
  load_client_open (client->load, client, client->user, LOAD_LOGIN, client->events);
}

static void
on_pong (LoadClient *client, const SottoRecord *record)
{
  if (record->type != SOTTO_RECORD_PONG)
    return;
  load_samples_add (&samples, load_now () - client->sent);
  client->tag = 0;
}

static void
ping (LoadClient *client)
{
  SottoRecord record;

  record.type = SOTTO_RECORD_PING;
  record.ping.nonce = 1;
  client->tag = 1;
  client->sent = load_now ();
  load_client_send (client, &record);
}

int
load_row_login (Load *load, const double *arguments)
{
  static const LoadEvents login_events = { .ready = on_logged_in, .gone = on_refused };
  static const LoadEvents ping_events = { .record = on_pong };
  guint n = (guint)arguments[0];
  g_autofree LoadClient *clients = g_new0 (LoadClient, n);
  LoadClient pinger = { .fd = -1 };

  samples = load_samples_new ();
  over = G_MAXINT64;
  if (!load_open_all (load, &pinger, 1, n, 1, &ping_events))
    return fail ("the one who pings is not in");
  for (guint i = 0; i < n; i++)
    load_client_open (load, &clients[i], i, LOAD_LOGIN, &login_events);
  load_poll_until (load, &n_logins, 2);

  guint64 before = n_logins;
  gint64 began = load_now ();
  while (load_now () < began + arguments[1] * SOTTO_US_PER_S)
    {
      if (pinger.tag == 0 && load_now () - pinger.sent >= 5 * SOTTO_US_PER_MS)
        ping (&pinger);
      load_poll (load, 5);
    }
  double seconds = (double)(load_now () - began) / SOTTO_US_PER_S;
  printf ("login conc=%u rate=%.2f/s ping_p50=%.3f ms ping_p99=%.3f ms pings=%u "
          "refused=%" G_GUINT64_FORMAT "\n",
          n, (double)(n_logins - before) / seconds,
          (double)load_samples_quantile (&samples, 0.5) / 1e3,
          (double)load_samples_quantile (&samples, 0.99) / 1e3, samples.values->len, n_refused);
  close_all (clients, n);
  load_client_close (&pinger);
  load_samples_clear (&samples);
  return 0;
}

/* ---- memory: sessions that only are there ---- */

int
load_row_memory (Load *load, const double *arguments)
{
  static const LoadEvents events = { 0 };
  guint n = (guint)arguments[0];
  g_autofree LoadClient *clients = g_new0 (LoadClient, n + 1);

  if (!load_open_all (load, clients, 1, 0, 1, &events))
    return fail ("nobody can log in");
  long before = load_server_rss (load);
  if (!load_open_all (load, clients + 1, n, 1, (guint)arguments[1], &events))
    return fail ("not all could log in");
  for (gint64 end = load_now () + (gint64)(arguments[2] * SOTTO_US_PER_S); load_now () < end;)
    load_poll (load, 50);
  long after = load_server_rss (load);
  printf ("memory sessions=%u at_once=%.0f rss_before=%ld KiB rss_after=%ld KiB each=%.3f KiB\n", n,
          arguments[1], before, after, (double)(after - before) / n);
  close_all (clients, n + 1);
  return 0;
}

/* ---- presence: N receivers, batches of E events ---- */

static void
on_presence (LoadClient *client, const SottoRecord *record)
{
  if (record->type == SOTTO_RECORD_PRESENCE)
    n_events += record->presence.n;
}

static void
on_publisher (LoadClient *client)
{
  n_logins++;
}

/* One batch: the publishers come, or go; then everybody has heard of it. CPU is that of telling. */
static bool
run_batch (Load *load, LoadClient *publishers, guint e, guint n, guint first, double *cpu)
{
  static const LoadEvents events = { .ready = on_publisher };
  bool come = publishers[0].fd < 0;
  guint64 told = n_events + (guint64)e * n;

  n_logins = 0;
  for (guint i = 0; i < e; i++)
    if (come)
      load_client_open (load, &publishers[i], first + i, LOAD_RESUME, &events);
    else
      load_client_close (&publishers[i]);
  if (come && !load_poll_until (load, &n_logins, e))
    return false;
  if (!come)
    g_usleep (10 * SOTTO_US_PER_MS); /* it has seen the ends, and not told of them yet */
  double before = load_server_cpu (load);
  bool all = load_poll_until (load, &n_events, told);
  g_usleep (SOTTO_US_PER_MS);
  *cpu += load_server_cpu (load) - before;
  return all;
}

/* Batches until `seconds` are over, and at least `least`: their number, and in cpu what each told
 * receiver cost. 0 = not everybody was told. */
static guint
run_batches (Load *load,
             LoadClient *publishers,
             guint e,
             guint n,
             guint least,
             double seconds,
             double *cpu)
{
  gint64 until = load_now () + (gint64)(seconds * SOTTO_US_PER_S);
  double sum = 0;
  guint batches = 0;

  for (; batches < least || load_now () < until; batches++)
    if (!run_batch (load, publishers, e, n, n, &sum))
      return 0;
  *cpu = sum / batches / n * 1e6;
  return batches;
}

int
load_row_presence (Load *load, const double *arguments)
{
  static const LoadEvents events = { .record = on_presence };
  guint n = (guint)arguments[0];
  guint e = (guint)arguments[1];
  g_autofree LoadClient *clients = g_new0 (LoadClient, n);
  g_autofree LoadClient *publishers = g_new0 (LoadClient, e);
  double first;
  double cpu;

  for (guint i = 0; i < e; i++)
    publishers[i].fd = -1;
  if (!load_open_all (load, clients, n, 0, AT_ONCE, &events))
    return fail ("not all could log in");
  load_settle (load);
  if (run_batches (load, publishers, e, n, QUICK_ACKS, 0, &first) == 0)
    return fail ("not everybody was told at first");
  gint64 began = load_now ();
  guint batches = run_batches (load, publishers, e, n, 1, arguments[2], &cpu);
  double seconds = (double)(load_now () - began) / SOTTO_US_PER_S;
  if (batches == 0)
    return fail ("not everybody was told");
  printf ("presence N=%u events=%u batches=%u deliveries/s=%.0f events/s=%.0f "
          "server_cpu=%.2f us/delivery %.3f us/event first=%.2f us/delivery\n",
          n, e, batches, (double)batches * n / seconds, (double)batches * n * e / seconds, cpu,
          cpu / e, first);
  close_all (clients, n);
  close_all (publishers, e);
  return 0;
}

/* ---- request: one PING at a time among N who are idle ---- */

int
load_row_request (Load *load, const double *arguments)
{
  static const LoadEvents idle_events = { 0 };
  static const LoadEvents ping_events = { .record = on_pong };
  guint n = (guint)arguments[0];
  g_autofree LoadClient *clients = g_new0 (LoadClient, n);
  LoadClient pinger = { .fd = -1 };

  samples = load_samples_new ();
  if (!load_open_all (load, clients, n, 1, AT_ONCE, &idle_events)
      || !load_open_all (load, &pinger, 1, 0, 1, &ping_events))
    return fail ("not all could log in");
  load_settle (load);
  for (gint64 end = load_now () + (gint64)(arguments[1] * SOTTO_US_PER_S); load_now () < end;)
    {
      if (pinger.tag == 0)
        ping (&pinger);
      load_poll (load, 10);
    }
  printf ("request idle=%u n=%u p50=%.1f us p99=%.1f us\n", n, samples.values->len,
          (double)load_samples_quantile (&samples, 0.5),
          (double)load_samples_quantile (&samples, 0.99));
  close_all (clients, n);
  load_client_close (&pinger);
  load_samples_clear (&samples);
  return 0;
}
