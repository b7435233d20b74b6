// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a person wants of files: to offer, to accept, to pause, to refuse. Whether a path is a file
 * a worker looks; what is no file yet becomes one there first.
 */
#include "shared/client/engine-files-private.h"

#include "shared/base/file.h"
#include "shared/client/file-name.h"
#include "shared/client/file-place.h"
#include "shared/client/sentences.h"
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define SNIFF_LEN 1024 /* of a file, to know its type */

/* --- Offering --- */

/* What a worker finds out of a path. */
typedef struct
{
  SottoLaneJob job;
  SottoName peer;
  GBytes *bytes; /* what is to be the file; NULL = it is there */
  char *folder;  /* where, and as what */
  char *name;
  bool made; /* and not offered yet */
  char *path;
  char *media_type;
  SottoFileStamp stamp;
  GError *error;
} Look;

static void
look_free (SottoLaneJob *job)
{
  Look *look = (Look *)job;

  if (look->made)
    g_unlink (look->path);
  g_clear_pointer (&look->bytes, g_bytes_unref);
  g_free (look->folder);
  g_free (look->name);
  g_free (look->path);
  g_free (look->media_type);
  g_clear_error (&look->error);
  g_free (look);
}

static bool
make (Look *look)
{
  gsize n;
  const void *bytes = g_bytes_get_data (look->bytes, &n);

  look->path = sotto_file_make_private_dir (look->folder, &look->error)
                   ? sotto_file_place_choose (look->folder, look->name, &look->error)
                   : NULL;
  look->made = look->path != NULL && sotto_file_create (look->path, bytes, n, 0600, &look->error);
  return look->made;
}

static void
look_work (SottoLaneJob *job, SottoLane *lane)
{
  Look *look = (Look *)job;
  uint8_t bytes[SNIFF_LEN];

  if (look->bytes != NULL && !make (look))
    return;
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
      sotto_file_remove_made (file);
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

  if (look->error != NULL)
    {
      sotto_engine_emit_error (engine, SOTTO_CODE_IO, look->error->message);
      return;
    }
  g_autofree char *name = sotto_file_name_for_wire (look->path);
  SottoHistoryFile what = { .size = look->stamp.size,
                            .changed_ns = look->stamp.changed_ns,
                            .name = name,
                            .media_type = look->media_type,
                            .path = look->path };
  look->made = false;
  offer (engine, &look->peer, &what);
}

/* NULL when that was refused, and said. */
static Look *
look_new (SottoEngine *self, const char *peer)
{
  SottoName name = { 0 };
  const char *code = sotto_engine_refuse_peer (self, peer, &name);

  if (code == NULL && sotto_engine_is_blocked (self, &name))
    code = sotto_code_to_name (SOTTO_UNAVAILABLE);
  if (code == NULL && sotto_engine_get_contact (self, &name, true) == NULL)
    code = sotto_code_to_name (SOTTO_QUOTA);
  if (code != NULL)
    {
      sotto_engine_emit_message_error (self, code, &name, NULL);
      return NULL;
    }
  Look *look = g_new0 (Look, 1);
  look->job = (SottoLaneJob){ look_work, look_done, look_free };
  look->peer = name;
  return look;
}

void
sotto_engine_offer_file (SottoEngine *self, const char *peer, const char *path)
{
  g_return_if_fail (SOTTO_IS_ENGINE (self));
  Look *look = look_new (self, peer);

  if (look == NULL)
    return;
  look->path = g_canonicalize_filename (path, NULL);
  sotto_lane_push (sotto_engine_get_lane (self), &look->job);
}

void
sotto_engine_offer_bytes (SottoEngine *self, const char *peer, const char *name, GBytes *bytes)
{
  g_return_if_fail (SOTTO_IS_ENGINE (self));
  Look *look = look_new (self, peer);

  if (look == NULL)
    return;
  look->bytes = g_bytes_ref (bytes);
  look->folder = sotto_engine_folder_of_made (self);
  look->name = sotto_file_name_make_safe (name);
  sotto_lane_push (sotto_engine_get_lane (self), &look->job);
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
