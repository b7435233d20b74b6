// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a person wants of files: to offer, to accept, to refuse, and where they are to go. Whether a
 * path is a file a worker looks.
 */
#include "shared/client/engine-files-private.h"

#include "shared/client/file-name.h"
#include "shared/client/sentences.h"
#include <string.h>
#include <unistd.h>

#define PARTIAL_FOLDER "partial"
#define SNIFF_LEN      1024 /* of a file, to know its type */

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
  if (self->looks == NULL)
    self->looks = sotto_lane_new (self->disk, SOTTO_ENGINE_PRIORITY, NULL, NULL, self);
  sotto_lane_push (self->looks, &look->job);
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
    sotto_engine_emit_error (self, SOTTO_CODE_NOT_FOUND, NULL);
  else if (file->transfer.state != SOTTO_TRANSFER_OFFERED)
    sotto_file_tell (file, SOTTO_FILE_MOVING); /* it is already */
  else
    {
      file->transfer.state = SOTTO_TRANSFER_ACCEPTED;
      sotto_file_keep (file, SOTTO_HISTORY_FILE_ACCEPTED);
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

char *
sotto_engine_path_of_partial (SottoEngine *self, uint64_t place)
{
  g_autofree char *name = g_strdup_printf ("%016" G_GINT64_MODIFIER "x", place);

  return g_build_filename (self->folder->path, PARTIAL_FOLDER, name, NULL);
}
