// SPDX-License-Identifier: GPL-3.0-or-later
/* A few peers a step: with thousands of them no message waits for the list. */
#include "shared/client/history-lists-private.h"

#include "shared/client/remark.h"

#define PEERS_A_STEP 64
#define UNREAD_MAX   10000 /* counted no further */

void
sotto_conversation_free (gpointer conversation)
{
  if (conversation == NULL)
    return;
  sotto_history_record_free (((SottoConversation *)conversation)->last);
  g_free (conversation);
}

void
sotto_history_list_free (gpointer work)
{
  SottoHistoryTour *self = work;

  if (self->clear != NULL)
    self->clear (self);
  g_clear_pointer (&self->work.result, g_ptr_array_unref);
  g_clear_pointer (&self->whos, g_array_unref);
  g_free (self);
}

bool
sotto_history_tour_begin (SottoHistoryTour *self,
                          SottoHistoryDb *db,
                          const SottoName *only,
                          GError **error)
{
  g_autoptr (GHashTable) names = NULL;
  SottoHistoryPeer *peer = NULL;
  GHashTableIter iter;
  gpointer number, name;

  if (self->whos != NULL)
    return true;
  if (only != NULL && !sotto_history_peers_find (&db->peers, only, false, &peer, error))
    return false;
  if (only == NULL && (names = sotto_history_peers_load_names (&db->peers, error)) == NULL)
    return false;
  self->whos = g_array_new (FALSE, FALSE, sizeof (SottoHistoryWho));
  if (peer != NULL)
    g_array_append_vals (self->whos, &(SottoHistoryWho){ peer->number, peer->name }, 1);
  if (only != NULL)
    return true;
  g_hash_table_iter_init (&iter, names);
  while (g_hash_table_iter_next (&iter, &number, &name))
    g_array_append_vals (self->whos,
                         &(SottoHistoryWho){ *(gint64 *)number, *(const SottoName *)name }, 1);
  return true;
}

GPtrArray *
sotto_history_db_slice (SottoHistoryDb *db,
                        const SottoHistoryWho *who,
                        gint64 after,
                        gint64 before,
                        guint max,
                        GError **error)
{
  sotto_history_sql_bind (&db->sql, SOTTO_SQL_PAGE, "iii",
                          MAX (after, sotto_history_place_base (who->number)),
                          MIN (before, sotto_history_place_base (who->number + 1)), (gint64)max);
  GPtrArray *slice = sotto_history_db_read (db, SOTTO_SQL_PAGE, error);
  for (guint i = 0; slice != NULL && i < slice->len; i++)
    ((SottoHistoryRecord *)slice->pdata[i])->peer = who->name;
  return slice;
}

/* --- Around a place --- */

typedef struct
{
  SottoHistoryTour tour;
  SottoName peer;
  gint64 place;
  guint n_before;
  guint n_after;
} Around;

static bool
add_newer (Around *self,
           SottoHistoryDb *db,
           const SottoHistoryWho *who,
           GPtrArray *out,
           GError **error)
{
  sotto_history_sql_bind (&db->sql, SOTTO_SQL_PAGE_AFTER, "iii",
                          MAX (self->place, sotto_history_place_base (who->number)),
                          sotto_history_place_base (who->number + 1), (gint64)self->n_after);
  g_autoptr (GPtrArray) newer = sotto_history_db_read (db, SOTTO_SQL_PAGE_AFTER, error);
  if (newer == NULL)
    return false;
  while (newer->len > 0)
    {
      SottoHistoryRecord *record = g_ptr_array_steal_index (newer, newer->len - 1);
      record->peer = who->name;
      g_ptr_array_add (out, record);
    }
  return true;
}

static SottoHistoryStep
load_around (SottoHistoryWork *work, SottoHistoryDb *db, GError **error)
{
  Around *self = (Around *)work;
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (sotto_history_record_free);

  if (!sotto_history_tour_begin (&self->tour, db, &self->peer, error))
    return SOTTO_HISTORY_STEP_FAILED;
  if (self->tour.whos->len > 0)
    {
      const SottoHistoryWho *who = &g_array_index (self->tour.whos, SottoHistoryWho, 0);
      g_autoptr (GPtrArray) older = NULL;
      if (!add_newer (self, db, who, found, error))
        return SOTTO_HISTORY_STEP_FAILED;
      older = sotto_history_db_slice (db, who, 0, self->place + 1, self->n_before + 1, error);
      if (older == NULL)
        return SOTTO_HISTORY_STEP_FAILED;
      g_ptr_array_extend_and_steal (found, g_steal_pointer (&older));
    }
  work->result = g_steal_pointer (&found);
  return SOTTO_HISTORY_STEP_DONE;
}

SottoHistoryWork *
sotto_history_around_new (const SottoName *peer, uint64_t place, guint n_before, guint n_after)
{
  Around *self = g_new0 (Around, 1);

  self->tour.work.step = load_around;
  self->peer = *peer;
  self->place = (gint64)MIN (place, (uint64_t)G_MAXINT64 - 1);
  self->n_before = MIN (n_before, SOTTO_HISTORY_PAGE_MAX);
  self->n_after = MIN (n_after, SOTTO_HISTORY_PAGE_MAX);
  return &self->tour.work;
}

/* --- How many --- */

typedef struct
{
  SottoHistoryTour tour;
  SottoName peer;
  gint64 n;
} Count;

static SottoHistoryStep
count (SottoHistoryWork *work, SottoHistoryDb *db, GError **error)
{
  Count *self = (Count *)work;

  if (!sotto_history_tour_begin (&self->tour, db, &self->peer, error))
    return SOTTO_HISTORY_STEP_FAILED;
  if (self->tour.whos->len == 0)
    return SOTTO_HISTORY_STEP_DONE;
  gint64 number = g_array_index (self->tour.whos, SottoHistoryWho, 0).number;
  sotto_history_sql_bind (&db->sql, SOTTO_SQL_COUNT_MESSAGES, "ii",
                          sotto_history_place_base (number), sotto_history_place_base (number + 1));
  return sotto_history_sql_run (&db->sql, SOTTO_SQL_COUNT_MESSAGES, &self->n, error)
             ? SOTTO_HISTORY_STEP_DONE
             : SOTTO_HISTORY_STEP_FAILED;
}

SottoHistoryWork *
sotto_history_count_new (const SottoName *peer)
{
  Count *self = g_new0 (Count, 1);

  self->tour.work.step = count;
  self->peer = *peer;
  return &self->tour.work;
}

guint
sotto_history_count_get (gpointer work)
{
  return (guint)((Count *)work)->n;
}

/* --- Conversations --- */

static bool
count_unread (SottoHistoryDb *db, gint64 number, gint64 *out, GError **error)
{
  gint64 read = 0;

  sotto_history_sql_bind (&db->sql, SOTTO_SQL_READ_MARK, "i", number);
  if (!sotto_history_sql_run (&db->sql, SOTTO_SQL_READ_MARK, &read, error))
    return false;
  sotto_history_sql_bind (&db->sql, SOTTO_SQL_COUNT_UNREAD, "iii",
                          MAX (read, sotto_history_place_base (number)),
                          sotto_history_place_base (number + 1), (gint64)UNREAD_MAX);
  return sotto_history_sql_run (&db->sql, SOTTO_SQL_COUNT_UNREAD, out, error);
}

/* What was said last, or, where nothing was, the last remark. out: empty = there is nothing. */
static GPtrArray *
find_last (SottoHistoryDb *db, const SottoHistoryWho *who, GError **error)
{
  g_autoptr (GPtrArray) newest = sotto_history_db_slice (db, who, 0, G_MAXINT64, 1, error);
  g_autoptr (GPtrArray) last = newest == NULL ? NULL : g_ptr_array_ref (newest);

  while (last != NULL && last->len > 0)
    {
      const SottoHistoryRecord *record = last->pdata[0];
      if (sotto_remark_of_kind ((int)record->kind) == SOTTO_REMARK_NONE)
        return g_steal_pointer (&last);
      GPtrArray *before = sotto_history_db_slice (db, who, 0, (gint64)record->place, 1, error);
      g_ptr_array_unref (last);
      last = before;
    }
  return last == NULL ? NULL : g_steal_pointer (&newest);
}

static bool
add_conversation (SottoHistoryDb *db,
                  const SottoHistoryWho *who,
                  GPtrArray *conversations,
                  GError **error)
{
  g_autoptr (GPtrArray) last = find_last (db, who, error);
  gint64 n_unread = 0;

  if (last == NULL)
    return false;
  if (last->len == 0)
    return true;
  if (!count_unread (db, who->number, &n_unread, error))
    return false;
  SottoConversation *conversation = g_new0 (SottoConversation, 1);
  conversation->peer = who->name;
  conversation->last = g_ptr_array_steal_index (last, 0);
  conversation->last_ms = conversation->last->stored_ms;
  conversation->n_unread = (guint)n_unread;
  g_ptr_array_add (conversations, conversation);
  return true;
}

static gint
compare_conversations (gconstpointer a, gconstpointer b)
{
  const SottoConversation *left = *(SottoConversation *const *)a;
  const SottoConversation *right = *(SottoConversation *const *)b;

  if (left->last_ms != right->last_ms)
    return left->last_ms < right->last_ms ? 1 : -1;
  return g_strcmp0 (left->peer.str, right->peer.str);
}

static SottoHistoryStep
load_conversations (SottoHistoryWork *work, SottoHistoryDb *db, GError **error)
{
  SottoHistoryTour *self = (SottoHistoryTour *)work;

  if (!sotto_history_tour_begin (self, db, NULL, error))
    return SOTTO_HISTORY_STEP_FAILED;
  if (work->result == NULL)
    work->result = g_ptr_array_new_with_free_func (sotto_conversation_free);
  for (guint end = self->next + PEERS_A_STEP; self->next < MIN (end, self->whos->len); self->next++)
    if (!add_conversation (db, &g_array_index (self->whos, SottoHistoryWho, self->next),
                           work->result, error))
      return SOTTO_HISTORY_STEP_FAILED;
  if (self->next < self->whos->len)
    return SOTTO_HISTORY_STEP_AGAIN;
  g_ptr_array_sort (work->result, compare_conversations);
  return SOTTO_HISTORY_STEP_DONE;
}

SottoHistoryWork *
sotto_history_conversations_new (void)
{
  SottoHistoryTour *self = g_new0 (SottoHistoryTour, 1);

  self->work.step = load_conversations;
  return &self->work;
}
