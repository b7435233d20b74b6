// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Frames over one connected socket. Bytes are received into the stack and parsed there: a buffer of
 * the link's own exists only for the part of a frame that has come, and a queue only for what the
 * kernel did not take. So an idle link is this struct and its GSocket.
 */
#include "shared/net/link.h"

#include "shared/base/text.h"
#include <netinet/in.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* One read an event: the poller is level-triggered, so the rest comes in the next turn and no
 * talker starves the others. */
#define LINK_READ_LEN (16 * 1024)
/* What a half-closed link still swallows, so that close does not turn into a reset that would take
 * our last words from the peer. */
#define LINK_DISCARD_MAX (256 * 1024)

struct _SottoLink
{
  SottoPollerWatch watch; /* first: the poller gives it back to us */
  bool open;
  bool reading;
  bool parsing;   /* inside the loop over received frames */
  bool finishing; /* half-closing: input is discarded */
  bool shut;      /* our direction is shut down */
  bool full;      /* the kernel took less than we had: EPOLLOUT tells when to go on */
  guint32 frame_max;
  guint32 discarded;
  SottoPoller *poller;
  GSocket *socket;
  const SottoLinkHandler *handler;
  gpointer data;
  GByteArray *in;  /* a partial frame, or whole ones while reading is off; else NULL */
  GByteArray *out; /* NULL when nothing waits */
  gsize out_sent;  /* of `out`, already with the kernel */
};

static void link_ready (SottoPollerWatch *watch, uint32_t events);

static void
link_watch (SottoLink *self)
{
  uint32_t events = 0;

  if (!self->open)
    return;
  if (self->reading || self->finishing)
    events |= EPOLLIN;
  if (self->full)
    events |= EPOLLOUT;
  sotto_poller_modify (self->poller, &self->watch, events);
}

SottoLink *
sotto_link_new (SottoPoller *poller,
                GSocket *socket,
                gsize frame_max,
                const SottoLinkHandler *handler,
                gpointer data,
                GError **error)
{
  SottoLink *self = g_new0 (SottoLink, 1);

  g_socket_set_blocking (socket, FALSE);
  /* Each write is a whole turn's worth already: Nagle would only delay it. Fails on a UNIX socket,
   * which has no such thing. */
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  if (!sotto_poller_add (poller, &self->watch, g_socket_get_fd (socket), EPOLLIN, link_ready,
                         error))
    {
      g_free (self);
      return NULL;
    }
  self->open = true;
  self->reading = true;
  self->frame_max = (guint32)frame_max;
  self->poller = poller;
  self->socket = g_object_ref (socket);
  self->handler = handler;
  self->data = data;
  return self;
}

static void
link_shut_down (SottoLink *self)
{
  self->open = false;
  g_socket_close (self->socket, NULL);
  sotto_poller_forget (self->poller, &self->watch);
  g_clear_pointer (&self->in, g_byte_array_unref);
  g_clear_pointer (&self->out, g_byte_array_unref);
}

void
sotto_link_free (SottoLink *self)
{
  if (self == NULL)
    return;
  g_assert (!self->parsing);
  if (self->open)
    link_shut_down (self);
  g_object_unref (self->socket);
  g_free (self);
}

/* Careful: the owner may free self in here; callers return at once. */
static void
link_lost (SottoLink *self, const GError *error)
{
  link_shut_down (self);
  self->handler->closed (self, error, self->data);
}

/* reason: errno, 0 = end of stream. */
static void
link_end (SottoLink *self, int reason)
{
  g_autoptr (GError) error = NULL;

  if (reason != 0)
    g_set_error_literal (&error, G_IO_ERROR, g_io_error_from_errno (reason), g_strerror (reason));
  link_lost (self, error);
}

void
sotto_link_set_frame_max (SottoLink *self, gsize frame_max)
{
  self->frame_max = (guint32)frame_max;
}

gsize
sotto_link_waiting (const SottoLink *self)
{
  return self->out == NULL ? 0 : self->out->len - self->out_sent;
}

gsize
sotto_link_queue (SottoLink *self, const uint8_t *bytes, gsize n)
{
  if (!self->open || self->finishing || n == 0)
    return sotto_link_waiting (self);
  if (self->out == NULL)
    {
      self->out = g_byte_array_new ();
      self->out_sent = 0;
    }
  g_byte_array_append (self->out, bytes, n);
  return sotto_link_waiting (self);
}

/* false when the connection is broken; what the kernel does not take now stays. GSocket's own
 * functions look at what a crowd's sockets never have (timeouts, cancellables): here each line of
 * cache counts. */
static bool
link_write (SottoLink *self)
{
  while (sotto_link_waiting (self) > 0)
    {
      gssize n = TEMP_FAILURE_RETRY (send (self->watch.fd, self->out->data + self->out_sent,
                                           sotto_link_waiting (self), MSG_NOSIGNAL));

      if (n < 0 && errno == EAGAIN)
        break;
      if (n < 0)
        return false;
      self->out_sent += n;
    }

  self->full = sotto_link_waiting (self) > 0;
  if (!self->full)
    g_clear_pointer (&self->out, g_byte_array_unref);
  else if (self->out_sent > self->out->len / 2) /* keep what is sent from piling up */
    {
      g_byte_array_remove_range (self->out, 0, self->out_sent);
      self->out_sent = 0;
    }
  return true;
}

/* Errors are left for the read side to find, so that flush never calls back. */
void
sotto_link_flush (SottoLink *self)
{
  if (!self->open)
    return;
  if (self->out != NULL && !link_write (self))
    {
      g_clear_pointer (&self->out, g_byte_array_unref);
      self->full = false;
    }
  if (self->finishing && !self->shut && self->out == NULL)
    {
      self->shut = true;
      g_socket_shutdown (self->socket, FALSE, TRUE, NULL);
    }
  link_watch (self);
}

gsize
sotto_link_write (SottoLink *self, const uint8_t *bytes, gsize n)
{
  gssize taken = 0;

  if (self->open && !self->finishing && self->out == NULL)
    taken = TEMP_FAILURE_RETRY (send (self->watch.fd, bytes, n, MSG_NOSIGNAL));
  if (taken == (gssize)n)
    return 0;
  if (taken < 0 && errno != EAGAIN) /* left for the read side to find */
    return 0;
  taken = MAX (taken, 0);
  sotto_link_queue (self, bytes + taken, n - (gsize)taken);
  sotto_link_flush (self);
  return sotto_link_waiting (self);
}

/* Hands out whole frames of data; returns the bytes used. */
static gsize
link_parse (SottoLink *self, const uint8_t *data, gsize n)
{
  gsize used = 0;

  self->parsing = true;
  while (self->open && self->reading && !self->finishing && used < n)
    {
      SottoFrame frame;
      gsize n_frame = 0;
      SottoCode code = sotto_frame_next (data + used, n - used, self->frame_max, &frame, &n_frame);

      if (code != SOTTO_OK)
        {
          used = n;
          self->reading = false;
          self->handler->broken (self, code, self->data);
          break;
        }
      if (n_frame == 0)
        break;
      used += n_frame;
      self->handler->frame (self, &frame, self->data);
    }
  self->parsing = false;
  return used;
}

/* Parses what was kept and what came, and keeps the rest. */
static void
link_take_bytes (SottoLink *self, const uint8_t *data, gsize n)
{
  g_autoptr (GByteArray) kept = g_steal_pointer (&self->in);

  if (kept != NULL)
    {
      g_byte_array_append (kept, data, n);
      data = kept->data;
      n = kept->len;
    }
  gsize used = link_parse (self, data, n);
  if (!self->open || self->finishing || used == n)
    return;
  if (kept != NULL)
    {
      g_byte_array_remove_range (kept, 0, used);
      self->in = g_steal_pointer (&kept);
    }
  else
    {
      self->in = g_byte_array_sized_new (n - used);
      g_byte_array_append (self->in, data + used, n - used);
    }
}

/* false when the link is gone. */
static bool
link_read (SottoLink *self)
{
  uint8_t bytes[LINK_READ_LEN];
  gssize n = TEMP_FAILURE_RETRY (recv (self->watch.fd, bytes, sizeof bytes, 0));

  if (n < 0 && errno == EAGAIN)
    return true;
  if (n <= 0)
    {
      link_end (self, n < 0 ? errno : 0);
      return false;
    }
  if (!self->finishing)
    {
      link_take_bytes (self, bytes, n);
      return true;
    }
  self->discarded += n;
  if (self->discarded <= LINK_DISCARD_MAX)
    return true;
  link_lost (self, NULL);
  return false;
}

static void
link_ready (SottoPollerWatch *watch, uint32_t events)
{
  SottoLink *self = (SottoLink *)watch;

  if (events & EPOLLOUT)
    sotto_link_flush (self);
  /* A hang-up is found by reading; one that is not read (backpressure) would be told for ever. */
  if ((events & (EPOLLHUP | EPOLLERR)) && !(self->reading || self->finishing))
    {
      link_lost (self, NULL);
      return;
    }
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) && link_read (self) && self->open)
    link_watch (self);
}

void
sotto_link_set_reading (SottoLink *self, bool reading)
{
  if (!self->open || self->finishing || self->reading == reading)
    return;
  self->reading = reading;
  if (reading && !self->parsing && self->in != NULL)
    link_take_bytes (self, NULL, 0);
  link_watch (self);
}

void
sotto_link_finish (SottoLink *self)
{
  if (!self->open || self->finishing)
    return;
  /* sotto_link_flush sees the flag, so what is queued is written before the shutdown. */
  self->finishing = true;
  self->reading = false;
  g_clear_pointer (&self->in, g_byte_array_unref);
  sotto_link_flush (self);
}

void
sotto_link_close (SottoLink *self)
{
  if (!self->open)
    return;
  if (!self->finishing && self->out != NULL)
    link_write (self);
  g_socket_shutdown (self->socket, FALSE, TRUE, NULL);
  link_shut_down (self);
}

bool
sotto_link_is_open (const SottoLink *self)
{
  return self->open;
}

static bool
take_address (GSocketAddress *address, SottoAddr *out)
{
  bool ok = address != NULL && sotto_addr_from_gsocket (address, out);

  g_clear_object (&address);
  return ok;
}

bool
sotto_link_get_remote (const SottoLink *self, SottoAddr *out)
{
  return take_address (g_socket_get_remote_address (self->socket, NULL), out);
}

bool
sotto_link_get_local (const SottoLink *self, SottoAddr *out)
{
  return take_address (g_socket_get_local_address (self->socket, NULL), out);
}
