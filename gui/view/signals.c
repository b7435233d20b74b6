// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/view/signals.h"

void
sotto_signals_new (GType type, const SottoSignal *table, guint n, guint *out_ids)
{
  for (guint i = 0; i < n; i++)
    out_ids[i] = g_signal_newv (table[i].name, type, G_SIGNAL_RUN_LAST, NULL, NULL, NULL, NULL,
                                G_TYPE_NONE, table[i].n_params, (GType *)table[i].params);
}
