// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A new file is made under another name and renamed when its tables are on the disk: an empty file
 * of the right name is damage, not a beginning.
 */
#include "shared/client/history-db-private.h"

#include "shared/base/file.h"
#include "shared/base/secret.h"
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

bool
sotto_history_is_change (SottoMessageType kind)
{
  return kind == SOTTO_MESSAGE_EDIT || kind == SOTTO_MESSAGE_DELETE || kind == SOTTO_MESSAGE_REACT;
}

SottoHistoryRecord *
sotto_history_record_new (const char *text, gsize n)
{
  SottoHistoryRecord *record = g_malloc0 (sizeof *record + n + 1);

  record->n = n;
  if (n > 0)
    memcpy (record->text, text, n);
  return record;
}

void
sotto_history_record_free (gpointer record)
{
  if (record == NULL)
    return;
  sotto_secret_wipe (((SottoHistoryRecord *)record)->text, ((SottoHistoryRecord *)record)->n);
  sotto_history_file_free (((SottoHistoryRecord *)record)->file);
  g_free (record);
}

/* --- Open --- */

static bool
write_proof (SottoHistorySql *sql, const SottoHistoryKeys *keys, GError **error)
{
  g_autoptr (GBytes) row = sotto_history_seal_proof (keys);

  sotto_history_sql_bind (sql, SOTTO_SQL_ADD_PROOF, "b", row);
  return sotto_history_sql_run (sql, SOTTO_SQL_ADD_PROOF, NULL, error);
}

static bool
check_proof (SottoHistoryDb *self, GError **error)
{
  sqlite3_stmt *statement = self->sql.statements[SOTTO_SQL_PROOF];
  g_autoptr (GError) failure = NULL;
  bool ours = sotto_history_sql_next (&self->sql, SOTTO_SQL_PROOF, &failure)
              && sotto_history_is_proof (&self->keys, sqlite3_column_blob (statement, 0),
                                         (gsize)sqlite3_column_bytes (statement, 0));

  sotto_history_sql_reset (&self->sql, SOTTO_SQL_PROOF);
  if (ours)
    return true;
  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  else
    sotto_history_sql_set_damaged (&self->sql, "not of this data key", error);
  self->sql.damaged = true;
  return false;
}

static bool
remove_leftover (const char *path, GError **error)
{
  static const char *const ends[] = { "", "-wal", "-journal" };

  for (gsize i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autofree char *file = g_strconcat (path, ends[i], NULL);
      if (g_unlink (file) != 0 && errno != ENOENT)
        {
          g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_IO, "%s: %s", file, g_strerror (errno));
          return false;
        }
    }
  return true;
}

/* Closing puts all of it into the file and to the disk, and removes the log. */
static bool
make_file (const char *path, const SottoHistoryKeys *keys, GError **error)
{
  g_autofree char *making = g_strconcat (path, ".new", NULL);
  SottoHistorySql sql = { 0 };

  if (!remove_leftover (making, error) || !sotto_file_create (making, "", 0, 0600, error))
    return false;
  bool made = sotto_history_sql_open (&sql, making, true, error) && write_proof (&sql, keys, error)
              && sotto_history_sql_exec (sql.db, "PRAGMA wal_checkpoint (TRUNCATE)", error);
  sotto_history_sql_close (&sql);
  return made && sotto_file_rename (making, path, error);
}

SottoHistoryDb *
sotto_history_db_open (const char *path, const SottoKey *data_key, GError **error)
{
  g_autoptr (SottoHistoryDb) self = g_new0 (SottoHistoryDb, 1);

  g_autofree char *told = g_strconcat (path, ".told", NULL);

  self->told.fd = -1;
  self->has_news = self->untidy = true; /* a crash may have left some */
  sotto_history_keys_init (&self->keys, data_key);
  sotto_history_peers_init (&self->peers, &self->sql, &self->keys);
  if (!sotto_file_exists (path) && !make_file (path, &self->keys, error))
    return NULL;
  if (!sotto_history_sql_open (&self->sql, path, false, error) || !check_proof (self, error)
      || !sotto_history_told_open (&self->told, told, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
sotto_history_db_close (SottoHistoryDb *self)
{
  if (self == NULL)
    return;
  sotto_history_told_close (&self->told);
  sotto_history_sql_close (&self->sql);
  sotto_history_peers_clear (&self->peers);
  sotto_history_keys_clear (&self->keys);
  g_free (self);
}

/* --- Transactions --- */

bool
sotto_history_db_begin (SottoHistoryDb *self, GError **error)
{
  if (self->sql.damaged)
    return sotto_history_sql_set_damaged (&self->sql, "found before", error);
  return sotto_history_sql_run (&self->sql, SOTTO_SQL_BEGIN, NULL, error);
}

bool
sotto_history_db_commit (SottoHistoryDb *self, GError **error)
{
  return sotto_history_sql_run (&self->sql, SOTTO_SQL_COMMIT, NULL, error);
}

void
sotto_history_db_begin_log (SottoHistoryDb *self)
{
  if (!sotto_history_db_begin (self, NULL)
      || !sotto_history_sql_run (&self->sql, SOTTO_SQL_TOUCH_PROOF, NULL, NULL)
      || !sotto_history_db_commit (self, NULL))
    sotto_history_db_rollback (self);
}

/* SQLite may have rolled back by itself; what was counted is to be asked anew either way. */
void
sotto_history_db_rollback (SottoHistoryDb *self)
{
  if (!sqlite3_get_autocommit (self->sql.db))
    sotto_history_sql_run (&self->sql, SOTTO_SQL_ROLLBACK, NULL, NULL);
  sotto_history_peers_forget (&self->peers);
}

/* --- Writing --- */

/* Of a conversation: to be kept in it. */
static bool
is_message (const SottoHistoryRecord *record)
{
  return record->kind == SOTTO_MESSAGE_TEXT && !record->fleeting;
}

/* It becomes a message of the conversation. out_is_new: its id is not there already. */
static bool
add_message (SottoHistoryDb *self,
             const SottoHistoryPeer *peer,
             const SottoHistoryRecord *record,
             GBytes *row,
             bool *out_is_new,
             GError **error)
{
  sotto_history_sql_bind (&self->sql, SOTTO_SQL_ADD_MESSAGE, "iiidib", (gint64)record->place,
                          peer->number, (gint64)record->own, &record->id, (gint64)record->state,
                          row);
  if (!sotto_history_sql_run (&self->sql, SOTTO_SQL_ADD_MESSAGE, NULL, error))
    return false;
  *out_is_new = sqlite3_changes (self->sql.db) > 0;
  return true;
}

bool
sotto_history_db_queue (SottoHistoryDb *self,
                        SottoHistoryRecord *record,
                        bool *out_found,
                        GError **error)
{
  SottoHistoryPeer *peer;
  gint64 place;
  bool is_new;

  *out_found = true;
  record->own = true;
  record->state = SOTTO_HISTORY_QUEUED;
  if (!sotto_history_peers_find (&self->peers, &record->peer, true, &peer, error))
    return false;
  if (sotto_history_is_change (record->kind))
    {
      if (!sotto_history_db_change (self, peer, record, out_found, error))
        return false;
      *out_found |= record->fleeting;
      if (!*out_found)
        return true;
    }
  if (!sotto_history_peers_next_place (&self->peers, peer, &place, error))
    return false;
  record->place = (uint64_t)place;
  g_autoptr (GBytes) row = sotto_history_seal_record (&self->keys, record);
  if (is_message (record) && !add_message (self, peer, record, row, &is_new, error))
    return false;
  sotto_history_sql_bind (&self->sql, SOTTO_SQL_ADD_OUTBOX, "iidib", place, peer->number,
                          &record->id, (gint64)record->kind, row);
  return sotto_history_sql_run (&self->sql, SOTTO_SQL_ADD_OUTBOX, NULL, error);
}

bool
sotto_history_db_delivered (SottoHistoryDb *self, uint64_t place, const SottoId *id, GError **error)
{
  sotto_history_sql_bind (&self->sql, SOTTO_SQL_DROP_OUTBOX, "id", (gint64)place, id);
  sotto_history_sql_bind (&self->sql, SOTTO_SQL_SET_DELIVERED, "id", (gint64)place, id);
  return sotto_history_sql_run (&self->sql, SOTTO_SQL_DROP_OUTBOX, NULL, error)
         && sotto_history_sql_run (&self->sql, SOTTO_SQL_SET_DELIVERED, NULL, error);
}

bool
sotto_history_db_seen (SottoHistoryDb *self,
                       const SottoName *name,
                       const SottoId *id,
                       bool *out_is_new,
                       GError **error)
{
  sqlite3_stmt *statement = self->sql.statements[SOTTO_SQL_FIND_OWN];
  g_autoptr (GError) failure = NULL;
  SottoHistoryPeer *peer;

  *out_is_new = false;
  if (!sotto_history_peers_find (&self->peers, name, false, &peer, error))
    return false;
  if (peer == NULL)
    return true;
  sotto_history_sql_bind (&self->sql, SOTTO_SQL_FIND_OWN, "id", peer->number, id);
  if (!sotto_history_sql_next (&self->sql, SOTTO_SQL_FIND_OWN, &failure))
    {
      bool ok = failure == NULL;
      if (!ok)
        g_propagate_error (error, g_steal_pointer (&failure));
      return ok;
    }
  gint64 place = sqlite3_column_int64 (statement, 0);
  *out_is_new = sqlite3_column_int (statement, 1) < SOTTO_HISTORY_READ;
  sotto_history_sql_reset (&self->sql, SOTTO_SQL_FIND_OWN);
  if (!*out_is_new)
    return true;
  sotto_history_sql_bind (&self->sql, SOTTO_SQL_SET_SEEN, "ii",
                          sotto_history_place_base (peer->number), place);
  return sotto_history_sql_run (&self->sql, SOTTO_SQL_SET_SEEN, NULL, error);
}

static bool
remember_id (SottoHistoryDb *self, SottoHistoryPeer *peer, const SottoId *id, GError **error)
{
  gint64 n, slot;

  if (!sotto_history_peers_next_came (&self->peers, peer, &n, &slot, error))
    return false;
  sotto_history_sql_bind (&self->sql, SOTTO_SQL_ADD_CAME, "iiid", slot, peer->number, n, id);
  return sotto_history_sql_run (&self->sql, SOTTO_SQL_ADD_CAME, NULL, error);
}

bool
sotto_history_db_receive (SottoHistoryDb *self,
                          SottoHistoryRecord *record,
                          bool *out_is_new,
                          GError **error)
{
  SottoHistoryPeer *peer;
  gint64 known = 0, place;

  *out_is_new = false;
  if (!sotto_history_peers_find (&self->peers, &record->peer, true, &peer, error))
    return false;
  sotto_history_sql_bind (&self->sql, SOTTO_SQL_FIND_CAME, "id", peer->number, &record->id);
  if (!sotto_history_sql_run (&self->sql, SOTTO_SQL_FIND_CAME, &known, error))
    return false;
  if (known != 0)
    return true;
  *out_is_new = true;
  if (!remember_id (self, peer, &record->id, error))
    return false;
  if (sotto_history_is_change (record->kind))
    return sotto_history_db_receive_change (self, peer, record, error);
  if (record->kind != SOTTO_MESSAGE_TEXT)
    return true;
  if (record->fleeting)
    return sotto_history_db_add_news (self, peer, record, error);
  if (!sotto_history_peers_next_place (&self->peers, peer, &place, error))
    return false;
  record->place = (uint64_t)place;
  record->own = false;
  record->state = SOTTO_HISTORY_CAME;
  g_autoptr (GBytes) row = sotto_history_seal_record (&self->keys, record);
  return add_message (self, peer, record, row, out_is_new, error);
}
