// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A file has a row of its own beside that of its message, since it changes and the message does
 * not. It outlives the message: a peer may ask for what became of it until the id is forgotten.
 */
#include "shared/client/history-files.h"

#include "shared/base/secret.h"
#include "shared/client/history-db-private.h"
#include <string.h>

/* size u64, changed u64, then lp16 of name, media type and path */
#define TEXTS 3

SottoHistoryFile *
sotto_history_file_copy (const SottoHistoryFile *self)
{
  SottoHistoryFile *copy = g_memdup2 (self, sizeof *self);

  copy->name = g_strdup (self->name);
  copy->media_type = g_strdup (self->media_type);
  copy->path = g_strdup (self->path);
  return copy;
}

void
sotto_history_file_free (SottoHistoryFile *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_free (self->media_type);
  g_free (self->path);
  g_free (self);
}

/* --- The row --- */

static void
put_u64 (GByteArray *out, uint64_t value)
{
  value = GUINT64_TO_BE (value);
  g_byte_array_append (out, (const guint8 *)&value, sizeof value);
}

static void
put_text (GByteArray *out, const char *text)
{
  gsize n = text == NULL ? 0 : MIN (strlen (text), G_MAXUINT16);
  uint16_t length = GUINT16_TO_BE ((uint16_t)n);

  g_byte_array_append (out, (const guint8 *)&length, sizeof length);
  if (n > 0)
    g_byte_array_append (out, (const guint8 *)text, (guint)n);
}

static GBytes *
seal_file (SottoHistoryDb *db, const SottoHistoryRecord *record)
{
  const SottoHistoryFile *file = record->file;
  g_autoptr (GByteArray) body = g_byte_array_new ();
  bool over = file->state >= SOTTO_HISTORY_FILE_DONE;

  if (record->fleeting && over)        /* for what they may ask the columns are enough */
    return g_bytes_new_static ("", 0); /* empty, not absent */
  put_u64 (body, file->size);
  put_u64 (body, (uint64_t)file->changed_ns);
  put_text (body, file->name);
  put_text (body, file->media_type);
  put_text (body, file->path);
  return sotto_history_seal_file (&db->keys, record->place, body->data, body->len);
}

static bool
get_u64 (const uint8_t **p, const uint8_t *end, uint64_t *out)
{
  if (end - *p < (gssize)sizeof *out)
    return false;
  memcpy (out, *p, sizeof *out);
  *out = GUINT64_FROM_BE (*out);
  *p += sizeof *out;
  return true;
}

static bool
get_text (const uint8_t **p, const uint8_t *end, char **out)
{
  uint16_t length;

  if (end - *p < (gssize)sizeof length)
    return false;
  memcpy (&length, *p, sizeof length);
  *p += sizeof length;
  length = GUINT16_FROM_BE (length);
  if (end - *p < length)
    return false;
  *out = g_strndup ((const char *)*p, length);
  *p += length;
  return true;
}

static bool
read_body (const uint8_t *p, gsize n, SottoHistoryFile *out)
{
  const uint8_t *end = p + n;
  char **texts[TEXTS] = { &out->name, &out->media_type, &out->path };
  uint64_t changed;

  if (!get_u64 (&p, end, &out->size) || !get_u64 (&p, end, &changed))
    return false;
  out->changed_ns = (gint64)changed;
  for (gsize i = 0; i < TEXTS; i++)
    if (!get_text (&p, end, texts[i]))
      return false;
  return p == end;
}

/* state, code and row are columns from `first` on; NULL when it is damaged. */
static SottoHistoryFile *
open_file (SottoHistoryDb *db, SottoSql sql, int first, uint64_t place)
{
  sqlite3_stmt *statement = db->sql.statements[sql];
  SottoHistoryFile *file = g_new0 (SottoHistoryFile, 1);
  gsize n_token = (gsize)sqlite3_column_bytes (statement, first + 2);
  gsize n = 0;

  file->state = (SottoHistoryFileState)sqlite3_column_int (statement, first);
  file->code = (SottoRefuseCode)sqlite3_column_int (statement, first + 1);
  if (n_token == 0)
    {
      file->name = g_strdup ("");
      return file;
    }
  uint8_t *body = sotto_history_open_file (&db->keys, place,
                                           sqlite3_column_blob (statement, first + 2), n_token, &n);
  bool ok = body != NULL && read_body (body, n, file);
  if (body != NULL)
    sotto_secret_wipe (body, n);
  g_free (body);
  if (!ok)
    g_clear_pointer (&file, sotto_history_file_free);
  return file;
}

static bool
fail_damaged (SottoHistoryDb *db, SottoSql sql, GError **error)
{
  sotto_history_sql_reset (&db->sql, sql);
  return sotto_history_sql_set_damaged (&db->sql, "the row of a file", error);
}

bool
sotto_history_db_read_file (SottoHistoryDb *db, SottoHistoryRecord *record, GError **error)
{
  g_autoptr (GError) failure = NULL;

  sotto_history_sql_bind (&db->sql, SOTTO_SQL_FILE_AT, "i", (gint64)record->place);
  if (sotto_history_sql_next (&db->sql, SOTTO_SQL_FILE_AT, &failure))
    {
      record->file = open_file (db, SOTTO_SQL_FILE_AT, 0, record->place);
      if (record->file == NULL)
        return fail_damaged (db, SOTTO_SQL_FILE_AT, error);
      sotto_history_sql_reset (&db->sql, SOTTO_SQL_FILE_AT);
    }
  if (failure == NULL)
    return true;
  g_propagate_error (error, g_steal_pointer (&failure));
  return false;
}

/* place, own, id, state, code, row */
static SottoHistoryRecord *
read_open (SottoHistoryDb *db, GHashTable *names)
{
  sqlite3_stmt *statement = db->sql.statements[SOTTO_SQL_OPEN_FILES];
  uint64_t place = (uint64_t)sqlite3_column_int64 (statement, 0);
  gint64 number = (gint64)(place >> SOTTO_HISTORY_PLACE_BITS);
  const SottoName *name = g_hash_table_lookup (names, &number);
  SottoHistoryFile *file = open_file (db, SOTTO_SQL_OPEN_FILES, 3, place);

  if (name == NULL || file == NULL || sqlite3_column_bytes (statement, 2) != SOTTO_ID_LEN)
    {
      sotto_history_file_free (file);
      return NULL;
    }
  SottoHistoryRecord *record = sotto_history_record_new (NULL, 0);
  record->kind = SOTTO_MESSAGE_FILE_OFFER;
  record->peer = *name;
  record->place = place;
  record->own = sqlite3_column_int (statement, 1) != 0;
  memcpy (&record->id, sqlite3_column_blob (statement, 2), SOTTO_ID_LEN);
  record->file = file;
  return record;
}

GPtrArray *
sotto_history_db_load_files (SottoHistoryDb *db, GError **error)
{
  g_autoptr (GHashTable) names = sotto_history_peers_load_names (&db->peers, error);
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func (sotto_history_record_free);
  g_autoptr (GError) failure = NULL;

  if (names == NULL)
    return NULL;
  while (sotto_history_sql_next (&db->sql, SOTTO_SQL_OPEN_FILES, &failure))
    {
      SottoHistoryRecord *record = read_open (db, names);
      if (record == NULL)
        {
          fail_damaged (db, SOTTO_SQL_OPEN_FILES, error);
          return NULL;
        }
      g_ptr_array_add (records, record);
    }
  if (failure == NULL)
    return g_steal_pointer (&records);
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

/* --- Work --- */

static SottoHistoryStep
step_of (bool ok)
{
  return ok ? SOTTO_HISTORY_STEP_DONE : SOTTO_HISTORY_STEP_FAILED;
}

/* In a conversation the text of a file is its name: to be shown, and found. */
static bool
add_message (SottoHistoryDb *db,
             const SottoHistoryPeer *peer,
             const SottoHistoryRecord *record,
             GError **error)
{
  const char *name = record->file->name;
  g_autoptr (SottoHistoryRecord) message =
      sotto_history_record_with_text (record, name, strlen (name));
  g_autoptr (GBytes) row = sotto_history_seal_record (&db->keys, message);

  if (record->fleeting)
    return true;
  sotto_history_sql_bind (&db->sql, SOTTO_SQL_ADD_MESSAGE, "iiidib", (gint64)record->place,
                          peer->number, (gint64)record->own, &record->id, (gint64)record->state,
                          row);
  return sotto_history_sql_run (&db->sql, SOTTO_SQL_ADD_MESSAGE, NULL, error);
}

static bool
add_file (SottoHistoryDb *db,
          const SottoHistoryPeer *peer,
          const SottoHistoryRecord *record,
          GError **error)
{
  g_autoptr (GBytes) row = seal_file (db, record);

  sotto_history_sql_bind (&db->sql, SOTTO_SQL_ADD_FILE, "iiidiib", (gint64)record->place,
                          peer->number, (gint64)record->own, &record->id,
                          (gint64)record->file->state, (gint64)record->file->code, row);
  return sotto_history_sql_run (&db->sql, SOTTO_SQL_ADD_FILE, NULL, error);
}

static bool
add_to_outbox (SottoHistoryDb *db,
               const SottoHistoryPeer *peer,
               const SottoHistoryRecord *record,
               GError **error)
{
  g_autoptr (GBytes) row = sotto_history_seal_record (&db->keys, record);

  sotto_history_sql_bind (&db->sql, SOTTO_SQL_ADD_OUTBOX, "iidib", (gint64)record->place,
                          peer->number, &record->id, (gint64)record->kind, row);
  return sotto_history_sql_run (&db->sql, SOTTO_SQL_ADD_OUTBOX, NULL, error);
}

static SottoHistoryStep
offer_step (SottoHistoryWork *work, SottoHistoryDb *db, GError **error)
{
  SottoHistoryRecord *record = ((SottoHistoryFileWork *)work)->record;
  SottoHistoryPeer *peer;
  gint64 place;

  if (!sotto_history_peers_find (&db->peers, &record->peer, true, &peer, error)
      || !sotto_history_peers_next_place (&db->peers, peer, &place, error))
    return SOTTO_HISTORY_STEP_FAILED;
  record->own = true;
  record->state = SOTTO_HISTORY_QUEUED;
  record->place = (uint64_t)place;
  return step_of (add_message (db, peer, record, error) && add_file (db, peer, record, error)
                  && add_to_outbox (db, peer, record, error));
}

static bool
remember_id (SottoHistoryDb *db, SottoHistoryPeer *peer, const SottoId *id, GError **error)
{
  gint64 n, slot;

  if (!sotto_history_peers_next_came (&db->peers, peer, &n, &slot, error))
    return false;
  sotto_history_sql_bind (&db->sql, SOTTO_SQL_ADD_CAME, "iiid", slot, peer->number, n, id);
  return sotto_history_sql_run (&db->sql, SOTTO_SQL_ADD_CAME, NULL, error);
}

/* An id that came before: as what it stands now. Of no file, or of one nobody knows any more: it is
 * over. */
static bool
read_known (SottoHistoryDb *db,
            const SottoHistoryPeer *peer,
            SottoHistoryRecord *record,
            GError **error)
{
  gint64 place = 0;

  sotto_history_sql_bind (&db->sql, SOTTO_SQL_FIND_FILE, "iid", peer->number, (gint64)0,
                          &record->id);
  if (!sotto_history_sql_run (&db->sql, SOTTO_SQL_FIND_FILE, &place, error))
    return false;
  if (place == 0)
    {
      record->file->state = SOTTO_HISTORY_FILE_REFUSED;
      record->file->code = SOTTO_REFUSE_CANCELLED;
      return true;
    }
  record->place = (uint64_t)place;
  g_clear_pointer (&record->file, sotto_history_file_free);
  return sotto_history_db_read_file (db, record, error);
}

static SottoHistoryStep
receive_step (SottoHistoryWork *work, SottoHistoryDb *db, GError **error)
{
  SottoHistoryFileWork *self = (SottoHistoryFileWork *)work;
  SottoHistoryRecord *record = self->record;
  SottoHistoryPeer *peer;
  gint64 known = 0, place;

  if (!sotto_history_peers_find (&db->peers, &record->peer, true, &peer, error))
    return SOTTO_HISTORY_STEP_FAILED;
  sotto_history_sql_bind (&db->sql, SOTTO_SQL_FIND_CAME, "id", peer->number, &record->id);
  if (!sotto_history_sql_run (&db->sql, SOTTO_SQL_FIND_CAME, &known, error))
    return SOTTO_HISTORY_STEP_FAILED;
  self->is_new = known == 0;
  if (!self->is_new)
    return step_of (read_known (db, peer, record, error));
  if (!remember_id (db, peer, &record->id, error)
      || !sotto_history_peers_next_place (&db->peers, peer, &place, error))
    return SOTTO_HISTORY_STEP_FAILED;
  record->own = false;
  record->state = SOTTO_HISTORY_CAME;
  record->place = (uint64_t)place;
  bool shown = record->file->state != SOTTO_HISTORY_FILE_REFUSED;
  return step_of ((!shown || add_message (db, peer, record, error))
                  && add_file (db, peer, record, error));
}

static bool
leave_outbox (SottoHistoryDb *db, const SottoHistoryRecord *record, GError **error)
{
  if (!record->own || record->file->state < SOTTO_HISTORY_FILE_WITHDRAWN)
    return true;
  if (record->file->state == SOTTO_HISTORY_FILE_DONE)
    return sotto_history_db_delivered (db, record->place, &record->id, error);
  sotto_history_sql_bind (&db->sql, SOTTO_SQL_DROP_OUTBOX, "id", (gint64)record->place,
                          &record->id);
  return sotto_history_sql_run (&db->sql, SOTTO_SQL_DROP_OUTBOX, NULL, error);
}

static SottoHistoryStep
set_step (SottoHistoryWork *work, SottoHistoryDb *db, GError **error)
{
  SottoHistoryRecord *record = ((SottoHistoryFileWork *)work)->record;
  g_autoptr (GBytes) row = seal_file (db, record);

  sotto_history_sql_bind (&db->sql, SOTTO_SQL_SET_FILE, "iiib", (gint64)record->place,
                          (gint64)record->file->state, (gint64)record->file->code, row);
  return step_of (sotto_history_sql_run (&db->sql, SOTTO_SQL_SET_FILE, NULL, error)
                  && leave_outbox (db, record, error));
}

void
sotto_history_file_work_free (gpointer work)
{
  SottoHistoryFileWork *self = work;

  sotto_history_record_free (self->record);
  g_free (self);
}

static SottoHistoryFileWork *
work_new (SottoHistoryStepFunc step, SottoHistoryRecord *take_record)
{
  SottoHistoryFileWork *self = g_new0 (SottoHistoryFileWork, 1);

  self->work.step = step;
  self->work.writes = true;
  self->record = take_record;
  return self;
}

SottoHistoryFileWork *
sotto_history_offer_file (SottoHistoryRecord *take_record)
{
  return work_new (offer_step, take_record);
}

SottoHistoryFileWork *
sotto_history_receive_file (SottoHistoryRecord *take_record)
{
  return work_new (receive_step, take_record);
}

SottoHistoryFileWork *
sotto_history_set_file (SottoHistoryRecord *take_record)
{
  return work_new (set_step, take_record);
}
