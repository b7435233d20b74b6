// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a person wants of files: to offer, to accept, to refuse, and where they are to go. Whether a
 * path is a file a worker looks.
 */
#include "shared/client/engine-files-private.h"

#include "shared/client/file-name.h"
#include "shared/client/sentences.h"
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define PARTIAL_FOLDER "partial"
#define SNIFF_LEN      1024 /* of a file, to know its type */

static SottoLane *
get_lane (SottoEngine *self)
{
  if (self->looks == NULL)
    self->looks = sotto_lane_new (self->disk, SOTTO_ENGINE_PRIORITY, NULL, NULL, self);
  return self->looks;
}

/* --- Offering --- */

/* What a worker finds out of a path. */
typedef struct
{
  SottoLaneJob job;
  SottoName peer;
  char *path;
  char *media_type;
  SottoFileStamp stamp;
  GError *error;
} Look;

static void
look_free (SottoLaneJob *job)
{
  Look *look = (Look *)job;

  g_free (look->path);
  g_free (look->media_type);
  g_clear_error (&look->error);
  g_free (look);
}

static void
look_work (SottoLaneJob *job, SottoLane *lane)
{
  Look *look = (Look *)job;
  uint8_t bytes[SNIFF_LEN];
  int fd = sotto_file_open_to_read (look->path, &look->stamp, &look->error);

  if (fd < 0)
    return;
  ssize_t n = TEMP_FAILURE_RETRY (pread (fd, bytes, sizeof bytes, 0));
  g_autofree char *type =
      g_content_type_guess (look->path, n > 0 ? bytes : NULL, n > 0 ? (gsize)n : 0, NULL);
  look->media_type = g_content_type_get_mime_type (type);
  if (look->media_type == NULL || strlen (look->media_type) > SOTTO_MEDIA_TYPE_MAX)
    {
      g_free (look->media_type);
      look->media_type = g_strdup ("application/octet-stream");
    }
  close (fd);
}

static void
offered_cb (GObject *engine, GAsyncResult *result, gpointer unused)
{
  SottoEngine *self = SOTTO_ENGINE (engine);
  g_autoptr (GError) error = NULL;
  SottoHistoryFileWork *work = g_task_get_task_data (G_TASK (result));
  SottoFile *file = sotto_engine_file_of_result (self, result, &error);

  if (file == NULL)
    return;
  self->n_queueing--;
  if (error != NULL)
    {
      sotto_engine_emit_error (self, SOTTO_CODE_IO, error->message);
      g_hash_table_remove (self->files, file);
      return;
    }
  file->place = work->record->place;
  file->transfer.state = SOTTO_TRANSFER_OFFERED;
  sotto_file_tell (file, SOTTO_FILE_OFFERED);
  sotto_engine_enter_outbox (self, work->record);
  if (file->early_end != 0)
    sotto_file_end (file, file->early_end, true);
}

static void
offer (SottoEngine *self, const SottoName *peer, const SottoHistoryFile *what)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();
  SottoMessage message = { .type = SOTTO_MESSAGE_FILE_OFFER };
  SottoId id;

  sotto_random_fill (&self->random, &id, sizeof id);
  SottoFile *file = sotto_engine_add_file (self, peer, &id, true, what);
  message.offer.size = what->size;
  message.offer.name = what->name;
  message.offer.n_name = strlen (what->name);
  message.offer.media_type = what->media_type;
  message.offer.n_media_type = strlen (what->media_type);
  sotto_message_append_body (body, &message); /* the stream is that of the channel, then */
  self->n_queueing++;
  sotto_file_keep_own (file, body->data, body->len, offered_cb);
}

static void
look_done (SottoLaneJob *job, gpointer engine)
{
  Look *look = (Look *)job;
  g_autofree char *name = sotto_file_name_for_wire (look->path);
  SottoHistoryFile what = { .size = look->stamp.size,
                            .changed_ns = look->stamp.changed_ns,
                            .name = name,
                            .media_type = look->media_type,
                            .path = look->path };

  if (look->error != NULL)
    sotto_engine_emit_error (engine, SOTTO_CODE_IO, look->error->message);
  else
    offer (engine, &look->peer, &what);
}

void
sotto_engine_offer_file (SottoEngine *self, const char *peer, const char *path)
{
  SottoName name = { 0 };

  g_return_if_fail (SOTTO_IS_ENGINE (self));
  const char *code = sotto_engine_refuse_peer (self, peer, &name);
  if (code == NULL && sotto_engine_is_blocked (self, &name))
    code = sotto_code_to_name (SOTTO_UNAVAILABLE);
  if (code == NULL && sotto_engine_get_contact (self, &name, true) == NULL)
    code = sotto_code_to_name (SOTTO_QUOTA);
  if (code != NULL)
    {
      sotto_engine_emit_message_error (self, code, &name, NULL);
      return;
    }
  Look *look = g_new0 (Look, 1);
  look->job = (SottoLaneJob){ look_work, look_done, look_free };
  look->peer = name;
  look->path = g_canonicalize_filename (path, NULL);
  sotto_lane_push (get_lane (self), &look->job);
}

/* --- Deciding --- */

/* Ids are random; should two people use one all the same, theirs comes before an own one. */
static SottoFile *
find_to_decide (SottoEngine *self, bool own, const SottoId *id)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->files);
  while (g_hash_table_iter_next (&iter, &value, NULL))
    {
      SottoTransfer *transfer = value;
      if (transfer->own == own && sotto_id_equal (&transfer->id, id)
          && transfer->state != SOTTO_TRANSFER_STORING && transfer->state != SOTTO_TRANSFER_ENDED)
        return value;
    }
  return NULL;
}

void
sotto_engine_accept_file (SottoEngine *self, const SottoId *id)
{
  g_return_if_fail (SOTTO_IS_ENGINE (self));
  SottoFile *file = find_to_decide (self, false, id);

  if (file == NULL)
    {
      sotto_engine_emit_error (self, SOTTO_CODE_NOT_FOUND, NULL);
      return;
    }
  if (file->transfer.state != SOTTO_TRANSFER_OFFERED && !file->paused)
    {
      sotto_file_tell (file, SOTTO_FILE_MOVING); /* it is already */
      return;
    }
  if (file->transfer.state == SOTTO_TRANSFER_OFFERED)
    file->transfer.state = SOTTO_TRANSFER_ACCEPTED;
  file->paused = false;
  sotto_file_keep (file, SOTTO_HISTORY_FILE_ACCEPTED);
}

/* What the channel has room for still comes and waits there; then its credit is used up. On the
 * disk it is an offer again, with a partial file. */
void
sotto_engine_pause_file (SottoEngine *self, const SottoId *id)
{
  g_return_if_fail (SOTTO_IS_ENGINE (self));
  SottoFile *file = find_to_decide (self, false, id);

  if (file == NULL)
    sotto_engine_emit_error (self, SOTTO_CODE_NOT_FOUND, NULL);
  else if (!file->paused && !file->recovering
           && (file->transfer.state == SOTTO_TRANSFER_ACCEPTED
               || file->transfer.state == SOTTO_TRANSFER_MOVING))
    {
      file->paused = true;
      sotto_file_keep (file, SOTTO_HISTORY_FILE_OFFERED);
      sotto_file_tell (file, SOTTO_FILE_PAUSED);
    }
}

/* One that is being put in its place is past that. */
void
sotto_engine_refuse_file (SottoEngine *self, const SottoId *id)
{
  g_return_if_fail (SOTTO_IS_ENGINE (self));
  SottoFile *file = find_to_decide (self, false, id);

  if (file == NULL || file->path != NULL)
    file = find_to_decide (self, true, id);
  if (file == NULL)
    sotto_engine_emit_error (self, SOTTO_CODE_NOT_FOUND, NULL);
  else if (!file->transfer.own && file->transfer.state == SOTTO_TRANSFER_OFFERED)
    sotto_file_end (file, SOTTO_REFUSE_DECLINED, true);
  else
    sotto_file_end (file, SOTTO_REFUSE_CANCELLED, true);
}

/* --- Folders --- */

void
sotto_engine_set_download_dir (SottoEngine *self, const char *path)
{
  g_return_if_fail (SOTTO_IS_ENGINE (self));
  g_free (self->download_dir);
  self->download_dir = g_strdup (path);
}

const char *
sotto_engine_get_download_dir (SottoEngine *self)
{
  const char *known = g_get_user_special_dir (G_USER_DIRECTORY_DOWNLOAD);

  if (self->download_dir == NULL)
    self->download_dir =
        known != NULL ? g_strdup (known) : g_build_filename (g_get_home_dir (), "Downloads", NULL);
  return self->download_dir;
}

static char *
name_of_partial (uint64_t place)
{
  return g_strdup_printf ("%016" G_GINT64_MODIFIER "x", place);
}

char *
sotto_engine_path_of_partial (SottoEngine *self, uint64_t place)
{
  g_autofree char *name = name_of_partial (place);

  return g_build_filename (self->folder->path, PARTIAL_FOLDER, name, NULL);
}

/* What a crash left of transfers that are over. */
typedef struct
{
  SottoLaneJob job;
  char *folder;
  GHashTable *keep; /* names */
} Sweep;

static void
sweep_free (SottoLaneJob *job)
{
  Sweep *sweep = (Sweep *)job;

  g_free (sweep->folder);
  g_hash_table_unref (sweep->keep);
  g_free (sweep);
}

static void
sweep_work (SottoLaneJob *job, SottoLane *lane)
{
  Sweep *sweep = (Sweep *)job;
  GDir *dir = g_dir_open (sweep->folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (sweep->folder, name, NULL);
      if (!g_hash_table_contains (sweep->keep, name))
        g_unlink (path);
    }
  g_clear_pointer (&dir, g_dir_close);
}

static void
sweep_done (SottoLaneJob *job, gpointer engine)
{
}

void
sotto_engine_sweep_partials (SottoEngine *self)
{
  Sweep *sweep = g_new0 (Sweep, 1);
  GHashTableIter iter;
  gpointer value;

  sweep->job = (SottoLaneJob){ sweep_work, sweep_done, sweep_free };
  sweep->folder = g_build_filename (self->folder->path, PARTIAL_FOLDER, NULL);
  sweep->keep = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_iter_init (&iter, self->files);
  while (g_hash_table_iter_next (&iter, &value, NULL))
    if (!((SottoFile *)value)->transfer.own)
      g_hash_table_add (sweep->keep, name_of_partial (((SottoFile *)value)->place));
  sotto_lane_push (get_lane (self), &sweep->job);
}
