// SPDX-License-Identifier: GPL-3.0-or-later
/* The table of sottoctl's commands, and running one of them. */
#pragma once

#include "server/sottoctl/print.h"

typedef struct
{
  const char *name;
  bool takes_name;
  bool takes_password;
  const char *what; /* for --help */
  const char *done; /* "… bob." */
  const char *rows; /* the member of --json that the lines before the answer become */
  void (*print) (const SottoCtlAnswer *answer);
} SottoCtlCommand;

typedef enum
{
  SOTTO_CTL_DONE = 0,
  SOTTO_CTL_FAILED = 1,
  SOTTO_CTL_USAGE = 2
} SottoCtlExit;

/* NULL when there is none of that name. */
const SottoCtlCommand *sotto_ctl_command_find (const char *name);
/* The lines of --help. Caller frees. */
char *sotto_ctl_commands_help (void);
/* socket NULL: it is looked for. typed is NAME as it was written, NULL where none is taken. */
SottoCtlExit sotto_ctl_command_run (const SottoCtlCommand *self,
                                    const char *socket,
                                    const char *typed,
                                    bool json);
/* Says what is wrong, to people and with --json to scripts; returns status. */
SottoCtlExit sotto_ctl_fail (SottoCtlExit status, const char *code, const char *message, bool json);
