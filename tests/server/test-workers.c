// SPDX-License-Identifier: GPL-3.0-or-later
#undef G_DISABLE_ASSERT
#include "server/workers.h"

#include <pthread.h>

/* A job that waits for its gate, then writes its letter into the order of finishing. */
typedef struct
{
  SottoWork work; /* first */
  pthread_mutex_t *gate;
  char letter;
  GString *done;
  GString *discarded;
} Errand;

static const guint queue_max[SOTTO_WORK_PRIORITIES] = { 2, 2, 2, 2 };

static void
errand_run (SottoWork *work)
{
  Errand *self = (Errand *)work;

  pthread_mutex_lock (self->gate);
  pthread_mutex_unlock (self->gate);
}

static void
errand_done (SottoWork *work)
{
  Errand *self = (Errand *)work;

  g_string_append_c (self->done, self->letter);
}

static void
errand_discard (SottoWork *work)
{
  Errand *self = (Errand *)work;

  g_string_append_c (self->discarded, self->letter);
}

typedef struct
{
  SottoWorkers *workers;
  pthread_mutex_t gate;
  GString *done;
  GString *discarded;
  guint flushed;
  Errand errands[8];
} Office;

static void
on_flush (gpointer data)
{
  ((Office *)data)->flushed++;
}

static void
office_open (Office *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->done = g_string_new (NULL);
  self->discarded = g_string_new (NULL);
  pthread_mutex_init (&self->gate, NULL);
  self->workers = sotto_workers_new (1, queue_max, true, &error);
  g_assert_no_error (error);
  sotto_workers_set_flush (self->workers, on_flush, self);
  for (guint i = 0; i < G_N_ELEMENTS (self->errands); i++)
    self->errands[i] = (Errand){
      .work = { .run = errand_run, .done = errand_done, .discard = errand_discard },
      .gate = &self->gate,
      .letter = (char)('a' + i),
      .done = self->done,
      .discarded = self->discarded,
    };
}

static void
office_close (Office *self, gconstpointer data)
{
  sotto_workers_free (self->workers);
  pthread_mutex_destroy (&self->gate);
  g_string_free (self->done, TRUE);
  g_string_free (self->discarded, TRUE);
}

static bool
push (Office *self, guint i, guint priority)
{
  return sotto_workers_push (self->workers, &self->errands[i].work, priority);
}

static void
wait_until_begun (Office *self)
{
  while (sotto_workers_waiting (self->workers) > 0)
    g_usleep (200);
}

static void
wait_until_done (Office *self, gsize n)
{
  while (self->done->len < n)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_priorities (Office *self, gconstpointer data)
{
  pthread_mutex_lock (&self->gate);
  g_assert_true (push (self, 0, 2));
  wait_until_begun (self);
  g_assert_true (push (self, 1, 2));
  g_assert_true (push (self, 2, 1));
  g_assert_true (push (self, 3, 0));
  g_assert_true (push (self, 4, 1));
  pthread_mutex_unlock (&self->gate);
  wait_until_done (self, 5);
  g_assert_cmpstr (self->done->str, ==, "adceb");
  g_assert_cmpuint (self->flushed, >, 0);
}

static void
test_full_queue (Office *self, gconstpointer data)
{
  pthread_mutex_lock (&self->gate);
  g_assert_true (push (self, 0, 1));
  wait_until_begun (self);
  g_assert_true (push (self, 1, 1));
  g_assert_true (push (self, 2, 1));
  g_assert_false (push (self, 3, 1));
  g_assert_true (push (self, 4, 2));
  pthread_mutex_unlock (&self->gate);
  wait_until_done (self, 4);
  g_assert_cmpstr (self->done->str, ==, "abce");
}

static void
test_remove (Office *self, gconstpointer data)
{
  pthread_mutex_lock (&self->gate);
  g_assert_true (push (self, 0, 1));
  wait_until_begun (self);
  g_assert_true (push (self, 1, 1));
  g_assert_true (push (self, 2, 1));
  g_assert_true (sotto_workers_remove (self->workers, &self->errands[2].work));
  g_assert_false (sotto_workers_remove (self->workers, &self->errands[0].work));
  g_assert_true (push (self, 3, 1)); /* its room is free again */
  pthread_mutex_unlock (&self->gate);
  wait_until_done (self, 3);
  g_assert_cmpstr (self->done->str, ==, "abd");
  g_assert_cmpstr (self->discarded->str, ==, "c");
}

static void
test_free_discards (Office *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  pthread_mutex_lock (&self->gate);
  g_assert_true (push (self, 0, 1));
  wait_until_begun (self);
  g_assert_true (push (self, 1, 1));
  g_assert_true (push (self, 2, 2));
  pthread_mutex_unlock (&self->gate);
  sotto_workers_free (self->workers);
  g_assert_cmpuint (self->done->len, ==, 0);
  g_assert_cmpuint (self->discarded->len, ==, 3);
  self->workers = sotto_workers_new (2, queue_max, false, &error);
}

#define ADD(path, func) g_test_add (path, Office, NULL, office_open, func, office_close)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/server/workers/priorities", test_priorities);
  ADD ("/server/workers/full-queue", test_full_queue);
  ADD ("/server/workers/remove", test_remove);
  ADD ("/server/workers/free-discards", test_free_discards);
  return g_test_run ();
}
