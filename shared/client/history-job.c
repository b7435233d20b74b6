// SPDX-License-Identifier: GPL-3.0-or-later
/* Which kind of request may wait, may fail, and may be done again. */
#include "shared/client/history-job.h"

void
sotto_history_job_free (gpointer data)
{
  SottoHistoryJob *job = data;

  sotto_history_record_free (job->record);
  g_clear_pointer (&job->page, g_ptr_array_unref);
  g_clear_object (&job->task);
  g_clear_error (&job->error);
  g_free (job);
}

bool
sotto_history_job_is_lazy (const SottoHistoryJob *job)
{
  return job->op == SOTTO_HISTORY_OP_DELIVERED || job->op == SOTTO_HISTORY_OP_SEEN;
}

static SottoHistoryWork *
work_of (const SottoHistoryJob *job)
{
  return job->task == NULL ? NULL : g_task_get_task_data (job->task);
}

bool
sotto_history_job_reads_only (const SottoHistoryJob *job)
{
  return job->op == SOTTO_HISTORY_OP_PAGE || (job->task != NULL && !work_of (job)->writes);
}

static bool
stays_until_done (const SottoHistoryJob *job)
{
  return sotto_history_job_is_lazy (job) || job->op == SOTTO_HISTORY_OP_RECEIVE
         || (job->op == SOTTO_HISTORY_OP_WORK && !sotto_history_job_reads_only (job));
}

static bool
run_step (SottoHistoryDb *db, SottoHistoryJob *job, GError **error)
{
  SottoHistoryWork *work = work_of (job);

  if (!work->writes && g_cancellable_is_cancelled (g_task_get_cancellable (job->task)))
    job->step = SOTTO_HISTORY_STEP_DONE;
  else
    job->step = work->step (work, db, error);
  return job->step != SOTTO_HISTORY_STEP_FAILED;
}

static bool
write_job (SottoHistoryDb *db, SottoHistoryJob *job, GError **error)
{
  const SottoId *id = job->record == NULL ? NULL : &job->record->id;

  switch (job->op)
    {
    case SOTTO_HISTORY_OP_QUEUE:
      return sotto_history_db_queue (db, job->record, &job->is_new, error);
    case SOTTO_HISTORY_OP_DELIVERED:
      return sotto_history_db_delivered (db, job->record->place, id, error);
    case SOTTO_HISTORY_OP_SEEN:
      return sotto_history_db_seen (db, &job->record->peer, id, &job->is_new, error);
    case SOTTO_HISTORY_OP_RECEIVE:
      return sotto_history_db_receive (db, job->record, &job->is_new, error);
    case SOTTO_HISTORY_OP_WORK:
      return sotto_history_job_reads_only (job) || run_step (db, job, error);
    case SOTTO_HISTORY_OP_PAGE: /* when all is written */
      return true;
    }
  return true;
}

bool
sotto_history_jobs_write (SottoHistoryDb *db, GQueue *jobs, GError **error)
{
  bool ok = sotto_history_db_begin (db, error);

  for (GList *link = jobs->head; ok && link != NULL; link = link->next)
    ok = write_job (db, link->data, error);
  if (ok && sotto_history_db_drop_told (db, error) && sotto_history_db_commit (db, error))
    return true;
  sotto_history_db_rollback (db);
  return false;
}

void
sotto_history_jobs_read (SottoHistoryDb *db, GQueue *jobs)
{
  for (GList *link = jobs->head; link != NULL; link = link->next)
    {
      SottoHistoryJob *job = link->data;
      if (job->op == SOTTO_HISTORY_OP_PAGE)
        job->page =
            sotto_history_db_page (db, &job->record->peer, job->before, job->max, &job->error);
      else if (sotto_history_job_reads_only (job))
        run_step (db, job, &job->error);
    }
}

void
sotto_history_jobs_split_failed (GQueue *jobs, GQueue *out_failed, const GError *error)
{
  GList *next;

  for (GList *link = jobs->head; link != NULL; link = next)
    {
      SottoHistoryJob *job = link->data;
      next = link->next;
      if (stays_until_done (job))
        continue;
      if (!sotto_history_job_reads_only (job))
        job->error = g_error_copy (error);
      g_queue_unlink (jobs, link);
      g_queue_push_tail_link (out_failed, link);
    }
}

void
sotto_history_job_return (SottoHistoryJob *job)
{
  SottoHistoryWork *work = work_of (job);
  g_autoptr (GTask) task = g_steal_pointer (&job->task);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (job->error != NULL)
    g_task_return_error (task, g_steal_pointer (&job->error));
  else if (work->result == NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_pointer (task, g_steal_pointer (&work->result),
                           (GDestroyNotify)g_ptr_array_unref);
}

void
sotto_history_job_cancel (gpointer data, gpointer unused)
{
  SottoHistoryJob *job = data;

  if (job->task == NULL)
    return;
  g_clear_error (&job->error);
  g_set_error_literal (&job->error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "the history was closed");
  sotto_history_job_return (job);
}

SottoHistoryJob *
sotto_history_job_new (SottoHistoryOp op, SottoHistoryRecord *take_record)
{
  SottoHistoryJob *job = g_new0 (SottoHistoryJob, 1);

  job->op = op;
  job->record = take_record;
  return job;
}

SottoHistoryJob *
sotto_history_job_about (SottoHistoryOp op, const SottoName *peer, const SottoId *id)
{
  SottoHistoryRecord *record = sotto_history_record_new (NULL, 0);

  record->peer = *peer;
  if (id != NULL)
    record->id = *id;
  return sotto_history_job_new (op, record);
}
