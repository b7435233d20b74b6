// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * One call at a time: its secrets are gathered, its handler runs, then events are shown to its
 * judge until it is complete. The exit status is that of the last command that matters; a server
 * whose key or realm changed ends everything at once.
 */
#include "config.h"

#include "cli/runner.h"
#include "cli/console.h"
#include "cli/secrets.h"
#include "shared/base/text.h"
#include "shared/client/sentences.h"
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOOK_AGAIN_MS 50

struct _SottoRunner
{
  SottoRunnerOptions options;
  GMainLoop *loop;
  SottoConsole *console; /* NULL: no lines are read */
  GQueue calls;          /* SottoCall, to be run before any line */
  SottoCall *call;       /* runs now, or is being given its secrets */
  SottoSecrets secrets;  /* on their way to it */
  SottoCall *finished;   /* the engine may still be reading its words */
  bool is_running;       /* its handler was called: events are judged */
  bool is_ending;        /* input is over; waiting for the outbox */
  int status;
  gulong event_handler;
  guint timer; /* of `wait`, or of the end */
  guint next_source;
  guint signals[3];
};

static void next_later (SottoRunner *self);

SottoEngine *
sotto_runner_get_engine (SottoRunner *self)
{
  return self->options.engine;
}

const char *
sotto_runner_get_invite (SottoRunner *self)
{
  return self->options.invite;
}

static void
print (SottoRunner *self, const SottoEvent *event)
{
  /* Nobody reads any more. Not returning to the engine matters: what could not be written must not
   * be answered as received. */
  if (!sotto_events_print (event, self->options.format))
    exit (SOTTO_EXIT_FAILURE);
}

static void
leave (SottoRunner *self, int status)
{
  self->status = status;
  g_main_loop_quit (self->loop);
}

/* --- completing a call --- */

static void
complete (SottoRunner *self, int status)
{
  if (self->call == NULL)
    return;
  bool counts = status != SOTTO_EXIT_OK || !self->call->command->is_silent;
  self->finished = g_steal_pointer (&self->call);
  self->is_running = false;
  if (counts)
    self->status = status;
  if (status != SOTTO_EXIT_OK && !self->options.reads_lines)
    leave (self, status);
  else
    next_later (self);
}

void
sotto_runner_succeed (SottoRunner *self)
{
  complete (self, SOTTO_EXIT_OK);
}

static void
print_error (SottoRunner *self, const char *code, const char *message)
{
  SottoEvent event = { .type = SOTTO_EVENT_ERROR,
                       .code = code,
                       .text = message != NULL ? message : sotto_sentence (code) };
  print (self, &event);
}

static int
get_failure (const char *code)
{
  return g_strcmp0 (code, "usage") == 0 ? SOTTO_EXIT_USAGE : SOTTO_EXIT_FAILURE;
}

void
sotto_runner_fail (SottoRunner *self, const char *code, const char *message)
{
  print_error (self, code, message);
  complete (self, get_failure (code));
}

void
sotto_runner_say (SottoRunner *self, const char *text)
{
  if (self->options.format == SOTTO_EVENTS_TEXT
      && (printf ("%s\n", text) < 0 || fflush (stdout) != 0))
    exit (SOTTO_EXIT_FAILURE);
}

static gboolean
on_wait_over (gpointer data)
{
  SottoRunner *self = data;
  self->timer = 0;
  sotto_runner_succeed (self);
  return G_SOURCE_REMOVE;
}

void
sotto_runner_succeed_after (SottoRunner *self, guint ms)
{
  self->timer = g_timeout_add (ms, on_wait_over, self);
}

void
sotto_runner_quit (SottoRunner *self)
{
  leave (self, self->status);
}

/* --- events --- */

static void
on_trust_answer (const char *answer, gpointer data)
{
  SottoRunner *self = data;
  g_autofree char *folded = g_ascii_strdown (answer != NULL ? answer : "", -1);
  g_strstrip (folded);
  bool accept =
      strcmp (folded, "yes") == 0 || strcmp (folded, "y") == 0 || strcmp (folded, _ ("yes")) == 0;
  sotto_engine_trust (self->options.engine, accept);
  if (!accept && self->call != NULL)
    sotto_runner_fail (self, "server_key", _ ("You do not trust this server"));
}

static void
ask_trust (SottoRunner *self, const SottoEvent *event)
{
  if (self->options.terminal == NULL)
    {
      sotto_engine_trust (self->options.engine, true);
      return;
    }
  g_autofree char *server = sotto_text_display (event->server, 255);
  g_autofree char *prompt = g_strdup_printf (
      _ ("This is the first time that you use %s port %u. Its key has the fingerprint\n  %s\n"
         "Compare it with what the administrator told you. Trust this server? (yes/no) "),
      server, event->port, event->fingerprint);
  sotto_terminal_ask (self->options.terminal, prompt, false, on_trust_answer, self);
}

/* A person has to look into it: going on would be what an impostor wants. */
static bool
is_fatal (const SottoEvent *event)
{
  return event->type == SOTTO_EVENT_ERROR
         && (g_strcmp0 (event->code, "server_key") == 0 || g_strcmp0 (event->code, "realm") == 0);
}

static void
judge (SottoRunner *self, const SottoEvent *event)
{
  if (!self->is_running)
    return;
  switch (self->call->command->judge (event, self->call))
    {
    case SOTTO_OUTCOME_NONE:
      break;
    case SOTTO_OUTCOME_DONE:
      complete (self, SOTTO_EXIT_OK);
      break;
    case SOTTO_OUTCOME_FAILED:
      complete (self, get_failure (event->code));
      break;
    }
}

static void
on_event (SottoEngine *engine, const SottoEvent *event, gpointer data)
{
  SottoRunner *self = data;
  if (event->type == SOTTO_EVENT_SERVER_UNKNOWN)
    {
      ask_trust (self, event);
      return;
    }
  print (self, event);
  if (is_fatal (event))
    leave (self, SOTTO_EXIT_FAILURE);
  judge (self, event);
  if (self->is_ending)
    next_later (self);
}

/* --- secrets --- */

static void
before_asking (gpointer data)
{
  SottoRunner *self = data;
  if (self->console != NULL && isatty (STDIN_FILENO))
    sotto_console_take_typed (self->console);
}

static void
on_secrets (bool are_complete, gpointer data)
{
  SottoRunner *self = data;
  if (!are_complete)
    {
      sotto_runner_fail (self, "password", NULL);
      return;
    }
  self->is_running = true;
  self->call->command->run (self, self->call);
}

/* --- what comes next --- */

static void
start_call (SottoRunner *self, SottoCall *take_call)
{
  self->call = take_call;
  self->secrets = (SottoSecrets){ .call = take_call,
                                  .terminal = self->options.terminal,
                                  .before_asking = before_asking,
                                  .done = on_secrets,
                                  .data = self };
  sotto_secrets_gather (&self->secrets);
}

static bool
is_comment (const char *line)
{
  line += strspn (line, " \t");
  return *line == '\0' || *line == '#';
}

static void
end (SottoRunner *self)
{
  self->is_ending = true;
  next_later (self);
}

static void
on_line (char *line, gsize n, gpointer data)
{
  SottoRunner *self = data;
  if (line == NULL)
    {
      end (self);
      return;
    }
  if (n > 0 && !sotto_text_is_valid (line, n))
    {
      print_error (self, "usage", _ ("This line is not UTF-8 text"));
      self->status = SOTTO_EXIT_USAGE;
      next_later (self);
      return;
    }
  if (is_comment (line))
    {
      next_later (self);
      return;
    }
  g_autoptr (GError) error = NULL;
  SottoCall *call = sotto_call_new_from_line (line, &error);
  if (call == NULL)
    {
      print_error (self, "usage", error->message);
      self->status = SOTTO_EXIT_USAGE;
      next_later (self);
      return;
    }
  start_call (self, call);
}

static gboolean
on_outbox_timeout (gpointer data)
{
  SottoRunner *self = data;
  bool is_empty = sotto_engine_get_outbox_size (self->options.engine) == 0;
  self->timer = 0;
  leave (self, is_empty ? self->status : SOTTO_EXIT_TIMEOUT);
  return G_SOURCE_REMOVE;
}

/* Of what a file still wants no event says when it has it. */
static gboolean
on_look_again (gpointer data)
{
  SottoRunner *self = data;
  self->next_source = 0;
  next_later (self);
  return G_SOURCE_REMOVE;
}

static void
wait_for_outbox (SottoRunner *self)
{
  bool is_receiving = sotto_engine_is_receiving (self->options.engine);
  if (sotto_engine_get_outbox_size (self->options.engine) == 0 && !is_receiving)
    {
      leave (self, self->status);
      return;
    }
  if (self->timer == 0)
    self->timer = g_timeout_add (self->options.outbox_wait_ms, on_outbox_timeout, self);
  if (is_receiving && self->next_source == 0)
    self->next_source = g_timeout_add (LOOK_AGAIN_MS, on_look_again, self);
}

static gboolean
on_next (gpointer data)
{
  SottoRunner *self = data;
  self->next_source = 0;
  g_clear_pointer (&self->finished, sotto_call_free);
  if (self->is_ending)
    wait_for_outbox (self);
  else if (!g_queue_is_empty (&self->calls))
    start_call (self, g_queue_pop_head (&self->calls));
  else if (self->console != NULL)
    sotto_console_want_line (self->console);
  else
    end (self);
  return G_SOURCE_REMOVE;
}

/* From a source of its own: a command never begins within the event that completed the one before.
 * Of the engine's priority, as a file on its way leaves no time for anything lower. */
static void
next_later (SottoRunner *self)
{
  if (self->next_source == 0)
    self->next_source = g_idle_add_full (SOTTO_ENGINE_PRIORITY, on_next, self, NULL);
}

/* --- life --- */

#define LEAVE_ON(number)                                                                           \
  static gboolean on_signal_##number (gpointer data)                                               \
  {                                                                                                \
    leave (data, 128 + number);                                                                    \
    return G_SOURCE_CONTINUE;                                                                      \
  }
LEAVE_ON (SIGINT)
LEAVE_ON (SIGTERM)
LEAVE_ON (SIGHUP)
#undef LEAVE_ON

SottoRunner *
sotto_runner_new (const SottoRunnerOptions *options)
{
  SottoRunner *self = g_new0 (SottoRunner, 1);
  self->options = *options;
  self->loop = g_main_loop_new (NULL, FALSE);
  g_queue_init (&self->calls);
  if (options->reads_lines)
    self->console = sotto_console_new (STDIN_FILENO, on_line, self);
  self->event_handler = g_signal_connect (options->engine, "event", G_CALLBACK (on_event), self);
  self->signals[0] = g_unix_signal_add (SIGINT, on_signal_SIGINT, self);
  self->signals[1] = g_unix_signal_add (SIGTERM, on_signal_SIGTERM, self);
  self->signals[2] = g_unix_signal_add (SIGHUP, on_signal_SIGHUP, self);
  return self;
}

void
sotto_runner_free (SottoRunner *self)
{
  if (self == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (self->signals); i++)
    g_clear_handle_id (&self->signals[i], g_source_remove);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_handle_id (&self->next_source, g_source_remove);
  g_clear_signal_handler (&self->event_handler, self->options.engine);
  sotto_call_free (self->call);
  sotto_call_free (self->finished);
  g_queue_clear_full (&self->calls, (GDestroyNotify)sotto_call_free);
  sotto_console_free (self->console);
  g_main_loop_unref (self->loop);
  g_free (self);
}

void
sotto_runner_add (SottoRunner *self, SottoCall *take_call)
{
  g_queue_push_tail (&self->calls, take_call);
}

int
sotto_runner_run (SottoRunner *self)
{
  next_later (self);
  g_main_loop_run (self->loop);
  return self->status;
}
