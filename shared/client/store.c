// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A job goes to the worker and comes back as an idle source; both hold a reference to what the
 * store and its jobs share, so an answer that arrives after the store is gone finds nobody and is
 * dropped.
 */
#include "shared/client/store.h"

#include "shared/base/file.h"

struct _SottoStore
{
  GThreadPool *worker;
  GMainContext *context;
  gboolean *gone; /* an atomic box: outlives the store while answers are under way */
};

typedef struct
{
  char *path;
  GBytes *content;
  SottoStoreFunc done;
  gpointer data;
  GError *error;
  GMainContext *context;
  gboolean *gone;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_free (job->path);
  g_bytes_unref (job->content);
  g_clear_error (&job->error);
  g_main_context_unref (job->context);
  g_atomic_rc_box_release (job->gone);
  g_free (job);
}

static gboolean
answer (gpointer data)
{
  Job *job = data;

  if (!*job->gone)
    job->done (job->error, job->data);
  return G_SOURCE_REMOVE;
}

static void
work (gpointer data, gpointer unused)
{
  Job *job = data;
  gsize n;
  const void *bytes = g_bytes_get_data (job->content, &n);

  sotto_file_replace (job->path, bytes, n, 0600, &job->error);
  if (job->done == NULL)
    {
      job_free (job);
      return;
    }
  g_autoptr (GSource) source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, answer, job, job_free);
  g_source_attach (source, job->context);
}

static GThreadPool *
make_worker (void)
{
  return g_thread_pool_new (work, NULL, 1, FALSE, NULL);
}

SottoStore *
sotto_store_new (void)
{
  SottoStore *self = g_new0 (SottoStore, 1);

  self->worker = make_worker ();
  self->context = g_main_context_ref_thread_default ();
  self->gone = g_atomic_rc_box_new0 (gboolean);
  return self;
}

void
sotto_store_free (SottoStore *self)
{
  if (self == NULL)
    return;
  g_thread_pool_free (self->worker, FALSE, TRUE);
  *self->gone = TRUE;
  g_atomic_rc_box_release (self->gone);
  g_main_context_unref (self->context);
  g_free (self);
}

/* A pool has no other way of being waited for than its end. */
void
sotto_store_flush (SottoStore *self)
{
  g_thread_pool_free (self->worker, FALSE, TRUE);
  self->worker = make_worker ();
}

void
sotto_store_replace (SottoStore *self,
                     const char *path,
                     GBytes *content,
                     SottoStoreFunc done,
                     gpointer data)
{
  Job *job = g_new0 (Job, 1);

  job->path = g_strdup (path);
  job->content = g_bytes_ref (content);
  job->done = done;
  job->data = data;
  job->context = g_main_context_ref (self->context);
  job->gone = g_atomic_rc_box_acquire (self->gone);
  g_thread_pool_push (self->worker, job, NULL);
}
