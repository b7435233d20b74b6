// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A file of ours on its stream: blocks come from the reader a little ahead of what the channel has
 * room for, then the hash. How much waits here is bounded, whatever the channel would take.
 */
#include "shared/client/engine-files-private.h"

#define AHEAD_MAX  (2 * SOTTO_FILE_BLOCK)
#define UNSENT_MAX (4 * SOTTO_FILE_BLOCK) /* in the channel, and in no packet yet */

static bool
is_moving (const SottoFile *file)
{
  return file->transfer.state == SOTTO_TRANSFER_MOVING && file->line != NULL;
}

static void
write_rest (SottoFile *file)
{
  gint64 now = sotto_engine_now (file->engine);

  if (file->rest->len == 0 || file->written - file->left >= UNSENT_MAX)
    return;
  gsize n = sotto_channel_write (file->line->channel, file->transfer.stream, file->rest->data,
                                 file->rest->len, file->at_end, now);
  bool all = n == file->rest->len;
  file->written += n;
  g_byte_array_remove_range (file->rest, 0, (guint)n);
  if (all && file->at_end)
    file->transfer.state = SOTTO_TRANSFER_WHOLE;
}

static void
ask_for_more (SottoFile *file)
{
  uint64_t size = file->transfer.size;

  while (file->asked < size && file->rest->len + (file->asked - file->came) < AHEAD_MAX)
    {
      gsize n = (gsize)MIN (size - file->asked, SOTTO_FILE_BLOCK);
      sotto_file_reader_read (file->reader, file->asked, n);
      file->asked += n;
    }
  if (file->came < size || file->hash_wanted || file->at_end)
    return;
  file->hash_wanted = true;
  sotto_file_reader_hash (file->reader);
}

void
sotto_file_pump_out (SottoFile *file)
{
  if (!is_moving (file))
    return;
  write_rest (file);
  if (is_moving (file))
    ask_for_more (file);
  sotto_engine_wake (file->engine);
}

/* What does not follow the last one was asked for on a channel that is gone. */
static void
on_block (const uint8_t *data, gsize n, uint64_t offset, gpointer owner)
{
  SottoFile *file = owner;

  if (!is_moving (file) || offset != file->came)
    return;
  g_byte_array_append (file->rest, data, (guint)n);
  file->came += n;
  sotto_file_pump_out (file);
}

static void
on_hash (const SottoKey *sha256, gpointer owner)
{
  SottoFile *file = owner;

  if (!is_moving (file) || !file->hash_wanted)
    return;
  file->hash_wanted = false;
  file->at_end = true;
  g_byte_array_append (file->rest, sha256->bytes, sizeof sha256->bytes);
  sotto_file_pump_out (file);
}

static void
on_failed (const GError *error, gpointer owner)
{
  SottoFile *file = owner;

  sotto_file_tell_error (file, error);
  sotto_file_end (file, SOTTO_REFUSE_CANCELLED, true);
}

static const SottoFileReaderHandler handler = { on_block, on_hash, on_failed };

void
sotto_file_start_out (SottoFile *file, uint64_t offset)
{
  SottoEngine *engine = file->engine;

  if (file->reader == NULL)
    file->reader = sotto_file_reader_new (engine->disk, SOTTO_ENGINE_PRIORITY, file->path,
                                          &file->stamp, &handler, file);
  sotto_transfer_begin (&file->transfer, offset);
  file->rest = g_byte_array_new ();
  file->base = file->asked = file->came = offset;
  file->written = file->left = 0;
  if (offset
      < file->transfer.size) /* else only the hash goes, and "all of it" is told by RECEIVED */
    sotto_file_tell (file, SOTTO_FILE_MOVING);
  sotto_file_pump_out (file);
}

void
sotto_file_set_left (SottoFile *file, uint64_t offset)
{
  uint64_t done = file->base + offset;

  file->left = offset;
  if (sotto_transfer_progress (&file->transfer, MIN (done, file->transfer.size),
                               sotto_engine_now (file->engine)))
    sotto_file_tell (file, SOTTO_FILE_MOVING);
  sotto_file_pump_out (file);
}

void
sotto_file_stop_out (SottoFile *file)
{
  g_clear_pointer (&file->rest, g_byte_array_unref);
  file->hash_wanted = file->at_end = false;
}
