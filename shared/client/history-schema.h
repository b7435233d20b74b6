// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The tables of the history and the way from an older version of them to ours. Knows no rows. A
 * database of a version that we do not know is not touched.
 */
#pragma once

#include "shared/base/error.h"
#include <sqlite3.h>
#include <stdbool.h>

/* What is wrong, as SOTTO_ERROR_CORRUPT or _IO with the file's name. false, for `return`. */
bool sotto_history_sql_error (sqlite3 *db, GError **error);
bool sotto_history_sql_exec (sqlite3 *db, const char *sql, GError **error);

/* Judges the version, sets how we use the database, and brings an older version, or the new and
 * empty one, up to ours; each step is one transaction. */
bool sotto_history_schema_prepare (sqlite3 *db, bool is_new, GError **error);
