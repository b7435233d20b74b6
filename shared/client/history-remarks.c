// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A remark is in no outbox and has a state of its own, so that it neither counts as unread nor
 * waits for anybody, and a READ of theirs goes past it: that goes back to the newest one that was
 * seen.
 */
#include "shared/client/history-remarks.h"

#include "shared/client/history-db-private.h"

typedef struct
{
  SottoHistoryWork work;
  SottoHistoryRecord *record;
} Remark;

static SottoHistoryStep
add_remark (SottoHistoryWork *work, SottoHistoryDb *db, GError **error)
{
  SottoHistoryRecord *record = ((Remark *)work)->record;
  g_autoptr (GBytes) row = NULL;
  SottoHistoryPeer *peer;
  gint64 place;

  if (!sotto_history_peers_find (&db->peers, &record->peer, true, &peer, error)
      || !sotto_history_peers_next_place (&db->peers, peer, &place, error))
    return SOTTO_HISTORY_STEP_FAILED;
  record->place = (uint64_t)place;
  row = sotto_history_seal_record (&db->keys, record);
  sotto_history_sql_bind (&db->sql, SOTTO_SQL_ADD_MESSAGE, "iiidib", place, peer->number,
                          (gint64)record->own, &record->id, (gint64)record->state, row);
  return sotto_history_sql_run (&db->sql, SOTTO_SQL_ADD_MESSAGE, NULL, error)
             ? SOTTO_HISTORY_STEP_DONE
             : SOTTO_HISTORY_STEP_FAILED;
}

SottoHistoryWork *
sotto_history_remark_new (SottoHistoryRecord *take_record)
{
  Remark *self = g_new0 (Remark, 1);

  self->work.step = add_remark;
  self->work.writes = true;
  self->record = take_record;
  self->record->own = true;
  self->record->state = SOTTO_HISTORY_REMARKED;
  return &self->work;
}

const SottoHistoryRecord *
sotto_history_remark_get (gpointer work)
{
  return ((Remark *)work)->record;
}

void
sotto_history_remark_free (gpointer work)
{
  sotto_history_record_free (((Remark *)work)->record);
  g_free (work);
}
