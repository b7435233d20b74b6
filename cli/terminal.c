// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The controlling terminal where there is one, else whatever terminal standard input is. It is in
 * line mode: a read gives one line at most, so nothing beyond the answer is taken.
 */
#include "cli/terminal.h"
#include "shared/base/secret.h"
#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define ANSWER_MAX 4096 /* what Linux lets a person type in one line */

struct _SottoTerminal
{
  int fd;
  bool is_silent; /* echo is off and `before` is to be restored */
  struct termios before;
  guint source;
  SottoTerminalFunc func;
  gpointer data;
};

static int
open_terminal (void)
{
  int fd = open ("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (fd >= 0 || !isatty (STDIN_FILENO))
    return fd;
  char name[128];
  if (ttyname_r (STDIN_FILENO, name, sizeof name) != 0)
    return -1;
  return open (name, O_RDWR | O_NOCTTY | O_CLOEXEC);
}

SottoTerminal *
sotto_terminal_open (void)
{
  /* A script run from a terminal has its own output: nobody would see the question. */
  if (!isatty (STDIN_FILENO) && !isatty (STDERR_FILENO))
    return NULL;
  int fd = open_terminal ();
  if (fd < 0)
    return NULL;
  SottoTerminal *self = g_new0 (SottoTerminal, 1);
  self->fd = fd;
  return self;
}

static void
write_text (SottoTerminal *self, const char *text)
{
  for (gsize n = strlen (text); n > 0;)
    {
      ssize_t written = write (self->fd, text, n);
      if (written < 0 && errno != EINTR)
        return;
      text += MAX (written, 0);
      n -= (gsize)MAX (written, 0);
    }
}

static void
silence (SottoTerminal *self)
{
  if (tcgetattr (self->fd, &self->before) != 0)
    return;
  struct termios silent = self->before;
  silent.c_lflag &= ~(tcflag_t)ECHO;
  self->is_silent = tcsetattr (self->fd, TCSADRAIN, &silent) == 0;
}

static void
restore (SottoTerminal *self)
{
  if (!self->is_silent)
    return;
  self->is_silent = false;
  tcsetattr (self->fd, TCSADRAIN, &self->before);
  write_text (self, "\n"); /* the person's own was not shown */
}

void
sotto_terminal_free (SottoTerminal *self)
{
  if (self == NULL)
    return;
  g_clear_handle_id (&self->source, g_source_remove);
  restore (self);
  close (self->fd);
  g_free (self);
}

static gboolean
on_readable (int fd, GIOCondition condition, gpointer data)
{
  SottoTerminal *self = data;
  char answer[ANSWER_MAX + 1];
  ssize_t n = read (fd, answer, ANSWER_MAX);
  if (n < 0 && (errno == EINTR || errno == EAGAIN))
    return G_SOURCE_CONTINUE;
  self->source = 0;
  restore (self);
  gsize length = n > 0 ? (gsize)n : 0;
  if (length > 0 && answer[length - 1] == '\n')
    length--;
  answer[length] = '\0';
  self->func (n > 0 ? answer : NULL, self->data);
  sotto_secret_wipe (answer, sizeof answer);
  return G_SOURCE_REMOVE;
}

void
sotto_terminal_ask (SottoTerminal *self,
                    const char *prompt,
                    bool is_secret,
                    SottoTerminalFunc func,
                    gpointer data)
{
  g_return_if_fail (self->source == 0);
  self->func = func;
  self->data = data;
  if (is_secret)
    silence (self);
  write_text (self, prompt);
  self->source = g_unix_fd_add (self->fd, G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable, self);
}
