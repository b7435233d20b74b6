// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A file of ours on its stream: blocks come from the reader a little ahead of what the channel has
 * room for, then the hash. How much waits here is bounded, whatever the channel would take.
 */
#include "shared/client/engine-files-private.h"

#define AHEAD_MAX  (2 * SOTTO_FILE_BLOCK)
#define UNSENT_MAX (2 * SOTTO_FILE_BLOCK) /* in the channel, and in no packet yet */

static bool
is_moving (const SottoFile *file)
{
  return file->transfer.state == SOTTO_TRANSFER_MOVING && file->line != NULL;
}

/* As much of the first block as there is room for; false when that is not all of it. */
static bool
write_first (SottoFile *file)
{
  GBytes *block = g_queue_peek_head (&file->blocks);
  const uint8_t *data = g_bytes_get_data (block, NULL);
  gsize n_rest = g_bytes_get_size (block) - file->taken;
  bool fin = file->at_end && file->waiting == n_rest;
  gsize n = sotto_channel_write (file->line->channel, file->transfer.stream, data + file->taken,
                                 n_rest, fin, sotto_engine_now (file->engine));

  file->written += n;
  file->waiting -= n;
  file->taken += n;
  if (n < n_rest)
    return false;
  g_bytes_unref (g_queue_pop_head (&file->blocks));
  file->taken = 0;
  if (fin)
    file->transfer.state = SOTTO_TRANSFER_WHOLE;
  return true;
}

static void
write_blocks (SottoFile *file)
{
  while (file->waiting > 0 && file->written - file->left < UNSENT_MAX)
    if (!write_first (file))
      return;
}

static void
add_block (SottoFile *file, GBytes *block)
{
  g_queue_push_tail (&file->blocks, g_bytes_ref (block));
  file->waiting += g_bytes_get_size (block);
}

static void
ask_for_more (SottoFile *file)
{
  uint64_t size = file->transfer.size;

  while (file->asked < size && file->waiting + (file->asked - file->came) < AHEAD_MAX)
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
  write_blocks (file);
  if (is_moving (file))
    ask_for_more (file);
  sotto_engine_wake (file->engine);
}

/* What does not follow the last one was asked for on a channel that is gone. */
static void
on_block (GBytes *block, uint64_t offset, gpointer owner)
{
  SottoFile *file = owner;

  if (!is_moving (file) || offset != file->came)
    return;
  add_block (file, block);
  file->came += g_bytes_get_size (block);
  sotto_file_pump_out (file);
}

static void
on_hash (const SottoKey *sha256, gpointer owner)
{
  SottoFile *file = owner;
  g_autoptr (GBytes) block = g_bytes_new (sha256->bytes, sizeof sha256->bytes);

  if (!is_moving (file) || !file->hash_wanted)
    return;
  file->hash_wanted = false;
  file->at_end = true;
  add_block (file, block);
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
  g_queue_clear_full (&file->blocks, (GDestroyNotify)g_bytes_unref);
  file->taken = file->waiting = 0;
  file->hash_wanted = file->at_end = false;
}
