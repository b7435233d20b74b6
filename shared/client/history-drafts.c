// SPDX-License-Identifier: GPL-3.0-or-later
/* A row is replaced as a whole. */
#include "shared/client/history-drafts.h"

#include "shared/base/secret.h"
#include "shared/client/history-db-private.h"
#include <string.h>

typedef struct
{
  SottoHistoryWork work;
  SottoName peer;
  char *text;
} SetDraft;

static void
text_free (char *text)
{
  if (text != NULL)
    sotto_secret_wipe (text, strlen (text));
  g_free (text);
}

static void
draft_free (gpointer data)
{
  text_free (((SottoHistoryDraft *)data)->text);
  g_free (data);
}

static bool
add_draft (SottoHistoryDb *self, GHashTable *names, GPtrArray *drafts)
{
  sqlite3_stmt *statement = self->sql.statements[SOTTO_SQL_ALL_DRAFTS];
  gint64 number = sqlite3_column_int64 (statement, 0);
  const SottoName *name = g_hash_table_lookup (names, &number);
  char *text =
      sotto_history_open_draft (&self->keys, (uint64_t)number, sqlite3_column_blob (statement, 1),
                                (gsize)sqlite3_column_bytes (statement, 1));

  if (name == NULL || text == NULL)
    {
      text_free (text);
      return false;
    }
  SottoHistoryDraft *draft = g_new0 (SottoHistoryDraft, 1);
  draft->peer = *name;
  draft->text = text;
  g_ptr_array_add (drafts, draft);
  return true;
}

GPtrArray *
sotto_history_db_load_drafts (SottoHistoryDb *self, GError **error)
{
  g_autoptr (GHashTable) names = sotto_history_peers_load_names (&self->peers, error);
  g_autoptr (GPtrArray) drafts = g_ptr_array_new_with_free_func (draft_free);
  g_autoptr (GError) failure = NULL;

  if (names == NULL)
    return NULL;
  while (sotto_history_sql_next (&self->sql, SOTTO_SQL_ALL_DRAFTS, &failure))
    {
      if (add_draft (self, names, drafts))
        continue;
      sotto_history_sql_reset (&self->sql, SOTTO_SQL_ALL_DRAFTS);
      sotto_history_sql_set_damaged (&self->sql, "the row of a draft", error);
      return NULL;
    }
  if (failure == NULL)
    return g_steal_pointer (&drafts);
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

static SottoHistoryStep
set_draft (SottoHistoryWork *work, SottoHistoryDb *db, GError **error)
{
  SetDraft *self = (SetDraft *)work;
  bool none = *self->text == '\0';
  SottoSql sql = none ? SOTTO_SQL_DROP_DRAFT : SOTTO_SQL_SET_DRAFT;
  g_autoptr (GBytes) row = NULL;
  SottoHistoryPeer *peer = NULL;

  if (!sotto_history_peers_find (&db->peers, &self->peer, !none, &peer, error))
    return SOTTO_HISTORY_STEP_FAILED;
  if (peer == NULL)
    return SOTTO_HISTORY_STEP_DONE;
  db->untidy = true;
  row = sotto_history_seal_draft (&db->keys, (uint64_t)peer->number, self->text);
  sotto_history_sql_bind (&db->sql, sql, none ? "i" : "ib", peer->number, row);
  return sotto_history_sql_run (&db->sql, sql, NULL, error) ? SOTTO_HISTORY_STEP_DONE
                                                            : SOTTO_HISTORY_STEP_FAILED;
}

SottoHistoryWork *
sotto_history_set_draft_new (const SottoName *peer, const char *text)
{
  SetDraft *self = g_new0 (SetDraft, 1);

  self->work.step = set_draft;
  self->work.writes = true;
  self->peer = *peer;
  self->text = g_strdup (text);
  return &self->work;
}

void
sotto_history_draft_work_free (gpointer work)
{
  text_free (((SetDraft *)work)->text);
  g_free (work);
}
