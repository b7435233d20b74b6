// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A file of theirs from its stream to the disk. What the disk has not taken yet is bounded; beyond
 * that the bytes stay in the channel, and its credit holds the sender back.
 */
#include "shared/client/engine-files-private.h"

#include "shared/base/text.h"
#include "shared/client/file-name.h"

#define READ_LEN     (64 * 1024)
#define WAITING_MAX  (1024 * 1024)
#define WINDOW_FIRST (1024 * 1024)

/* --- Answers of the disk --- */

static void
on_opened (uint64_t stored, gpointer owner)
{
  SottoFile *file = owner;

  if (file->recovering) /* it never got to its place */
    {
      file->recovering = false;
      g_clear_pointer (&file->path, g_free);
      sotto_file_writer_open (file->writer, sotto_engine_get_download_dir (file->engine));
      return;
    }
  file->opened = true;
  file->transfer.at = file->transfer.done = stored;
  sotto_file_accept_in (file);
}

static void
on_stored (uint64_t total, gpointer owner)
{
  SottoFile *file = owner;

  if (sotto_transfer_progress (&file->transfer, total, sotto_engine_now (file->engine))
      && !file->paused)
    sotto_file_tell (file, SOTTO_FILE_MOVING);
  sotto_file_pump_in (file);
}

static void
on_checked (gpointer owner)
{
  SottoFile *file = owner;
  g_autofree char *name = sotto_file_name_make_safe (file->transfer.name);

  sotto_file_writer_choose (file->writer, sotto_engine_get_download_dir (file->engine), name);
}

static void
on_chosen (const char *path, gpointer owner)
{
  SottoFile *file = owner;

  g_free (file->path);
  file->path = g_strdup (path);
  sotto_file_keep (file, SOTTO_HISTORY_FILE_PLACING);
}

static void
on_placed (const char *path, gpointer owner)
{
  SottoFile *file = owner;

  sotto_transfer_end (&file->transfer, 0);
  file->transfer.done = file->transfer.size;
  sotto_file_tell (file, SOTTO_FILE_DONE);
  sotto_file_keep (file, SOTTO_HISTORY_FILE_DONE);
}

static void
on_failed (SottoRefuseCode code, const GError *error, gpointer owner)
{
  SottoFile *file = owner;

  if (code == SOTTO_REFUSE_CANCELLED && error != NULL)
    sotto_file_tell_error (file, error);
  sotto_file_end (file, code, true);
}

static const SottoFileWriterHandler handler = { on_opened, on_stored, on_checked,
                                                on_chosen, on_placed, on_failed };

/* --- On its way --- */

static void
make_writer (SottoFile *file)
{
  SottoEngine *engine = file->engine;
  g_autofree char *path = sotto_engine_path_of_partial (engine, file->place);

  file->writer = sotto_file_writer_new (engine->disk, SOTTO_ENGINE_PRIORITY, path,
                                        file->transfer.size, &handler, file);
}

void
sotto_file_prepare_in (SottoFile *file)
{
  if (file->writer != NULL || file->line == NULL)
    {
      sotto_file_accept_in (file);
      return;
    }
  make_writer (file);
  sotto_file_writer_open (file->writer, sotto_engine_get_download_dir (file->engine));
}

void
sotto_file_recover_in (SottoFile *file)
{
  file->recovering = true;
  make_writer (file);
  sotto_file_writer_recover (file->writer, file->path);
}

void
sotto_file_accept_in (SottoFile *file)
{
  SottoTransfer *transfer = &file->transfer;
  SottoMessage accept = { .type = SOTTO_MESSAGE_FILE_ACCEPT,
                          .id = transfer->id,
                          .accept = { transfer->at } };
  gint64 now = sotto_engine_now (file->engine);

  if (!file->opened || file->line == NULL || file->paused
      || transfer->state != SOTTO_TRANSFER_ACCEPTED)
    return;
  sotto_transfer_begin (transfer, transfer->at);
  file->window = WINDOW_FIRST;
  file->used = 0;
  file->window_at = now;
  sotto_channel_allow_stream (file->line->channel, transfer->stream, file->window, now);
  if (!sotto_line_answer (file->line, &accept, now))
    sotto_engine_close_line (file->engine, file->line, SOTTO_SLOW);
  sotto_engine_wake (file->engine);
}

/* A window that is used up within a few round trips holds the sender back. */
static void
grow_window (SottoFile *file, gsize n, gint64 now)
{
  SottoChannelStats stats;

  file->used += n;
  if (file->used < file->window || file->window >= SOTTO_FILE_CREDIT_MAX)
    return;
  sotto_channel_get_stats (file->line->channel, &stats);
  if (now - file->window_at < 4 * MAX (stats.smoothed_rtt, SOTTO_US_PER_MS))
    {
      file->window *= 2;
      sotto_channel_allow_stream (file->line->channel, file->transfer.stream, file->window, now);
    }
  file->used = 0;
  file->window_at = now;
}

static void
take (SottoFile *file, GBytes *bytes, bool fin)
{
  gsize n, n_file;
  const uint8_t *data = g_bytes_get_data (bytes, &n);
  SottoTransferVerdict verdict = sotto_transfer_take (&file->transfer, data, n, fin, &n_file);
  g_autoptr (GBytes) of_file = g_bytes_new_from_bytes (bytes, 0, n_file);

  if (n_file > 0)
    sotto_file_writer_write (file->writer, of_file);
  switch (verdict)
    {
    case SOTTO_TRANSFER_MORE:
      break;
    case SOTTO_TRANSFER_ALL:
      sotto_file_writer_check (file->writer, &file->transfer.hash);
      break;
    case SOTTO_TRANSFER_DAMAGED:
      sotto_file_end (file, SOTTO_REFUSE_DAMAGED, true);
      break;
    case SOTTO_TRANSFER_BROKEN:
      sotto_engine_close_line (file->engine, file->line, SOTTO_PROTOCOL);
      break;
    }
}

void
sotto_file_pump_in (SottoFile *file)
{
  gint64 now = sotto_engine_now (file->engine);

  while (file->transfer.state == SOTTO_TRANSFER_MOVING && file->line != NULL && !file->paused
         && sotto_file_writer_get_waiting (file->writer) < WAITING_MAX)
    {
      bool fin = false;
      uint8_t *data = g_malloc (READ_LEN);
      gsize n = sotto_channel_read (file->line->channel, file->transfer.stream, data, READ_LEN,
                                    &fin, now);
      g_autoptr (GBytes) bytes = g_bytes_new_take (data, n);

      if (n == 0 && !fin)
        break;
      grow_window (file, n, now);
      take (file, bytes, fin);
    }
  sotto_engine_wake (file->engine);
}

void
sotto_file_place_in (SottoFile *file)
{
  sotto_file_writer_place (file->writer, file->path);
}
