// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/crowd.h"

#include "server/admission.h"
#include "server/session.h"
#include "shared/net/link.h"
#include <sys/resource.h>

/* For files and sottoctl: strangers shall not keep accounts from being written. */
#define DESCRIPTORS_KEPT 32

typedef struct
{
  SottoSession session; /* first: the session's output finds us by it */
  SottoLink *link;
  SottoCrowd *crowd;
  GList node;  /* in `all` */
  GList dirty; /* in `dirty`, while its data is set */
  bool dead;
} Connection;

struct _SottoCrowd
{
  const SottoServices *services;
  SottoPoller *poller;
  GQueue all;
  GQueue dirty;
  GPtrArray *dead;
  int descriptors_max; /* numbers from here on are kept for ourselves */
};

static int
get_descriptors_max (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > G_MAXINT)
    return G_MAXINT;
  return (int)(limit.rlim_cur - MIN (DESCRIPTORS_KEPT, limit.rlim_cur / 8));
}

SottoCrowd *
sotto_crowd_new (const SottoServices *services, SottoPoller *poller)
{
  SottoCrowd *self = g_new0 (SottoCrowd, 1);

  self->services = services;
  self->poller = poller;
  self->dead = g_ptr_array_new ();
  self->descriptors_max = get_descriptors_max ();
  return self;
}

static void
connection_free (Connection *self)
{
  if (self->dirty.data != NULL)
    g_queue_unlink (&self->crowd->dirty, &self->dirty);
  g_queue_unlink (&self->crowd->all, &self->node);
  sotto_session_clear (&self->session);
  sotto_link_free (self->link);
  g_free (self);
}

void
sotto_crowd_free (SottoCrowd *self)
{
  Connection *connection;

  if (self == NULL)
    return;
  while ((connection = g_queue_peek_head (&self->all)) != NULL)
    {
      sotto_session_lost (&connection->session, sotto_clock_now (self->services->clock));
      connection_free (connection);
    }
  g_ptr_array_unref (self->dead);
  g_free (self);
}

guint
sotto_crowd_get_count (const SottoCrowd *self)
{
  return self->all.length;
}

/* ---- A session's output ---- */

static void
connection_mark_dirty (Connection *self)
{
  if (self->dirty.data != NULL || self->dead)
    return;
  self->dirty.data = self;
  g_queue_push_tail_link (&self->crowd->dirty, &self->dirty);
}

static void
connection_mark_clean (Connection *self)
{
  if (self->dirty.data == NULL)
    return;
  self->dirty.data = NULL;
  g_queue_unlink (&self->crowd->dirty, &self->dirty);
}

static void
connection_bury (Connection *self)
{
  if (self->dead)
    return;
  self->dead = true;
  g_ptr_array_add (self->crowd->dead, self);
}

static gsize
output_send (SottoSession *session, const uint8_t *bytes, gsize n)
{
  Connection *self = (Connection *)session;

  connection_mark_dirty (self);
  return sotto_link_queue (self->link, bytes, n);
}

static gsize
output_waiting (SottoSession *session)
{
  return sotto_link_waiting (((Connection *)session)->link);
}

static gsize
output_flush (SottoSession *session)
{
  Connection *self = (Connection *)session;

  connection_mark_clean (self);
  sotto_link_flush (self->link);
  return sotto_link_waiting (self->link);
}

static gsize
output_write (SottoSession *session, const uint8_t *bytes, gsize n)
{
  Connection *self = (Connection *)session;

  connection_mark_clean (self);
  return sotto_link_write (self->link, bytes, n);
}

static void
output_set_reading (SottoSession *session, bool reading)
{
  sotto_link_set_reading (((Connection *)session)->link, reading);
}

static void
output_set_ready (SottoSession *session)
{
  sotto_link_set_frame_max (((Connection *)session)->link, SOTTO_FRAME_READY_MAX);
}

static void
output_finish (SottoSession *session)
{
  sotto_link_finish (((Connection *)session)->link);
}

static void
output_close (SottoSession *session)
{
  Connection *self = (Connection *)session;

  sotto_link_close (self->link);
  connection_bury (self);
}

const SottoSessionOutput *
sotto_crowd_get_output (void)
{
  static const SottoSessionOutput output = {
    .send = output_send,
    .waiting = output_waiting,
    .flush = output_flush,
    .write = output_write,
    .set_reading = output_set_reading,
    .set_ready = output_set_ready,
    .finish = output_finish,
    .close = output_close,
  };

  return &output;
}

/* ---- A link's events ---- */

static gint64
connection_now (Connection *self)
{
  return sotto_clock_now (self->crowd->services->clock);
}

static void
on_frame (SottoLink *link, const SottoFrame *frame, gpointer data)
{
  Connection *self = data;

  sotto_session_frame (&self->session, frame, connection_now (self));
}

static void
on_broken (SottoLink *link, SottoCode code, gpointer data)
{
  Connection *self = data;

  sotto_session_broken (&self->session, code, connection_now (self));
}

static void
on_closed (SottoLink *link, const GError *error, gpointer data)
{
  Connection *self = data;

  sotto_session_lost (&self->session, connection_now (self));
  connection_bury (self);
}

static const SottoLinkHandler link_handler = {
  .frame = on_frame,
  .broken = on_broken,
  .closed = on_closed,
};

/* ---- Coming and going ---- */

static Connection *
connection_new (SottoCrowd *crowd, GSocket *socket)
{
  Connection *self = g_new0 (Connection, 1);

  self->crowd = crowd;
  self->node.data = self;
  self->link =
      sotto_link_new (crowd->poller, socket, SOTTO_FRAME_TO_SERVER_MAX, &link_handler, self, NULL);
  if (self->link == NULL)
    {
      g_free (self);
      return NULL;
    }
  g_queue_push_tail_link (&crowd->all, &self->node);
  return self;
}

/* It has said nothing yet, so closing at once takes nothing from it; and a flood of refused ones
 * holds no descriptors. */
static void
connection_refuse (Connection *self, gint64 now)
{
  self->crowd->services->counters->connections_refused++;
  sotto_session_refuse (&self->session, SOTTO_BUSY, SOTTO_FULL_RETRY_S, now);
  output_close (&self->session);
}

/* The kernel gives the lowest number that is free, so a high one says how many are taken. */
static bool
descriptors_are_scarce (const SottoCrowd *self, GSocket *socket)
{
  return g_socket_get_fd (socket) >= self->descriptors_max;
}

void
sotto_crowd_accept (SottoCrowd *self, GSocket *socket, const SottoAddr *remote)
{
  const SottoServices *services = self->services;
  Connection *connection = connection_new (self, socket);
  gint64 now = sotto_clock_now (services->clock);

  if (connection == NULL)
    return;
  sotto_session_init (&connection->session, services, remote, now);
  if (descriptors_are_scarce (self, socket)
      || !sotto_admission_enter (services->admission, remote, g_random_int ()))
    connection_refuse (connection, now);
  else
    sotto_session_start (&connection->session, now);
}

void
sotto_crowd_flush (SottoCrowd *self)
{
  GList *link;

  while ((link = g_queue_pop_head_link (&self->dirty)) != NULL)
    {
      Connection *connection = g_steal_pointer (&link->data);

      sotto_link_flush (connection->link);
    }
  for (guint i = 0; i < self->dead->len; i++)
    connection_free (g_ptr_array_index (self->dead, i));
  g_ptr_array_set_size (self->dead, 0);
}

void
sotto_crowd_farewell (SottoCrowd *self, SottoCode code)
{
  for (GList *node = self->all.head; node != NULL; node = node->next)
    sotto_session_bye (&((Connection *)node->data)->session, code);
}
