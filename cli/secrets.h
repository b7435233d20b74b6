// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Gives a call the secret words it lacks: from the environment, else from the person at the
 * terminal, and from nowhere else.
 */
#pragma once

#include "cli/commands.h"
#include "cli/terminal.h"

/* Stays where it is until done was called. */
typedef struct
{
  SottoCall *call;
  SottoTerminal *terminal; /* NULL: nobody can be asked */
  void (*before_asking) (gpointer data);
  void (*done) (bool are_complete, gpointer data); /* perhaps before gather returns */
  gpointer data;
} SottoSecrets;

void sotto_secrets_gather (SottoSecrets *self);
