// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Edits, deletions and reactions on the disk. The row of the message is replaced by what the
 * message is now, so that nothing of before can be found; what nobody was told yet stays among the
 * news until it was.
 *
 * Who reaches what: an EDIT and a DELETE the records of their own sender, a REACT those of both. A
 * deleted message is there for its place alone: nothing reaches it any more.
 */
#include "shared/client/history-db-private.h"

#include <string.h>

SottoHistoryRecord *
sotto_history_record_with_text (const SottoHistoryRecord *record, const char *text, gsize n)
{
  SottoHistoryRecord *copy = sotto_history_record_new (text, n);

  memcpy (copy, record, G_STRUCT_OFFSET (SottoHistoryRecord, n));
  copy->file = NULL;
  return copy;
}

/* out NULL (and true): there is none. */
static bool
find_message (SottoHistoryDb *self,
              const SottoHistoryPeer *peer,
              bool own,
              const SottoId *id,
              SottoHistoryRecord **out,
              GError **error)
{
  g_autoptr (GPtrArray) records = NULL;

  sotto_history_sql_bind (&self->sql, SOTTO_SQL_FIND_MESSAGE, "iid", peer->number, (gint64)own, id);
  records = sotto_history_db_read (self, SOTTO_SQL_FIND_MESSAGE, error);
  if (records == NULL)
    return false;
  *out = records->len == 0 ? NULL : g_ptr_array_steal_index (records, 0);
  return true;
}

static bool
find_target (SottoHistoryDb *self,
             const SottoHistoryPeer *peer,
             const SottoHistoryRecord *change,
             SottoHistoryRecord **out,
             GError **error)
{
  bool reaction = change->kind == SOTTO_MESSAGE_REACT;

  *out = NULL;
  if (reaction && !find_message (self, peer, !change->own, &change->target, out, error))
    return false;
  return *out != NULL || find_message (self, peer, change->own, &change->target, out, error);
}

/* The message as it is from now on; NULL when this cannot be done to it. */
static SottoHistoryRecord *
apply (const SottoHistoryRecord *message, const SottoHistoryRecord *change)
{
  SottoHistoryRecord *now;

  if (message->deleted
      || (change->kind == SOTTO_MESSAGE_EDIT && message->kind != SOTTO_MESSAGE_TEXT))
    return NULL;
  if (change->kind == SOTTO_MESSAGE_EDIT)
    {
      now = sotto_history_record_with_text (message, change->text, change->n);
      now->edited = true;
      return now;
    }
  if (change->kind == SOTTO_MESSAGE_REACT)
    {
      now = sotto_history_record_with_text (message, message->text, message->n);
      g_strlcpy (change->own ? now->reaction_own : now->reaction_theirs, change->text,
                 sizeof now->reaction_own);
      return now;
    }
  now = sotto_history_record_with_text (message, NULL, 0);
  now->deleted = true;
  now->edited = false;
  now->reaction_own[0] = now->reaction_theirs[0] = '\0';
  return now;
}

static bool
set_row (SottoHistoryDb *self, SottoSql sql, uint64_t place, GBytes *row, GError **error)
{
  sotto_history_sql_bind (&self->sql, sql, "ib", (gint64)place, row);
  return sotto_history_sql_run (&self->sql, sql, NULL, error);
}

static bool
blank_file (SottoHistoryDb *self, gint64 place, GError **error)
{
  sotto_history_sql_bind (&self->sql, SOTTO_SQL_BLANK_FILES, "ii", place - 1, place);
  return sotto_history_sql_run (&self->sql, SOTTO_SQL_BLANK_FILES, NULL, error);
}

/* An earlier EDIT that waits has words of before too. */
static bool
reword_edits (SottoHistoryDb *self,
              const SottoHistoryPeer *peer,
              const SottoHistoryRecord *now,
              GError **error)
{
  g_autoptr (GPtrArray) edits = NULL;

  sotto_history_sql_bind (&self->sql, SOTTO_SQL_WAITING_EDITS, "ii", (gint64)now->place,
                          sotto_history_place_base (peer->number + 1));
  edits = sotto_history_db_read (self, SOTTO_SQL_WAITING_EDITS, error);
  for (guint i = 0; edits != NULL && i < edits->len; i++)
    {
      const SottoHistoryRecord *edit = edits->pdata[i];
      if (memcmp (&edit->target, &now->id, sizeof now->id) != 0)
        continue;
      g_autoptr (SottoHistoryRecord) reworded =
          sotto_history_record_with_text (edit, now->text, now->n);
      g_autoptr (GBytes) row = sotto_history_seal_record (&self->keys, reworded);
      if (!set_row (self, SOTTO_SQL_SET_OUTBOX_ROW, edit->place, row, error))
        return false;
    }
  return edits != NULL;
}

/* What still waits is sent as it is now: the words of before never leave. */
static bool
replace_row (SottoHistoryDb *self,
             const SottoHistoryPeer *peer,
             const SottoHistoryRecord *now,
             GError **error)
{
  g_autoptr (GBytes) row = sotto_history_seal_record (&self->keys, now);

  self->untidy = true;
  if (!set_row (self, SOTTO_SQL_SET_ROW, now->place, row, error)
      || (now->deleted && !blank_file (self, (gint64)now->place, error)))
    return false;
  if (now->own && now->kind == SOTTO_MESSAGE_TEXT)
    return set_row (self, SOTTO_SQL_SET_OUTBOX_ROW, now->place, row, error)
           && reword_edits (self, peer, now, error);
  if (now->own || !now->deleted)
    return true;
  sotto_history_sql_bind (&self->sql, SOTTO_SQL_SET_WITHDRAWN, "i", (gint64)now->place);
  return sotto_history_sql_run (&self->sql, SOTTO_SQL_SET_WITHDRAWN, NULL, error);
}

bool
sotto_history_db_change (SottoHistoryDb *self,
                         const SottoHistoryPeer *peer,
                         const SottoHistoryRecord *change,
                         bool *out_done,
                         GError **error)
{
  g_autoptr (SottoHistoryRecord) message = NULL;
  g_autoptr (SottoHistoryRecord) now = NULL;

  *out_done = false;
  if (!find_target (self, peer, change, &message, error))
    return false;
  if (message != NULL)
    now = apply (message, change);
  if (now == NULL)
    return true;
  *out_done = true;
  return replace_row (self, peer, now, error);
}

/* Of a conversation that is not kept there is nothing to find the target in. What came is known by
 * its id, what we sent is not. */
static bool
may_be_about_something (SottoHistoryDb *self,
                        const SottoHistoryPeer *peer,
                        const SottoHistoryRecord *change,
                        bool *out,
                        GError **error)
{
  gint64 known = change->kind == SOTTO_MESSAGE_REACT;

  if (change->fleeting && known == 0)
    {
      sotto_history_sql_bind (&self->sql, SOTTO_SQL_FIND_CAME, "id", peer->number, &change->target);
      if (!sotto_history_sql_run (&self->sql, SOTTO_SQL_FIND_CAME, &known, error))
        return false;
    }
  *out = change->fleeting && known != 0;
  return true;
}

bool
sotto_history_db_add_news (SottoHistoryDb *self,
                           SottoHistoryPeer *peer,
                           SottoHistoryRecord *record,
                           GError **error)
{
  gint64 place;

  if (!sotto_history_peers_next_place (&self->peers, peer, &place, error))
    return false;
  record->place = (uint64_t)place;
  record->own = false;
  record->state = SOTTO_HISTORY_CAME;
  self->untidy = self->has_news = true;
  g_autoptr (GBytes) row = sotto_history_seal_record (&self->keys, record);
  sotto_history_sql_bind (&self->sql, SOTTO_SQL_ADD_NEWS, "idb", place, &record->id, row);
  return sotto_history_sql_run (&self->sql, SOTTO_SQL_ADD_NEWS, NULL, error);
}

bool
sotto_history_db_receive_change (SottoHistoryDb *self,
                                 SottoHistoryPeer *peer,
                                 SottoHistoryRecord *change,
                                 GError **error)
{
  bool done;

  change->own = false;
  if (!sotto_history_db_change (self, peer, change, &done, error)
      || (!done && !may_be_about_something (self, peer, change, &done, error)))
    return false;
  return !done || sotto_history_db_add_news (self, peer, change, error);
}

/* --- Tidying up --- */

static bool
drop_told_of (SottoHistoryDb *self, gint64 number, GError **error)
{
  gint64 base = sotto_history_place_base (number);
  gint64 told = (gint64)sotto_history_told_get (&self->told, (uint64_t)number);

  if (told <= base || told >= sotto_history_place_base (number + 1))
    return true;
  sotto_history_sql_bind (&self->sql, SOTTO_SQL_RAISE_FLOOR, "ii", number, told);
  sotto_history_sql_bind (&self->sql, SOTTO_SQL_DROP_NEWS, "ii", base, told);
  return sotto_history_sql_run (&self->sql, SOTTO_SQL_RAISE_FLOOR, NULL, error)
         && sotto_history_sql_run (&self->sql, SOTTO_SQL_DROP_NEWS, NULL, error);
}

static GArray *
list_news_peers (SottoHistoryDb *self, GError **error)
{
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GError) failure = NULL;

  while (sotto_history_sql_next (&self->sql, SOTTO_SQL_NEWS_PEERS, &failure))
    {
      gint64 number = sqlite3_column_int64 (self->sql.statements[SOTTO_SQL_NEWS_PEERS], 0);
      g_array_append_val (numbers, number);
    }
  if (failure == NULL)
    return g_steal_pointer (&numbers);
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

bool
sotto_history_db_drop_told (SottoHistoryDb *self, GError **error)
{
  g_autoptr (GArray) numbers = NULL;

  if (!self->has_news)
    return true;
  numbers = list_news_peers (self, error);
  if (numbers == NULL)
    return false;
  self->has_news = numbers->len > 0;
  for (guint i = 0; i < numbers->len; i++)
    if (!drop_told_of (self, g_array_index (numbers, gint64, i), error))
      return false;
  return true;
}

bool
sotto_history_db_is_untidy (const SottoHistoryDb *self)
{
  return !self->sql.damaged && (self->untidy || self->has_news);
}

/* What was replaced is overwritten in the file, but stands in the log until that begins anew. */
void
sotto_history_db_tidy (SottoHistoryDb *self)
{
  if (!sotto_history_db_begin (self, NULL))
    return;
  if (!sotto_history_db_drop_told (self, NULL) || !sotto_history_db_commit (self, NULL))
    {
      sotto_history_db_rollback (self);
      return;
    }
  if (sotto_history_sql_exec (self->sql.db, "PRAGMA wal_checkpoint (TRUNCATE)", NULL))
    self->untidy = false;
}
