// SPDX-License-Identifier: GPL-3.0-or-later
/* Of history-lists.c and history-search.c: the peers that a work goes through, one after another.
 */
#pragma once

#include "shared/client/history-db-private.h"
#include "shared/client/history-lists.h"

typedef struct
{
  gint64 number;
  SottoName name;
} SottoHistoryWho;

typedef struct
{
  SottoHistoryWork work;
  void (*clear) (gpointer self); /* NULL = nothing more to free */
  GArray *whos;                  /* SottoHistoryWho; NULL = not asked yet */
  guint next;                    /* of them */
} SottoHistoryTour;

/* Fills whos: of one peer, or of all. false: error is set. */
bool sotto_history_tour_begin (SottoHistoryTour *self,
                               SottoHistoryDb *db,
                               const SottoName *only,
                               GError **error);
/* The messages of a peer above `after` and below `before`, the newest first; with the peer. */
GPtrArray *sotto_history_db_slice (SottoHistoryDb *db,
                                   const SottoHistoryWho *who,
                                   gint64 after,
                                   gint64 before,
                                   guint max,
                                   GError **error);
