// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * sotto-cli: the client engine in a terminal, for people, scripts and bots. Here are the options
 * and what they lead to; the work is the runner's.
 */
#include "config.h"

#include "cli/runner.h"
#include "shared/base/text.h"
#include "shared/client/config.h"
#include <fcntl.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TIMEOUT_DEFAULT_S 30.0
#define TIMEOUT_MAX_S     1e6

typedef struct
{
  char *config;
  char *profile;
  char *join;
  char *user;
  double timeout_s;
  gboolean json;
  gboolean version;
  char **command; /* NULL-terminated words; NULL: lines are read */

  SottoClientConfig settings;
  SottoJoinLink link;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->config);
  g_free (self->profile);
  g_free (self->join);
  g_free (self->user);
  g_strfreev (self->command);
  sotto_client_config_clear (&self->settings);
  sotto_join_link_clear (&self->link);
}

static bool
fail_option (const char *option, const char *expected, GError **error)
{
  g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_INVALID, "%s: %s", option, expected);
  return false;
}

static bool
check_options (Options *self, GError **error)
{
  SottoName name;
  if (!sotto_name_parse (self->profile, strlen (self->profile), NULL))
    return fail_option ("--profile", _ ("a name of a-z, 0-9, '.', '_', '-' is expected"), error);
  if (self->user != NULL && !sotto_name_from_typed (self->user, &name))
    return fail_option ("--user", _ ("a username is expected"), error);
  if (!(self->timeout_s >= 0 && self->timeout_s <= TIMEOUT_MAX_S))
    return fail_option ("--timeout", _ ("a number of seconds is expected"), error);
  if (self->join != NULL && !sotto_join_link_parse (self->join, &self->link, error))
    {
      g_prefix_error (error, "--join: ");
      return false;
    }
  return true;
}

static bool
parse_options (Options *self, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &self->config, N_ ("Configuration file"),
      N_ ("FILE") },
    { "profile", 0, 0, G_OPTION_ARG_STRING, &self->profile,
      N_ ("Whose keys and pins to use (default: default)"), N_ ("NAME") },
    { "join", 0, 0, G_OPTION_ARG_STRING, &self->join, N_ ("Join link of the server"), N_ ("LINK") },
    { "user", 0, 0, G_OPTION_ARG_STRING, &self->user,
      N_ ("Log in first, with the password in SOTTO_PASSWORD"), N_ ("NAME") },
    { "timeout", 0, 0, G_OPTION_ARG_DOUBLE, &self->timeout_s,
      N_ ("How long to wait at the end for messages to be delivered (default: 30)"),
      N_ ("SECONDS") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &self->json, N_ ("One JSON object a line as output"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &self->version, N_ ("Print the version and exit"), NULL },
    { NULL },
  };
  g_autofree char *help = sotto_commands_help ();
  g_autofree char *description = g_strdup_printf (
      _ ("Commands:\n%s\nWithout COMMAND, commands are read from standard input, one a line."),
      help);
  g_autoptr (GOptionContext) context = g_option_context_new (_ ("[COMMAND\xe2\x80\xa6]"));
  g_option_context_set_summary (context, _ ("Sotto in a terminal: log in, list, send."));
  g_option_context_set_description (context, description);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  /* What follows COMMAND belongs to it: a message may begin with "-". */
  g_option_context_set_strict_posix (context, TRUE);
  if (!g_option_context_parse (context, argc, argv, error))
    return false;
  if (self->profile == NULL)
    self->profile = g_strdup ("default");
  if (*argc > 1)
    self->command = g_strdupv (*argv + 1);
  return check_options (self, error);
}

/* What --json promises holds for errors before the engine exists, too. */
static int
fail_usage (const Options *options, const GError *error)
{
  SottoEvent event = { .type = SOTTO_EVENT_ERROR, .code = "usage", .text = error->message };
  if (options->json)
    sotto_events_print (&event, SOTTO_EVENTS_JSON);
  g_printerr ("sotto-cli: %s\n", error->message);
  return SOTTO_EXIT_USAGE;
}

static int
fail_config (const GError *error)
{
  g_printerr ("sotto-cli: %s\n", error->message);
  return SOTTO_EXIT_CONFIG;
}

static bool
point_at_server (SottoEngine *engine, const Options *options, GError **error)
{
  if (options->join != NULL)
    return sotto_engine_set_join_link (engine, &options->link, error);
  if (options->settings.server_address != NULL)
    return sotto_engine_set_server (engine, options->settings.server_address,
                                    options->settings.server_port,
                                    options->settings.server_certificate, error);
  g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_CONFIG,
               _ ("no server is known: use --join, or server_address in a configuration file"));
  return false;
}

/* Before the first login: it says whose account it is, and needs no server. */
static bool
is_import (const Options *options)
{
  return options->command != NULL && g_strcmp0 (options->command[0], "identity") == 0
         && g_strcmp0 (options->command[1], "import") == 0;
}

/* `--user NAME` stands for a login before everything else, unless the command is one itself or
 * nobody can say the password: then lines may still bring it. */
static void
add_login (SottoRunner *runner, const Options *options, bool can_ask)
{
  if (options->user == NULL)
    return;
  bool has_password = can_ask || g_getenv ("SOTTO_PASSWORD") != NULL;
  const char *name = options->command != NULL ? options->command[0] : NULL;
  bool logs_in = g_strcmp0 (name, "auth") == 0 || g_strcmp0 (name, "sign") == 0;
  if (logs_in || is_import (options) || (name == NULL && !has_password))
    return;
  char *words[] = { (char *)"auth", options->user, NULL };
  sotto_runner_add (runner, sotto_call_new_from_words (words, NULL));
}

static int
run (const Options *options, SottoEngine *engine, SottoCall *take_call)
{
  g_autoptr (SottoTerminal) terminal = sotto_terminal_open ();
  const SottoRunnerOptions how = {
    .engine = engine,
    .terminal = terminal,
    .format = options->json ? SOTTO_EVENTS_JSON : SOTTO_EVENTS_TEXT,
    .invite = options->link.invite,
    .outbox_wait_ms = (guint)ceil (options->timeout_s * 1000),
    .reads_lines = take_call == NULL,
  };
  g_autoptr (SottoRunner) runner = sotto_runner_new (&how);
  add_login (runner, options, terminal != NULL);
  if (take_call != NULL)
    sotto_runner_add (runner, take_call);
  return sotto_runner_run (runner);
}

static int
start (Options *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SottoCall) call = NULL;
  if (options->command != NULL)
    {
      call = sotto_call_new_from_words (options->command, &error);
      if (call == NULL)
        return fail_usage (options, error);
    }
  if (!sotto_client_config_load (&options->settings, options->config, options->profile, &error))
    return fail_config (error);
  bool has_person = isatty (STDIN_FILENO);
  g_autoptr (SottoEngine) engine =
      sotto_engine_new (options->profile, NULL, has_person ? SOTTO_TRUST_ASK : SOTTO_TRUST_PIN);
  if (!point_at_server (engine, options, &error) && !is_import (options))
    return fail_config (error);
  sotto_engine_set_download_dir (engine, options->settings.download_dir);
  int status = run (options, engine, g_steal_pointer (&call));
  sotto_engine_log_out (engine);
  return status;
}

/* Else the first socket would get the number of a closed one, and the events with it. Input is then
 * at its end; output fails, since nobody can have read it. */
static void
fill_standard_descriptors (void)
{
  static const int modes[] = {
    [STDIN_FILENO] = O_RDONLY, [STDOUT_FILENO] = O_RDONLY, [STDERR_FILENO] = O_WRONLY
  };
  for (int fd = 0; fd < (int)G_N_ELEMENTS (modes); fd++)
    if (fcntl (fd, F_GETFD) < 0 && open ("/dev/null", modes[fd]) != fd)
      abort ();
}

int
main (int argc, char **argv)
{
  fill_standard_descriptors ();
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  signal (SIGPIPE, SIG_IGN);                  /* a reader that left is an error of write */
  g_log_writer_default_set_use_stderr (TRUE); /* standard output is for events alone */

  Options options = { .timeout_s = TIMEOUT_DEFAULT_S };
  g_autoptr (GError) error = NULL;
  int status = SOTTO_EXIT_OK;
  if (!parse_options (&options, &argc, &argv, &error))
    status = fail_usage (&options, error);
  else if (options.version)
    g_print ("sotto-cli %s\n", SOTTO_VERSION);
  else
    status = start (&options);
  options_clear (&options);
  return status;
}
