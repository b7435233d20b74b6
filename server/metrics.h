// SPDX-License-Identifier: GPL-3.0-or-later
/* What can be counted about the server, each with its name as Prometheus wants it. */
#pragma once

#include "server/services.h"

typedef struct
{
  const char *name; /* sotto_… ; that of a counter ends in _total */
  const char *type; /* counter or gauge */
  const char *help;
  guint64 (*read) (const SottoServices *services);
} SottoMetric;

const SottoMetric *sotto_metrics_get (gsize *out_n);
