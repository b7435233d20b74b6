// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A client is told of the world by one epoll set. Its ephemeral key is one of a few made
 * beforehand, and what they agree on with the server's is computed once for each of the server's:
 * the other side does all its work, we do not have to.
 */
#include "tests/bench/load.h"

#include "shared/crypto/agreement.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define N_EPHEMERALS 64
#define N_SOURCES    200
#define N_EVENTS     256
#define PATIENCE     (30 * SOTTO_US_PER_S)
#define QUIET        (2 * SOTTO_US_PER_S) /* longer than a batch of presence waits */

typedef struct LoadKeys
{
  SottoKey server; /* Es that `agreed` is with */
  SottoKeyPair pairs[N_EPHEMERALS];
  SottoKey agreed[N_EPHEMERALS];
  bool has_agreed[N_EPHEMERALS];
  guint next;
} LoadKeys;

gint64
load_now (void)
{
  return g_get_monotonic_time ();
}

static void
raise_descriptor_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0)
    {
      limit.rlim_cur = limit.rlim_max;
      setrlimit (RLIMIT_NOFILE, &limit);
    }
}

Load *
load_new (const char *config_path, pid_t server, GError **error)
{
  Load *self = g_new0 (Load, 1);

  raise_descriptor_limit ();
  self->server = server;
  self->n_sources = N_SOURCES;
  self->epoll = epoll_create1 (EPOLL_CLOEXEC);
  self->out = g_byte_array_new ();
  self->ephemerals = g_new0 (LoadKeys, 1);
  for (guint i = 0; i < N_EPHEMERALS; i++)
    sotto_key_pair_generate (&self->ephemerals->pairs[i], sotto_random_system ());
  self->config = sotto_server_config_load (config_path, error);
  if (self->config != NULL)
    self->key = sotto_server_key_load (self->config, error);
  if (self->key == NULL)
    g_clear_pointer (&self, load_free);
  return self;
}

void
load_free (Load *self)
{
  if (self == NULL)
    return;
  close (self->epoll);
  g_byte_array_unref (self->out);
  g_free (self->ephemerals);
  sotto_server_key_free (self->key);
  sotto_server_config_free (self->config);
  g_free (self);
}

/* ---- Connecting ---- */

/* From one of many addresses, so that no limit of a source and no range of ports is in the way. */
static void
bind_source (Load *self, int fd)
{
  guint n = self->first_source + self->next_source++ % self->n_sources;
  struct sockaddr_in from = { .sin_family = AF_INET,
                              .sin_addr.s_addr = htonl (0x7f010001u + (n << 8)) };
  int one = 1;

  setsockopt (fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
  if (bind (fd, (struct sockaddr *)&from, sizeof from) != 0)
    g_error ("bind: %s", g_strerror (errno));
}

int
load_connect (Load *self)
{
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons (self->config->server_port) };
  int one = 1;

  if (fd < 0)
    g_error ("socket: %s", g_strerror (errno));
  inet_pton (AF_INET, self->config->server_address, &to.sin_addr);
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  bind_source (self, fd);
  if (connect (fd, (struct sockaddr *)&to, sizeof to) != 0 && errno != EINPROGRESS)
    g_error ("connect: %s", g_strerror (errno));
  return fd;
}

void
load_client_open (Load *self, LoadClient *client, guint user, LoadWay way, const LoadEvents *events)
{
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = client };

  *client = (LoadClient){ .load = self, .events = events, .way = way, .user = user };
  client->fd = load_connect (self);
  client->serial = ++self->next_serial;
  client->began = load_now ();
  if (epoll_ctl (self->epoll, EPOLL_CTL_ADD, client->fd, &event) != 0)
    g_error ("epoll: %s", g_strerror (errno));
}

void
load_client_close (LoadClient *client)
{
  if (client->fd < 0)
    return;
  close (client->fd);
  client->fd = -1;
  client->is_ready = false;
  g_clear_pointer (&client->keys, g_free);
  g_clear_pointer (&client->partial, g_byte_array_unref);
  sotto_sealer_clear (&client->incoming);
  sotto_sealer_clear (&client->outgoing);
}

static void
client_gone (LoadClient *client, SottoCode code)
{
  load_client_close (client);
  if (client->events->gone != NULL)
    client->events->gone (client, code);
}

/* ---- Talking ---- */

/* Little enough for an empty socket: what does not go is a fault of the row. */
static void
client_write (LoadClient *client, const void *bytes, gsize n)
{
  if (client->fd >= 0 && send (client->fd, bytes, n, MSG_NOSIGNAL) != (gssize)n)
    client->load->n_failed++;
}

void
load_client_queue (LoadClient *client, const SottoRecord *record)
{
  sotto_record_append (client->load->out, &client->outgoing, record, NULL);
}

void
load_client_flush (LoadClient *client)
{
  client_write (client, client->load->out->data, client->load->out->len);
  g_byte_array_set_size (client->load->out, 0);
}

void
load_client_send (LoadClient *client, const SottoRecord *record)
{
  load_client_queue (client, record);
  load_client_flush (client);
}

/* ---- Logging in ---- */

static const SottoKey *
agree (LoadKeys *self, const SottoKey *server, const SottoKey **out_public)
{
  guint i = self->next++ % N_EPHEMERALS;

  if (memcmp (server, &self->server, sizeof *server) != 0)
    {
      self->server = *server;
      memset (self->has_agreed, 0, sizeof self->has_agreed);
    }
  if (!self->has_agreed[i])
    self->has_agreed[i] = sotto_agreement (&self->pairs[i], server, &self->agreed[i]);
  *out_public = &self->pairs[i].public;
  return &self->agreed[i];
}

static void
append_resume (LoadClient *client, const SottoFrame *hello, const SottoKey *ec, const SottoKey *dh)
{
  Load *self = client->load;
  char text[SOTTO_TICKET_TEXT_SIZE];
  const guint64 now = (guint64)(g_get_real_time () / G_USEC_PER_SEC);
  const SottoResumeBody body = { .name = load_user_name (client->user) };
  SottoTicket ticket = { .name = body.name, .generation = 1, .expiry = now + SOTTO_TICKET_LIFE_S };

  memset (&ticket.resumption, 7, sizeof ticket.resumption);
  gsize n = sotto_ticket_seal (&self->key->secret, now, &ticket, NULL, text);
  sotto_resume_append (self->out, hello->frame, hello->n_frame, ec, text, n, &ticket.resumption, dh,
                       &body, NULL, client->keys);
}

static void
append_login (LoadClient *client, const SottoFrame *hello, const SottoKey *ec, const SottoKey *dh)
{
  Load *self = client->load;
  uint8_t wrap[SOTTO_WRAP_MAX];
  const SottoName name = load_user_name (client->user);
  SottoLoginBody body = { .op = SOTTO_LOGIN_AUTH, .h = *load_password () };
  SottoKey k;

  if (client->way == LOAD_WRONG_LOGIN)
    body.h.bytes[0] ^= 1;
  memset (&body.identity, 9, sizeof body.identity);
  body.n_name = (uint8_t)g_strlcpy (body.name, name.str, sizeof body.name);
  sotto_random_fill (sotto_random_system (), &k, sizeof k);
  gsize n = sotto_envelope_wrap (sotto_private_key_public (self->key->private), &k, wrap);
  sotto_login_append (self->out, hello->frame, hello->n_frame, self->key->kid, ec, wrap, n, &k, dh,
                      &body, NULL, client->keys);
}

static void
client_take_hello (LoadClient *client, const SottoFrame *frame)
{
  SottoHello hello;
  const SottoKey *public;

  if (client->keys != NULL || sotto_hello_decode (frame, &hello) != SOTTO_OK)
    {
      client_gone (client, SOTTO_PROTOCOL);
      return;
    }
  client->keys = g_new0 (SottoSessionKeys, 1);
  const SottoKey *dh = agree (client->load->ephemerals, &hello.ephemeral, &public);
  if (client->way == LOAD_RESUME)
    append_resume (client, frame, public, dh);
  else
    append_login (client, frame, public, dh);
  load_client_flush (client);
}

static void
client_take_result (LoadClient *client, const SottoFrame *frame)
{
  SottoFernetKey key = { 0 };
  SottoResult result = { .code = SOTTO_PROTOCOL };

  if (client->keys != NULL)
    {
      sotto_fernet_key_init (&key, &client->keys->s_to_c);
      if (sotto_result_open (frame, &key, &result) != SOTTO_OK)
        result.code = SOTTO_PROTOCOL;
      sotto_fernet_key_clear (&key);
    }
  if (result.code != SOTTO_OK)
    {
      client_gone (client, result.code);
      return;
    }
  sotto_sealer_init (&client->incoming, &client->keys->s_to_c, 1);
  sotto_sealer_init (&client->outgoing, &client->keys->c_to_s, 0);
  g_clear_pointer (&client->keys, g_free);
  client->is_ready = true;
  if (client->events->ready != NULL)
    client->events->ready (client);
}

/* ---- Reading ---- */

static void
client_take_record (LoadClient *client, const SottoFrame *frame)
{
  uint8_t plain[SOTTO_FRAME_READY_MAX];
  SottoRecord record;

  if (sotto_record_open (frame, &client->incoming, true, plain, &record) != SOTTO_OK)
    {
      client->load->n_failed++;
      client_gone (client, SOTTO_PROTOCOL);
      return;
    }
  if (record.type == SOTTO_RECORD_BYE)
    client->last = record.bye.code;
  if (record.type == SOTTO_RECORD_PING)
    {
      record.type = SOTTO_RECORD_PONG;
      load_client_send (client, &record);
      return;
    }
  if (client->events->record != NULL)
    client->events->record (client, &record);
}

static void
client_take_fail (LoadClient *client, const SottoFrame *frame)
{
  uint16_t retry_s;
  SottoCode code = SOTTO_PROTOCOL;

  sotto_fail_decode (frame, &code, &retry_s);
  client_gone (client, code);
}

static void
client_take_frame (LoadClient *client, const SottoFrame *frame)
{
  if (frame->type == SOTTO_FRAME_SEALED && client->is_ready)
    client_take_record (client, frame);
  else if (frame->type == SOTTO_FRAME_HELLO)
    client_take_hello (client, frame);
  else if (frame->type == SOTTO_FRAME_RESULT)
    client_take_result (client, frame);
  else
    client_take_fail (client, frame);
}

static bool
client_is (const LoadClient *client, guint64 serial)
{
  return client->fd >= 0 && client->serial == serial;
}

static void
client_take_bytes (LoadClient *client, const uint8_t *bytes, gsize n)
{
  g_autoptr (GByteArray) kept = g_steal_pointer (&client->partial);
  gsize used = 0;
  gsize n_frame = 1;
  guint64 serial = client->serial;

  if (kept != NULL)
    {
      g_byte_array_append (kept, bytes, (guint)n);
      bytes = kept->data;
      n = kept->len;
    }
  /* Closed and opened anew in one of the events, it is another. */
  while (client_is (client, serial) && n_frame > 0 && used < n)
    {
      SottoFrame frame;

      if (sotto_frame_next (bytes + used, n - used, SOTTO_FRAME_READY_MAX, &frame, &n_frame)
          != SOTTO_OK)
        {
          client_gone (client, SOTTO_PROTOCOL);
          return;
        }
      used += n_frame;
      if (n_frame > 0)
        client_take_frame (client, &frame);
    }
  if (!client_is (client, serial) || used == n)
    return;
  client->partial = g_byte_array_new ();
  g_byte_array_append (client->partial, bytes + used, (guint)(n - used));
}

bool
load_poll (Load *self, int timeout_ms)
{
  struct epoll_event events[N_EVENTS];
  uint8_t bytes[64 * 1024];
  int n = epoll_wait (self->epoll, events, N_EVENTS, timeout_ms);

  for (int i = 0; i < n; i++)
    {
      LoadClient *client = events[i].data.ptr;
      gssize got = client->fd < 0 ? -1 : recv (client->fd, bytes, sizeof bytes, 0);

      if (got > 0)
        client_take_bytes (client, bytes, (gsize)got);
      else if (client->fd >= 0 && (got == 0 || errno != EAGAIN))
        client_gone (client, client->last);
    }
  return n > 0;
}

void
load_settle (Load *self)
{
  gint64 quiet = load_now ();

  while (load_now () - quiet < QUIET)
    if (load_poll (self, 50))
      quiet = load_now ();
}

bool
load_poll_until (Load *self, const guint64 *count, guint64 n)
{
  guint64 before = *count;
  gint64 deadline = load_now () + PATIENCE;

  while (*count < n)
    {
      load_poll (self, 100);
      if (*count != before)
        deadline = load_now () + PATIENCE;
      before = *count;
      if (load_now () > deadline)
        return false;
    }
  return true;
}

bool
load_open_all (Load *self,
               LoadClient *clients,
               guint n,
               guint first_user,
               guint at_once,
               const LoadEvents *events)
{
  gint64 deadline = load_now () + 4 * PATIENCE;
  guint opened = 0;
  guint ready = 0;

  while (ready < n && load_now () < deadline)
    {
      for (; opened < n && opened < ready + at_once; opened++)
        load_client_open (self, &clients[opened], first_user + opened, LOAD_RESUME, events);
      load_poll (self, 100);
      while (ready < opened && clients[ready].is_ready)
        ready++;
    }
  return ready == n;
}

/* ---- The server, seen from outside ---- */

static double
read_task_cpu (const char *folder, const char *task)
{
  g_autofree char *path = g_build_filename (folder, task, "schedstat", NULL);
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  return (double)g_ascii_strtoull (text, NULL, 10) / 1e9;
}

double
load_server_cpu (const Load *self)
{
  g_autofree char *folder = g_strdup_printf ("/proc/%d/task", self->server);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *task;
  double seconds = 0;

  while (dir != NULL && (task = g_dir_read_name (dir)) != NULL)
    seconds += read_task_cpu (folder, task);
  return seconds;
}

long
load_server_rss (const Load *self)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/status", self->server);
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  const char *at = strstr (text, "VmRSS:");
  return at != NULL ? strtol (at + strlen ("VmRSS:"), NULL, 10) : 0;
}
