// SPDX-License-Identifier: GPL-3.0-or-later
/* The command line of sotto-server: which subcommand, which exit code, which signal. */
#include <config.h>

#include "server/check.h"
#include "server/init.h"
#include "server/journal.h"
#include "server/server.h"
#include "server/service.h"
#include <glib-unix.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>

enum
{
  EXIT_OK = 0,
  EXIT_FAILED = 1,
  EXIT_USAGE = 2,
  EXIT_CONFIG = 78
};

typedef struct
{
  char *config;
  gboolean version;
  char **words;
} Options;

typedef struct
{
  GMainLoop *loop;
  SottoServer *server;
} Running;

static int
report (const GError *error)
{
  fprintf (stderr, "sotto-server: %s\n", error->message);
  if (g_error_matches (error, SOTTO_ERROR, SOTTO_ERROR_CONFIG)
      || g_error_matches (error, SOTTO_ERROR, SOTTO_ERROR_CORRUPT))
    return EXIT_CONFIG;
  return EXIT_FAILED;
}

static int
usage (const char *what)
{
  fprintf (stderr, "sotto-server: %s (see --help)\n", what);
  return EXIT_USAGE;
}

/* ---- Running ---- */

static void
on_drained (gpointer data)
{
  Running *running = data;

  g_main_loop_quit (running->loop);
}

static gboolean
on_terminate (gpointer data)
{
  Running *running = data;

  sotto_service_stopping ();
  sotto_server_drain (running->server, on_drained, running);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_hang_up (gpointer data)
{
  Running *running = data;

  sotto_service_reloading ();
  sotto_server_reload (running->server);
  sotto_service_ready ();
  return G_SOURCE_CONTINUE;
}

/* Each session is a descriptor: take as many as we may. */
static void
raise_fd_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max)
    return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
}

static int
run (SottoServerConfig *take_config)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SottoServer) server = sotto_server_new (take_config, &error);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Running running = { loop, server };

  if (server == NULL)
    return report (error);
  /* Before the listening line: who reads it may send a signal at once. */
  guint sources[] = {
    g_unix_signal_add (SIGTERM, on_terminate, &running),
    g_unix_signal_add (SIGINT, on_terminate, &running),
    g_unix_signal_add (SIGHUP, on_hang_up, &running),
  };
  bool started = sotto_server_start (server, &error);
  if (started)
    {
      sotto_service_ready ();
      sotto_service_watch_start ();
      g_main_loop_run (loop);
      sotto_service_watch_stop ();
    }
  for (gsize i = 0; i < G_N_ELEMENTS (sources); i++)
    g_source_remove (sources[i]);
  return started ? EXIT_OK : report (error);
}

/* ---- Subcommands ---- */

static char *
find_config (const Options *options)
{
  if (options->config != NULL)
    return g_strdup (options->config);
  char *found = sotto_server_config_find ();
  if (found == NULL)
    fprintf (stderr, "sotto-server: neither config.yaml nor /etc/sotto/config.yaml is there, "
                     "expected one of them or --config FILE (`sotto-server init` makes one)\n");
  return found;
}

static int
command_run (const Options *options)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = find_config (options);
  SottoServerConfig *config = path != NULL ? sotto_server_config_load (path, &error) : NULL;

  if (path == NULL)
    return EXIT_CONFIG;
  return config != NULL ? run (config) : report (error);
}

static int
command_check (const Options *options)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = find_config (options);

  if (options->words[1] != NULL)
    return usage ("check takes no argument");
  if (path == NULL)
    return EXIT_CONFIG;
  return sotto_check_config (path, &error) ? EXIT_OK : report (error);
}

static int
command_init (const Options *options)
{
  g_autoptr (GError) error = NULL;
  const char *folder = options->words[1] != NULL ? options->words[1] : ".";

  if (options->words[1] != NULL && options->words[2] != NULL)
    return usage ("init takes one folder");
  if (options->config != NULL)
    return usage ("init takes a folder, not --config");
  return sotto_init_folder (folder, &error) ? EXIT_OK : report (error);
}

static const struct
{
  const char *name;
  int (*run) (const Options *options);
} commands[] = {
  { "check", command_check },
  { "init", command_init },
};

static int
dispatch (const Options *options)
{
  if (options->words == NULL || options->words[0] == NULL)
    return command_run (options);
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (commands[i].name, options->words[0]))
      return commands[i].run (options);
  g_autofree char *what = g_strdup_printf ("unknown command `%s`", options->words[0]);
  return usage (what);
}

static GOptionContext *
make_context (Options *options)
{
  const GOptionEntry entries[] = {
    { "config", 'c', 0, G_OPTION_ARG_FILENAME, &options->config, "Configuration file", "FILE" },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->version, "Print the version and exit", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->words, NULL, NULL },
    { NULL },
  };
  GOptionContext *context = g_option_context_new ("[init [DIR] | check]");

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_summary (context, "Sotto's server: logs people in, says who is here, and "
                                         "gives two of them a key.");
  g_option_context_set_description (
      context, "Without a command it serves in the foreground, with ./config.yaml or\n"
               "/etc/sotto/config.yaml where --config says nothing else.\n"
               "  init [DIR]  make a key, a certificate and a configuration in DIR (default .)\n"
               "  check       say what is wrong with the configuration, without starting\n"
               "SIGTERM ends it, SIGHUP reads the configuration again.\n"
               "Exit: 0, 1 failure, 2 usage, 78 configuration.");
  return context;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  Options options = { 0 };
  int status;

  setlocale (LC_ALL, "");
  g_log_writer_default_set_use_stderr (TRUE); /* standard output says where we listen, no more */
  signal (SIGPIPE, SIG_IGN);
  raise_fd_limit ();
  g_autoptr (GOptionContext) context = make_context (&options);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    status = usage (error->message);
  else if (options.version)
    {
      printf ("sotto-server %s\n", SOTTO_VERSION);
      status = EXIT_OK;
    }
  else
    status = dispatch (&options);
  g_free (options.config);
  g_strfreev (options.words);
  return status;
}
