// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A handler tells the engine and returns; the event that completes the command is named in the
 * table by its judge. Words are split at blanks (space and tab); nothing is quoted or escaped.
 */
#include "config.h"

#include "cli/commands.h"
#include "cli/runner.h"
#include "shared/base/secret.h"
#include "shared/base/text.h"
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#define WAIT_MAX_S 1e6

/* --- judges --- */

/* An error about an earlier message says nothing about the command that runs now. */
static bool
is_general_error (const SottoEvent *event)
{
  return event->type == SOTTO_EVENT_ERROR && !event->has_id;
}

static SottoOutcome
judge_login (const SottoEvent *event, const SottoCall *call)
{
  if (event->type == SOTTO_EVENT_AUTHENTICATED)
    return SOTTO_OUTCOME_DONE;
  bool has_failed = event->type == SOTTO_EVENT_REFUSED || is_general_error (event);
  return has_failed ? SOTTO_OUTCOME_FAILED : SOTTO_OUTCOME_NONE;
}

static SottoOutcome
judge_list (const SottoEvent *event, const SottoCall *call)
{
  if (event->type == SOTTO_EVENT_USERS)
    return SOTTO_OUTCOME_DONE;
  return is_general_error (event) ? SOTTO_OUTCOME_FAILED : SOTTO_OUTCOME_NONE;
}

/* What is not queued has no id. */
static SottoOutcome
judge_send (const SottoEvent *event, const SottoCall *call)
{
  if (event->type == SOTTO_EVENT_QUEUED)
    return SOTTO_OUTCOME_DONE;
  return is_general_error (event) ? SOTTO_OUTCOME_FAILED : SOTTO_OUTCOME_NONE;
}

static SottoOutcome
judge_password (const SottoEvent *event, const SottoCall *call)
{
  if (event->type == SOTTO_EVENT_PASSWORD_CHANGED)
    return SOTTO_OUTCOME_DONE;
  return is_general_error (event) ? SOTTO_OUTCOME_FAILED : SOTTO_OUTCOME_NONE;
}

/* A channel of somebody else may open meanwhile; so may theirs, before the number was compared. */
static SottoOutcome
judge_verify (const SottoEvent *event, const SottoCall *call)
{
  SottoName name;
  if (event->type == SOTTO_EVENT_CHANNEL && sotto_name_from_typed (call->args[0], &name)
      && strcmp (event->peer.str, name.str) == 0 && (call->args[1] == NULL || event->verified))
    return SOTTO_OUTCOME_DONE;
  return is_general_error (event) ? SOTTO_OUTCOME_FAILED : SOTTO_OUTCOME_NONE;
}

static SottoOutcome
judge_file (const SottoEvent *event, const SottoCall *call)
{
  if (event->type == SOTTO_EVENT_FILE && event->file.own && event->file.state == SOTTO_FILE_OFFERED)
    return SOTTO_OUTCOME_DONE;
  return is_general_error (event) ? SOTTO_OUTCOME_FAILED : SOTTO_OUTCOME_NONE;
}

/* accept and refuse: the first that is heard of it afterwards. */
static SottoOutcome
judge_decision (const SottoEvent *event, const SottoCall *call)
{
  SottoId id;
  if (event->type == SOTTO_EVENT_FILE && sotto_hex_decode (call->args[0], id.bytes, sizeof id.bytes)
      && sotto_id_equal (&event->id, &id))
    return SOTTO_OUTCOME_DONE;
  return is_general_error (event) ? SOTTO_OUTCOME_FAILED : SOTTO_OUTCOME_NONE;
}

static SottoOutcome
judge_nothing (const SottoEvent *event, const SottoCall *call)
{
  return SOTTO_OUTCOME_NONE;
}

/* --- handlers --- */

static void
run_auth (SottoRunner *runner, SottoCall *call)
{
  sotto_engine_auth (sotto_runner_get_engine (runner), call->args[0], call->args[1]);
}

static void
run_sign (SottoRunner *runner, SottoCall *call)
{
  const char *invite = call->args[2] != NULL ? call->args[2] : sotto_runner_get_invite (runner);
  sotto_engine_sign (sotto_runner_get_engine (runner), call->args[0], call->args[1], invite);
}

/* false when it was refused here: nobody has logged in yet, so there is nobody to speak for. */
static bool
require_login (SottoRunner *runner)
{
  if (sotto_engine_get_username (sotto_runner_get_engine (runner)) != NULL)
    return true;
  sotto_runner_fail (runner, "not_authenticated", NULL);
  return false;
}

static void
run_list (SottoRunner *runner, SottoCall *call)
{
  if (require_login (runner))
    sotto_engine_list (sotto_runner_get_engine (runner));
}

static void
run_send (SottoRunner *runner, SottoCall *call)
{
  if (require_login (runner))
    sotto_engine_send (sotto_runner_get_engine (runner), call->args[0], call->args[1]);
}

static void
run_passwd (SottoRunner *runner, SottoCall *call)
{
  if (require_login (runner))
    sotto_engine_change_password (sotto_runner_get_engine (runner), call->args[0], call->args[1]);
}

static void
run_verify (SottoRunner *runner, SottoCall *call)
{
  SottoEngine *engine = sotto_runner_get_engine (runner);
  if (!require_login (runner))
    return;
  if (call->args[1] == NULL)
    sotto_engine_show_safety_number (engine, call->args[0]);
  else
    sotto_engine_verify (engine, call->args[0], call->args[1]);
}

/* What the errors of the engine's functions are called in `error` events. */
static const char *
code_of (const GError *error)
{
  static const char *const codes[] = {
    [SOTTO_ERROR_CONFIG] = "io",       [SOTTO_ERROR_IO] = "io",
    [SOTTO_ERROR_CORRUPT] = "io",      [SOTTO_ERROR_IN_USE] = "io",
    [SOTTO_ERROR_CRYPTO] = "io",       [SOTTO_ERROR_LOCKED] = "password",
    [SOTTO_ERROR_INVALID] = "mismatch"
  };
  bool ours = error->domain == SOTTO_ERROR && error->code < (int)G_N_ELEMENTS (codes);
  return ours ? codes[error->code] : "io";
}

/* Of an engine's function that ends with an error; nothing is told but that. */
static void
complete_with (SottoRunner *runner, const GError *error)
{
  if (error == NULL)
    sotto_runner_succeed (runner);
  else
    sotto_runner_fail (runner, code_of (error), error->message);
}

static void
on_exported (GObject *engine, GAsyncResult *result, gpointer runner)
{
  g_autoptr (GError) error = NULL;
  if (sotto_engine_export_identity_finish (SOTTO_ENGINE (engine), result, &error))
    sotto_runner_say (runner, _ ("Identity written. Whoever has the file and its passphrase is "
                                 "you: keep them apart"));
  complete_with (runner, error);
}

static void
on_imported (GObject *engine, GAsyncResult *result, gpointer runner)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *server = NULL;
  g_autofree char *name =
      sotto_engine_import_identity_finish (SOTTO_ENGINE (engine), result, &server, &error);
  if (name != NULL)
    {
      g_autofree char *text =
          g_strdup_printf (_ ("Identity of %s on %s imported. Log in as usual"), name, server);
      sotto_runner_say (runner, text);
    }
  complete_with (runner, error);
}

static void
run_identity (SottoRunner *runner, SottoCall *call)
{
  SottoEngine *engine = sotto_runner_get_engine (runner);
  if (strcmp (call->args[0], "import") == 0)
    sotto_engine_import_identity_async (engine, call->args[1], call->args[2], NULL, on_imported,
                                        runner);
  else if (strcmp (call->args[0], "export") != 0)
    sotto_runner_fail (runner, "usage", _ ("identity takes export or import, and a file"));
  else if (require_login (runner))
    sotto_engine_export_identity_async (engine, call->args[1], call->args[2], NULL, on_exported,
                                        runner);
}

static void
run_file (SottoRunner *runner, SottoCall *call)
{
  if (require_login (runner))
    sotto_engine_offer_file (sotto_runner_get_engine (runner), call->args[0], call->args[1]);
}

static void
decide (SottoRunner *runner, SottoCall *call, void (*tell) (SottoEngine *engine, const SottoId *id))
{
  SottoId id;
  if (!require_login (runner))
    return;
  if (sotto_hex_decode (call->args[0], id.bytes, sizeof id.bytes))
    tell (sotto_runner_get_engine (runner), &id);
  else
    sotto_runner_fail (runner, "usage", _ ("An ID is 32 hexadecimal digits"));
}

static void
run_accept (SottoRunner *runner, SottoCall *call)
{
  decide (runner, call, sotto_engine_accept_file);
}

static void
run_refuse (SottoRunner *runner, SottoCall *call)
{
  decide (runner, call, sotto_engine_refuse_file);
}

static void
run_wait (SottoRunner *runner, SottoCall *call)
{
  char *end = NULL;
  double seconds = g_ascii_strtod (call->args[0], &end);
  if (end == call->args[0] || *end != '\0' || !(seconds >= 0 && seconds <= WAIT_MAX_S))
    sotto_runner_fail (runner, "usage", _ ("wait takes a number of seconds"));
  else
    sotto_runner_succeed_after (runner, (guint)ceil (seconds * 1000));
}

static void
run_quit (SottoRunner *runner, SottoCall *call)
{
  sotto_runner_quit (runner);
}

static void
run_help (SottoRunner *runner, SottoCall *call)
{
  g_autofree char *help = sotto_commands_help ();
  g_printerr ("%s", help);
  sotto_runner_succeed (runner);
}

/* --- the table --- */

#define N(count) (1u << (count))

static const SottoCommandSecret login_secrets[] = {
  { 1, "SOTTO_PASSWORD", N_ ("Password: ") },
  { 0, NULL, NULL },
};
static const SottoCommandSecret identity_secrets[] = {
  { 2, "SOTTO_PASSWORD", N_ ("Passphrase of the file: ") },
  { 0, NULL, NULL },
};
static const SottoCommandSecret passwd_secrets[] = {
  { 0, "SOTTO_PASSWORD", N_ ("Old password: ") },
  { 1, "SOTTO_NEW_PASSWORD", N_ ("New password: ") },
  { 0, NULL, NULL },
};

static const SottoCommand commands[] = {
  { "auth", "auth USERNAME [PASSWORD]", N (1) | N (2), 0, false, login_secrets, judge_login,
    run_auth },
  { "sign", "sign USERNAME [PASSWORD] [INVITE]", N (1) | N (2) | N (3), 0, false, login_secrets,
    judge_login, run_sign },
  { "list", "list", N (0), 0, false, NULL, judge_list, run_list },
  { "send", "send USER MESSAGE", N (2), 2, false, NULL, judge_send, run_send },
  { "file", "file USER PATH", N (2), 2, false, NULL, judge_file, run_file },
  { "accept", "accept ID", N (1), 0, false, NULL, judge_decision, run_accept },
  { "refuse", "refuse ID", N (1), 0, false, NULL, judge_decision, run_refuse },
  { "verify", "verify USER [NUMBER]", N (1) | N (2), 2, false, NULL, judge_verify, run_verify },
  { "identity", "identity export|import FILE", N (2), 2, false, identity_secrets, judge_nothing,
    run_identity },
  { "passwd", "passwd [OLD NEW]", N (0) | N (2), 0, false, passwd_secrets, judge_password,
    run_passwd },
  { "wait", "wait SECONDS", N (1), 0, true, NULL, judge_nothing, run_wait },
  { "quit", "quit", N (0), 0, true, NULL, judge_nothing, run_quit },
  { "help", "help", N (0), 0, true, NULL, judge_nothing, run_help },
};

static const SottoCommand *
find_command (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (commands[i].name, name) == 0)
      return &commands[i];
  return NULL;
}

char *
sotto_commands_help (void)
{
  GString *help = g_string_new (NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    g_string_append_printf (help, "  %s\n", commands[i].usage);
  return g_string_free (help, FALSE);
}

/* --- taking a line apart --- */

static bool
is_blank (char c)
{
  return c == ' ' || c == '\t';
}

/* The next word, or NULL at the end. *cursor is left right behind it. */
static char *
take_word (const char **cursor)
{
  while (is_blank (**cursor))
    (*cursor)++;
  const char *start = *cursor;
  while (**cursor != '\0' && !is_blank (**cursor))
    (*cursor)++;
  return *cursor > start ? g_strndup (start, (gsize)(*cursor - start)) : NULL;
}

/* What follows one blank, with all its own blanks; NULL when that is nothing. */
static char *
take_rest (const char **cursor)
{
  if (is_blank (**cursor))
    (*cursor)++;
  char *rest = **cursor != '\0' ? g_strdup (*cursor) : NULL;
  *cursor += strlen (*cursor);
  return rest;
}

/* Consumes words. */
static SottoCall *
call_new (const SottoCommand *command, char **words, guint n_words, GError **error)
{
  SottoCall *self = NULL;
  if (n_words <= SOTTO_CALL_ARGS_MAX && (command->counts & N (n_words)) != 0)
    {
      self = g_new0 (SottoCall, 1);
      self->command = command;
      for (guint i = 0; i < n_words; i++)
        self->args[i] = g_steal_pointer (&words[i]);
    }
  else
    g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_INVALID, _ ("Usage: %s"), command->usage);
  for (guint i = 0; i < n_words; i++)
    sotto_secret_wipe_string (words[i]);
  return self;
}

static const SottoCommand *
require_command (const char *name, GError **error)
{
  const SottoCommand *command = name != NULL ? find_command (name) : NULL;
  if (command == NULL)
    g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_INVALID, _ ("No such command; try help"));
  return command;
}

SottoCall *
sotto_call_new_from_line (const char *line, GError **error)
{
  const char *cursor = line;
  g_autofree char *name = take_word (&cursor);
  const SottoCommand *command = require_command (name, error);
  if (command == NULL)
    return NULL;
  char *words[SOTTO_CALL_ARGS_MAX + 1]; /* one more, to notice that it is too many */
  guint n = 0;
  while (n < G_N_ELEMENTS (words))
    {
      bool is_rest = command->rest_at > 0 && n + 1 == command->rest_at;
      words[n] = is_rest ? take_rest (&cursor) : take_word (&cursor);
      if (words[n] == NULL)
        break;
      n++;
    }
  return call_new (command, words, n, error);
}

SottoCall *
sotto_call_new_from_words (char **given, GError **error)
{
  const SottoCommand *command = require_command (given[0], error);
  if (command == NULL)
    return NULL;
  char **args = given + 1;
  char *words[SOTTO_CALL_ARGS_MAX + 1];
  guint n = 0;
  while (n < G_N_ELEMENTS (words) && args[n] != NULL)
    {
      bool is_rest = command->rest_at > 0 && n + 1 == command->rest_at;
      words[n] = is_rest ? g_strjoinv (" ", args + n) : g_strdup (args[n]);
      n++;
      if (is_rest)
        break;
    }
  return call_new (command, words, n, error);
}

void
sotto_call_free (SottoCall *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < SOTTO_CALL_ARGS_MAX; i++)
    sotto_secret_wipe_string (self->args[i]);
  g_free (self);
}
