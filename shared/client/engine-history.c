// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The engine and its history: what goes there and what is done when it is on the disk. QUEUED is
 * told, MESSAGE shown and RECEIVED answered only then; until the disk has heard of a RECEIVED its
 * record keeps its place among the unacknowledged, so that after a crash no peer is sent what it
 * may have forgotten.
 */
#include "shared/client/engine-private.h"

#include "shared/base/text.h"
#include "shared/client/sentences.h"
#include <string.h>

/* What a record costs beside its text while it is on its way to the disk. */
#define RECORD_COST 512

/* --- There --- */

static gsize
cost_of (const SottoHistoryRecord *record)
{
  return RECORD_COST + record->n;
}

static SottoHistoryRecord *
make_record (SottoEngine *self,
             const SottoName *peer,
             const SottoId *id,
             SottoMessageType kind,
             const char *text,
             gsize n)
{
  SottoHistoryRecord *record = sotto_history_record_new (text, n);

  record->peer = *peer;
  record->id = *id;
  record->kind = kind;
  record->stored_ms = (uint64_t)sotto_clock_unix_ms (self->clock);
  record->fleeting = sotto_engine_is_fleeting (self, peer);
  return record;
}

/* With the words and the target of the kinds that have them. */
static SottoHistoryRecord *
record_of_message (SottoEngine *self, const SottoName *peer, const SottoMessage *message)
{
  const char *text = NULL;
  gsize n = 0;
  SottoId target = { 0 };

  if (message->type == SOTTO_MESSAGE_TEXT)
    text = message->text.text, n = message->text.n;
  else if (sotto_history_is_change (message->type))
    sotto_engine_read_change (message, &target, &text, &n);
  SottoHistoryRecord *record = make_record (self, peer, &message->id, message->type, text, n);
  record->target = target;
  if (message->type == SOTTO_MESSAGE_TEXT)
    record->sent_ms = message->text.sent_ms;
  return record;
}

void
sotto_engine_store_own (SottoEngine *self,
                        const SottoName *peer,
                        const SottoId *id,
                        const char *text)
{
  SottoHistoryRecord *record =
      make_record (self, peer, id, SOTTO_MESSAGE_TEXT, text, strlen (text));

  record->sent_ms = record->stored_ms;
  self->n_queueing++;
  sotto_history_queue (self->history, record);
}

void
sotto_engine_store_change (SottoEngine *self, const SottoName *peer, const SottoMessage *change)
{
  SottoHistoryRecord *record = record_of_message (self, peer, change);

  record->sent_ms = record->stored_ms;
  self->n_queueing++;
  sotto_history_queue (self->history, record);
}

/* Careful: more may come than the disk takes. Then the peer's stream waits. */
static void
count_storing (SottoLine *line, gsize cost)
{
  sotto_contact_begin_storing (line->contact, cost);
  line->paused = sotto_contact_is_full (line->contact);
}

void
sotto_engine_store_theirs (SottoEngine *self, SottoLine *line, const SottoMessage *message)
{
  SottoHistoryRecord *record = record_of_message (self, &line->contact->name, message);

  count_storing (line, cost_of (record));
  sotto_history_receive (self->history, record);
}

void
sotto_engine_store_seen (SottoEngine *self, SottoLine *line, const SottoId *id)
{
  count_storing (line, RECORD_COST);
  sotto_history_seen (self->history, &line->contact->name, id);
}

/* --- And back --- */

static SottoOutboxItem *
queue_record (SottoContact *contact, const SottoHistoryRecord *record)
{
  g_autoptr (GByteArray) body = NULL;
  SottoOutboxItem *item;

  if (sotto_history_is_change (record->kind))
    body = sotto_engine_body_of_change (record);
  item = sotto_outbox_push (contact->outbox, &record->id, record->kind, record->sent_ms,
                            body != NULL ? (const char *)body->data : record->text,
                            body != NULL ? body->len : record->n);
  item->place = record->place;
  return item;
}

void
sotto_engine_enter_outbox (SottoEngine *self, const SottoHistoryRecord *record)
{
  SottoContact *contact = sotto_engine_get_contact (self, &record->peer, true);

  if (contact == NULL)
    return; /* without room for one more contact it goes out after the next login */
  if (sotto_history_is_change (record->kind))
    sotto_engine_reword (contact, record);
  queue_record (contact, record);
  sotto_engine_move (self, contact);
}

static void
on_queued (SottoEngine *self, const SottoHistoryResult *result)
{
  const SottoHistoryRecord *record = result->record;
  SottoEvent event = { .type = result->error == NULL ? SOTTO_EVENT_QUEUED : SOTTO_EVENT_ERROR,
                       .peer = record->peer,
                       .has_id = result->error == NULL,
                       .text = result->error == NULL ? record->text : result->error->message,
                       .code = result->error == NULL ? NULL : SOTTO_CODE_IO };

  self->n_queueing--;
  if (result->error == NULL && !result->is_new)
    {
      sotto_engine_emit_message_error (self, SOTTO_CODE_NOT_FOUND, &record->peer, &record->target);
      return;
    }
  if (event.has_id)
    {
      event.id = record->id;
      event.has_target = sotto_history_is_change (record->kind);
      event.target = record->target;
      event.sent_ms = (gint64)record->sent_ms;
    }
  sotto_engine_emit (self, &event);
  if (result->error == NULL)
    sotto_engine_enter_outbox (self, record);
}

static void
on_delivered (SottoEngine *self, const SottoHistoryResult *result)
{
  SottoContact *contact = sotto_engine_get_contact (self, &result->record->peer, false);

  if (contact == NULL)
    return;
  sotto_outbox_received (contact->outbox, &result->record->id);
  sotto_engine_deliver (self, contact); /* more may be on their way now */
}

static void
count_stored (SottoEngine *self, const SottoHistoryRecord *record)
{
  SottoContact *contact = sotto_engine_get_contact (self, &record->peer, false);

  if (contact != NULL)
    sotto_contact_end_storing (contact, cost_of (record));
}

static void
on_seen (SottoEngine *self, const SottoHistoryResult *result)
{
  SottoEvent event = {
    .type = SOTTO_EVENT_READ, .peer = result->record->peer, .has_id = true, .id = result->record->id
  };

  count_stored (self, result->record);
  if (result->is_new)
    sotto_engine_emit (self, &event);
}

static void
tell (SottoEngine *self, const SottoHistoryRecord *record)
{
  SottoEvent event = { .type = sotto_engine_event_of (record->kind),
                       .peer = record->peer,
                       .has_id = true,
                       .id = record->id,
                       .has_target = sotto_history_is_change (record->kind),
                       .target = record->target,
                       .text = record->text,
                       .sent_ms = (gint64)MIN (record->sent_ms, (uint64_t)G_MAXINT64) };

  sotto_engine_emit (self, &event);
}

static void
on_received (SottoEngine *self, const SottoHistoryResult *result)
{
  const SottoHistoryRecord *record = result->record;
  bool is_news = result->is_new && record->place != 0;

  count_stored (self, record);
  if (is_news)
    tell (self, record);
  sotto_engine_emit_answer (self, &record->peer, &record->id, is_news ? record->place : 0);
}

static void
on_page (SottoEngine *self, const SottoHistoryResult *result)
{
  g_autoptr (GTask) task = g_queue_pop_head (&self->pages);

  if (result->page == NULL)
    g_task_return_error (task, g_error_copy (result->error));
  else
    g_task_return_pointer (task, g_ptr_array_ref (result->page), (GDestroyNotify)g_ptr_array_unref);
}

static void
on_answer (const SottoHistoryResult *result, gpointer data)
{
  SottoEngine *self = data;

  switch (result->op)
    {
    case SOTTO_HISTORY_OP_QUEUE:
      on_queued (self, result);
      break;
    case SOTTO_HISTORY_OP_DELIVERED:
      on_delivered (self, result);
      break;
    case SOTTO_HISTORY_OP_SEEN:
      on_seen (self, result);
      break;
    case SOTTO_HISTORY_OP_RECEIVE:
      on_received (self, result);
      break;
    case SOTTO_HISTORY_OP_PAGE:
      on_page (self, result);
      break;
    case SOTTO_HISTORY_OP_WORK: /* its task returns by itself */
      break;
    }
}

static void
on_failed (const GError *error, gpointer engine)
{
  sotto_engine_emit_error (engine, SOTTO_CODE_IO, error->message);
}

static void
on_turn (gpointer data)
{
  SottoEngine *self = data;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->lines);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      SottoLine *line = value;
      if (line->dead || !line->paused || sotto_contact_is_full (line->contact))
        continue;
      line->paused = false;
      sotto_engine_read_line (self, line);
    }
  sotto_engine_settle (self);
}

static const SottoHistoryHandler handler = { on_answer, on_failed, on_turn };

/* --- Beginning and end --- */

SottoHistory *
sotto_engine_open_history (const char *folder, const SottoVault *vault, GError **error)
{
  g_autofree char *name = sotto_vault_file_name (vault, SOTTO_HISTORY_FILE);
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return sotto_history_open (path, sotto_vault_get_data_key (vault), error);
}

/* They were told of in their time: no news of them until something happens. */
static void
fill_outboxes (SottoEngine *self, GPtrArray *records)
{
  for (guint i = 0; i < records->len; i++)
    {
      const SottoHistoryRecord *record = records->pdata[i];
      SottoContact *contact = sotto_engine_get_contact (self, &record->peer, true);
      if (contact == NULL)
        continue;
      queue_record (contact, record)->failed = true;
    }
}

bool
sotto_engine_history_begin (SottoEngine *self, GError **error)
{
  if (self->history_runs)
    return true;
  if (self->history == NULL) /* of a fresh vault: it had to be on the disk before */
    self->history = sotto_engine_open_history (self->folder->path, self->vault, error);
  if (self->history == NULL)
    return false;
  fill_outboxes (self, sotto_history_get_outbox (self->history));
  sotto_engine_files_begin (self);
  sotto_engine_reading_begin (self);
  sotto_engine_keeping_begin (self);
  sotto_history_start (self->history, SOTTO_ENGINE_PRIORITY, &handler, self);
  self->history_runs = true;
  sotto_engine_set_retention_days (self, self->retention_days);
  return true;
}

/* What came when the program was killed before it could say so. */
void
sotto_engine_tell_untold (SottoEngine *self)
{
  GPtrArray *untold = sotto_history_get_untold (self->history);

  for (guint i = 0; i < untold->len; i++)
    {
      const SottoHistoryRecord *record = untold->pdata[i];
      if (record->kind == SOTTO_MESSAGE_FILE_OFFER) /* its answer is its end */
        continue;
      tell (self, record);
      sotto_engine_emit_answer (self, &record->peer, &record->id, record->place);
    }
  g_ptr_array_set_size (untold, 0);
  sotto_engine_tell_offers (self);
}

void
sotto_engine_history_end (SottoEngine *self)
{
  GTask *task;

  if (self->history_runs)
    {
      sotto_engine_keeping_end (self);
      sotto_engine_drop_messages (self);
    }
  g_clear_pointer (&self->history, sotto_history_free);
  self->history_runs = false;
  self->n_queueing = 0;
  sotto_engine_files_end (self);
  sotto_engine_reading_end (self);
  while ((task = g_queue_pop_head (&self->pages)) != NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "logged out");
      g_object_unref (task);
    }
}

/* --- Pages --- */

void
sotto_engine_load_messages_async (SottoEngine *self,
                                  const char *peer,
                                  uint64_t before,
                                  guint max,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer data)
{
  g_return_if_fail (SOTTO_IS_ENGINE (self));
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  SottoName name;

  g_task_set_source_tag (task, sotto_engine_load_messages_async);
  if (!self->history_runs || !sotto_name_from_typed (peer, &name))
    {
      g_task_return_new_error (task, SOTTO_ERROR, SOTTO_ERROR_INVALID, "%s",
                               sotto_sentence (SOTTO_CODE_NOT_AUTHENTICATED));
      return;
    }
  g_queue_push_tail (&self->pages, g_steal_pointer (&task));
  sotto_history_page (self->history, &name, before, max);
}

GPtrArray *
sotto_engine_load_messages_finish (SottoEngine *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
