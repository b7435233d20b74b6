// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The worker takes all that waits at once, does it in one transaction and hands all answers back at
 * once; meanwhile the next lot gathers. So a slow disk makes commits rarer, not messages.
 *
 * Some requests nobody waits for: they wait a little for company. And what no person can repeat
 * stays, when the disk fails, until it works again.
 */
#include "shared/client/history.h"

#include "shared/base/limits.h"
#include "shared/client/history-drafts.h"
#include "shared/client/history-files.h"
#include "shared/client/history-job.h"
#include "shared/client/history-marks.h"

#define LAZY_WAIT  (20 * SOTTO_US_PER_MS)
#define RETRY_WAIT (1 * SOTTO_US_PER_S)
#define TIDY_WAIT  (1 * SOTTO_US_PER_S) /* of an idle worker */
#define BATCH_MAX  4096                 /* of one commit: an answer is not to wait for everything */

typedef struct
{
  GSource source;
  SottoHistory *history; /* borrowed: it destroys its source */
} Bell;

struct _SottoHistory
{
  SottoHistoryDb *db; /* the worker's, once there is one */
  SottoHistoryHandler handler;
  gpointer data;
  GPtrArray *outbox;
  GPtrArray *untold;
  GPtrArray *files;
  GPtrArray *marks;
  GPtrArray *drafts;
  GThread *worker;
  GSource *bell;

  GMutex lock; /* of what follows */
  GCond news;
  GQueue jobs;
  GQueue done;
  bool hurry; /* somebody waits for one of `jobs` */
  bool ending;
  gint64 not_before; /* failed jobs are among them */
  guint64 n_commits;
  bool fails;      /* the last commit did */
  GError *failure; /* to be told */
};

static void
move_all (GQueue *from, GQueue *to)
{
  GList *link;

  while ((link = g_queue_pop_head_link (from)) != NULL)
    g_queue_push_tail_link (to, link);
}

/* Without the lock. What is to be tried again stays in jobs. */
static void
work_on (SottoHistory *self, GQueue *jobs, GQueue *out_done, GError **error)
{
  g_autoptr (GError) failure = NULL;
  bool written = sotto_history_jobs_write (self->db, jobs, &failure);

  sotto_history_jobs_read (self->db, jobs);
  if (written)
    {
      move_all (jobs, out_done);
      return;
    }
  sotto_history_jobs_split_failed (jobs, out_done, failure);
  g_propagate_error (error, g_steal_pointer (&failure));
}

/* With the lock, which it gives up meanwhile. */
static void
tidy (SottoHistory *self)
{
  g_mutex_unlock (&self->lock);
  sotto_history_db_tidy (self->db);
  g_mutex_lock (&self->lock);
}

static void
wait_idly (SottoHistory *self)
{
  gint64 until = g_get_monotonic_time () + TIDY_WAIT;

  if (!sotto_history_db_is_untidy (self->db))
    g_cond_wait (&self->news, &self->lock);
  else if (!g_cond_wait_until (&self->news, &self->lock, until))
    tidy (self);
}

/* With the lock. When to begin: at once, or when those that can wait have waited. */
static void
wait_for_jobs (SottoHistory *self)
{
  while (self->jobs.length == 0 && !self->ending)
    wait_idly (self);

  gint64 until = MAX (g_get_monotonic_time () + LAZY_WAIT, self->not_before);
  while (!self->hurry && !self->ending && self->jobs.length < BATCH_MAX
         && g_cond_wait_until (&self->news, &self->lock, until))
    ;
}

static void
take_jobs (SottoHistory *self, GQueue *out)
{
  while (self->jobs.length > 0 && out->length < BATCH_MAX)
    g_queue_push_tail_link (out, g_queue_pop_head_link (&self->jobs));
  self->hurry = self->hurry && self->jobs.length > 0;
}

/* With the lock. What has more to do gets in line, but nobody has to wait until it does. */
static void
put_back (SottoHistory *self, GQueue *done)
{
  GList *next;

  for (GList *link = done->head; link != NULL; link = next)
    {
      SottoHistoryJob *job = link->data;
      next = link->next;
      if (job->step != SOTTO_HISTORY_STEP_AGAIN
          || (self->ending && sotto_history_job_reads_only (job)))
        continue;
      job->step = SOTTO_HISTORY_STEP_DONE;
      g_queue_unlink (done, link);
      g_queue_push_tail_link (&self->jobs, link);
      self->hurry = true;
    }
}

/* With the lock. jobs: what is to be tried again. */
static void
settle (SottoHistory *self, GQueue *jobs, GQueue *done, GError *take_error)
{
  self->n_commits += take_error == NULL;
  self->not_before = take_error == NULL ? 0 : g_get_monotonic_time () + RETRY_WAIT;
  if (take_error != NULL && !self->fails && self->failure == NULL)
    self->failure = g_error_copy (take_error);
  self->fails = take_error != NULL;
  g_clear_error (&take_error);
  if (self->ending) /* they had their chance */
    move_all (jobs, &self->done);
  while (jobs->length > 0)
    g_queue_push_head_link (&self->jobs, g_queue_pop_tail_link (jobs));
  put_back (self, done);
  move_all (done, &self->done);
  g_source_set_ready_time (self->bell, 0);
}

static gpointer
work (gpointer data)
{
  SottoHistory *self = data;
  GQueue jobs = G_QUEUE_INIT;
  GQueue done = G_QUEUE_INIT;

  sotto_history_db_begin_log (self->db);
  g_mutex_lock (&self->lock);
  while (!self->ending || self->jobs.length > 0)
    {
      GError *error = NULL;
      wait_for_jobs (self);
      take_jobs (self, &jobs);
      if (jobs.length == 0)
        continue;
      g_mutex_unlock (&self->lock);
      work_on (self, &jobs, &done, &error);
      g_mutex_lock (&self->lock);
      settle (self, &jobs, &done, error);
    }
  if (sotto_history_db_is_untidy (self->db))
    tidy (self);
  g_mutex_unlock (&self->lock);
  return NULL;
}

/* --- The answers --- */

static gboolean
on_bell (GSource *source, GSourceFunc unused, gpointer data)
{
  SottoHistory *self = ((Bell *)source)->history;
  SottoHistoryHandler handler = self->handler;
  gpointer handler_data = self->data;
  GQueue done = G_QUEUE_INIT;
  g_autoptr (GError) failure = NULL;
  SottoHistoryJob *job;

  g_source_set_ready_time (source, -1);
  g_mutex_lock (&self->lock);
  move_all (&self->done, &done);
  failure = g_steal_pointer (&self->failure);
  g_mutex_unlock (&self->lock);
  if (failure != NULL)
    handler.failed (failure, handler_data);
  while ((job = g_queue_pop_head (&done)) != NULL)
    {
      SottoHistoryResult result = { job->op, job->record, job->is_new, job->page, job->error };
      if (g_source_is_destroyed (source)) /* by an answer before */
        sotto_history_job_cancel (job, NULL);
      else if (job->task != NULL)
        sotto_history_job_return (job);
      else
        handler.answer (&result, handler_data);
      sotto_history_job_free (job);
    }
  if (!g_source_is_destroyed (source))
    handler.turn (handler_data);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs bell_funcs = { .dispatch = on_bell };

SottoHistory *
sotto_history_open (const char *path, const SottoKey *data_key, GError **error)
{
  g_autoptr (SottoHistoryDb) db = sotto_history_db_open (path, data_key, error);
  g_autoptr (GPtrArray) outbox = db == NULL ? NULL : sotto_history_db_outbox (db, error);
  g_autoptr (GPtrArray) untold = outbox == NULL ? NULL : sotto_history_db_untold (db, error);

  g_autoptr (GPtrArray) files = untold == NULL ? NULL : sotto_history_db_load_files (db, error);
  g_autoptr (GPtrArray) marks = files == NULL ? NULL : sotto_history_db_load_marks (db, error);
  g_autoptr (GPtrArray) drafts = marks == NULL ? NULL : sotto_history_db_load_drafts (db, error);

  if (drafts == NULL)
    return NULL;
  SottoHistory *self = g_new0 (SottoHistory, 1);
  self->db = g_steal_pointer (&db);
  self->outbox = g_steal_pointer (&outbox);
  self->untold = g_steal_pointer (&untold);
  self->files = g_steal_pointer (&files);
  self->marks = g_steal_pointer (&marks);
  self->drafts = g_steal_pointer (&drafts);
  g_mutex_init (&self->lock);
  g_cond_init (&self->news);
  g_queue_init (&self->jobs);
  g_queue_init (&self->done);
  return self;
}

void
sotto_history_free (SottoHistory *self)
{
  if (self == NULL)
    return;
  if (self->worker != NULL)
    {
      g_mutex_lock (&self->lock);
      self->ending = true;
      g_cond_signal (&self->news);
      g_mutex_unlock (&self->lock);
      g_thread_join (self->worker);
      g_source_destroy (self->bell);
      g_source_unref (self->bell);
    }
  g_queue_foreach (&self->jobs, sotto_history_job_cancel, NULL);
  g_queue_foreach (&self->done, sotto_history_job_cancel, NULL);
  g_queue_clear_full (&self->jobs, sotto_history_job_free);
  g_queue_clear_full (&self->done, sotto_history_job_free);
  g_clear_error (&self->failure);
  g_ptr_array_unref (self->outbox);
  g_ptr_array_unref (self->untold);
  g_ptr_array_unref (self->files);
  g_ptr_array_unref (self->marks);
  g_ptr_array_unref (self->drafts);
  sotto_history_db_close (self->db);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->news);
  g_free (self);
}

GPtrArray *
sotto_history_get_outbox (SottoHistory *self)
{
  return self->outbox;
}

GPtrArray *
sotto_history_get_files (SottoHistory *self)
{
  return self->files;
}

GPtrArray *
sotto_history_get_untold (SottoHistory *self)
{
  return self->untold;
}

GPtrArray *
sotto_history_get_drafts (SottoHistory *self)
{
  return self->drafts;
}

GPtrArray *
sotto_history_get_marks (SottoHistory *self)
{
  return self->marks;
}

void
sotto_history_set_told (SottoHistory *self, uint64_t place)
{
  sotto_history_db_set_told (self->db, place);
}

void
sotto_history_start (SottoHistory *self,
                     int priority,
                     const SottoHistoryHandler *handler,
                     gpointer data)
{
  g_return_if_fail (self->worker == NULL);
  self->handler = *handler;
  self->data = data;
  self->bell = g_source_new (&bell_funcs, sizeof (Bell));
  ((Bell *)self->bell)->history = self;
  g_source_set_priority (self->bell, priority);
  g_source_set_static_name (self->bell, "sotto history");
  g_source_attach (self->bell, g_main_context_get_thread_default ());
  self->worker = g_thread_new ("sotto-history", work, self);
}

/* --- The requests --- */

static void
push (SottoHistory *self, SottoHistoryJob *job)
{
  g_return_if_fail (self->worker != NULL);
  g_mutex_lock (&self->lock);
  bool wakes = self->jobs.length == 0 || (!self->hurry && !sotto_history_job_is_lazy (job));
  self->hurry |= !sotto_history_job_is_lazy (job);
  g_queue_push_tail (&self->jobs, job);
  if (wakes || self->jobs.length == BATCH_MAX)
    g_cond_signal (&self->news);
  g_mutex_unlock (&self->lock);
}

void
sotto_history_queue (SottoHistory *self, SottoHistoryRecord *take_record)
{
  push (self, sotto_history_job_new (SOTTO_HISTORY_OP_QUEUE, take_record));
}

void
sotto_history_receive (SottoHistory *self, SottoHistoryRecord *take_record)
{
  push (self, sotto_history_job_new (SOTTO_HISTORY_OP_RECEIVE, take_record));
}

void
sotto_history_delivered (SottoHistory *self,
                         const SottoName *peer,
                         const SottoId *id,
                         uint64_t place)
{
  SottoHistoryJob *job = sotto_history_job_about (SOTTO_HISTORY_OP_DELIVERED, peer, id);

  job->record->place = place;
  push (self, job);
}

void
sotto_history_seen (SottoHistory *self, const SottoName *peer, const SottoId *id)
{
  push (self, sotto_history_job_about (SOTTO_HISTORY_OP_SEEN, peer, id));
}

void
sotto_history_page (SottoHistory *self, const SottoName *peer, uint64_t before, guint max)
{
  SottoHistoryJob *job = sotto_history_job_about (SOTTO_HISTORY_OP_PAGE, peer, NULL);

  job->before = before;
  job->max = max;
  push (self, job);
}

void
sotto_history_run (SottoHistory *self, GTask *take_task)
{
  SottoHistoryJob *job = sotto_history_job_new (SOTTO_HISTORY_OP_WORK, NULL);

  job->task = take_task;
  push (self, job);
}

guint64
sotto_history_count_commits (SottoHistory *self)
{
  g_mutex_lock (&self->lock);
  guint64 n = self->n_commits;
  g_mutex_unlock (&self->lock);
  return n;
}
