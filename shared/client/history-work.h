// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Work for the history's worker beside its records: what reads, a slice at a time so that no
 * message waits long for it, and what writes, in the transaction of the moment. A kind of work is a
 * struct that begins with a SottoHistoryWork and is the data of a GTask.
 */
#pragma once

#include "shared/client/history-db.h"
#include <gio/gio.h>

typedef enum
{
  SOTTO_HISTORY_STEP_DONE,
  SOTTO_HISTORY_STEP_AGAIN, /* call me once more, when others had their turn */
  SOTTO_HISTORY_STEP_FAILED /* error is set; what writes is begun anew until it succeeds */
} SottoHistoryStep;

typedef struct _SottoHistoryWork SottoHistoryWork;

typedef SottoHistoryStep (*SottoHistoryStepFunc) (SottoHistoryWork *self,
                                                  SottoHistoryDb *db,
                                                  GError **error);

struct _SottoHistoryWork
{
  SottoHistoryStepFunc step;
  bool writes; /* its steps may be done again, for a transaction can fail */
  GPtrArray *result;
};

/* task: its data is a SottoHistoryWork. It returns, in the order of the answers, the result, or
 * where there is none TRUE; CANCELLED when the history ends before. */
void sotto_history_run (SottoHistory *self, GTask *take_task);
