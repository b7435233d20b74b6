// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Records about files, and channels that come and go under them. An offer is made anew on each
 * channel, on a stream of its own; what was accepted goes on there from what is stored.
 */
#include "shared/client/engine-files-private.h"

#include <string.h>

/* What an offer costs while it is on its way to the disk, beside its texts. */
#define OFFER_COST 1024

static void
answer (SottoEngine *self, SottoLine *line, SottoMessageType type, const SottoId *id, int code)
{
  SottoMessage message = { .type = type, .id = *id };

  if (type == SOTTO_MESSAGE_FILE_REFUSE)
    message.refuse.code = (SottoRefuseCode)code;
  if (line != NULL && !line->dead && !sotto_line_answer (line, &message, sotto_engine_now (self)))
    sotto_engine_close_line (self, line, SOTTO_SLOW);
  sotto_engine_wake (self);
}

static SottoLine *
line_to (SottoEngine *self, const SottoName *peer)
{
  SottoContact *contact = sotto_engine_get_contact (self, peer, false);

  return contact == NULL ? NULL : contact->open;
}

/* How it ended: RECEIVED, or why not. */
static void
answer_end (SottoEngine *self, const SottoName *peer, const SottoId *id, SottoRefuseCode code)
{
  answer (self, line_to (self, peer),
          code == 0 ? SOTTO_MESSAGE_RECEIVED : SOTTO_MESSAGE_FILE_REFUSE, id, (int)code);
}

/* --- Out of the outbox --- */

void
sotto_engine_leave_outbox (SottoEngine *self, const SottoTransfer *transfer)
{
  SottoContact *contact = sotto_engine_get_contact (self, &transfer->peer, false);
  SottoOutboxItem *item =
      contact == NULL || !transfer->own ? NULL : sotto_outbox_find (contact->outbox, &transfer->id);

  if (item != NULL)
    sotto_outbox_confirm (contact->outbox, item);
}

static void
forget_own (SottoEngine *self, const SottoTransfer *transfer)
{
  SottoContact *contact = sotto_engine_get_contact (self, &transfer->peer, false);

  if (contact == NULL)
    return;
  sotto_outbox_received (contact->outbox, &transfer->id);
  sotto_engine_deliver (self, contact);
}

/* --- After the disk --- */

static void
on_over (SottoFile *file)
{
  SottoEngine *self = file->engine;
  const SottoTransfer *transfer = &file->transfer;

  if (transfer->own)
    forget_own (self, transfer);
  else if (transfer->code == 0)
    answer_end (self, &transfer->peer, &transfer->id, 0);
  sotto_file_remove_made (file);
  if (!file->withdrawn)
    g_hash_table_remove (self->files, file);
}

void
sotto_file_on_kept (SottoFile *file, SottoHistoryFileState state)
{
  bool ended = file->transfer.state == SOTTO_TRANSFER_ENDED;

  switch (state)
    {
    case SOTTO_HISTORY_FILE_ACCEPTED:
      if (ended || file->paused)
        break;
      sotto_file_tell (file, SOTTO_FILE_MOVING);
      sotto_file_prepare_in (file);
      sotto_file_pump_in (file); /* it may have been paused */
      break;
    case SOTTO_HISTORY_FILE_PLACING:
      if (!ended)
        sotto_file_place_in (file);
      break;
    case SOTTO_HISTORY_FILE_WITHDRAWN:
    case SOTTO_HISTORY_FILE_DONE:
    case SOTTO_HISTORY_FILE_REFUSED:
      on_over (file);
      break;
    case SOTTO_HISTORY_FILE_OFFERED:
      break;
    }
}

/* --- Refusals --- */

/* Theirs is answered when it comes again. Of ours they hear on the next channel once more: nothing
 * says that this one still has somebody at its other end. */
bool
sotto_file_send_refusal (SottoFile *file)
{
  const SottoTransfer *transfer = &file->transfer;
  SottoLine *line = line_to (file->engine, &transfer->peer);

  if (line == NULL)
    return false;
  answer (file->engine, line, SOTTO_MESSAGE_FILE_REFUSE, &transfer->id, (int)transfer->code);
  return true;
}

void
sotto_engine_tell_withdrawn (SottoEngine *self, const SottoName *peer)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->files);
  while (g_hash_table_iter_next (&iter, &value, NULL))
    {
      SottoFile *file = value;
      if (!file->withdrawn || !g_str_equal (file->transfer.peer.str, peer->str)
          || !sotto_file_send_refusal (file))
        continue;
      file->withdrawn = false;
      sotto_file_keep (file, SOTTO_HISTORY_FILE_REFUSED);
    }
}

/* --- Own offers --- */

bool
sotto_engine_prepare_offer (SottoEngine *self, SottoLine *line, SottoMessage *offer)
{
  SottoFile *file = sotto_engine_find_file (self, &line->contact->name, true, &offer->id);

  if (file == NULL || file->transfer.state == SOTTO_TRANSFER_ENDED)
    return false;
  line->last_stream = line->last_stream == 0 ? (line->grant.role == SOTTO_ROLE_INITIATOR ? 2 : 1)
                                             : line->last_stream + 2;
  offer->offer.stream = line->last_stream;
  sotto_file_stop_out (file);
  sotto_transfer_offered (&file->transfer, line->last_stream);
  file->line = line;
  return true;
}

/* Twice on one channel, or before it was offered there: nothing to begin. */
void
sotto_engine_on_accept (SottoEngine *self, SottoLine *line, const SottoMessage *message)
{
  SottoFile *file = sotto_engine_find_file (self, &line->contact->name, true, &message->id);

  if (file == NULL)
    return;
  if (message->accept.offset > file->transfer.size)
    sotto_engine_close_line (self, line, SOTTO_PROTOCOL);
  else if (file->line == line && file->transfer.state == SOTTO_TRANSFER_OFFERED)
    sotto_file_start_out (file, message->accept.offset);
}

void
sotto_engine_on_refuse (SottoEngine *self, SottoLine *line, const SottoMessage *message)
{
  SottoFile *file = sotto_engine_find_file (self, &line->contact->name, true, &message->id);

  if (file == NULL)
    file = sotto_engine_find_file (self, &line->contact->name, false, &message->id);
  if (file != NULL && (file->transfer.own || file->path == NULL))
    sotto_file_end (file, message->refuse.code, false);
}

void
sotto_engine_on_file_received (SottoEngine *self, const SottoName *peer, const SottoId *id)
{
  SottoFile *file = sotto_engine_find_file (self, peer, true, id);

  if (file == NULL || file->transfer.state == SOTTO_TRANSFER_ENDED)
    return;
  if (file->transfer.state == SOTTO_TRANSFER_MOVING && file->line != NULL)
    sotto_channel_reset_stream (file->line->channel, file->transfer.stream, SOTTO_OK,
                                sotto_engine_now (self));
  sotto_file_stop_out (file);
  g_clear_pointer (&file->reader, sotto_file_reader_free);
  sotto_transfer_end (&file->transfer, 0);
  file->transfer.done = file->transfer.size;
  sotto_engine_leave_outbox (self, &file->transfer);
  sotto_file_tell (file, SOTTO_FILE_DONE);
  sotto_file_keep (file, SOTTO_HISTORY_FILE_DONE);
}

/* --- Theirs --- */

/* Theirs, and higher than any before on the channel. */
static bool
is_stream_right (SottoLine *line, uint32_t stream)
{
  bool is_even = line->grant.role == SOTTO_ROLE_RESPONDER;

  return stream > line->last_offered && (stream % 2 == 0) == is_even;
}

static void
bind_theirs (SottoFile *file, SottoLine *line, uint32_t stream)
{
  if (file->line == line && file->transfer.state == SOTTO_TRANSFER_MOVING)
    sotto_channel_stop_stream (line->channel, file->transfer.stream, SOTTO_OK,
                               sotto_engine_now (file->engine));
  sotto_transfer_offered (&file->transfer, stream);
  file->line = line;
}

/* An id that came before, and is not over as far as we know. */
static void
on_known_offer (SottoFile *file, SottoLine *line, uint32_t stream)
{
  const SottoTransfer *transfer = &file->transfer;

  if (transfer->state == SOTTO_TRANSFER_ENDED)
    {
      answer_end (file->engine, &transfer->peer, &transfer->id, transfer->code);
      return;
    }
  bind_theirs (file, line, stream);
  if (transfer->state == SOTTO_TRANSFER_ACCEPTED && !file->recovering && !file->paused)
    sotto_file_prepare_in (file);
}

static void
received_cb (GObject *engine, GAsyncResult *result, gpointer unused)
{
  SottoEngine *self = SOTTO_ENGINE (engine);
  g_autoptr (GError) error = NULL;
  SottoHistoryFileWork *work = g_task_get_task_data (G_TASK (result));
  const SottoHistoryRecord *record = work->record;
  SottoContact *contact = sotto_engine_get_contact (self, &record->peer, false);

  g_task_propagate_boolean (G_TASK (result), &error);
  SottoFile *file = sotto_engine_find_file (self, &record->peer, false, &record->id);
  if (contact != NULL)
    sotto_contact_end_storing (contact, OFFER_COST);
  if (error != NULL || file == NULL)
    return;
  file->place = record->place;
  if (!work->is_new || record->file->state == SOTTO_HISTORY_FILE_REFUSED)
    {
      SottoRefuseCode code = record->file->state == SOTTO_HISTORY_FILE_DONE
                                 ? 0
                                 : MAX (record->file->code, SOTTO_REFUSE_DECLINED);
      g_hash_table_remove (self->files, file);
      answer_end (self, &record->peer, &record->id, code);
      return;
    }
  file->transfer.state = SOTTO_TRANSFER_OFFERED;
  sotto_file_tell (file, SOTTO_FILE_OFFERED);
  if (file->early_end != 0) /* somebody was quicker than the disk */
    sotto_file_end (file, file->early_end, true);
}

static void
take_offer (SottoEngine *self, SottoLine *line, const SottoMessage *message)
{
  const SottoName *peer = &line->contact->name;
  g_autofree char *name = g_strndup (message->offer.name, message->offer.n_name);
  g_autofree char *media_type = g_strndup (message->offer.media_type, message->offer.n_media_type);
  SottoHistoryFile what = { .size = message->offer.size, .name = name, .media_type = media_type };
  bool too_many = sotto_engine_count_offers (self, peer) >= SOTTO_FILES_OPEN_MAX;
  SottoFile *file = sotto_engine_add_file (self, peer, &message->id, false, &what);

  bind_theirs (file, line, message->offer.stream);
  if (too_many)
    sotto_transfer_end (&file->transfer, SOTTO_REFUSE_TOO_MANY);
  sotto_contact_begin_storing (line->contact, OFFER_COST);
  line->paused = sotto_contact_is_full (line->contact);
  sotto_file_keep_theirs (file, too_many ? SOTTO_HISTORY_FILE_REFUSED : SOTTO_HISTORY_FILE_OFFERED,
                          received_cb);
}

void
sotto_engine_on_offer (SottoEngine *self, SottoLine *line, const SottoMessage *message)
{
  uint32_t stream = message->offer.stream;
  SottoFile *file = sotto_engine_find_file (self, &line->contact->name, false, &message->id);

  if (!is_stream_right (line, stream))
    {
      sotto_engine_close_line (self, line, SOTTO_PROTOCOL);
      return;
    }
  line->last_offered = stream;
  if (file != NULL)
    on_known_offer (file, line, stream);
  else
    take_offer (self, line, message);
}

/* --- Streams --- */

static SottoFile *
find_on (SottoEngine *self, const SottoLine *line, uint32_t stream)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->files);
  while (g_hash_table_iter_next (&iter, &value, NULL))
    {
      SottoFile *file = value;
      if (file->line == line && file->transfer.stream == stream)
        return file;
    }
  return NULL;
}

/* Without a stream there is nothing to move: what is ours waits for the next channel. */
static void
cut (SottoFile *file)
{
  sotto_file_stop_out (file);
  sotto_transfer_cut (&file->transfer);
  file->line = NULL;
}

/* RESET_STREAM and STOP_STREAM go with a FILE_REFUSE that says why; a sender that stops without a
 * word has cancelled. What came whole is past that. */
static void
on_reset (SottoFile *file)
{
  if (file->transfer.own)
    cut (file);
  else if (file->transfer.state != SOTTO_TRANSFER_WHOLE)
    sotto_file_end (file, SOTTO_REFUSE_CANCELLED, true);
}

void
sotto_engine_on_stream (SottoEngine *self, SottoLine *line, const SottoChannelEvent *event)
{
  SottoFile *file = find_on (self, line, event->stream);

  if (file == NULL)
    return;
  if (event->type == SOTTO_CHANNEL_EVENT_READABLE && !file->transfer.own)
    sotto_file_pump_in (file);
  else if (event->type == SOTTO_CHANNEL_EVENT_WRITABLE && file->transfer.own)
    sotto_file_pump_out (file);
  else if (event->type == SOTTO_CHANNEL_EVENT_SENT && file->transfer.own)
    sotto_file_set_left (file, event->offset);
  else if (event->type == SOTTO_CHANNEL_EVENT_RESET)
    on_reset (file);
}

void
sotto_engine_cut_files (SottoEngine *self, const SottoLine *line)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->files);
  while (g_hash_table_iter_next (&iter, &value, NULL))
    {
      SottoFile *file = value;
      if (file->line == line)
        cut (file);
    }
}
