// SPDX-License-Identifier: GPL-3.0-or-later
/* What can be measured at a server, and what can be done to it. Each prints one line. */
#pragma once

#include "tests/bench/load.h"

typedef struct
{
  const char *name;
  const char *arguments; /* how they are called */
  guint n_arguments;     /* all numbers */
  int (*run) (Load *load, const double *arguments);
} LoadRow;

/* load-rows.c: what is measured. */
int load_row_grants (Load *load, const double *arguments);
int load_row_resume (Load *load, const double *arguments);
int load_row_login (Load *load, const double *arguments);
int load_row_memory (Load *load, const double *arguments);
int load_row_presence (Load *load, const double *arguments);
int load_row_request (Load *load, const double *arguments);
