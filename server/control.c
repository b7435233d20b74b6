// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/control.h"

#include "server/control-connection.h"
#include "server/control-path.h"
#include "server/wheel.h"
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

#define CONTROL_BACKLOG 16
/* When there is no descriptor to accept with: it would be tried again at once, and for ever. */
#define CONTROL_REST (100 * SOTTO_US_PER_MS)

struct _SottoControl
{
  SottoPollerWatch watch; /* first */
  SottoTimer rest;
  const SottoControlHost *host;
  SottoPoller *poller;
  int fd;
  char *path;
  dev_t device; /* of the socket's file: another server may have put its own there */
  ino_t inode;
  GPtrArray *connections; /* owned */
};

/* ---- Asking ---- */

static void
on_gone (SottoControlConnection *connection, gpointer data)
{
  SottoControl *self = data;

  g_ptr_array_remove_fast (self->connections, connection);
}

static bool
is_allowed (int fd, uid_t *out_uid)
{
  struct ucred peer;
  socklen_t n = sizeof peer;

  if (getsockopt (fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) != 0)
    return false;
  *out_uid = peer.uid;
  return peer.uid == geteuid () || peer.uid == 0;
}

static void
control_take (SottoControl *self, int take_fd)
{
  static const char full[] =
      "{\"ok\":false,\"code\":\"busy\",\"message\":\"too many are asking; try again\"}\n";
  bool has_room = self->connections->len < SOTTO_CONTROL_CONNECTIONS_MAX;
  SottoControlConnection *connection = NULL;
  uid_t uid;

  if (!is_allowed (take_fd, &uid))
    {
      close (take_fd);
      return;
    }
  if (!has_room && send (take_fd, full, strlen (full), MSG_NOSIGNAL) >= 0)
    shutdown (take_fd, SHUT_WR);
  if (has_room)
    connection =
        sotto_control_connection_new (self->host, self->poller, take_fd, uid, on_gone, self);
  else
    close (take_fd);
  if (connection != NULL)
    g_ptr_array_add (self->connections, connection);
}

static void
on_rested (SottoTimer *timer, gint64 now)
{
  SottoControl *self = (SottoControl *)((char *)timer - G_STRUCT_OFFSET (SottoControl, rest));

  sotto_poller_modify (self->poller, &self->watch, EPOLLIN);
}

static void
on_ready (SottoPollerWatch *watch, uint32_t events)
{
  SottoControl *self = (SottoControl *)watch;
  const SottoServices *services = self->host->services;
  int fd = accept4 (self->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

  if (fd >= 0)
    control_take (self, fd);
  else if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
    {
      sotto_poller_modify (self->poller, &self->watch, 0);
      sotto_wheel_set (services->wheel, &self->rest, on_rested,
                       sotto_clock_now (services->clock) + CONTROL_REST);
    }
}

/* ---- Binding ---- */

static bool
fail (const char *path, const char *reason, GError **error)
{
  g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_IO, "control socket %s: %s", path, reason);
  return false;
}

/* Only a socket that refuses is a dead server's: a full or foreign one is somebody's. */
static bool
clear_place (const char *path, const SottoControlPath *at, GError **error)
{
  struct stat st;

  if (lstat (path, &st) != 0)
    return errno == ENOENT || fail (path, g_strerror (errno), error);
  if (!S_ISSOCK (st.st_mode))
    return fail (path, "exists and is not a socket", error);

  int fd = sotto_control_path_connect (at, 0);
  if (fd >= 0 || errno != ECONNREFUSED)
    {
      if (fd >= 0)
        close (fd);
      g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_IN_USE,
                   "control socket %s: another server listens there", path);
      return false;
    }
  return unlink (path) == 0 || errno == ENOENT || fail (path, g_strerror (errno), error);
}

/* The mode of a socket before it is bound is what its file gets: it is never open to more. */
static bool
control_listen (SottoControl *self, const SottoControlPath *at, GError **error)
{
  struct stat st;

  self->fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (self->fd < 0 || fchmod (self->fd, 0600) != 0
      || bind (self->fd, (const struct sockaddr *)&at->address, sizeof at->address) != 0)
    return fail (self->path, g_strerror (errno), error);
  if (stat (self->path, &st) != 0)
    return fail (self->path, g_strerror (errno), error);
  self->device = st.st_dev;
  self->inode = st.st_ino;
  if (chmod (self->path, 0600) != 0 || listen (self->fd, CONTROL_BACKLOG) != 0)
    return fail (self->path, g_strerror (errno), error);
  return sotto_poller_add (self->poller, &self->watch, self->fd, EPOLLIN, on_ready, error);
}

SottoControl *
sotto_control_new (const SottoControlHost *host,
                   SottoPoller *poller,
                   const char *path,
                   GError **error)
{
  SottoControlPath at;

  if (!sotto_control_path_init (&at, path, error))
    {
      g_prefix_error (error, "control socket ");
      return NULL;
    }
  SottoControl *self = g_new0 (SottoControl, 1);
  self->watch.fd = -1;
  self->host = host;
  self->poller = poller;
  self->fd = -1;
  self->path = g_strdup (path);
  self->connections =
      g_ptr_array_new_with_free_func ((GDestroyNotify)sotto_control_connection_free);
  if (!clear_place (path, &at, error) || !control_listen (self, &at, error))
    g_clear_pointer (&self, sotto_control_free);
  sotto_control_path_clear (&at);
  return self;
}

void
sotto_control_free (SottoControl *self)
{
  struct stat st;

  if (self == NULL)
    return;
  g_ptr_array_unref (self->connections);
  sotto_poller_remove (self->poller, &self->watch);
  sotto_wheel_cancel (self->host->services->wheel, &self->rest);
  if (self->inode != 0 && lstat (self->path, &st) == 0 && st.st_dev == self->device
      && st.st_ino == self->inode)
    unlink (self->path);
  if (self->fd >= 0)
    close (self->fd);
  g_free (self->path);
  g_free (self);
}
