// SPDX-License-Identifier: GPL-3.0-or-later
/* Rows become records again. One that does not open in its place is damage, not a gap. */
#include "shared/client/history-db-private.h"
#include "shared/client/history-files.h"

#include <string.h>

/* The present row of a statement of place, own, id, state, row; NULL when it is damaged. */
static SottoHistoryRecord *
read_record (SottoHistoryDb *self, SottoSql sql)
{
  sqlite3_stmt *statement = self->sql.statements[sql];
  SottoId id;

  if (sqlite3_column_bytes (statement, 2) != (int)sizeof id)
    return NULL;
  memcpy (&id, sqlite3_column_blob (statement, 2), sizeof id);
  SottoHistoryRecord *record = sotto_history_open_record (
      &self->keys, (uint64_t)sqlite3_column_int64 (statement, 0),
      sqlite3_column_int (statement, 1) != 0, &id, sqlite3_column_blob (statement, 4),
      (gsize)sqlite3_column_bytes (statement, 4));
  if (record != NULL)
    record->state = (SottoHistoryState)sqlite3_column_int (statement, 3);
  return record;
}

GPtrArray *
sotto_history_db_read (SottoHistoryDb *self, SottoSql sql, GError **error)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func (sotto_history_record_free);
  g_autoptr (GError) failure = NULL;

  while (sotto_history_sql_next (&self->sql, sql, &failure))
    {
      SottoHistoryRecord *record = read_record (self, sql);
      if (record == NULL)
        {
          sotto_history_sql_reset (&self->sql, sql);
          sotto_history_sql_set_damaged (&self->sql, "the row of a message", error);
          return NULL;
        }
      g_ptr_array_add (records, record);
      if (record->kind == SOTTO_MESSAGE_FILE_OFFER
          && !sotto_history_db_read_file (self, record, &failure))
        {
          sotto_history_sql_reset (&self->sql, sql);
          break;
        }
    }
  if (failure == NULL)
    return g_steal_pointer (&records);
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

GPtrArray *
sotto_history_db_page (SottoHistoryDb *self,
                       const SottoName *name,
                       uint64_t before,
                       guint max,
                       GError **error)
{
  SottoHistoryPeer *peer;

  if (!sotto_history_peers_find (&self->peers, name, false, &peer, error))
    return NULL;
  if (peer == NULL)
    return g_ptr_array_new_with_free_func (sotto_history_record_free);
  gint64 end = sotto_history_place_base (peer->number + 1);
  if (before != 0 && before < (uint64_t)end)
    end = (gint64)before;
  sotto_history_sql_bind (&self->sql, SOTTO_SQL_PAGE, "iii",
                          sotto_history_place_base (peer->number), end,
                          (gint64)MIN (max, SOTTO_HISTORY_PAGE_MAX));
  GPtrArray *page = sotto_history_db_read (self, SOTTO_SQL_PAGE, error);
  for (guint i = 0; page != NULL && i < page->len; i++)
    ((SottoHistoryRecord *)page->pdata[i])->peer = *name;
  return page;
}

GPtrArray *
sotto_history_db_outbox (SottoHistoryDb *self, GError **error)
{
  g_autoptr (GHashTable) names = sotto_history_peers_load_names (&self->peers, error);
  g_autoptr (GPtrArray) records =
      names == NULL ? NULL : sotto_history_db_read (self, SOTTO_SQL_OUTBOX, error);

  for (guint i = 0; records != NULL && i < records->len; i++)
    {
      SottoHistoryRecord *record = records->pdata[i];
      gint64 number = (gint64)(record->place >> SOTTO_HISTORY_PLACE_BITS);
      const SottoName *name = g_hash_table_lookup (names, &number);
      if (name == NULL)
        {
          sotto_history_sql_set_damaged (&self->sql, "a row of nobody", error);
          return NULL;
        }
      record->peer = *name;
    }
  return g_steal_pointer (&records);
}

void
sotto_history_db_set_told (SottoHistoryDb *self, uint64_t place)
{
  sotto_history_told_set (&self->told, place >> SOTTO_HISTORY_PLACE_BITS, place);
}

/* Of one peer, into records. The file of what was told may be lost or damaged: then all was. */
static bool
add_untold (SottoHistoryDb *self,
            gint64 number,
            const SottoName *name,
            GPtrArray *records,
            GError **error)
{
  gint64 base = sotto_history_place_base (number);
  gint64 end = sotto_history_place_base (number + 1);
  gint64 from = MAX ((gint64)sotto_history_told_get (&self->told, (uint64_t)number), base);

  if (self->told.is_new || from >= end)
    {
      sotto_history_sql_bind (&self->sql, SOTTO_SQL_LAST_PLACE, "ii", base + 1, end - 1);
      if (!sotto_history_sql_run (&self->sql, SOTTO_SQL_LAST_PLACE, &from, error))
        return false;
      sotto_history_told_set (&self->told, (uint64_t)number, (uint64_t)from);
      return true;
    }
  sotto_history_sql_bind (&self->sql, SOTTO_SQL_UNTOLD, "ii", from, end);
  g_autoptr (GPtrArray) untold = sotto_history_db_read (self, SOTTO_SQL_UNTOLD, error);
  if (untold == NULL)
    return false;
  for (guint i = 0; i < untold->len; i++)
    ((SottoHistoryRecord *)untold->pdata[i])->peer = *name;
  g_ptr_array_extend_and_steal (records, g_steal_pointer (&untold));
  return true;
}

GPtrArray *
sotto_history_db_untold (SottoHistoryDb *self, GError **error)
{
  g_autoptr (GHashTable) names = sotto_history_peers_load_names (&self->peers, error);
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func (sotto_history_record_free);
  GHashTableIter iter;
  gpointer number, name;

  if (names == NULL)
    return NULL;
  g_hash_table_iter_init (&iter, names);
  while (g_hash_table_iter_next (&iter, &number, &name))
    if (!add_untold (self, *(gint64 *)number, name, records, error))
      return NULL;
  return g_steal_pointer (&records);
}
