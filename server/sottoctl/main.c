// SPDX-License-Identifier: GPL-3.0-or-later
/* The command line of sottoctl: options, and which command with how many words. */
#include <config.h>

#include "server/sottoctl/commands.h"
#include <locale.h>
#include <stdio.h>
#include <string.h>

typedef struct
{
  char *socket;
  char *uses;
  char *expires;
  gboolean json;
  gboolean version;
} Options;

static GOptionContext *
make_context (Options *options)
{
  const GOptionEntry entries[] = {
    { "socket", 0, 0, G_OPTION_ARG_FILENAME, &options->socket, "Control socket of the server",
      "PATH" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options->json, "One JSON object as output", NULL },
    { "uses", 0, 0, G_OPTION_ARG_STRING, &options->uses, "invite: how many may sign up with it (1)",
      "N" },
    { "expires", 0, 0, G_OPTION_ARG_STRING, &options->expires,
      "invite: until when, as 12h, 7d or 2030-12-31 (7d)", "T" },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->version, "Print the version and exit", NULL },
    { NULL },
  };
  GOptionContext *context = g_option_context_new ("COMMAND [NAME | CODE | FILE]");
  g_autofree char *help = sotto_ctl_commands_help ();
  g_autofree char *description = g_strdup_printf (
      "Commands:\n%s\n"
      "A password is asked for on the terminal, else it is a line of standard input.\n"
      "Without --socket the one is taken that ./config.yaml names, else /run/sotto/control,\n"
      "else the one that /etc/sotto/config.yaml names.\n"
      "Exit: 0, 1 failure, 2 usage.",
      help);

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_summary (context, "Looks after a running Sotto server.");
  g_option_context_set_description (context, description);
  return context;
}

static SottoCtlExit
fail_usage (const Options *options, const char *what)
{
  g_autofree char *message = g_strdup_printf ("%s (see --help)", what);

  return sotto_ctl_fail (SOTTO_CTL_USAGE, "usage", message, options->json);
}

/* `--` is left among the words where one of those behind it looks like an option. */
static int
drop_end_of_options (int n_words, char **words)
{
  for (int i = 0; i < n_words; i++)
    if (g_str_equal (words[i], "--"))
      {
        memmove (words + i, words + i + 1, (gsize)(n_words - i) * sizeof *words);
        return n_words - 1;
      }
  return n_words;
}

static SottoCtlExit
run (const Options *options, int n_words, char **words)
{
  if (n_words == 0)
    return fail_usage (options, "which command?");
  const SottoCtlCommand *command = sotto_ctl_command_find (words[0]);
  if (command == NULL)
    {
      g_autofree char *what = g_strdup_printf ("unknown command `%s`", words[0]);

      return fail_usage (options, what);
    }
  if (n_words != (command->argument != NULL ? 2 : 1))
    {
      g_autofree char *what = g_strdup_printf ("`%s` takes %s%s", command->name,
                                               command->argument != NULL ? "one " : "nothing more",
                                               command->argument != NULL ? command->argument : "");

      return fail_usage (options, what);
    }
  if (!command->takes_invite && (options->uses != NULL || options->expires != NULL))
    return fail_usage (options, "--uses and --expires are for `invite`");
  const SottoCtlLine line = { .socket = options->socket,
                              .argument = words[1],
                              .uses = options->uses,
                              .expires = options->expires,
                              .json = options->json };
  return sotto_ctl_command_run (command, &line);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  Options options = { 0 };
  SottoCtlExit status = SOTTO_CTL_DONE;

  setlocale (LC_ALL, "");
  g_autoptr (GOptionContext) context = make_context (&options);
  /* A failed parse takes all options back, but how to say so must be known. */
  gboolean json = g_strv_contains ((const char *const *)argv, "--json");
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      options.json = json;
      status = fail_usage (&options, error->message);
    }
  else if (options.version)
    printf ("sottoctl %s\n", SOTTO_VERSION);
  else
    status = run (&options, drop_end_of_options (argc - 1, argv + 1), argv + 1);
  g_free (options.socket);
  g_free (options.uses);
  g_free (options.expires);
  /* A full disk behind standard output is a failure like any other. */
  if (fflush (stdout) != 0 && status == SOTTO_CTL_DONE)
    status = SOTTO_CTL_FAILED;
  return status;
}
