// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A search opens every message of whom it is about and looks into it: there is no index, for one
 * would say on the disk what the messages say. Of each peer the newest that match are enough.
 */
#include "shared/client/history-lists-private.h"

#include "shared/base/secret.h"
#include "shared/client/fold.h"
#include <string.h>

#define ROWS_A_STEP 2048 /* some ms, and then whoever waits has a turn */
#define PEER_COST   8    /* of looking one up, in rows */

typedef struct
{
  SottoHistoryTour tour;
  bool of_one;
  SottoName peer;
  GString *query; /* folded */
  GString *text;  /* of the present message, likewise */
  guint max;
  gint64 before; /* of the present peer, 0 = from the newest on */
  guint n_found; /* of the present peer */
} Search;

static bool
matches (Search *self, const SottoHistoryRecord *record)
{
  if (record->n == 0)
    return false;
  sotto_fold (record->text, record->n, self->text);
  return memmem (self->text->str, self->text->len, self->query->str, self->query->len) != NULL;
}

static gint
compare_records (gconstpointer a, gconstpointer b)
{
  const SottoHistoryRecord *left = *(SottoHistoryRecord *const *)a;
  const SottoHistoryRecord *right = *(SottoHistoryRecord *const *)b;

  if (left->stored_ms != right->stored_ms)
    return left->stored_ms < right->stored_ms ? 1 : -1;
  return left->place < right->place ? 1 : left->place > right->place ? -1 : 0;
}

/* true: there may be more of this peer. */
static bool
take_matches (Search *self, GPtrArray *slice)
{
  bool full = slice->len == ROWS_A_STEP;

  if (full)
    self->before = (gint64)((SottoHistoryRecord *)slice->pdata[slice->len - 1])->place;
  for (guint i = 0; i < slice->len && self->n_found < self->max; i++)
    {
      if (!matches (self, slice->pdata[i]))
        continue;
      g_ptr_array_add (self->tour.work.result, g_steal_pointer (&slice->pdata[i]));
      self->n_found++;
    }
  return full && self->n_found < self->max;
}

static bool
look_through (Search *self, SottoHistoryDb *db, guint *out_rows, GError **error)
{
  SottoHistoryTour *tour = &self->tour;
  const SottoHistoryWho *who = &g_array_index (tour->whos, SottoHistoryWho, tour->next);
  gint64 before = self->before != 0 ? self->before : G_MAXINT64;
  g_autoptr (GPtrArray) slice = sotto_history_db_slice (db, who, 0, before, ROWS_A_STEP, error);

  if (slice == NULL)
    return false;
  *out_rows = slice->len;
  if (take_matches (self, slice))
    return true;
  self->before = 0;
  self->n_found = 0;
  tour->next++;
  return true;
}

static SottoHistoryStep
search (SottoHistoryWork *work, SottoHistoryDb *db, GError **error)
{
  Search *self = (Search *)work;
  SottoHistoryTour *tour = &self->tour;
  guint done = 0, rows;

  if (!sotto_history_tour_begin (tour, db, self->of_one ? &self->peer : NULL, error))
    return SOTTO_HISTORY_STEP_FAILED;
  while (tour->next < tour->whos->len && self->query->len > 0 && done < ROWS_A_STEP)
    {
      if (!look_through (self, db, &rows, error))
        return SOTTO_HISTORY_STEP_FAILED;
      done += rows + PEER_COST;
    }
  if (tour->next < tour->whos->len && self->query->len > 0)
    return SOTTO_HISTORY_STEP_AGAIN;
  g_ptr_array_sort (work->result, compare_records);
  if (work->result->len > self->max)
    g_ptr_array_set_size (work->result, (gint)self->max);
  return SOTTO_HISTORY_STEP_DONE;
}

static void
clear (gpointer data)
{
  Search *self = data;

  sotto_secret_wipe (self->text->str, self->text->allocated_len);
  g_string_free (self->text, TRUE);
  g_string_free (self->query, TRUE);
}

SottoHistoryWork *
sotto_history_search_new (const char *query, const SottoName *peer, guint max)
{
  Search *self = g_new0 (Search, 1);
  g_autofree char *words = g_strstrip (g_strdup (query));

  self->tour.work.step = search;
  self->tour.work.result = g_ptr_array_new_with_free_func (sotto_history_record_free);
  self->tour.clear = clear;
  self->query = g_string_new (NULL);
  self->text = g_string_new (NULL);
  sotto_fold (words, strlen (words), self->query);
  self->of_one = peer != NULL;
  if (peer != NULL)
    self->peer = *peer;
  self->max = max;
  return &self->tour.work;
}
