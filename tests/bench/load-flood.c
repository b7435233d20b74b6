// SPDX-License-Identifier: GPL-3.0-or-later
/* What a server has to bear. Each row runs for a time and prints what came of it. */
#include "tests/bench/load-rows.h"

#include "shared/crypto/agreement.h"
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define AT_ONCE        64
#define FRAME_MAX_HEAD "\0\0\4\0" /* a frame of 1,024 bytes, the most before READY */

static LoadSamples samples;
static guint64 n_done;
static guint64 n_refused;
static guint64 n_gone;

static gint64
after (double seconds)
{
  return load_now () + (gint64)(seconds * SOTTO_US_PER_S);
}

static int
say_ready (void)
{
  printf ("ready\n");
  return fflush (stdout);
}

/* ---- slow: connections that say one byte a second of a frame that never ends ---- */

static void
drip (Load *load, int *fd)
{
  char seen[4096];

  if (recv (*fd, seen, sizeof seen, MSG_DONTWAIT) == 0 || send (*fd, "", 1, MSG_NOSIGNAL) != 1)
    {
      close (*fd);
      *fd = load_connect (load);
      n_gone++;
    }
}

int
load_row_slow (Load *load, const double *arguments)
{
  guint n = (guint)arguments[0];
  g_autofree int *fds = g_new0 (int, n);

  for (guint i = 0; i < n; i++)
    {
      fds[i] = load_connect (load);
      if (i % 250 == 249)
        g_usleep (5 * SOTTO_US_PER_MS);
    }
  say_ready ();
  for (gint64 end = after (arguments[1]); load_now () < end;)
    {
      gint64 next = load_now () + SOTTO_US_PER_S;

      for (guint i = 0; i < n; i++)
        drip (load, &fds[i]);
      g_usleep ((gulong)MAX (next - load_now (), 0));
    }
  for (guint i = 0; i < n; i++)
    close (fds[i]);
  printf ("slow n=%u ended_by_server=%" G_GUINT64_FORMAT "\n", n, n_gone);
  return 0;
}

/* ---- headers: connections that claim the most and send nothing of it ---- */

static void
let_it_settle (void)
{
  g_usleep (SOTTO_US_PER_S);
}

int
load_row_headers (Load *load, const double *arguments)
{
  guint n = (guint)arguments[0];
  g_autofree int *fds = g_new0 (int, n);
  long before = load_server_rss (load);

  for (guint i = 0; i < n; i++)
    {
      struct pollfd connected = { .events = POLLIN };

      connected.fd = fds[i] = load_connect (load);
      poll (&connected, 1, 5000); /* HELLO is there */
      if (send (fds[i], FRAME_MAX_HEAD, 4, MSG_NOSIGNAL) != 4)
        n_refused++;
    }
  let_it_settle ();
  long growth = load_server_rss (load) - before;
  printf ("headers n=%u refused=%" G_GUINT64_FORMAT " growth=%.3f KiB each\n", n, n_refused,
          (double)growth / n);
  say_ready ();
  g_usleep ((gulong)(arguments[1] * SOTTO_US_PER_S));
  for (guint i = 0; i < n; i++)
    close (fds[i]);
  return 0;
}

/* ---- datagrams: noise at the UDP port ---- */

int
load_row_datagrams (Load *load, const double *arguments)
{
  static const gsize sizes[] = { 133, 325, 581, 1221, 1, 12, 64, 1400 };
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons (load->config->server_port) };
  uint8_t bytes[1400];
  guint64 n = (guint64)arguments[0];
  guint64 sent = 0;
  guint64 answered = 0;

  inet_pton (AF_INET, load->config->server_address, &to.sin_addr);
  if (connect (fd, (struct sockaddr *)&to, sizeof to) != 0)
    return 1;
  for (guint64 i = 0; i < n; i++)
    {
      if (i % 64 == 0)
        sotto_random_fill (sotto_random_system (), bytes, sizeof bytes);
      memcpy (bytes + 20, &i, sizeof i);
      memcpy (bytes, i % 2 == 0 ? "\xC4\x10\0\0" : "\xC4\x03\0\0", 4);
      sent += send (fd, bytes, sizes[i % G_N_ELEMENTS (sizes)], 0) > 0;
      if (recv (fd, bytes, sizeof bytes, MSG_DONTWAIT) > 0)
        answered++;
    }
  let_it_settle ();
  while (recv (fd, bytes, sizeof bytes, MSG_DONTWAIT) > 0)
    answered++;
  close (fd);
  printf ("datagrams sent=%" G_GUINT64_FORMAT " answered=%" G_GUINT64_FORMAT "\n", sent, answered);
  return answered == 0 ? 0 : 1;
}

/* ---- bogus: LOGINs with a wrong password, so many a second from so many addresses ---- */

static void
on_bogus_gone (LoadClient *client, SottoCode code)
{
  n_refused++;
}

int
load_row_bogus (Load *load, const double *arguments)
{
  static const LoadEvents events = { .gone = on_bogus_gone };
  double rate = arguments[0];
  guint n = (guint)(rate * 40); /* none waits longer than the server lets it */
  g_autofree LoadClient *clients = g_new0 (LoadClient, n);
  guint64 begun = 0;

  load->n_sources = (guint)arguments[1];
  for (guint i = 0; i < n; i++)
    clients[i].fd = -1;
  say_ready ();
  gint64 start = load_now ();
  for (gint64 end = after (arguments[2]); load_now () < end;)
    {
      double due = (double)(load_now () - start) / SOTTO_US_PER_S * rate;

      for (; (double)begun < due; begun++)
        if (clients[begun % n].fd < 0)
          load_client_open (load, &clients[begun % n], (guint)(begun % 1000), LOAD_WRONG_LOGIN,
                            &events);
      load_poll (load, 2);
    }
  printf ("bogus begun=%" G_GUINT64_FORMAT " refused=%" G_GUINT64_FORMAT "\n", begun, n_refused);
  for (guint i = 0; i < n; i++)
    load_client_close (&clients[i]);
  return 0;
}

/* ---- probe: an honest client, over and over ---- */

static void
on_probe_ready (LoadClient *client)
{
  load_samples_add (&samples, load_now () - client->began);
  n_done++;
  load_client_close (client);
}

static void
probe_for (Load *load, LoadWay way, double seconds, double pause)
{
  static const LoadEvents events = { .ready = on_probe_ready, .gone = on_bogus_gone };
  LoadClient client = { .fd = -1 };
  guint user = 5000;

  load->n_sources = 1; /* always from one address, which nobody else comes from */
  load->next_source = 0;
  for (gint64 end = after (seconds); load_now () < end;)
    {
      guint64 before = n_done + n_refused;
      gint64 next = after (pause);

      load->first_source = 240;
      load_client_open (load, &client, user++, way, &events);
      while (n_done + n_refused == before && load_now () < end + 20 * SOTTO_US_PER_S)
        load_poll (load, 50);
      load_client_close (&client);
      g_usleep ((gulong)MAX (next - load_now (), 0));
    }
}

int
load_row_probe (Load *load, const double *arguments)
{
  samples = load_samples_new ();
  probe_for (load, arguments[0] > 0 ? LOAD_LOGIN : LOAD_RESUME, arguments[1], arguments[2]);
  printf ("probe n=%u refused=%" G_GUINT64_FORMAT " p50=%.1f ms p99=%.1f ms max=%.1f ms\n",
          samples.values->len, n_refused, (double)load_samples_quantile (&samples, 0.5) / 1e3,
          (double)load_samples_quantile (&samples, 0.99) / 1e3,
          (double)load_samples_quantile (&samples, 1) / 1e3);
  load_samples_clear (&samples);
  return 0;
}

/* ---- hold: sessions that are there, until standard input ends ---- */

static void
on_held_gone (LoadClient *client, SottoCode code)
{
  n_gone++;
}

static bool
input_ended (void)
{
  struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };

  return poll (&input, 1, 0) == 1;
}

int
load_row_hold (Load *load, const double *arguments)
{
  static const LoadEvents events = { .gone = on_held_gone };
  guint n = (guint)arguments[0];
  g_autofree LoadClient *clients = g_new0 (LoadClient, n);

  if (!load_open_all (load, clients, n, 6000, AT_ONCE, &events))
    return 1;
  say_ready ();
  while (!input_ended ())
    load_poll (load, 100);
  printf ("hold n=%u gone=%" G_GUINT64_FORMAT "\n", n, n_gone);
  for (guint i = 0; i < n; i++)
    load_client_close (&clients[i]);
  return n_gone == 0 ? 0 : 1;
}

/* ---- storm: all lose the server, and come back as clients do ---- */

static gint64
back_off (guint tries)
{
  double wait = (double)MIN ((gint64)SOTTO_RECONNECT_FIRST << MIN (tries, 10), SOTTO_RECONNECT_MAX);

  return load_now ()
         + (gint64)(wait
                    * g_random_double_range (1 - SOTTO_RECONNECT_JITTER,
                                             1 + SOTTO_RECONNECT_JITTER));
}

/* `sent` is when to try again, `tag` how often it did. */
static void
on_storm_gone (LoadClient *client, SottoCode code)
{
  client->sent = back_off ((guint)client->tag++);
  n_gone++;
}

static void
on_storm_ready (LoadClient *client)
{
  n_done++;
  load_samples_add (&samples, load_now () - client->began);
}

static void
storm_retry (Load *load, LoadClient *client, const LoadEvents *events)
{
  guint64 tries = client->tag;
  gint64 now = load_now ();

  if (client->fd >= 0 || client->sent > now)
    return;
  load_client_open (load, client, client->user, LOAD_RESUME, events);
  client->tag = tries;
}

int
load_row_storm (Load *load, const double *arguments)
{
  static const LoadEvents events = { .ready = on_storm_ready, .gone = on_storm_gone };
  guint n = (guint)arguments[0];
  g_autofree LoadClient *clients = g_new0 (LoadClient, n);

  samples = load_samples_new ();
  if (!load_open_all (load, clients, n, 0, AT_ONCE, &events))
    return 1;
  say_ready ();
  while (n_gone < n)
    load_poll (load, 100);
  n_done = 0;
  g_array_set_size (samples.values, 0);
  gint64 lost = load_now ();
  gint64 first = 0;
  while (n_done < n && load_now () < lost + 120 * SOTTO_US_PER_S)
    {
      for (guint i = 0; i < n; i++)
        storm_retry (load, &clients[i], &events);
      load_poll (load, 10);
      if (first == 0 && n_done > 0)
        first = load_now ();
    }
  printf ("storm n=%u back=%" G_GUINT64_FORMAT " took=%.2f s since_first=%.2f s p99=%.1f ms\n", n,
          n_done, (double)(load_now () - lost) / SOTTO_US_PER_S,
          (double)(load_now () - first) / SOTTO_US_PER_S,
          (double)load_samples_quantile (&samples, 0.99) / 1e3);
  say_ready ();
  while (!input_ended ())
    load_poll (load, 100);
  for (guint i = 0; i < n; i++)
    load_client_close (&clients[i]);
  return n_done >= n ? 0 : 1;
}

/* ---- soak: connect, RESUME, ask for a key, leave, over and over ---- */

static void
on_soak_ready (LoadClient *client)
{
  SottoRecord record;

  record.type = SOTTO_RECORD_KEYREQ;
  record.keyreq.req = 1;
  record.keyreq.peer = load_user_name (client->user + 1);
  load_client_send (client, &record);
}

static void
on_soak_record (LoadClient *client, const SottoRecord *record)
{
  guint user = client->user;

  if (record->type != SOTTO_RECORD_KEYGRANT && record->type != SOTTO_RECORD_ERR)
    return;
  if (record->type == SOTTO_RECORD_KEYGRANT && record->grant.role != SOTTO_ROLE_INITIATOR)
    return;
  n_done++;
  load_client_close (client);
  load_client_open (client->load, client, user, LOAD_RESUME, client->events);
}

static void
on_soak_gone (LoadClient *client, SottoCode code)
{
  n_refused++;
  load_client_open (client->load, client, client->user, LOAD_RESUME, client->events);
}

static guint
count_descriptors (const Load *load)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/fd", load->server);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* The first tenth is not counted: tables and heaps find their size in it. */
int
load_row_soak (Load *load, const double *arguments)
{
  static const LoadEvents events = { .ready = on_soak_ready,
                                     .record = on_soak_record,
                                     .gone = on_soak_gone };
  guint n = 32;
  guint64 cycles = (guint64)arguments[0];
  g_autofree LoadClient *clients = g_new0 (LoadClient, n);
  long lowest[2] = { G_MAXLONG,
                     G_MAXLONG }; /* of each half: an allocator's ups and downs are no leak */
  guint descriptors = 0;

  for (guint i = 0; i < n; i++)
    load_client_open (load, &clients[i], i, LOAD_RESUME, &events);
  for (guint part = 1; part <= 10; part++)
    {
      if (!load_poll_until (load, &n_done, cycles * part / 10))
        return 1;
      long rss = load_server_rss (load);
      lowest[(part - 1) / 5] = MIN (lowest[(part - 1) / 5], rss);
      if (part == 1)
        descriptors = count_descriptors (load);
      printf ("# %" G_GUINT64_FORMAT " cycles: %ld KiB, %u descriptors\n", n_done, rss,
              count_descriptors (load));
      fflush (stdout);
    }
  double slope = (double)(lowest[1] - lowest[0]) / ((double)cycles * 0.5 / 1000);
  printf ("soak cycles=%" G_GUINT64_FORMAT " refused=%" G_GUINT64_FORMAT
          " slope=%.3f KiB/1000 descriptors=%+d\n",
          n_done, n_refused, slope, (int)count_descriptors (load) - (int)descriptors);
  for (guint i = 0; i < n; i++)
    load_client_close (&clients[i]);
  return 0;
}
