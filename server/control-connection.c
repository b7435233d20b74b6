// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/control-connection.h"

#include "server/wheel.h"
#include "shared/base/secret.h"
#include "shared/base/text.h"
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

struct _SottoControlConnection
{
  SottoPollerWatch watch; /* first */
  SottoTimer idle;
  SottoControlCall call;
  SottoPoller *poller;
  int fd; /* -1: the asker has gone, but its request runs */
  uid_t uid;
  bool ended;      /* nothing more comes */
  bool wants_key;  /* the next line is H */
  bool busy;       /* a request is being answered */
  bool processing; /* somebody up the stack will settle */
  gsize n_in;
  char in[SOTTO_CONTROL_LINE_MAX];
  GString *out;
  void (*gone) (SottoControlConnection *self, gpointer data);
  gpointer data;
};

static void connection_settle (SottoControlConnection *self);

/* ---- The end ---- */

static void
connection_hang_up (SottoControlConnection *self)
{
  if (self->fd < 0)
    return;
  sotto_poller_remove (self->poller, &self->watch);
  sotto_wheel_cancel (self->call.host->services->wheel, &self->idle);
  close (self->fd);
  self->fd = -1;
  if (self->call.more != NULL) /* nobody is left to read the rest */
    self->busy = false;
}

void
sotto_control_connection_free (SottoControlConnection *self)
{
  if (self == NULL)
    return;
  connection_hang_up (self);
  sotto_control_call_clear (&self->call);
  g_string_free (self->out, TRUE);
  sotto_secret_wipe (self->in, sizeof self->in);
  g_free (self);
}

static void
on_idle (SottoTimer *timer, gint64 now)
{
  SottoControlConnection *self =
      (SottoControlConnection *)((char *)timer - G_STRUCT_OFFSET (SottoControlConnection, idle));

  connection_hang_up (self);
  connection_settle (self);
}

/* While it is we who are slow, nobody is counting. */
static void
connection_arm (SottoControlConnection *self)
{
  const SottoServices *services = self->call.host->services;

  if (self->fd < 0 || (self->busy && self->call.more == NULL && self->out->len == 0))
    sotto_wheel_cancel (services->wheel, &self->idle);
  else
    sotto_wheel_set (services->wheel, &self->idle, on_idle,
                     sotto_clock_now (services->clock) + SOTTO_CONTROL_IDLE);
}

/* ---- Requests ---- */

static void
connection_log (SottoControlConnection *self, bool ok)
{
  const SottoControlCommand *command = self->call.command;

  if (command != NULL && (command->flags & SOTTO_CONTROL_LOGGED) != 0)
    sotto_journal_info ("sottoctl %s%s%s by uid %u: %s", command->name,
                        sotto_name_is_set (&self->call.name) ? " " : "", self->call.name.str,
                        (guint)self->uid, ok ? "done" : "refused");
}

static void
on_answered (SottoControlCall *call, bool ok, char *take_line)
{
  SottoControlConnection *self =
      (SottoControlConnection *)((char *)call - G_STRUCT_OFFSET (SottoControlConnection, call));

  g_string_append (self->out, take_line);
  g_string_append_c (self->out, '\n');
  g_free (take_line);
  connection_log (self, ok);
  sotto_control_call_clear (call);
  self->busy = false;
  if (!self->processing)
    connection_settle (self);
}

static void
connection_run (SottoControlConnection *self)
{
  self->busy = true;
  self->call.command->run (&self->call);
}

/* Who does not speak as sottoctl does is answered and sent away: where his next request begins is
 * anyone's guess. */
static void
connection_line (SottoControlConnection *self, const char *line, gsize n)
{
  if (self->wants_key)
    {
      self->wants_key = false;
      if (sotto_control_call_parse_key (&self->call, line, n))
        connection_run (self);
      else
        self->ended = true;
    }
  else if (!sotto_control_call_parse (&self->call, line, n))
    self->ended = true;
  else if ((self->call.command->flags & SOTTO_CONTROL_KEY) != 0)
    self->wants_key = true;
  else
    connection_run (self);
}

/* Where the next line ends, if it may be taken now. */
static const char *
connection_peek_line (const SottoControlConnection *self)
{
  if (self->fd < 0 || self->busy || self->ended || self->out->len > 0)
    return NULL;
  return memchr (self->in, '\n', self->n_in);
}

static void
connection_take_line (SottoControlConnection *self)
{
  const char *end = connection_peek_line (self);

  if (end != NULL)
    {
      gsize n = (gsize)(end - self->in);

      connection_line (self, self->in, n);
      self->n_in -= n + 1;
      memmove (self->in, end + 1, self->n_in);
      sotto_secret_wipe (self->in + self->n_in, sizeof self->in - self->n_in);
    }
  else if (!self->busy && !self->ended && self->n_in == sizeof self->in && self->out->len == 0)
    {
      self->ended = true;
      sotto_control_refuse (&self->call, "too_big", "a request has 1,023 bytes at most");
    }
}

/* ---- The socket ---- */

static void
connection_read (SottoControlConnection *self)
{
  ssize_t n = recv (self->fd, self->in + self->n_in, sizeof self->in - self->n_in, 0);

  if (n > 0)
    self->n_in += (gsize)n;
  else if (n == 0)
    self->ended = true;
  else if (errno != EAGAIN && errno != EINTR)
    connection_hang_up (self);
}

static void
connection_write (SottoControlConnection *self)
{
  ssize_t n = send (self->fd, self->out->str, self->out->len, MSG_NOSIGNAL);

  if (n > 0)
    g_string_erase (self->out, 0, n);
  else if (n < 0 && errno != EAGAIN && errno != EINTR)
    connection_hang_up (self);
}

/* The next piece of a long answer, once the one before has left. */
static void
connection_continue (SottoControlConnection *self)
{
  SottoControlCall *call = &self->call;

  if (call->more != NULL && self->out->len == 0 && !call->more (call, self->out))
    {
      call->more = NULL;
      sotto_control_answer (call, sotto_control_yes ());
    }
}

/* Answers as far as the asker reads. */
static void
connection_answer (SottoControlConnection *self)
{
  self->processing = true;
  do
    {
      connection_take_line (self);
      connection_continue (self);
      if (self->out->len > 0)
        connection_write (self);
    }
  while (connection_peek_line (self) != NULL);
  self->processing = false;
}

/* What every event ends with. Careful: self may be gone afterwards. */
static void
connection_settle (SottoControlConnection *self)
{
  if (self->fd >= 0)
    connection_answer (self);

  bool waiting = self->out->len > 0 || self->call.more != NULL;
  if (self->ended && !self->busy && !waiting)
    connection_hang_up (self);
  if (self->fd < 0)
    {
      if (!self->busy)
        self->gone (self, self->data);
      return;
    }
  bool listening = !self->busy && !waiting;
  sotto_poller_modify (self->poller, &self->watch,
                       (waiting ? EPOLLOUT : 0) | (listening ? EPOLLIN : 0));
  connection_arm (self);
}

static void
on_ready (SottoPollerWatch *watch, uint32_t events)
{
  SottoControlConnection *self = (SottoControlConnection *)watch;

  if ((events & (EPOLLHUP | EPOLLERR)) != 0 && (events & EPOLLIN) == 0)
    connection_hang_up (self);
  else if ((events & EPOLLIN) != 0)
    connection_read (self);
  connection_settle (self);
}

SottoControlConnection *
sotto_control_connection_new (const SottoControlHost *host,
                              SottoPoller *poller,
                              int take_fd,
                              uid_t uid,
                              void (*gone) (SottoControlConnection *self, gpointer data),
                              gpointer data)
{
  SottoControlConnection *self = g_new0 (SottoControlConnection, 1);

  self->call.host = host;
  self->call.answered = on_answered;
  self->poller = poller;
  self->fd = take_fd;
  self->uid = uid;
  self->out = g_string_new (NULL);
  self->gone = gone;
  self->data = data;
  if (!sotto_poller_add (poller, &self->watch, take_fd, EPOLLIN, on_ready, NULL))
    {
      sotto_control_connection_free (self);
      return NULL;
    }
  connection_arm (self);
  return self;
}
