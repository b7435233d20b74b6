// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The commands, as a table: how each is written, which of its words are secrets, what it does and
 * which event completes it. Knows how to take a line apart; knows nothing of where lines come from.
 */
#pragma once

#include "shared/client/event.h"

#define SOTTO_CALL_ARGS_MAX 3

typedef struct _SottoRunner SottoRunner;
typedef struct _SottoCall SottoCall;

typedef enum
{
  SOTTO_OUTCOME_NONE, /* the event says nothing about the command */
  SOTTO_OUTCOME_DONE,
  SOTTO_OUTCOME_FAILED
} SottoOutcome;

/* A word that may be missing or "-": then it comes from the environment or is asked for. */
typedef struct
{
  guint position;
  const char *variable;
  const char *prompt; /* NULL ends the list */
} SottoCommandSecret;

typedef struct
{
  const char *name;
  const char *usage;
  guint counts;   /* bit n is set: n arguments are right */
  guint rest_at;  /* this argument (from 1) is the rest of the line as it is; 0: none is */
  bool is_silent; /* its success does not make up for an earlier failure: wait, quit, help */
  const SottoCommandSecret *secrets; /* NULL: none */
  SottoOutcome (*judge) (const SottoEvent *event, const SottoCall *call);
  void (*run) (SottoRunner *runner, SottoCall *call);
} SottoCommand;

/* A command with its words. Secret words are wiped with it. */
struct _SottoCall
{
  const SottoCommand *command;
  char *args[SOTTO_CALL_ARGS_MAX]; /* NULL where none was given */
};

/* NULL with SOTTO_ERROR_INVALID: no such command, or not written like that. */
SottoCall *sotto_call_new_from_line (const char *line, GError **error);
SottoCall *sotto_call_new_from_words (char **words, GError **error);
void sotto_call_free (SottoCall *self);

/* All usages, one a line. */
char *sotto_commands_help (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SottoCall, sotto_call_free)
