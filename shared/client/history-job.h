// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * One request to the history, on its way to the worker and back as an answer. Knows no queue but
 * those it is handed, and no thread.
 */
#pragma once

#include "shared/client/history-work.h"

typedef struct
{
  SottoHistoryOp op;
  SottoHistoryRecord *record;
  uint64_t before;
  guint max;
  bool is_new;
  GPtrArray *page;
  GTask *task;
  SottoHistoryStep step; /* what the task's last one said */
  GError *error;
} SottoHistoryJob;

SottoHistoryJob *sotto_history_job_new (SottoHistoryOp op, SottoHistoryRecord *take_record);
SottoHistoryJob *
sotto_history_job_about (SottoHistoryOp op, const SottoName *peer, const SottoId *id);
void sotto_history_job_free (gpointer data);

bool sotto_history_job_is_lazy (const SottoHistoryJob *job); /* nobody waits for it */
bool sotto_history_job_reads_only (const SottoHistoryJob *job);

/* The worker's: all of them in one transaction; then those that only read. */
bool sotto_history_jobs_write (SottoHistoryDb *db, GQueue *jobs, GError **error);
void sotto_history_jobs_read (SottoHistoryDb *db, GQueue *jobs);
/* Nothing of it was done: what is not to be tried again goes to out_failed. */
void sotto_history_jobs_split_failed (GQueue *jobs, GQueue *out_failed, const GError *error);

/* The asker's: what is the data of a task is returned by it. */
void sotto_history_job_return (SottoHistoryJob *job);
void sotto_history_job_cancel (gpointer job, gpointer unused); /* if it is one */
