// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a peer sends. A record is answered only after it is on the disk and every handler of its
 * event returned.
 */
#include "shared/client/engine-private.h"

static void
emit_state (SottoEngine *self, SottoEventType type, const SottoName *peer, const SottoId *id)
{
  SottoEvent event = { .type = type, .peer = *peer, .has_id = true, .id = *id };

  sotto_engine_emit (self, &event);
}

static void
on_stored_kind (SottoEngine *self, SottoLine *line, const SottoMessage *message)
{
  sotto_engine_store_theirs (self, line, message);
}

static void
on_received (SottoEngine *self, SottoLine *line, const SottoMessage *message)
{
  SottoContact *contact = line->contact;
  SottoOutboxItem *item = sotto_outbox_find (contact->outbox, &message->id);

  if (item == NULL || item->confirmed)
    return;
  sotto_key_ask_defer (&contact->ask, sotto_engine_now (self));
  if (item->kind == SOTTO_MESSAGE_FILE_OFFER)
    {
      sotto_engine_on_file_received (self, &contact->name, &message->id);
      return;
    }
  if (!item->left)
    emit_state (self, SOTTO_EVENT_SENT, &contact->name, &message->id);
  sotto_outbox_confirm (contact->outbox, item);
  sotto_history_delivered (self->history, &contact->name, &message->id, item->place);
  emit_state (self, SOTTO_EVENT_DELIVERED, &contact->name, &message->id);
}

static void
on_read (SottoEngine *self, SottoLine *line, const SottoMessage *message)
{
  sotto_engine_store_seen (self, line, &message->id);
}

static const struct
{
  SottoMessageType type;
  void (*take) (SottoEngine *self, SottoLine *line, const SottoMessage *message);
} handlers[] = {
  { SOTTO_MESSAGE_TEXT, on_stored_kind },
  { SOTTO_MESSAGE_RECEIVED, on_received },
  { SOTTO_MESSAGE_READ, on_read },
  { SOTTO_MESSAGE_EDIT, on_stored_kind },
  { SOTTO_MESSAGE_DELETE, on_stored_kind },
  { SOTTO_MESSAGE_REACT, on_stored_kind },
  { SOTTO_MESSAGE_FILE_OFFER, sotto_engine_on_offer },
  { SOTTO_MESSAGE_FILE_ACCEPT, sotto_engine_on_accept },
  { SOTTO_MESSAGE_FILE_REFUSE, sotto_engine_on_refuse },
};

void
sotto_engine_on_message (SottoLine *line, const SottoMessage *message, gpointer engine)
{
  if (line->contact == NULL)
    return;
  line->useful = true;
  for (gsize i = 0; i < G_N_ELEMENTS (handlers); i++)
    {
      if (handlers[i].type == message->type)
        {
          handlers[i].take (engine, line, message);
          return;
        }
    }
}

/* On whatever channel is open now: the peer counts ids, not channels. */
void
sotto_engine_answer (SottoEngine *self, const SottoName *peer, const SottoId *id, uint64_t place)
{
  SottoMessage received = { .type = SOTTO_MESSAGE_RECEIVED, .id = *id };
  SottoContact *contact = sotto_engine_get_contact (self, peer, false);

  if (place != 0 && self->history != NULL)
    sotto_history_set_told (self->history, place);
  /* Without a channel nothing is lost: on the next one the record comes again. */
  if (contact == NULL || contact->open == NULL)
    return;
  if (!sotto_line_answer (contact->open, &received, sotto_engine_now (self)))
    sotto_engine_close_line (self, contact->open, SOTTO_SLOW);
}
