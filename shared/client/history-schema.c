// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A place is a peer's number in the upper bits and a count in the lower ones: the rows of a peer
 * lie side by side in their order, and a page needs no index. A ring of slots holds the newest ids
 * of each peer; writing the next one forgets the oldest.
 */
#include "shared/client/history-schema.h"

#define APPLICATION_ID 0x534f5454 /* "SOTT": no other program's database is taken for ours */

/* Step i leads from version i to i + 1. Never changed once released: a new version is a new step
 * (one with more to do than SQL gets a file of its own). */
static const char *const steps[] = {
  "CREATE TABLE proof (row BLOB NOT NULL);"
  "CREATE TABLE peers (number INTEGER PRIMARY KEY, tag BLOB NOT NULL UNIQUE, row BLOB NOT NULL);"
  "CREATE TABLE messages (place INTEGER PRIMARY KEY, peer INTEGER NOT NULL, own INTEGER NOT NULL,"
  "                       id BLOB NOT NULL, state INTEGER NOT NULL, row BLOB NOT NULL);"
  "CREATE UNIQUE INDEX messages_id ON messages (peer, own, id);"
  "CREATE TABLE outbox (place INTEGER PRIMARY KEY, peer INTEGER NOT NULL, id BLOB NOT NULL,"
  "                     kind INTEGER NOT NULL, row BLOB NOT NULL);"
  "CREATE TABLE received (slot INTEGER PRIMARY KEY, peer INTEGER NOT NULL, n INTEGER NOT NULL,"
  "                       id BLOB NOT NULL);"
  "CREATE UNIQUE INDEX received_id ON received (peer, id);",

  /* news: what came, is no message of a conversation, and was not yet told. marks: how far a person
   * has read, the id of the last READ that is to be repeated, and what no place goes below, for the
   * rows above it may be gone. */
  "CREATE TABLE news (place INTEGER PRIMARY KEY, id BLOB NOT NULL, row BLOB NOT NULL);"
  "CREATE TABLE marks (peer INTEGER PRIMARY KEY, read INTEGER NOT NULL DEFAULT 0,"
  "                    shown BLOB, floor INTEGER NOT NULL DEFAULT 0);"
  "CREATE TABLE drafts (peer INTEGER PRIMARY KEY, row BLOB NOT NULL);",

  /* state and code: what a peer may ask for, long after the message is gone. */
  "CREATE TABLE files (place INTEGER PRIMARY KEY, peer INTEGER NOT NULL, own INTEGER NOT NULL,"
  "                    id BLOB NOT NULL, state INTEGER NOT NULL, code INTEGER NOT NULL,"
  "                    row BLOB NOT NULL);"
  "CREATE UNIQUE INDEX files_id ON files (peer, own, id);"
  "CREATE INDEX files_open ON files (place) WHERE state < 5;",
};

/* FULL, not NORMAL: with a write-ahead log NORMAL does not sync at a commit, and a power cut would
 * take back what was answered with RECEIVED, or told as QUEUED. EXCLUSIVE: the folder's lock made
 * us the only user, so the index of the log may live in memory. The log is put back when it holds
 * 16 MiB, since each time costs two syncs; no file is mapped, for a bad sector would be a signal.
 * What is deleted or replaced is overwritten. */
static const char locking[] = "PRAGMA locking_mode = EXCLUSIVE"; /* before the first read */
static const char settings[] = "PRAGMA journal_mode = WAL;"
                               "PRAGMA synchronous = FULL;"
                               "PRAGMA wal_autocheckpoint = 4096;"
                               "PRAGMA journal_size_limit = 67108864;"
                               "PRAGMA cache_size = -8192;"
                               "PRAGMA mmap_size = 0;"
                               "PRAGMA secure_delete = ON;"
                               "PRAGMA temp_store = MEMORY;"
                               "PRAGMA trusted_schema = OFF;"
                               "PRAGMA cell_size_check = ON;";

bool
sotto_history_sql_error (sqlite3 *db, GError **error)
{
  int code = sqlite3_errcode (db);
  bool damaged = code == SQLITE_CORRUPT || code == SQLITE_NOTADB;

  if (damaged)
    g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_CORRUPT, "%s is damaged (%s); it is left as it is",
                 sqlite3_db_filename (db, "main"), sqlite3_errmsg (db));
  else
    g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_IO, "%s: %s", sqlite3_db_filename (db, "main"),
                 sqlite3_errmsg (db));
  return false;
}

bool
sotto_history_sql_exec (sqlite3 *db, const char *sql, GError **error)
{
  return sqlite3_exec (db, sql, NULL, NULL, NULL) == SQLITE_OK
         || sotto_history_sql_error (db, error);
}

static bool
get_pragma (sqlite3 *db, const char *sql, int *out, GError **error)
{
  sqlite3_stmt *statement = NULL;
  bool ok = sqlite3_prepare_v2 (db, sql, -1, &statement, NULL) == SQLITE_OK
            && sqlite3_step (statement) == SQLITE_ROW;

  if (ok)
    *out = sqlite3_column_int (statement, 0);
  else
    sotto_history_sql_error (db, error);
  sqlite3_finalize (statement);
  return ok;
}

static bool
run_step (sqlite3 *db, int version, GError **error)
{
  g_autofree char *done = g_strdup_printf ("PRAGMA application_id = %d; PRAGMA user_version = %d;"
                                           "COMMIT;",
                                           APPLICATION_ID, version + 1);

  if (sotto_history_sql_exec (db, "BEGIN IMMEDIATE", error)
      && sotto_history_sql_exec (db, steps[version], error)
      && sotto_history_sql_exec (db, done, error))
    return true;
  sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL);
  return false;
}

static bool
check_version (sqlite3 *db, bool is_new, int *out_version, GError **error)
{
  int version, application;

  if (!get_pragma (db, "PRAGMA user_version", &version, error)
      || !get_pragma (db, "PRAGMA application_id", &application, error))
    return false;
  if (is_new
      || (application == APPLICATION_ID && version > 0 && version <= (int)G_N_ELEMENTS (steps)))
    {
      *out_version = version;
      return true;
    }
  g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_CORRUPT,
               "%s is empty, or of another or a newer program (version %d); it is left as it is",
               sqlite3_db_filename (db, "main"), version);
  return false;
}

bool
sotto_history_schema_prepare (sqlite3 *db, bool is_new, GError **error)
{
  int version;

  if (!sotto_history_sql_exec (db, locking, error) || !check_version (db, is_new, &version, error)
      || !sotto_history_sql_exec (db, settings, error))
    return false;
  for (; version < (int)G_N_ELEMENTS (steps); version++)
    if (!run_step (db, version, error))
      return false;
  return true;
}
