// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The terminal is in line mode, so a read gives one line at most. A signal while echo is off first
 * puts it back: nobody's shell is left blind.
 */
#include "server/sottoctl/password.h"

#include "shared/base/text.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define PASSWORD_MAX 4096 /* what Linux lets a person type in one line */

static volatile sig_atomic_t interrupted;

static void
on_signal (int signal)
{
  interrupted = signal;
}

/* One line without its end; n < 0 where there was none. */
static ssize_t
read_line (char *line, gsize max)
{
  gsize n = 0;

  while (n < max && memchr (line, '\n', n) == NULL)
    {
      ssize_t got = read (STDIN_FILENO, line + n, max - n);

      if (got < 0)
        return -1;
      if (got == 0)
        return n > 0 ? (ssize_t)n : -1;
      n += (gsize)got;
    }
  const char *end = memchr (line, '\n', n);
  return end != NULL ? end - line : -1;
}

static SottoSecret *
take_line (const char **out_wrong)
{
  char line[PASSWORD_MAX];
  ssize_t n = read_line (line, sizeof line);
  SottoSecret *secret = NULL;

  if (n <= 0)
    *out_wrong = "no password was given";
  else if (!sotto_text_is_valid (line, (gsize)n))
    *out_wrong = "the password is not UTF-8";
  else
    secret = sotto_secret_new (line, (gsize)n);
  sotto_secret_wipe (line, sizeof line);
  return secret;
}

static SottoSecret *
ask (const char *which, const char *user, const char **out_wrong)
{
  struct sigaction catch = { .sa_handler = on_signal };
  struct sigaction before_int;
  struct sigaction before_term;
  struct termios before;

  if (tcgetattr (STDIN_FILENO, &before) != 0)
    return take_line (out_wrong);
  struct termios silent = before;
  silent.c_lflag &= ~(tcflag_t)ECHO;
  sigaction (SIGINT, &catch, &before_int);
  sigaction (SIGTERM, &catch, &before_term);
  tcsetattr (STDIN_FILENO, TCSAFLUSH, &silent);
  fprintf (stderr, "%s password of %s: ", which, user);
  fflush (stderr);

  SottoSecret *secret = take_line (out_wrong);

  tcsetattr (STDIN_FILENO, TCSAFLUSH, &before);
  fputc ('\n', stderr);
  sigaction (SIGINT, &before_int, NULL);
  sigaction (SIGTERM, &before_term, NULL);
  if (interrupted != 0)
    raise (interrupted);
  return secret;
}

SottoSecret *
sotto_ctl_password_read (const char *user, const char **out_wrong)
{
  if (!isatty (STDIN_FILENO))
    return take_line (out_wrong);

  SottoSecret *secret = ask ("New", user, out_wrong);
  g_autoptr (SottoSecret) again = secret != NULL ? ask ("Again the new", user, out_wrong) : NULL;
  if (again != NULL && again->n == secret->n
      && sotto_secret_equal (again->bytes, secret->bytes, secret->n))
    return secret;
  if (again != NULL)
    *out_wrong = "the two passwords are not the same";
  sotto_secret_free (secret);
  return NULL;
}
