// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A few hundred rows a step. Each step asks the disk where it stands, so that one that has to be
 * done again does no harm. No place is given twice: the highest one that is gone is remembered.
 */
#include "shared/client/history-forget.h"

#include "shared/client/history-lists-private.h"

#define ROWS_A_STEP 512

typedef struct
{
  SottoHistoryTour tour;
  uint64_t before_ms; /* of an expiry */
  bool of_one;
  SottoName peer;
  gint64 *upto; /* of each peer on the tour, as it was at the first step */
} Forget;

static bool
run_on (SottoHistoryDb *db, SottoSql sql, gint64 from, gint64 to, GError **error)
{
  sotto_history_sql_bind (&db->sql, sql, "ii", from, to);
  return sotto_history_sql_run (&db->sql, sql, NULL, error);
}

/* --- What is too old --- */

/* out_more: all that was looked at is gone. */
static bool
expire_some (Forget *self,
             SottoHistoryDb *db,
             const SottoHistoryWho *who,
             bool *out_more,
             GError **error)
{
  sotto_history_sql_bind (&db->sql, SOTTO_SQL_OLDEST, "iii", sotto_history_place_base (who->number),
                          sotto_history_place_base (who->number + 1), (gint64)ROWS_A_STEP);
  g_autoptr (GPtrArray) oldest = sotto_history_db_read (db, SOTTO_SQL_OLDEST, error);
  guint n = 0;

  if (oldest == NULL)
    return false;
  for (; n < oldest->len; n++)
    {
      const SottoHistoryRecord *record = oldest->pdata[n];
      gint64 place = (gint64)record->place;
      if (record->stored_ms >= self->before_ms)
        break;
      if (!run_on (db, SOTTO_SQL_DROP_MESSAGES, place - 1, place, error)
          || !run_on (db, SOTTO_SQL_BLANK_FILES, place - 1, place, error)
          || !run_on (db, SOTTO_SQL_RAISE_FLOOR, who->number, place, error))
        return false;
    }
  db->untidy |= n > 0;
  *out_more = n == ROWS_A_STEP;
  return true;
}

static SottoHistoryStep
expire (SottoHistoryWork *work, SottoHistoryDb *db, GError **error)
{
  Forget *self = (Forget *)work;
  SottoHistoryTour *tour = &self->tour;
  bool more = false;

  if (!sotto_history_tour_begin (tour, db, NULL, error))
    return SOTTO_HISTORY_STEP_FAILED;
  if (tour->next < tour->whos->len
      && !expire_some (self, db, &g_array_index (tour->whos, SottoHistoryWho, tour->next), &more,
                       error))
    return SOTTO_HISTORY_STEP_FAILED;
  tour->next += !more;
  return tour->next < tour->whos->len ? SOTTO_HISTORY_STEP_AGAIN : SOTTO_HISTORY_STEP_DONE;
}

SottoHistoryWork *
sotto_history_expire_new (uint64_t before_ms)
{
  Forget *self = g_new0 (Forget, 1);

  self->tour.work.step = expire;
  self->tour.work.writes = true;
  self->before_ms = before_ms;
  return &self->tour.work;
}

uint64_t
sotto_history_expire_get_before (const SottoHistoryWork *work)
{
  return ((const Forget *)work)->before_ms;
}

/* --- A conversation --- */

static bool
find_ends (Forget *self, SottoHistoryDb *db, GError **error)
{
  g_autofree gint64 *upto = NULL;

  if (self->upto != NULL)
    return true;
  upto = g_new0 (gint64, self->tour.whos->len + 1);
  for (guint i = 0; i < self->tour.whos->len; i++)
    {
      gint64 base =
          sotto_history_place_base (g_array_index (self->tour.whos, SottoHistoryWho, i).number);
      gint64 end = base + sotto_history_place_base (1) - 1;
      sotto_history_sql_bind (&db->sql, SOTTO_SQL_LAST_PLACE, "ii", base + 1, end);
      if (!sotto_history_sql_run (&db->sql, SOTTO_SQL_LAST_PLACE, &upto[i], error))
        return false;
    }
  self->upto = g_steal_pointer (&upto);
  return true;
}

/* What is small goes first, and at once. */
static bool
forget_some (SottoHistoryDb *db, gint64 number, gint64 upto, bool *out_more, GError **error)
{
  gint64 base = sotto_history_place_base (number);

  db->untidy = true;
  sotto_history_sql_bind (&db->sql, SOTTO_SQL_DROP_DRAFT, "i", number);
  if (!sotto_history_sql_run (&db->sql, SOTTO_SQL_DROP_DRAFT, NULL, error)
      || (upto > base && !run_on (db, SOTTO_SQL_RAISE_FLOOR, number, upto, error))
      || !run_on (db, SOTTO_SQL_DROP_WAITING, base, upto, error)
      || !run_on (db, SOTTO_SQL_DROP_NEWS, base, upto, error)
      || !run_on (db, SOTTO_SQL_BLANK_FILES, base, upto, error)
      || !run_on (db, SOTTO_SQL_DROP_SOME_MESSAGES, base, upto, error))
    return false;
  *out_more = sqlite3_changes (db->sql.db) > 0;
  return true;
}

static SottoHistoryStep
forget (SottoHistoryWork *work, SottoHistoryDb *db, GError **error)
{
  Forget *self = (Forget *)work;
  SottoHistoryTour *tour = &self->tour;
  bool more = false;

  if (!sotto_history_tour_begin (tour, db, self->of_one ? &self->peer : NULL, error)
      || !find_ends (self, db, error))
    return SOTTO_HISTORY_STEP_FAILED;
  if (tour->next < tour->whos->len
      && !forget_some (db, g_array_index (tour->whos, SottoHistoryWho, tour->next).number,
                       self->upto[tour->next], &more, error))
    return SOTTO_HISTORY_STEP_FAILED;
  tour->next += !more;
  return tour->next < tour->whos->len ? SOTTO_HISTORY_STEP_AGAIN : SOTTO_HISTORY_STEP_DONE;
}

static void
clear (gpointer self)
{
  g_free (((Forget *)self)->upto);
}

SottoHistoryWork *
sotto_history_forget_new (const SottoName *peer)
{
  Forget *self = g_new0 (Forget, 1);

  self->tour.work.step = forget;
  self->tour.work.writes = true;
  self->tour.clear = clear;
  self->of_one = peer != NULL;
  if (peer != NULL)
    self->peer = *peer;
  return &self->tour.work;
}

void
sotto_history_forget_foreach (SottoHistoryWork *work, SottoHistoryForgotten func, gpointer data)
{
  Forget *self = (Forget *)work;

  for (guint i = 0; self->tour.whos != NULL && i < self->tour.whos->len; i++)
    func (&g_array_index (self->tour.whos, SottoHistoryWho, i).name, (uint64_t)self->upto[i], data);
}
