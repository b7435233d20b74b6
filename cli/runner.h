// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Runs commands one after the other against the engine: the next begins when the one before is
 * complete. Decides the exit status. Owns nothing of what it is given but the calls.
 */
#pragma once

#include "cli/commands.h"
#include "cli/events.h"
#include "cli/terminal.h"
#include "shared/client/engine.h"

enum
{
  SOTTO_EXIT_OK = 0,
  SOTTO_EXIT_FAILURE = 1,
  SOTTO_EXIT_USAGE = 2,
  SOTTO_EXIT_TIMEOUT = 3,
  SOTTO_EXIT_CONFIG = 78
};

typedef struct
{
  SottoEngine *engine;
  SottoTerminal *terminal; /* NULL: nobody can be asked */
  SottoEventsFormat format;
  const char *invite;   /* of the join link, or NULL */
  guint outbox_wait_ms; /* at the end of input */
  bool reads_lines;     /* false: only what was added with sotto_runner_add */
} SottoRunnerOptions;

SottoRunner *sotto_runner_new (const SottoRunnerOptions *options);
void sotto_runner_free (SottoRunner *self);

void sotto_runner_add (SottoRunner *self, SottoCall *take_call);
int sotto_runner_run (SottoRunner *self); /* the exit status */

/* For commands: one of these completes a call whose judge does not. message NULL: the sentence
 * that every client says for this code. */
void sotto_runner_succeed (SottoRunner *self);
void sotto_runner_fail (SottoRunner *self, const char *code, const char *message);
void sotto_runner_succeed_after (SottoRunner *self, guint ms);
void sotto_runner_quit (SottoRunner *self);

/* A line for people; as JSON there is no such event. */
void sotto_runner_say (SottoRunner *self, const char *text);

SottoEngine *sotto_runner_get_engine (SottoRunner *self);
const char *sotto_runner_get_invite (SottoRunner *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SottoRunner, sotto_runner_free)
