// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A lane stands in the pool's queue at most once, so its pieces never run beside each other; after
 * each it stands in line again, so that one lane does not starve the others.
 */
#include "shared/client/lane.h"

typedef struct
{
  GSource source;
  SottoLane *lane; /* borrowed: it destroys its source */
} Bell;

struct _SottoLane
{
  GThreadPool *pool;
  gpointer resource;
  GDestroyNotify free_resource;
  gpointer owner;
  GSource *bell;

  GMutex lock; /* of what follows */
  guint refs;  /* the owner's and the pool's */
  bool in_pool;
  bool over;
  SottoLaneJob *last; /* for after the end */
  GQueue jobs;
  GQueue done;
};

static void
job_free (gpointer data)
{
  SottoLaneJob *job = data;

  job->free (job);
}

static void
unref (SottoLane *self)
{
  g_mutex_lock (&self->lock);
  bool last = --self->refs == 0;
  g_mutex_unlock (&self->lock);
  if (!last)
    return;
  g_queue_clear_full (&self->jobs, job_free);
  g_queue_clear_full (&self->done, job_free);
  if (self->free_resource != NULL)
    self->free_resource (self->resource);
  g_source_unref (self->bell);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* --- In the pool --- */

/* With the lock. */
static void
stand_in_line (SottoLane *self)
{
  self->in_pool = self->over ? self->last != NULL : self->jobs.length > 0;
  if (!self->in_pool)
    return;
  self->refs++;
  g_thread_pool_push (self->pool, self, NULL);
}

static void
work (gpointer lane, gpointer unused)
{
  SottoLane *self = lane;

  g_mutex_lock (&self->lock);
  SottoLaneJob *job = self->over ? g_steal_pointer (&self->last) : g_queue_pop_head (&self->jobs);
  g_mutex_unlock (&self->lock);
  if (job != NULL)
    job->work (job, self);
  g_mutex_lock (&self->lock);
  if (job != NULL)
    g_queue_push_tail (&self->done, job);
  if (!self->over)
    g_source_set_ready_time (self->bell, 0);
  stand_in_line (self);
  g_mutex_unlock (&self->lock);
  unref (self);
}

GThreadPool *
sotto_lane_pool_new (guint n_threads)
{
  return g_thread_pool_new (work, NULL, (int)n_threads, FALSE, NULL);
}

/* --- In the owner's context --- */

static gboolean
on_bell (GSource *source, GSourceFunc unused, gpointer data)
{
  SottoLane *self = ((Bell *)source)->lane;
  gpointer owner = self->owner;
  GQueue done = G_QUEUE_INIT;
  SottoLaneJob *job;

  g_source_set_ready_time (source, -1);
  g_mutex_lock (&self->lock);
  done = self->done;
  g_queue_init (&self->done);
  g_mutex_unlock (&self->lock);
  while ((job = g_queue_pop_head (&done)) != NULL)
    {
      if (!g_source_is_destroyed (source)) /* by one before: then self is gone */
        job->done (job, owner);
      job->free (job);
    }
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs bell_funcs = { .dispatch = on_bell };

SottoLane *
sotto_lane_new (GThreadPool *pool,
                int priority,
                gpointer resource,
                GDestroyNotify free_resource,
                gpointer owner)
{
  SottoLane *self = g_new0 (SottoLane, 1);

  self->pool = pool;
  self->resource = resource;
  self->free_resource = free_resource;
  self->owner = owner;
  self->refs = 1;
  g_mutex_init (&self->lock);
  g_queue_init (&self->jobs);
  g_queue_init (&self->done);
  self->bell = g_source_new (&bell_funcs, sizeof (Bell));
  ((Bell *)self->bell)->lane = self;
  g_source_set_priority (self->bell, priority);
  g_source_set_static_name (self->bell, "sotto lane");
  g_source_attach (self->bell, g_main_context_get_thread_default ());
  return self;
}

void
sotto_lane_free (SottoLane *self)
{
  sotto_lane_free_after (self, NULL);
}

void
sotto_lane_free_after (SottoLane *self, SottoLaneJob *take_last)
{
  if (self == NULL)
    return;
  g_source_destroy (self->bell);
  g_mutex_lock (&self->lock);
  self->over = true;
  self->last = take_last;
  if (!self->in_pool)
    stand_in_line (self);
  g_mutex_unlock (&self->lock);
  unref (self);
}

void
sotto_lane_push (SottoLane *self, SottoLaneJob *take_job)
{
  g_mutex_lock (&self->lock);
  g_queue_push_tail (&self->jobs, take_job);
  if (!self->in_pool)
    stand_in_line (self);
  g_mutex_unlock (&self->lock);
}

gpointer
sotto_lane_get_resource (SottoLane *self)
{
  return self->resource;
}

bool
sotto_lane_is_over (SottoLane *self)
{
  g_mutex_lock (&self->lock);
  bool over = self->over;
  g_mutex_unlock (&self->lock);
  return over;
}
