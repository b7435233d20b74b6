// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The history's one connection to SQLite and its statements, prepared once. Knows no rows.
 *
 * Invariant: once the file proved to be damaged nothing is written any more.
 */
#pragma once

#include "shared/base/types.h"
#include "shared/client/history-schema.h"

typedef enum
{
  SOTTO_SQL_BEGIN,
  SOTTO_SQL_COMMIT,
  SOTTO_SQL_ROLLBACK,
  SOTTO_SQL_PROOF,
  SOTTO_SQL_ADD_PROOF,
  SOTTO_SQL_TOUCH_PROOF,
  SOTTO_SQL_FIND_PEER,
  SOTTO_SQL_LAST_PEER,
  SOTTO_SQL_ADD_PEER,
  SOTTO_SQL_ALL_PEERS,
  SOTTO_SQL_LAST_PLACE,
  SOTTO_SQL_LAST_CAME,
  SOTTO_SQL_ADD_MESSAGE,
  SOTTO_SQL_ADD_OUTBOX,
  SOTTO_SQL_DROP_OUTBOX,
  SOTTO_SQL_SET_DELIVERED,
  SOTTO_SQL_FIND_OWN,
  SOTTO_SQL_SET_SEEN,
  SOTTO_SQL_FIND_CAME,
  SOTTO_SQL_ADD_CAME,
  SOTTO_SQL_PAGE,
  SOTTO_SQL_OUTBOX,
  SOTTO_SQL_UNTOLD,
  SOTTO_SQL_ADD_FILE,
  SOTTO_SQL_SET_FILE,
  SOTTO_SQL_FIND_FILE,
  SOTTO_SQL_FILE_AT,
  SOTTO_SQL_OPEN_FILES,
  SOTTO_SQL_FIND_MESSAGE,
  SOTTO_SQL_SET_ROW,
  SOTTO_SQL_SET_WITHDRAWN,
  SOTTO_SQL_SET_OUTBOX_ROW,
  SOTTO_SQL_WAITING_EDITS,
  SOTTO_SQL_ADD_NEWS,
  SOTTO_SQL_NEWS_PEERS,
  SOTTO_SQL_DROP_NEWS,
  SOTTO_SQL_RAISE_FLOOR,
  SOTTO_SQL_SET_READ,
  SOTTO_SQL_SET_SHOWN,
  SOTTO_SQL_READ_MARK,
  SOTTO_SQL_ALL_SHOWN,
  SOTTO_SQL_COUNT_UNREAD,
  SOTTO_SQL_COUNT_MESSAGES,
  SOTTO_SQL_SET_DRAFT,
  SOTTO_SQL_DROP_DRAFT,
  SOTTO_SQL_ALL_DRAFTS,
  SOTTO_SQL_PAGE_AFTER,
  SOTTO_SQL_OLDEST,
  SOTTO_SQL_DROP_MESSAGES,
  SOTTO_SQL_DROP_SOME_MESSAGES,
  SOTTO_SQL_DROP_WAITING,
  SOTTO_SQL_BLANK_FILES,
  SOTTO_N_SQL
} SottoSql;

typedef struct
{
  sqlite3 *db;
  sqlite3_stmt *statements[SOTTO_N_SQL];
  bool damaged;
} SottoHistorySql;

/* An existing file, or a new one whose tables are made. */
bool sotto_history_sql_open (SottoHistorySql *self, const char *path, bool is_new, GError **error);
/* In whatever state it is; a damaged file is left as it is. */
void sotto_history_sql_close (SottoHistorySql *self);

/* Binds `types`, one letter an argument: i (gint64), d (16 bytes: an id or
 * a tag), b (GBytes *). What is bound is borrowed until the statement is run. */
sqlite3_stmt *sotto_history_sql_bind (SottoHistorySql *self, SottoSql sql, const char *types, ...);
/* One step and reset: out (or NULL) gets the first column of a row, and stays without one. */
bool sotto_history_sql_run (SottoHistorySql *self, SottoSql sql, gint64 *out, GError **error);
/* A row: true. The end, or trouble (then error is set): false, and the statement is reset. */
bool sotto_history_sql_next (SottoHistorySql *self, SottoSql sql, GError **error);
void sotto_history_sql_reset (SottoHistorySql *self, SottoSql sql);

/* false, for `return`. */
bool sotto_history_sql_set_damaged (SottoHistorySql *self, const char *what, GError **error);
