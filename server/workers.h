// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Threads for what must not run on the loop (RSA, bcrypt, the disk). A job belongs to the loop
 * until it is pushed, to a worker while it runs, and to the loop again in `done`; nobody else's
 * memory is touched, so no lock is needed beyond the queue's. Plain pthreads rather than
 * GThreadPool, so that ThreadSanitizer sees every hand-over.
 */
#pragma once

#include "server/types.h"
#include <glib.h>
#include <stdbool.h>

typedef struct _SottoWork SottoWork;

/* Embedded first in a job. */
struct _SottoWork
{
  void (*run) (SottoWork *work);     /* in a worker */
  void (*done) (SottoWork *work);    /* on the loop; frees the job */
  void (*discard) (SottoWork *work); /* on the loop instead of `done`, at removal or shutdown */
  SottoWork *next;
  guint priority;
};

#define SOTTO_WORK_PRIORITIES 4 /* 0 goes first */

/* Results arrive on the thread-default context. Threads run at a lower scheduling priority than the
 * loop when `nice` is true. queue_max[p] bounds the jobs waiting at priority p. */
SottoWorkers *sotto_workers_new (guint n_threads,
                                 const guint queue_max[static SOTTO_WORK_PRIORITIES],
                                 bool nice,
                                 GError **error);
/* Waits for what runs, discards what waits. */
void sotto_workers_free (SottoWorkers *self);
/* Called on the loop after a group of `done`. */
void sotto_workers_set_flush (SottoWorkers *self, void (*flush) (gpointer data), gpointer data);

/* false when that queue is full; the job then still belongs to the caller. */
bool sotto_workers_push (SottoWorkers *self, SottoWork *work, guint priority);
/* Discards the job if no worker has begun it; false when one has (its `done` will come). */
bool sotto_workers_remove (SottoWorkers *self, SottoWork *work);
guint sotto_workers_waiting (SottoWorkers *self);
