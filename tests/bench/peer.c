// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a message and a megabyte take between two processes on loopback: with channel and port
 * alone, and, given the server's program, with whole engines whose messages are on the disk of both
 * sides before they count. Nothing is asserted of time; that everything arrives, in order, is.
 *
 *   peer [--server PROGRAM] [SCENARIO]...     all of them without a name
 */
#undef G_DISABLE_ASSERT
#include "tests/bench/peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

void
peer_print_figure (const char *scenario, const char *what, double value, const char *unit)
{
  g_autofree char *name = g_strdup_printf ("%s.%s", scenario, what);

  g_print ("%-24s %14.3f %s\n", name, value, unit);
}

double
peer_cpu (void)
{
  struct rusage use;

  getrusage (RUSAGE_SELF, &use);
  return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec)
         + (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

static int
compare_doubles (const void *a, const void *b)
{
  double left = *(const double *)a, right = *(const double *)b;

  return (left > right) - (left < right);
}

double
peer_quantile (double *values, gsize n, double q)
{
  qsort (values, n, sizeof *values, compare_doubles);
  return values[MIN ((gsize)((double)n * q), n - 1)];
}

bool
peer_is_wanted (const char *const *names, const char *scenario)
{
  return names[0] == NULL || g_strv_contains (names, scenario);
}

void
peer_must_write (int pipe, const void *bytes, gsize n)
{
  if (write (pipe, bytes, n) != (gssize)n)
    g_error ("the other process is gone");
}

void
peer_must_read (int pipe, void *bytes, gsize n)
{
  if (read (pipe, bytes, n) != (gssize)n)
    g_error ("the other process is gone");
}

static pid_t
start (PeerSide side, const int *pair, gpointer data)
{
  pid_t child = fork ();

  g_assert_cmpint (child, >=, 0);
  if (child != 0)
    return child;
  close (pair[1]);
  side (pair[0], data);
  exit (EXIT_SUCCESS);
}

/* Neither runs in this process: threads of one scenario must not be there when the next forks. */
void
peer_run_pair (PeerSide asking, PeerSide answering, gpointer data)
{
  int pair[2], status;

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
    g_error ("no two processes");
  fflush (stdout);
  pid_t children[] = {
    start (asking, (const int[]){ pair[0], pair[1] }, data),
    start (answering, (const int[]){ pair[1], pair[0] }, data),
  };
  close (pair[0]);
  close (pair[1]);
  for (gsize i = 0; i < G_N_ELEMENTS (children); i++)
    {
      g_assert_cmpint (waitpid (children[i], &status, 0), ==, children[i]);
      g_assert_cmpint (status, ==, 0);
    }
}

int
main (int argc, char **argv)
{
  g_autofree char *server = NULL;
  g_auto (GStrv) names = NULL;
  const GOptionEntry entries[] = {
    { "server", 0, 0, G_OPTION_ARG_FILENAME, &server, "Two engines meet at this one", "PROGRAM" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &names, NULL, "[SCENARIO]..." },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  const char *const none[] = { NULL };

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("peer: %s\n", error->message);
      return EXIT_FAILURE;
    }
  const char *const *wanted = names == NULL ? none : (const char *const *)names;
  peer_channel_run (wanted);
  if (server != NULL)
    peer_store_run (wanted, server);
  return EXIT_SUCCESS;
}
