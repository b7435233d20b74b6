// SPDX-License-Identifier: GPL-3.0-or-later
/* A message of a conversation that is not kept has no place: then the newest word is the last. */
#include "shared/client/history-marks.h"

#include "shared/client/history-db-private.h"
#include <string.h>

static bool
add_mark (SottoHistoryDb *self, GHashTable *names, GPtrArray *marks)
{
  sqlite3_stmt *statement = self->sql.statements[SOTTO_SQL_ALL_SHOWN];
  gint64 number = sqlite3_column_int64 (statement, 0);
  const SottoName *name = g_hash_table_lookup (names, &number);

  if (name == NULL || sqlite3_column_bytes (statement, 1) != SOTTO_ID_LEN)
    return false;
  SottoHistoryMark *mark = g_new0 (SottoHistoryMark, 1);
  mark->peer = *name;
  memcpy (&mark->shown, sqlite3_column_blob (statement, 1), SOTTO_ID_LEN);
  g_ptr_array_add (marks, mark);
  return true;
}

GPtrArray *
sotto_history_db_load_marks (SottoHistoryDb *self, GError **error)
{
  g_autoptr (GHashTable) names = sotto_history_peers_load_names (&self->peers, error);
  g_autoptr (GPtrArray) marks = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) failure = NULL;

  if (names == NULL)
    return NULL;
  while (sotto_history_sql_next (&self->sql, SOTTO_SQL_ALL_SHOWN, &failure))
    {
      if (add_mark (self, names, marks))
        continue;
      sotto_history_sql_reset (&self->sql, SOTTO_SQL_ALL_SHOWN);
      sotto_history_sql_set_damaged (&self->sql, "a mark of nobody", error);
      return NULL;
    }
  if (failure == NULL)
    return g_steal_pointer (&marks);
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

/* out_place 0: it is no message that is kept. */
static bool
find_place (SottoHistoryDb *db,
            gint64 number,
            const SottoId *id,
            gint64 *out_place,
            bool *out_known,
            GError **error)
{
  gint64 known = 0;

  *out_place = 0;
  sotto_history_sql_bind (&db->sql, SOTTO_SQL_FIND_MESSAGE, "iid", number, (gint64)0, id);
  sotto_history_sql_bind (&db->sql, SOTTO_SQL_FIND_CAME, "id", number, id);
  if (!sotto_history_sql_run (&db->sql, SOTTO_SQL_FIND_MESSAGE, out_place, error)
      || !sotto_history_sql_run (&db->sql, SOTTO_SQL_FIND_CAME, &known, error))
    return false;
  *out_known = *out_place != 0 || known != 0;
  return true;
}

static SottoHistoryStep
mark_read (SottoHistoryWork *work, SottoHistoryDb *db, GError **error)
{
  SottoHistoryMarkRead *self = (SottoHistoryMarkRead *)work;
  SottoHistoryPeer *peer = NULL;
  gint64 place = 0, read = 0;
  bool known = false;

  self->is_news = false;
  if (!sotto_history_peers_find (&db->peers, &self->peer, false, &peer, error))
    return SOTTO_HISTORY_STEP_FAILED;
  if (peer == NULL)
    return SOTTO_HISTORY_STEP_DONE;
  sotto_history_sql_bind (&db->sql, SOTTO_SQL_READ_MARK, "i", peer->number);
  if (!find_place (db, peer->number, &self->id, &place, &known, error)
      || !sotto_history_sql_run (&db->sql, SOTTO_SQL_READ_MARK, &read, error))
    return SOTTO_HISTORY_STEP_FAILED;
  if (!known || (place != 0 && place <= read))
    return SOTTO_HISTORY_STEP_DONE;
  sotto_history_sql_bind (&db->sql, SOTTO_SQL_SET_READ, "ii", peer->number, place);
  if (!sotto_history_sql_run (&db->sql, SOTTO_SQL_SET_READ, NULL, error))
    return SOTTO_HISTORY_STEP_FAILED;
  self->is_news = true;
  if (!self->shows)
    return SOTTO_HISTORY_STEP_DONE;
  sotto_history_sql_bind (&db->sql, SOTTO_SQL_SET_SHOWN, "id", peer->number, &self->id);
  return sotto_history_sql_run (&db->sql, SOTTO_SQL_SET_SHOWN, NULL, error)
             ? SOTTO_HISTORY_STEP_DONE
             : SOTTO_HISTORY_STEP_FAILED;
}

SottoHistoryMarkRead *
sotto_history_mark_read_new (const SottoName *peer, const SottoId *id, bool shows)
{
  SottoHistoryMarkRead *self = g_new0 (SottoHistoryMarkRead, 1);

  self->work.step = mark_read;
  self->work.writes = true;
  self->peer = *peer;
  self->id = *id;
  self->shows = shows;
  return self;
}
