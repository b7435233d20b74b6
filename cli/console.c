// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Reads only after poll() said that there is something, so the descriptor, which a terminal shares
 * with the shell, stays in the mode it has. Lines may hold passwords: what is handed over is wiped.
 */
#include "cli/console.h"
#include "shared/base/secret.h"
#include <errno.h>
#include <glib-unix.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

struct _SottoConsole
{
  int fd;
  SottoConsoleFunc func;
  gpointer data;
  GByteArray *bytes; /* read, not yet handed over */
  gsize n_searched;  /* of them are known to hold no newline */
  bool skipping;     /* the rest of a line that was too long is being dropped */
  bool ended;
  guint source;
};

SottoConsole *
sotto_console_new (int fd, SottoConsoleFunc func, gpointer data)
{
  SottoConsole *self = g_new0 (SottoConsole, 1);
  self->fd = fd;
  self->func = func;
  self->data = data;
  self->bytes = g_byte_array_new ();
  return self;
}

void
sotto_console_free (SottoConsole *self)
{
  if (self == NULL)
    return;
  g_clear_handle_id (&self->source, g_source_remove);
  sotto_secret_wipe (self->bytes->data, self->bytes->len);
  g_byte_array_unref (self->bytes);
  g_free (self);
}

static void
append (SottoConsole *self, const char *bytes, gsize n)
{
  if (self->skipping)
    {
      const char *newline = memchr (bytes, '\n', n);
      if (newline == NULL)
        return;
      self->skipping = false;
      n -= (gsize)(newline + 1 - bytes);
      bytes = newline + 1;
    }
  g_byte_array_append (self->bytes, (const guint8 *)bytes, (guint)n);
}

/* One read, which does not block when poll() said so. */
static void
fill (SottoConsole *self)
{
  char bytes[8192];
  ssize_t n = read (self->fd, bytes, sizeof bytes);
  if (n > 0)
    append (self, bytes, (gsize)n);
  else if (n == 0 || (errno != EINTR && errno != EAGAIN))
    self->ended = true;
  sotto_secret_wipe (bytes, sizeof bytes);
}

static bool
has_input (SottoConsole *self)
{
  struct pollfd ready = { .fd = self->fd, .events = POLLIN };
  return poll (&ready, 1, 0) > 0;
}

void
sotto_console_take_typed (SottoConsole *self)
{
  while (!self->ended && self->bytes->len < SOTTO_CONSOLE_LINE_MAX && has_input (self))
    fill (self);
}

/* Length of the first whole line without its newline, or -1. The last line needs none. */
static gssize
find_line (SottoConsole *self)
{
  if (self->bytes->len == 0)
    return -1;
  const guint8 *start = self->bytes->data + self->n_searched;
  const guint8 *newline = memchr (start, '\n', self->bytes->len - self->n_searched);
  if (newline != NULL)
    return newline - self->bytes->data;
  self->n_searched = self->bytes->len;
  if (self->bytes->len >= SOTTO_CONSOLE_LINE_MAX)
    {
      self->skipping = true;
      g_byte_array_append (self->bytes, (const guint8 *)"\n", 1);
      return self->bytes->len - 1;
    }
  return self->ended ? (gssize)self->bytes->len : -1;
}

static void
drop (SottoConsole *self, gsize n)
{
  guint left = self->bytes->len - (guint)n;
  memmove (self->bytes->data, self->bytes->data + n, left);
  sotto_secret_wipe (self->bytes->data + left, n);
  g_byte_array_set_size (self->bytes, left);
  self->n_searched = 0;
}

/* true when something was handed over. */
static bool
hand_over (SottoConsole *self)
{
  gssize n = find_line (self);
  if (n < 0 && !self->ended)
    return false;
  g_clear_handle_id (&self->source, g_source_remove);
  if (n < 0)
    {
      self->func (NULL, 0, self->data);
      return true;
    }
  char *line = g_malloc ((gsize)n + 1);
  memcpy (line, self->bytes->data, (gsize)n);
  line[n] = '\0';
  drop (self, MIN ((gsize)n + 1, self->bytes->len));
  self->func (line, (gsize)n, self->data);
  sotto_secret_wipe (line, (gsize)n);
  g_free (line);
  return true;
}

static gboolean
on_readable (int fd, GIOCondition condition, gpointer data)
{
  SottoConsole *self = data;
  fill (self);
  return hand_over (self) ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

static gboolean
on_idle (gpointer data)
{
  SottoConsole *self = data;
  self->source = 0;
  if (!hand_over (self))
    self->source = g_unix_fd_add (self->fd, G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable, self);
  return G_SOURCE_REMOVE;
}

void
sotto_console_want_line (SottoConsole *self)
{
  if (self->source == 0)
    self->source = g_idle_add_full (G_PRIORITY_DEFAULT, on_idle, self, NULL);
}
