// SPDX-License-Identifier: GPL-3.0-or-later
/* The signals of a widget that has many, as a table. */
#pragma once

#include <glib-object.h>

typedef struct
{
  const char *name;
  guint n_params;
  GType params[4];
} SottoSignal;

/* Their ids, in the same order. */
void sotto_signals_new (GType type, const SottoSignal *table, guint n, guint *out_ids);
