// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The epoll fd as a GSource. Owns the fd and the events fetched but not yet handed out; a watch
 * that is removed while its event waits is struck from that list, so nobody is called after
 * removal.
 */
#include "shared/net/poller.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

/* One dispatch hands out at most this many, then other sources have their turn. */
#define POLLER_EVENTS_MAX 256

struct _SottoPoller
{
  int epoll_fd;
  GSource *source;
  void (*flush) (gpointer data);
  gpointer flush_data;
  int n_pending;
  int next_pending;
  bool dispatching;
  struct epoll_event pending[POLLER_EVENTS_MAX];
};

typedef struct
{
  GSource source;
  SottoPoller *poller;
} PollerSource;

static void
poller_hand_out (SottoPoller *self)
{
  while (self->next_pending < self->n_pending)
    {
      struct epoll_event *event = &self->pending[self->next_pending++];
      SottoPollerWatch *watch = event->data.ptr;

      if (watch != NULL)
        watch->func (watch, event->events);
    }
}

static gboolean
poller_source_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  SottoPoller *self = ((PollerSource *)source)->poller;

  /* A loop run inside a callback: nothing is handed out twice. */
  if (self->dispatching)
    return G_SOURCE_CONTINUE;
  int n = epoll_wait (self->epoll_fd, self->pending, POLLER_EVENTS_MAX, 0);
  if (n <= 0)
    return G_SOURCE_CONTINUE;

  self->dispatching = true;
  self->n_pending = n;
  self->next_pending = 0;
  poller_hand_out (self);
  self->n_pending = 0;
  if (self->flush != NULL)
    self->flush (self->flush_data);
  if (((PollerSource *)source)->poller != NULL) /* not freed by its own flush */
    self->dispatching = false;

  return G_SOURCE_CONTINUE;
}

static GSourceFuncs poller_source_funcs = { .dispatch = poller_source_dispatch };

SottoPoller *
sotto_poller_new (int priority, GError **error)
{
  int epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  if (epoll_fd < 0)
    {
      g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_IO, "epoll: %s", g_strerror (errno));
      return NULL;
    }

  SottoPoller *self = g_new0 (SottoPoller, 1);
  self->epoll_fd = epoll_fd;
  self->source = g_source_new (&poller_source_funcs, sizeof (PollerSource));
  ((PollerSource *)self->source)->poller = self;
  g_source_set_static_name (self->source, "sotto-poller");
  g_source_set_priority (self->source, priority);
  /* Else GLib takes it out of the poll set while it is dispatched and puts it back after, each with
   * a write that wakes the loop: three system calls a turn. */
  g_source_set_can_recurse (self->source, TRUE);
  g_source_add_unix_fd (self->source, epoll_fd, G_IO_IN);
  g_source_attach (self->source, g_main_context_get_thread_default ());
  return self;
}

void
sotto_poller_free (SottoPoller *self)
{
  if (self == NULL)
    return;
  ((PollerSource *)self->source)->poller = NULL;
  g_source_destroy (self->source);
  g_source_unref (self->source);
  close (self->epoll_fd);
  g_free (self);
}

void
sotto_poller_set_flush (SottoPoller *self, void (*flush) (gpointer data), gpointer data)
{
  self->flush = flush;
  self->flush_data = data;
}

bool
sotto_poller_add (SottoPoller *self,
                  SottoPollerWatch *watch,
                  int fd,
                  uint32_t events,
                  SottoPollerFunc func,
                  GError **error)
{
  struct epoll_event event = { .events = events, .data.ptr = watch };

  if (epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0)
    {
      g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_IO, "epoll: %s", g_strerror (errno));
      watch->fd = -1;
      return false;
    }
  watch->func = func;
  watch->fd = fd;
  watch->events = events;
  return true;
}

void
sotto_poller_modify (SottoPoller *self, SottoPollerWatch *watch, uint32_t events)
{
  struct epoll_event event = { .events = events, .data.ptr = watch };

  if (watch->fd < 0 || watch->events == events)
    return;
  int result = epoll_ctl (self->epoll_fd, EPOLL_CTL_MOD, watch->fd, &event);
  g_assert (result == 0); /* the fd is ours and watched: anything else is a bug */
  watch->events = events;
}

void
sotto_poller_remove (SottoPoller *self, SottoPollerWatch *watch)
{
  if (watch->fd >= 0)
    epoll_ctl (self->epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL);
  sotto_poller_forget (self, watch);
}

void
sotto_poller_forget (SottoPoller *self, SottoPollerWatch *watch)
{
  if (watch->fd < 0)
    return;
  watch->fd = -1;
  for (int i = self->next_pending; i < self->n_pending; i++)
    if (self->pending[i].data.ptr == watch)
      self->pending[i].data.ptr = NULL;
}
