// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A log that a crash left is taken in at the opening, but put into the file only once the whole of
 * it proved to be ours.
 */
#include "shared/client/history-sql.h"

#include "shared/base/text.h"
#include <stdarg.h>

#define BUSY_MS 5000 /* an attempt to log in that was given up may still be at it */

/* The states and kinds in here are those of history.h, the 40 that of SOTTO_HISTORY_PLACE_BITS. */
static const char *const texts[SOTTO_N_SQL] = {
  [SOTTO_SQL_BEGIN] = "BEGIN IMMEDIATE",
  [SOTTO_SQL_COMMIT] = "COMMIT",
  [SOTTO_SQL_ROLLBACK] = "ROLLBACK",
  [SOTTO_SQL_PROOF] = "SELECT row FROM proof",
  [SOTTO_SQL_ADD_PROOF] = "INSERT INTO proof (row) VALUES (?1)",
  [SOTTO_SQL_TOUCH_PROOF] = "UPDATE proof SET row = row",
  [SOTTO_SQL_FIND_PEER] = "SELECT number, row FROM peers WHERE tag = ?1",
  [SOTTO_SQL_LAST_PEER] = "SELECT ifnull (max (number), 0) FROM peers",
  [SOTTO_SQL_ADD_PEER] = "INSERT INTO peers (number, tag, row) VALUES (?1, ?2, ?3)",
  [SOTTO_SQL_ALL_PEERS] = "SELECT number, row FROM peers",
  [SOTTO_SQL_LAST_PLACE] =
      "SELECT max ((SELECT ifnull (max (place), 0) FROM messages WHERE place BETWEEN ?1 AND ?2),"
      "            (SELECT ifnull (max (place), 0) FROM outbox WHERE place BETWEEN ?1 AND ?2),"
      "            (SELECT ifnull (max (place), 0) FROM files WHERE place BETWEEN ?1 AND ?2),"
      "            (SELECT ifnull (max (place), 0) FROM news WHERE place BETWEEN ?1 AND ?2),"
      "            (SELECT ifnull (max (floor), 0) FROM marks WHERE floor BETWEEN ?1 AND ?2))",
  [SOTTO_SQL_LAST_CAME] = "SELECT ifnull (max (n), -1) FROM received WHERE slot BETWEEN ?1 AND ?2",
  [SOTTO_SQL_ADD_MESSAGE] = "INSERT INTO messages (place, peer, own, id, state, row)"
                            " VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
                            " ON CONFLICT (peer, own, id) DO NOTHING",
  [SOTTO_SQL_ADD_OUTBOX] = "INSERT INTO outbox (place, peer, id, kind, row)"
                           " VALUES (?1, ?2, ?3, ?4, ?5)",
  [SOTTO_SQL_DROP_OUTBOX] = "DELETE FROM outbox WHERE place = ?1 AND id = ?2",
  [SOTTO_SQL_SET_DELIVERED] = "UPDATE messages SET state = 2"
                              " WHERE place = ?1 AND id = ?2 AND own = 1 AND state < 2",
  [SOTTO_SQL_FIND_OWN] = "SELECT place, state FROM messages"
                         " WHERE peer = ?1 AND own = 1 AND id = ?2",
  /* From there back to the newest that was seen: what lies before was told then. */
  [SOTTO_SQL_SET_SEEN] =
      "UPDATE messages SET state = 3 WHERE own = 1 AND state < 3 AND place <= ?2"
      " AND place > ifnull ((SELECT place FROM messages WHERE own = 1 AND state = 3"
      "                      AND place > ?1 AND place < ?2 ORDER BY place DESC LIMIT 1), ?1)",
  [SOTTO_SQL_FIND_CAME] = "SELECT 1 FROM received WHERE peer = ?1 AND id = ?2",
  [SOTTO_SQL_ADD_CAME] = "REPLACE INTO received (slot, peer, n, id) VALUES (?1, ?2, ?3, ?4)",
  [SOTTO_SQL_PAGE] = "SELECT place, own, id, state, row FROM messages"
                     " WHERE place > ?1 AND place < ?2 ORDER BY place DESC LIMIT ?3",
  [SOTTO_SQL_OUTBOX] = "SELECT place, 1, id, 1, row FROM outbox ORDER BY place",
  [SOTTO_SQL_UNTOLD] = "SELECT place, own, id, state, row FROM messages"
                       " WHERE own = 0 AND place > ?1 AND place < ?2"
                       " UNION ALL SELECT place, 0, id, 4, row FROM news"
                       " WHERE place > ?1 AND place < ?2 ORDER BY 1",
  [SOTTO_SQL_ADD_FILE] = "REPLACE INTO files (place, peer, own, id, state, code, row)"
                         " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
  [SOTTO_SQL_SET_FILE] = "UPDATE files SET state = ?2, code = ?3, row = ?4 WHERE place = ?1",
  [SOTTO_SQL_FIND_FILE] = "SELECT place FROM files WHERE peer = ?1 AND own = ?2 AND id = ?3",
  [SOTTO_SQL_FILE_AT] = "SELECT state, code, row FROM files WHERE place = ?1",
  [SOTTO_SQL_OPEN_FILES] = "SELECT place, own, id, state, code, row FROM files"
                           " WHERE state < 5 ORDER BY place",
  [SOTTO_SQL_FIND_MESSAGE] = "SELECT place, own, id, state, row FROM messages"
                             " WHERE peer = ?1 AND own = ?2 AND id = ?3",
  [SOTTO_SQL_SET_ROW] = "UPDATE messages SET row = ?2 WHERE place = ?1",
  [SOTTO_SQL_SET_WITHDRAWN] = "UPDATE messages SET state = 5 WHERE place = ?1 AND own = 0",
  [SOTTO_SQL_SET_OUTBOX_ROW] = "UPDATE outbox SET row = ?2 WHERE place = ?1",
  [SOTTO_SQL_WAITING_EDITS] = "SELECT place, 1, id, 1, row FROM outbox"
                              " WHERE place > ?1 AND place < ?2 AND kind = 7 ORDER BY place",
  [SOTTO_SQL_ADD_NEWS] = "INSERT INTO news (place, id, row) VALUES (?1, ?2, ?3)",
  [SOTTO_SQL_NEWS_PEERS] = "SELECT DISTINCT place >> 40 FROM news",
  [SOTTO_SQL_DROP_NEWS] = "DELETE FROM news WHERE place > ?1 AND place <= ?2",
  [SOTTO_SQL_RAISE_FLOOR] = "INSERT INTO marks (peer, floor) VALUES (?1, ?2)"
                            " ON CONFLICT (peer) DO UPDATE SET floor = max (floor, ?2)",
  [SOTTO_SQL_SET_READ] = "INSERT INTO marks (peer, read) VALUES (?1, ?2)"
                         " ON CONFLICT (peer) DO UPDATE SET read = max (read, ?2)",
  [SOTTO_SQL_SET_SHOWN] = "INSERT INTO marks (peer, shown) VALUES (?1, ?2)"
                          " ON CONFLICT (peer) DO UPDATE SET shown = ?2",
  [SOTTO_SQL_READ_MARK] = "SELECT read FROM marks WHERE peer = ?1",
  [SOTTO_SQL_ALL_SHOWN] = "SELECT peer, shown FROM marks WHERE shown IS NOT NULL",
  [SOTTO_SQL_COUNT_UNREAD] =
      "SELECT count (*) FROM (SELECT 1 FROM messages WHERE place > ?1 AND place < ?2"
      "                       AND own = 0 AND state = 4 LIMIT ?3)",
  /* Remarks are none. */
  [SOTTO_SQL_COUNT_MESSAGES] =
      "SELECT count (*) FROM messages WHERE place > ?1 AND place < ?2 AND state <> 6",
  [SOTTO_SQL_SET_DRAFT] = "REPLACE INTO drafts (peer, row) VALUES (?1, ?2)",
  [SOTTO_SQL_DROP_DRAFT] = "DELETE FROM drafts WHERE peer = ?1",
  [SOTTO_SQL_ALL_DRAFTS] = "SELECT peer, row FROM drafts",
  [SOTTO_SQL_PAGE_AFTER] = "SELECT place, own, id, state, row FROM messages"
                           " WHERE place > ?1 AND place < ?2 ORDER BY place LIMIT ?3",
  /* Of what does not wait for its receiver any more. */
  [SOTTO_SQL_OLDEST] = "SELECT place, own, id, state, row FROM messages"
                       " WHERE place > ?1 AND place < ?2"
                       " AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.place = messages.place)"
                       " ORDER BY place LIMIT ?3",
  [SOTTO_SQL_DROP_MESSAGES] = "DELETE FROM messages WHERE place > ?1 AND place <= ?2",
  [SOTTO_SQL_DROP_SOME_MESSAGES] =
      "DELETE FROM messages WHERE place IN (SELECT place FROM messages WHERE place > ?1"
      "                                     AND place <= ?2 LIMIT 512)",
  /* Of one that is over the id and its end are enough to answer a peer who asks again. */
  [SOTTO_SQL_BLANK_FILES] = "UPDATE files SET row = x'' WHERE place > ?1 AND place <= ?2"
                            " AND state >= 5 AND length (row) > 0",
  [SOTTO_SQL_DROP_WAITING] = "DELETE FROM outbox WHERE place > ?1 AND place <= ?2",
};

/* false, for `return`. */
static bool
fail (SottoHistorySql *self, GError **error)
{
  g_autoptr (GError) failure = NULL;

  sotto_history_sql_error (self->db, &failure);
  self->damaged |= failure->code == SOTTO_ERROR_CORRUPT;
  g_propagate_error (error, g_steal_pointer (&failure));
  return false;
}

bool
sotto_history_sql_set_damaged (SottoHistorySql *self, const char *what, GError **error)
{
  self->damaged = true;
  g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_CORRUPT, "%s is damaged (%s); it is left as it is",
               sqlite3_db_filename (self->db, "main"), what);
  return false;
}

static void
set_checkpoint_on_close (SottoHistorySql *self, bool on)
{
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, !on, NULL);
}

static bool
prepare (SottoHistorySql *self, GError **error)
{
  for (guint i = 0; i < SOTTO_N_SQL; i++)
    if (sqlite3_prepare_v3 (self->db, texts[i], -1, SQLITE_PREPARE_PERSISTENT, &self->statements[i],
                            NULL)
        != SQLITE_OK)
      return sotto_history_sql_set_damaged (self, sqlite3_errmsg (self->db), error);
  return true;
}

bool
sotto_history_sql_open (SottoHistorySql *self, const char *path, bool is_new, GError **error)
{
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (is_new ? SQLITE_OPEN_CREATE : 0);

  if (sqlite3_open_v2 (path, &self->db, flags, NULL) != SQLITE_OK)
    {
      g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_IO, "%s: %s", path,
                   self->db != NULL ? sqlite3_errmsg (self->db) : "no memory");
      return false;
    }
  sqlite3_busy_timeout (self->db, BUSY_MS);
  set_checkpoint_on_close (self, false);
  if (!sotto_history_schema_prepare (self->db, is_new, error) || !prepare (self, error))
    return false;
  set_checkpoint_on_close (self, true);
  return true;
}

void
sotto_history_sql_close (SottoHistorySql *self)
{
  if (self->db != NULL && self->damaged)
    set_checkpoint_on_close (self, false);
  for (guint i = 0; i < SOTTO_N_SQL; i++)
    sqlite3_finalize (self->statements[i]);
  sqlite3_close (self->db);
  *self = (SottoHistorySql){ 0 };
}

static void
bind_one (sqlite3_stmt *statement, int i, char type, va_list *arguments)
{
  if (type == 'i')
    sqlite3_bind_int64 (statement, i, va_arg (*arguments, gint64));
  else if (type == 'd')
    sqlite3_bind_blob (statement, i, va_arg (*arguments, const void *), SOTTO_ID_LEN,
                       SQLITE_STATIC);
  else
    {
      gsize n;
      const void *bytes = g_bytes_get_data (va_arg (*arguments, GBytes *), &n);
      sqlite3_bind_blob64 (statement, i, bytes, n, SQLITE_STATIC);
    }
}

sqlite3_stmt *
sotto_history_sql_bind (SottoHistorySql *self, SottoSql sql, const char *types, ...)
{
  sqlite3_stmt *statement = self->statements[sql];
  va_list arguments;

  va_start (arguments, types);
  for (int i = 0; types[i] != '\0'; i++)
    bind_one (statement, i + 1, types[i], &arguments);
  va_end (arguments);
  return statement;
}

bool
sotto_history_sql_next (SottoHistorySql *self, SottoSql sql, GError **error)
{
  int result = sqlite3_step (self->statements[sql]);

  if (result == SQLITE_ROW)
    return true;
  if (result != SQLITE_DONE)
    fail (self, error);
  sqlite3_reset (self->statements[sql]);
  return false;
}

void
sotto_history_sql_reset (SottoHistorySql *self, SottoSql sql)
{
  sqlite3_reset (self->statements[sql]);
}

bool
sotto_history_sql_run (SottoHistorySql *self, SottoSql sql, gint64 *out, GError **error)
{
  g_autoptr (GError) failure = NULL;
  bool row = sotto_history_sql_next (self, sql, &failure);

  if (row && out != NULL)
    *out = sqlite3_column_int64 (self->statements[sql], 0);
  sqlite3_reset (self->statements[sql]);
  if (failure == NULL)
    return true;
  g_propagate_error (error, g_steal_pointer (&failure));
  return false;
}
