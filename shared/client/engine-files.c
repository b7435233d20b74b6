// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Files between two people: those that are not over, what people hear of them, and what is kept. An
 * offer is told once it is on the disk; so is all that a peer is answered about it.
 */
#include "shared/client/engine-files-private.h"

#include "shared/base/text.h"
#include "shared/client/sentences.h"
#include <string.h>

/* --- The table --- */

static guint
hash_of_key (gconstpointer key)
{
  const SottoTransfer *transfer = key;

  return sotto_id_hash (&transfer->id) ^ g_str_hash (transfer->peer.str) ^ transfer->own;
}

static gboolean
keys_are_equal (gconstpointer a, gconstpointer b)
{
  const SottoTransfer *one = a, *other = b;

  return one->own == other->own && sotto_id_equal (&one->id, &other->id)
         && g_str_equal (one->peer.str, other->peer.str);
}

static void
file_free (gpointer data)
{
  SottoFile *file = data;

  sotto_file_reader_free (file->reader);
  sotto_file_writer_free (file->writer);
  sotto_file_stop_out (file);
  g_free (file->path);
  sotto_transfer_clear (&file->transfer);
  g_free (file);
}

void
sotto_engine_files_init (SottoEngine *self)
{
  self->files = g_hash_table_new_full (hash_of_key, keys_are_equal, NULL, file_free);
  self->disk = sotto_lane_pool_new (2);
}

void
sotto_engine_files_free (SottoEngine *self)
{
  sotto_engine_files_end (self);
  g_thread_pool_free (self->disk, FALSE, TRUE);
  g_hash_table_unref (self->files);
}

SottoFile *
sotto_engine_find_file (SottoEngine *self, const SottoName *peer, bool own, const SottoId *id)
{
  SottoTransfer key = { .peer = *peer, .own = own, .id = *id };

  return g_hash_table_lookup (self->files, &key);
}

SottoFile *
sotto_engine_add_file (SottoEngine *self,
                       const SottoName *peer,
                       const SottoId *id,
                       bool own,
                       const SottoHistoryFile *what)
{
  SottoFile *file = g_new0 (SottoFile, 1);

  sotto_transfer_init (&file->transfer, peer, id, own, what->name, what->media_type, what->size);
  file->engine = self;
  file->path = what->path == NULL || *what->path == '\0' ? NULL : g_strdup (what->path);
  file->stamp = (SottoFileStamp){ what->size, what->changed_ns };
  file->fleeting = sotto_engine_is_fleeting (self, peer);
  g_hash_table_add (self->files, file);
  return file;
}

guint
sotto_engine_count_offers (SottoEngine *self, const SottoName *peer)
{
  GHashTableIter iter;
  gpointer value;
  guint n = 0;

  g_hash_table_iter_init (&iter, self->files);
  while (g_hash_table_iter_next (&iter, &value, NULL))
    {
      const SottoTransfer *transfer = value;
      n += !transfer->own && transfer->state != SOTTO_TRANSFER_ENDED
           && g_str_equal (transfer->peer.str, peer->str);
    }
  return n;
}

/* --- What people hear --- */

static const char *
name_of_refusal (SottoRefuseCode code)
{
  static const char *const names[] = {
    [SOTTO_REFUSE_DECLINED] = "declined", [SOTTO_REFUSE_TOO_BIG] = "too_big_file",
    [SOTTO_REFUSE_NO_SPACE] = "no_space", [SOTTO_REFUSE_CANCELLED] = "cancelled",
    [SOTTO_REFUSE_DAMAGED] = "damaged",   [SOTTO_REFUSE_TOO_MANY] = "too_many",
  };

  return names[code];
}

void
sotto_file_tell (SottoFile *file, SottoFileState state)
{
  const SottoTransfer *transfer = &file->transfer;
  g_autofree char *name = sotto_text_display (transfer->name, G_MAXSIZE);
  g_autofree char *media_type = sotto_text_display (transfer->media_type, G_MAXSIZE);
  SottoEvent event = {
    .type = SOTTO_EVENT_FILE, .peer = transfer->peer, .has_id = true, .id = transfer->id
  };

  file->told = true;
  file->transfer.told_at = sotto_engine_now (file->engine);
  event.file = (SottoFileInfo){ .state = state,
                                .own = transfer->own,
                                .name = name,
                                .media_type = media_type,
                                .size = transfer->size,
                                .done = transfer->done };
  if (transfer->own || state == SOTTO_FILE_DONE)
    event.file.path = file->path;
  if (state == SOTTO_FILE_REFUSED)
    {
      event.file.done = 0; /* nothing is kept, and all of it would say that it is there */
      event.code = name_of_refusal (transfer->code);
      event.text = sotto_sentence (event.code);
    }
  sotto_engine_emit (file->engine, &event);
}

void
sotto_file_tell_error (SottoFile *file, const GError *error)
{
  SottoEvent event = { .type = SOTTO_EVENT_ERROR,
                       .code = SOTTO_CODE_IO,
                       .text = error->message,
                       .peer = file->transfer.peer,
                       .has_id = true,
                       .id = file->transfer.id };

  sotto_engine_emit (file->engine, &event);
}

/* --- What is kept --- */

static SottoHistoryRecord *
record_of (SottoFile *file, SottoHistoryFileState state, const char *text, gsize n)
{
  const SottoTransfer *transfer = &file->transfer;
  SottoHistoryRecord *record = sotto_history_record_new (text, n);
  SottoHistoryFile kept = { .state = state,
                            .code = transfer->code,
                            .size = transfer->size,
                            .changed_ns = file->stamp.changed_ns,
                            .name = transfer->name,
                            .media_type = transfer->media_type,
                            .path = file->path };

  record->kind = SOTTO_MESSAGE_FILE_OFFER;
  record->peer = transfer->peer;
  record->id = transfer->id;
  record->own = transfer->own;
  record->place = file->place;
  record->fleeting = file->fleeting;
  record->sent_ms = record->stored_ms = (uint64_t)sotto_clock_unix_ms (file->engine->clock);
  record->file = sotto_history_file_copy (&kept);
  return record;
}

static void
run_work (SottoEngine *self, SottoHistoryFileWork *take_work, GAsyncReadyCallback callback)
{
  GTask *task = g_task_new (self, NULL, callback, NULL);

  g_task_set_task_data (task, take_work, sotto_history_file_work_free);
  sotto_history_run (self->history, task);
}

SottoFile *
sotto_engine_file_of_result (SottoEngine *self, GAsyncResult *result, GError **error)
{
  SottoHistoryFileWork *work = g_task_get_task_data (G_TASK (result));
  const SottoHistoryRecord *record = work->record;

  g_task_propagate_boolean (G_TASK (result), error);
  if (g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return NULL;
  return sotto_engine_find_file (self, &record->peer, record->own, &record->id);
}

static void
kept_cb (GObject *engine, GAsyncResult *result, gpointer unused)
{
  g_autoptr (GError) error = NULL;
  SottoHistoryFileWork *work = g_task_get_task_data (G_TASK (result));
  SottoFile *file = sotto_engine_file_of_result (SOTTO_ENGINE (engine), result, &error);

  if (file != NULL && error == NULL)
    sotto_file_on_kept (file, work->record->file->state);
}

void
sotto_file_keep (SottoFile *file, SottoHistoryFileState state)
{
  run_work (file->engine, sotto_history_set_file (record_of (file, state, NULL, 0)), kept_cb);
}

void
sotto_file_keep_own (SottoFile *file, const void *body, gsize n, GAsyncReadyCallback callback)
{
  run_work (file->engine,
            sotto_history_offer_file (record_of (file, SOTTO_HISTORY_FILE_OFFERED, body, n)),
            callback);
}

void
sotto_file_keep_theirs (SottoFile *file, SottoHistoryFileState state, GAsyncReadyCallback callback)
{
  run_work (file->engine, sotto_history_receive_file (record_of (file, state, NULL, 0)), callback);
}

void
sotto_file_end (SottoFile *file, SottoRefuseCode code, bool by_us)
{
  SottoTransfer *transfer = &file->transfer;
  SottoEngine *self = file->engine;
  gint64 now = sotto_engine_now (self);
  bool moved = transfer->state == SOTTO_TRANSFER_MOVING && file->line != NULL;

  if (transfer->state == SOTTO_TRANSFER_STORING)
    file->early_end = code;
  if (transfer->state == SOTTO_TRANSFER_STORING || transfer->state == SOTTO_TRANSFER_ENDED)
    return;
  if (moved && transfer->own)
    sotto_channel_reset_stream (file->line->channel, transfer->stream, SOTTO_OK, now);
  else if (moved)
    sotto_channel_stop_stream (file->line->channel, transfer->stream, SOTTO_OK, now);
  sotto_file_stop_out (file);
  g_clear_pointer (&file->reader, sotto_file_reader_free);
  if (file->writer != NULL)
    sotto_file_writer_discard (g_steal_pointer (&file->writer));
  sotto_transfer_end (transfer, code);
  sotto_file_tell (file, SOTTO_FILE_REFUSED);
  sotto_engine_leave_outbox (self, transfer);
  if (by_us)
    sotto_file_send_refusal (file);
  file->withdrawn = by_us && transfer->own;
  sotto_file_keep (file,
                   file->withdrawn ? SOTTO_HISTORY_FILE_WITHDRAWN : SOTTO_HISTORY_FILE_REFUSED);
}

/* --- Beginning and end --- */

static void
restore (SottoEngine *self, const SottoHistoryRecord *record)
{
  const SottoHistoryFile *what = record->file;
  SottoFile *file = sotto_engine_add_file (self, &record->peer, &record->id, record->own, what);

  file->place = record->place;
  file->transfer.state = SOTTO_TRANSFER_OFFERED;
  if (what->state == SOTTO_HISTORY_FILE_WITHDRAWN)
    {
      file->withdrawn = true;
      sotto_transfer_end (&file->transfer, what->code);
    }
  else if (!record->own && what->state != SOTTO_HISTORY_FILE_OFFERED)
    file->transfer.state = SOTTO_TRANSFER_ACCEPTED;
  if (what->state == SOTTO_HISTORY_FILE_PLACING)
    sotto_file_recover_in (file);
}

void
sotto_engine_files_begin (SottoEngine *self)
{
  GPtrArray *records = sotto_history_get_files (self->history);

  for (guint i = 0; i < records->len; i++)
    restore (self, records->pdata[i]);
  g_ptr_array_set_size (records, 0);
  sotto_engine_sweep_folders (self);
}

/* What waits for a person's word is told in each run: that word may be all that is missing. */
void
sotto_engine_tell_offers (SottoEngine *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->files);
  while (g_hash_table_iter_next (&iter, &value, NULL))
    {
      SottoFile *file = value;
      if (!file->transfer.own && !file->told && file->transfer.state == SOTTO_TRANSFER_OFFERED)
        sotto_file_tell (file, SOTTO_FILE_OFFERED);
    }
}

void
sotto_engine_files_end (SottoEngine *self)
{
  g_clear_pointer (&self->looks, sotto_lane_free);
  g_hash_table_remove_all (self->files);
}

bool
sotto_engine_is_receiving (SottoEngine *self)
{
  GHashTableIter iter;
  gpointer value;

  g_return_val_if_fail (SOTTO_IS_ENGINE (self), false);
  g_hash_table_iter_init (&iter, self->files);
  while (g_hash_table_iter_next (&iter, &value, NULL))
    {
      const SottoFile *file = value;
      if (!file->transfer.own && file->line != NULL
          && file->transfer.state >= SOTTO_TRANSFER_ACCEPTED)
        return true;
    }
  return false;
}
