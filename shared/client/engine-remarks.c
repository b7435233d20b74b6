// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What happened with a person stands in their conversation: stored like a message, then told. Where
 * nothing is to be kept it is only told.
 */
#include "shared/client/engine-private.h"

#include "shared/client/history-remarks.h"

static void
tell (SottoEngine *self, const SottoHistoryRecord *record)
{
  SottoRemark remark = sotto_remark_of_kind ((int)record->kind);
  g_autofree char *sentence = sotto_remark_dup_sentence (remark, record->peer.str);
  SottoEvent event = { .type = SOTTO_EVENT_REMARK,
                       .peer = record->peer,
                       .has_id = true,
                       .id = record->id,
                       .remark = remark,
                       .text = sentence,
                       .sent_ms = (gint64)record->sent_ms };

  sotto_engine_emit (self, &event);
}

/* When the history was closed meanwhile, the next page has it. */
static void
on_stored (GObject *engine, GAsyncResult *result, gpointer unused)
{
  SottoEngine *self = SOTTO_ENGINE (engine);

  if (g_task_propagate_boolean (G_TASK (result), NULL) && self->history_runs)
    tell (self, sotto_history_remark_get (g_task_get_task_data (G_TASK (result))));
}

void
sotto_engine_remark (SottoEngine *self, const SottoName *peer, SottoRemark remark)
{
  g_autoptr (SottoHistoryRecord) record = sotto_history_record_new (NULL, 0);

  if (!self->history_runs)
    return;
  record->peer = *peer;
  record->kind = (SottoMessageType)remark;
  record->sent_ms = record->stored_ms = (uint64_t)sotto_clock_unix_ms (self->clock);
  sotto_random_fill (&self->random, &record->id, sizeof record->id);
  if (sotto_engine_is_fleeting (self, peer))
    {
      tell (self, record);
      return;
    }
  GTask *task = g_task_new (self, NULL, on_stored, NULL);
  g_task_set_task_data (task, sotto_history_remark_new (g_steal_pointer (&record)),
                        sotto_history_remark_free);
  sotto_history_run (self->history, task);
}
