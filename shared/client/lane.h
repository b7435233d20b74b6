// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Work that blocks, done one piece after the other by whichever thread of a pool is free; what came
 * of a piece is handed back, in the same order, in the context in which the lane was made. Knows
 * nothing of the work.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct _SottoLane SottoLane;
typedef struct _SottoLaneJob SottoLaneJob;

/* The first member of what is to be done. */
struct _SottoLaneJob
{
  void (*work) (SottoLaneJob *job, SottoLane *lane); /* in a thread of the pool */
  void (*done) (SottoLaneJob *job, gpointer owner);  /* in the context of the lane */
  void (*free) (SottoLaneJob *job);
};

GThreadPool *sotto_lane_pool_new (guint n_threads);

/* resource: what the work needs, freed once no piece runs any more. */
SottoLane *sotto_lane_new (GThreadPool *pool,
                           int priority,
                           gpointer resource,
                           GDestroyNotify free_resource,
                           gpointer owner);
/* Nobody is called any more, what waits is not begun; does not wait for what runs. To be called
 * before the pool goes. NULL is fine. */
void sotto_lane_free (SottoLane *self);
/* Likewise, but this piece is still worked at when its turn comes. */
void sotto_lane_free_after (SottoLane *self, SottoLaneJob *take_last);

void sotto_lane_push (SottoLane *self, SottoLaneJob *take_job);
gpointer sotto_lane_get_resource (SottoLane *self);
bool sotto_lane_is_over (SottoLane *self); /* for long work to ask now and then */
