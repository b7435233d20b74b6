// SPDX-License-Identifier: GPL-3.0-or-later
/* The table of sottoctl's commands. How one is run: ask.h for those that ask the server one thing,
 * files of their own for the others. */
#pragma once

#include "server/sottoctl/print.h"
#include "server/sottoctl/refusal.h"

typedef struct _SottoCtlCommand SottoCtlCommand;

/* The command line, taken apart. NULL is what was not said. */
typedef struct
{
  const char *socket;   /* it is looked for */
  const char *argument; /* NAME, CODE or FILE */
  const char *uses;
  const char *expires;
  bool json;
} SottoCtlLine;

typedef enum
{
  SOTTO_CTL_DONE = 0,
  SOTTO_CTL_FAILED = 1,
  SOTTO_CTL_USAGE = 2
} SottoCtlExit;

struct _SottoCtlCommand
{
  const char *name;
  const char *argument; /* what it is called in --help; NULL: there is none */
  const char *what;     /* for --help */
  bool takes_password;
  bool takes_invite; /* --uses and --expires */
  const char *done;  /* "… bob." */
  const char *rows;  /* the member of --json that the lines before the answer become */
  void (*print) (const SottoCtlAnswer *answer);
  /* Prints its answer; false and *out_refusal when it is no. */
  bool (*run) (const SottoCtlCommand *self, const SottoCtlLine *line, SottoCtlRefusal *out_refusal);
};

/* NULL when there is none of that name. */
const SottoCtlCommand *sotto_ctl_command_find (const char *name);
/* The lines of --help. Caller frees. */
char *sotto_ctl_commands_help (void);
SottoCtlExit sotto_ctl_command_run (const SottoCtlCommand *self, const SottoCtlLine *line);
/* Says what is wrong, to people and with --json to scripts; returns status. */
SottoCtlExit sotto_ctl_fail (SottoCtlExit status, const char *code, const char *message, bool json);
