// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A conversation into a file: a page from the history, its words to the disk, the next page. All of
 * it without a thread of its own and with one page in memory. It is another file, PATH.part, until
 * all of it was written; what was there before is replaced then, and not at all when anything
 * failed.
 */
#include "shared/client/engine-private.h"

#include "shared/base/text.h"
#include "shared/client/sentences.h"

#define PAGE 200
#define PART ".part"

typedef struct
{
  SottoExport export;
  GFile *file;
  GFile *part;
  GFileOutputStream *stream; /* into the part */
  GString *text;
  uint64_t place; /* of the last one written */
  bool whole;
} Export;

static void
export_free (gpointer data)
{
  Export *self = data;

  g_clear_object (&self->stream);
  g_clear_object (&self->part);
  g_clear_object (&self->file);
  sotto_secret_wipe (self->text->str, self->text->allocated_len);
  g_string_free (self->text, TRUE);
  g_free (self);
}

static void
give_up (GTask *take_task, GError *take_error)
{
  Export *self = g_task_get_task_data (take_task);

  if (self->stream != NULL)
    {
      g_output_stream_close (G_OUTPUT_STREAM (self->stream), NULL, NULL);
      g_file_delete (self->part, NULL, NULL);
    }
  g_task_return_error (take_task, take_error);
  g_object_unref (take_task);
}

static void
on_moved (GObject *part, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  GError *error = NULL;

  if (!g_file_move_finish (G_FILE (part), result, &error))
    {
      give_up (task, error);
      return;
    }
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static void
on_closed (GObject *stream, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Export *self = g_task_get_task_data (task);
  GError *error = NULL;

  if (!g_output_stream_close_finish (G_OUTPUT_STREAM (stream), result, &error))
    give_up (task, error);
  else
    g_file_move_async (self->part, self->file, G_FILE_COPY_OVERWRITE, G_PRIORITY_LOW,
                       g_task_get_cancellable (task), NULL, NULL, on_moved, task);
}

static void load_page (GTask *take_task);

static void
on_written (GObject *stream, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Export *self = g_task_get_task_data (task);
  GError *error = NULL;

  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (stream), result, NULL, &error))
    give_up (task, error);
  else if (self->whole)
    g_output_stream_close_async (G_OUTPUT_STREAM (stream), G_PRIORITY_LOW,
                                 g_task_get_cancellable (task), on_closed, task);
  else
    load_page (task);
}

static void
write_text (GTask *take_task)
{
  Export *self = g_task_get_task_data (take_task);

  g_output_stream_write_all_async (G_OUTPUT_STREAM (self->stream), self->text->str, self->text->len,
                                   G_PRIORITY_LOW, g_task_get_cancellable (take_task), on_written,
                                   take_task);
}

/* page: newest first, and perhaps the last one once more. */
static void
on_page (GObject *engine, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Export *self = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GPtrArray) page =
      sotto_engine_load_messages_around_finish (SOTTO_ENGINE (engine), result, &error);
  uint64_t before = self->place;

  if (page == NULL)
    {
      give_up (task, error);
      return;
    }
  g_string_truncate (self->text, 0);
  if (before == 0)
    sotto_export_begin (&self->export, self->text);
  for (guint i = page->len; i > 0; i--)
    {
      const SottoHistoryRecord *record = page->pdata[i - 1];
      if (record->place <= before)
        continue;
      sotto_export_record (&self->export, record, self->text);
      self->place = record->place;
    }
  self->whole = self->place == before;
  if (self->whole)
    sotto_export_end (&self->export, self->text);
  write_text (task);
}

static void
load_page (GTask *take_task)
{
  Export *self = g_task_get_task_data (take_task);

  sotto_engine_load_messages_around_async (g_task_get_source_object (take_task),
                                           self->export.peer.str, self->place, 0, PAGE,
                                           g_task_get_cancellable (take_task), on_page, take_task);
}

static void
on_opened (GObject *file, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Export *self = g_task_get_task_data (task);
  GError *error = NULL;

  self->stream = g_file_replace_finish (G_FILE (file), result, &error);
  if (self->stream == NULL)
    give_up (task, error);
  else
    load_page (task);
}

void
sotto_engine_export_async (SottoEngine *self,
                           const char *peer,
                           const char *path,
                           SottoExportFormat format,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer data)
{
  g_return_if_fail (SOTTO_IS_ENGINE (self));
  GTask *task = g_task_new (self, cancellable, callback, data);
  g_autofree char *part = g_strconcat (path, PART, NULL);
  Export *export = g_new0 (Export, 1);

  g_task_set_task_data (task, export, export_free);
  export->file = g_file_new_for_path (path);
  export->part = g_file_new_for_path (part);
  export->text = g_string_new (NULL);
  export->export.format = format;
  const char *code = sotto_engine_refuse_peer (self, peer, &export->export.peer);
  if (code != NULL)
    {
      give_up (task, g_error_new_literal (SOTTO_ERROR, SOTTO_ERROR_INVALID, sotto_sentence (code)));
      return;
    }
  export->export.own = self->login.name;
  g_file_replace_async (export->part, NULL, FALSE,
                        G_FILE_CREATE_PRIVATE | G_FILE_CREATE_REPLACE_DESTINATION, G_PRIORITY_LOW,
                        cancellable, on_opened, task);
}

bool
sotto_engine_export_finish (SottoEngine *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), false);
  return g_task_propagate_boolean (G_TASK (result), error);
}
