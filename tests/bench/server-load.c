// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A crowd for a server: `server-load CONFIG PID ROW NUMBER…`. The configuration is the server's
 * own, as its key makes the tickets; PID is the server's, 0 when it does not run yet.
 */
#include "tests/bench/load-rows.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#define ARGUMENTS_MAX 4

static int
make_accounts (Load *load, const double *arguments)
{
  g_autoptr (GError) error = NULL;

  if (load_make_accounts (load, (guint)arguments[0], (guint)arguments[1], &error))
    return 0;
  fprintf (stderr, "server-load: %s\n", error->message);
  return 1;
}

static const LoadRow rows[] = {
  { "accounts", "N COST", 2, make_accounts },
  { "grants", "PAIRS WINDOW SECONDS", 3, load_row_grants },
  { "resume", "AT-ONCE SECONDS", 2, load_row_resume },
  { "login", "AT-ONCE SECONDS", 2, load_row_login },
  { "memory", "SESSIONS AT-ONCE SECONDS", 3, load_row_memory },
  { "presence", "RECEIVERS EVENTS SECONDS", 3, load_row_presence },
  { "request", "IDLE SECONDS", 2, load_row_request },
  { "slow", "CONNECTIONS SECONDS", 2, load_row_slow },
  { "headers", "CONNECTIONS SECONDS", 2, load_row_headers },
  { "datagrams", "N", 1, load_row_datagrams },
  { "bogus", "PER-SECOND ADDRESSES SECONDS", 3, load_row_bogus },
  { "probe", "BY-PASSWORD SECONDS PAUSE", 3, load_row_probe },
  { "hold", "SESSIONS", 1, load_row_hold },
  { "storm", "SESSIONS", 1, load_row_storm },
  { "soak", "CYCLES", 1, load_row_soak },
};

static int
complain (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    fprintf (stderr, "%s server-load CONFIG PID %s %s\n", i == 0 ? "Usage:" : "      ",
             rows[i].name, rows[i].arguments);
  return 2;
}

static const LoadRow *
find_row (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (strcmp (rows[i].name, name) == 0)
      return &rows[i];
  return NULL;
}

int
main (int argc, char **argv)
{
  double arguments[ARGUMENTS_MAX] = { 0 };
  g_autoptr (GError) error = NULL;
  const LoadRow *row = argc > 3 ? find_row (argv[3]) : NULL;

  if (row == NULL || (guint)argc != 4 + row->n_arguments)
    return complain ();
  for (guint i = 0; i < row->n_arguments; i++)
    arguments[i] = g_ascii_strtod (argv[4 + i], NULL);
  signal (SIGPIPE, SIG_IGN);
  Load *load = load_new (argv[1], (pid_t)g_ascii_strtoll (argv[2], NULL, 10), &error);
  if (load == NULL)
    {
      fprintf (stderr, "server-load: %s\n", error->message);
      return 1;
    }
  int status = row->run (load, arguments);
  load_free (load);
  return status;
}
