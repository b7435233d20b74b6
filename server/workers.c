// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/workers.h"

#include "shared/base/error.h"
#include <errno.h>
#include <glib-unix.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define WORKER_NICE 10

typedef struct
{
  SottoWork *first;
  SottoWork **last;
  guint n;
} WorkQueue;

struct _SottoWorkers
{
  pthread_mutex_t mutex; /* guards the queues and `stopping` */
  pthread_cond_t wanted;
  WorkQueue waiting[SOTTO_WORK_PRIORITIES];
  WorkQueue finished;
  bool stopping;

  guint queue_max[SOTTO_WORK_PRIORITIES];
  bool nice;
  int event_fd;
  GSource *source;
  void (*flush) (gpointer data);
  gpointer flush_data;
  guint n_threads;
  pthread_t *threads;
};

static void
queue_init (WorkQueue *self)
{
  self->first = NULL;
  self->last = &self->first;
  self->n = 0;
}

static void
queue_push (WorkQueue *self, SottoWork *work)
{
  work->next = NULL;
  *self->last = work;
  self->last = &work->next;
  self->n++;
}

static SottoWork *
queue_pop (WorkQueue *self)
{
  SottoWork *work = self->first;

  if (work == NULL)
    return NULL;
  self->first = work->next;
  if (self->first == NULL)
    self->last = &self->first;
  self->n--;
  return work;
}

static bool
queue_remove (WorkQueue *self, SottoWork *work)
{
  for (SottoWork **at = &self->first; *at != NULL; at = &(*at)->next)
    if (*at == work)
      {
        *at = work->next;
        if (*at == NULL)
          self->last = at;
        self->n--;
        return true;
      }
  return false;
}

static SottoWork *
workers_pop_best (SottoWorkers *self)
{
  for (guint i = 0; i < SOTTO_WORK_PRIORITIES; i++)
    if (self->waiting[i].n > 0)
      return queue_pop (&self->waiting[i]);
  return NULL;
}

static void
workers_tell_loop (SottoWorkers *self)
{
  uint64_t one = 1;

  /* Cannot fail short of 2^64 results; a lost wake-up would be found at the next. */
  if (write (self->event_fd, &one, sizeof one) < 0)
    g_assert (errno == EAGAIN);
}

static void *
worker_main (void *data)
{
  SottoWorkers *self = data;

  if (self->nice)
    setpriority (PRIO_PROCESS, (id_t)syscall (SYS_gettid), WORKER_NICE);

  pthread_mutex_lock (&self->mutex);
  while (!self->stopping)
    {
      SottoWork *work = workers_pop_best (self);

      if (work == NULL)
        {
          pthread_cond_wait (&self->wanted, &self->mutex);
          continue;
        }
      pthread_mutex_unlock (&self->mutex);
      work->run (work);
      pthread_mutex_lock (&self->mutex);
      queue_push (&self->finished, work);
      workers_tell_loop (self);
    }
  pthread_mutex_unlock (&self->mutex);
  return NULL;
}

static SottoWork *
workers_pop_finished (SottoWorkers *self)
{
  pthread_mutex_lock (&self->mutex);
  SottoWork *work = queue_pop (&self->finished);
  pthread_mutex_unlock (&self->mutex);
  return work;
}

static gboolean
on_finished (gint fd, GIOCondition condition, gpointer data)
{
  SottoWorkers *self = data;
  uint64_t n;
  SottoWork *work;

  if (read (fd, &n, sizeof n) < 0)
    return G_SOURCE_CONTINUE;
  while ((work = workers_pop_finished (self)) != NULL)
    work->done (work);
  if (self->flush != NULL)
    self->flush (self->flush_data);
  return G_SOURCE_CONTINUE;
}

static bool
workers_start (SottoWorkers *self, guint n_threads, GError **error)
{
  self->threads = g_new0 (pthread_t, n_threads);
  for (; self->n_threads < n_threads; self->n_threads++)
    {
      int failed = pthread_create (&self->threads[self->n_threads], NULL, worker_main, self);

      if (failed != 0)
        {
          g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_IO, "thread: %s", g_strerror (failed));
          return false;
        }
    }
  return true;
}

SottoWorkers *
sotto_workers_new (guint n_threads,
                   const guint queue_max[static SOTTO_WORK_PRIORITIES],
                   bool nice,
                   GError **error)
{
  SottoWorkers *self = g_new0 (SottoWorkers, 1);

  pthread_mutex_init (&self->mutex, NULL);
  pthread_cond_init (&self->wanted, NULL);
  for (guint i = 0; i < SOTTO_WORK_PRIORITIES; i++)
    {
      queue_init (&self->waiting[i]);
      self->queue_max[i] = queue_max[i];
    }
  queue_init (&self->finished);
  self->nice = nice;
  self->event_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (self->event_fd < 0)
    {
      g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_IO, "eventfd: %s", g_strerror (errno));
      sotto_workers_free (self);
      return NULL;
    }
  self->source = g_unix_fd_source_new (self->event_fd, G_IO_IN);
  g_source_set_static_name (self->source, "sotto-workers");
  g_source_set_callback (self->source, G_SOURCE_FUNC (on_finished), self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());
  if (!workers_start (self, n_threads, error))
    {
      sotto_workers_free (self);
      return NULL;
    }
  return self;
}

static void
workers_discard (WorkQueue *queue)
{
  SottoWork *work;

  while ((work = queue_pop (queue)) != NULL)
    work->discard (work);
}

void
sotto_workers_free (SottoWorkers *self)
{
  if (self == NULL)
    return;
  pthread_mutex_lock (&self->mutex);
  self->stopping = true;
  pthread_cond_broadcast (&self->wanted);
  pthread_mutex_unlock (&self->mutex);
  for (guint i = 0; i < self->n_threads; i++)
    pthread_join (self->threads[i], NULL);

  for (guint i = 0; i < SOTTO_WORK_PRIORITIES; i++)
    workers_discard (&self->waiting[i]);
  workers_discard (&self->finished);
  if (self->source != NULL)
    {
      g_source_destroy (self->source);
      g_source_unref (self->source);
    }
  if (self->event_fd >= 0)
    close (self->event_fd);
  pthread_cond_destroy (&self->wanted);
  pthread_mutex_destroy (&self->mutex);
  g_free (self->threads);
  g_free (self);
}

void
sotto_workers_set_flush (SottoWorkers *self, void (*flush) (gpointer data), gpointer data)
{
  self->flush = flush;
  self->flush_data = data;
}

bool
sotto_workers_push (SottoWorkers *self, SottoWork *work, guint priority)
{
  g_assert (priority < SOTTO_WORK_PRIORITIES);

  pthread_mutex_lock (&self->mutex);
  bool room = self->waiting[priority].n < self->queue_max[priority];
  if (room)
    {
      work->priority = priority;
      queue_push (&self->waiting[priority], work);
      pthread_cond_signal (&self->wanted);
    }
  pthread_mutex_unlock (&self->mutex);
  return room;
}

bool
sotto_workers_remove (SottoWorkers *self, SottoWork *work)
{
  pthread_mutex_lock (&self->mutex);
  bool found = queue_remove (&self->waiting[work->priority], work);
  pthread_mutex_unlock (&self->mutex);
  if (found)
    work->discard (work);
  return found;
}

guint
sotto_workers_waiting (SottoWorkers *self)
{
  guint n = 0;

  pthread_mutex_lock (&self->mutex);
  for (guint i = 0; i < SOTTO_WORK_PRIORITIES; i++)
    n += self->waiting[i].n;
  pthread_mutex_unlock (&self->mutex);
  return n;
}
