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

/* load-flood.c: what has to be borne. */
int load_row_slow (Load *load, const double *arguments);
int load_row_headers (Load *load, const double *arguments);
int load_row_datagrams (Load *load, const double *arguments);
int load_row_bogus (Load *load, const double *arguments);
int load_row_probe (Load *load, const double *arguments);
int load_row_hold (Load *load, const double *arguments);
int load_row_storm (Load *load, const double *arguments);
int load_row_soak (Load *load, const double *arguments);
