// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Messages: from a person into the outbox, from there into the channel of the moment, and back as
 * SENT and DELIVERED; and what a peer sends. A record is answered only after every handler of its
 * event returned.
 */
#include "shared/client/engine-private.h"

#include "shared/base/text.h"
#include "shared/wire/message.h"
#include <string.h>

/* How long the server may take to tell of a coming: a batch and a slow way. */
#define BATCH_MAX (1 * SOTTO_US_PER_S)

bool
sotto_engine_in_alarm (SottoEngine *self, const SottoContact *contact)
{
  SottoContactEntry *entry =
      self->book == NULL ? NULL : sotto_contact_book_find (self->book, &contact->name);

  return entry != NULL && entry->alarm;
}

static void
fail_waiting (SottoEngine *self, SottoContact *contact, const char *code)
{
  SottoOutboxItem *item;

  while ((item = sotto_outbox_next_to_fail (contact->outbox)) != NULL)
    sotto_engine_emit_message_error (self, code, &contact->name, &item->id);
}

static void
set_stale (SottoLine *line)
{
  if (line != NULL)
    line->stale = true;
}

static bool
is_fresh (const SottoLine *line)
{
  return line != NULL && !line->stale;
}

/* --- Out --- */

void
sotto_engine_deliver (SottoEngine *self, SottoContact *contact)
{
  SottoOutboxItem *item;

  if (contact->open == NULL)
    return;
  while ((item = sotto_outbox_next (contact->outbox)) != NULL)
    {
      SottoMessage message = {
        .type = SOTTO_MESSAGE_TEXT,
        .id = item->id,
        .text = { .sent_ms = item->sent_ms, .text = item->text, .n = item->n },
      };
      uint64_t end = sotto_line_write (contact->open, &message, sotto_engine_now (self));
      sotto_outbox_written (contact->outbox, item, end);
    }
  sotto_engine_wake (self);
}

/* A peer that is not on the list may have come since: the server knows. But not each time. */
static bool
may_ask (SottoEngine *self, SottoContact *contact, gint64 now)
{
  return self->state == SOTTO_ENGINE_READY && now >= self->ask_not_before
         && !sotto_engine_in_alarm (self, contact) && sotto_contact_wants_key (contact, now);
}

static void
ask (SottoEngine *self, SottoContact *contact, gint64 now)
{
  SottoRecord record = { .type = SOTTO_RECORD_KEYREQ };

  record.keyreq.req = sotto_engine_next_req (self);
  record.keyreq.peer = contact->name;
  if (sotto_engine_send_record (self, &record))
    sotto_key_ask_sent (&contact->ask, record.keyreq.req, now);
}

void
sotto_engine_ask_keys (SottoEngine *self)
{
  gint64 now = sotto_engine_now (self);
  GHashTableIter iter;
  gpointer value;

  if (self->state != SOTTO_ENGINE_READY)
    return;
  g_hash_table_iter_init (&iter, self->contacts);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      SottoContact *contact = value;
      if (sotto_roster_is_online (self->roster, &contact->name) && may_ask (self, contact, now))
        ask (self, contact, now);
    }
}

void
sotto_engine_asks_lost (SottoEngine *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->contacts);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      SottoContact *contact = value;
      contact->ask.req = 0;
      set_stale (contact->opening); /* who was at its other end may have gone meanwhile */
    }
}

/* The server says so, and nothing contradicts it. */
static bool
is_away (SottoEngine *self, const SottoContact *contact)
{
  return self->state == SOTTO_ENGINE_READY && self->roster_known && contact->ask.req == 0
         && !is_fresh (contact->open) && !sotto_roster_is_online (self->roster, &contact->name);
}

/* A message was queued or is to be tried again. */
static void
move (SottoEngine *self, SottoContact *contact)
{
  gint64 now = sotto_engine_now (self);

  if (sotto_engine_in_alarm (self, contact))
    {
      fail_waiting (self, contact, SOTTO_CODE_ALARM);
      return;
    }
  if (contact->open != NULL)
    {
      bool first = sotto_outbox_size (contact->outbox) == 1;
      sotto_engine_deliver (self, contact);
      /* The channel has its time to bring the first answer; one that may be dead has not. */
      if (first && contact->open->stale)
        sotto_key_ask_soon (&contact->ask, now);
      else if (first)
        sotto_key_ask_defer (&contact->ask, now);
      /* They may have gone without a CLOSE: who still hears us will answer all the same. */
      if (is_away (self, contact))
        fail_waiting (self, contact, sotto_code_to_name (SOTTO_OFFLINE));
      return;
    }
  sotto_key_ask_soon (&contact->ask, now);
  if (may_ask (self, contact, now))
    ask (self, contact, now);
  else if (is_away (self, contact))
    fail_waiting (self, contact, sotto_code_to_name (SOTTO_OFFLINE));
}

static void
queue_text (SottoEngine *self, const SottoName *peer, const char *text)
{
  SottoContact *contact = sotto_engine_get_contact (self, peer, true);
  SottoEvent event = { .type = SOTTO_EVENT_QUEUED, .peer = *peer, .has_id = true };

  if (contact == NULL)
    {
      sotto_engine_emit_message_error (self, sotto_code_to_name (SOTTO_QUOTA), peer, NULL);
      return;
    }
  sotto_random_fill (&self->random, &event.id, sizeof event.id);
  event.sent_ms = sotto_clock_unix_ms (self->clock);
  event.text = text;
  sotto_outbox_push (contact->outbox, &event.id, event.sent_ms, text);
  sotto_known_ids_add (contact->sent, &event.id);
  sotto_engine_emit (self, &event);
  move (self, contact);
}

void
sotto_engine_send (SottoEngine *self, const char *peer, const char *text)
{
  SottoName name = { 0 };
  const char *code = NULL;

  g_return_if_fail (SOTTO_IS_ENGINE (self));
  gsize n = strlen (text);
  bool is_name = sotto_name_from_typed (peer, &name);
  if (sotto_engine_get_username (self) == NULL)
    code = SOTTO_CODE_NOT_AUTHENTICATED;
  else if (!is_name)
    code = sotto_code_to_name (SOTTO_BAD_NAME);
  else if (g_str_equal (name.str, self->login.name.str))
    code = sotto_code_to_name (SOTTO_SELF);
  else if (n > SOTTO_TEXT_MAX)
    code = sotto_code_to_name (SOTTO_TOO_BIG);
  else if (!sotto_text_is_valid (text, n))
    code = SOTTO_CODE_USAGE;

  if (code != NULL)
    sotto_engine_emit_message_error (self, code, &name, NULL);
  else
    queue_text (self, &name, text);
}

void
sotto_engine_retry_message (SottoEngine *self, const char *peer, const SottoId *id)
{
  SottoName name;

  g_return_if_fail (SOTTO_IS_ENGINE (self));
  if (!sotto_name_from_typed (peer, &name))
    return;
  SottoContact *contact = sotto_engine_get_contact (self, &name, false);
  SottoOutboxItem *item = contact == NULL ? NULL : sotto_outbox_find (contact->outbox, id);
  if (item == NULL)
    return;
  item->failed = false;
  sotto_key_ask_rewarded (&contact->ask); /* a person decides, not a timer */
  move (self, contact);
}

void
sotto_engine_on_ask_refused (SottoEngine *self, uint32_t req, SottoCode code, uint16_t retry_s)
{
  gint64 now = sotto_engine_now (self);
  GHashTableIter iter;
  gpointer value;

  if (code != SOTTO_OFFLINE && retry_s > 0)
    self->ask_not_before = MAX (self->ask_not_before, now + retry_s * SOTTO_US_PER_S);
  g_hash_table_iter_init (&iter, self->contacts);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      SottoContact *contact = value;
      if (req == 0 || contact->ask.req != req)
        continue;
      contact->ask.req = 0;
      if (code == SOTTO_OFFLINE || !sotto_roster_is_online (self->roster, &contact->name))
        fail_waiting (self, contact, sotto_code_to_name (SOTTO_OFFLINE));
      return;
    }
}

static void
emit_state (SottoEngine *self, SottoEventType type, const SottoName *peer, const SottoId *id)
{
  SottoEvent event = { .type = type, .peer = *peer, .has_id = true, .id = *id };

  sotto_engine_emit (self, &event);
}

void
sotto_engine_on_left (SottoEngine *self, SottoLine *line)
{
  SottoContact *contact = line->contact;
  SottoOutboxItem *item;

  if (contact == NULL || contact->open != line)
    return;
  while ((item = sotto_outbox_next_left (contact->outbox, line->left)) != NULL)
    emit_state (self, SOTTO_EVENT_SENT, &contact->name, &item->id);
}

/* --- In --- */

static void
on_text (SottoEngine *self, SottoLine *line, const SottoMessage *message)
{
  SottoContact *contact = line->contact;
  g_autofree char *text = g_strndup (message->text.text, message->text.n);
  SottoEvent event = { .type = SOTTO_EVENT_MESSAGE,
                       .peer = contact->name,
                       .has_id = true,
                       .id = message->id,
                       .text = text,
                       .sent_ms = (gint64)MIN (message->text.sent_ms, (uint64_t)G_MAXINT64) };

  if (sotto_known_ids_add (contact->received, &message->id))
    sotto_engine_emit (self, &event);
  sotto_engine_emit_answer (self, &contact->name, &message->id);
  sotto_secret_wipe (text, message->text.n);
}

static void
on_received (SottoEngine *self, SottoLine *line, const SottoMessage *message)
{
  SottoContact *contact = line->contact;
  SottoOutboxItem *item = sotto_outbox_find (contact->outbox, &message->id);

  if (item == NULL)
    return;
  if (!item->left)
    emit_state (self, SOTTO_EVENT_SENT, &contact->name, &message->id);
  sotto_outbox_received (contact->outbox, &message->id);
  sotto_key_ask_defer (&contact->ask, sotto_engine_now (self));
  emit_state (self, SOTTO_EVENT_DELIVERED, &contact->name, &message->id);
  sotto_engine_deliver (self, contact); /* more may be on their way now */
}

static void
on_read (SottoEngine *self, SottoLine *line, const SottoMessage *message)
{
  if (sotto_known_ids_has (line->contact->sent, &message->id))
    emit_state (self, SOTTO_EVENT_READ, &line->contact->name, &message->id);
}

/* Nothing is kept that these could be about: an unknown target is answered and dropped. */
static void
on_change (SottoEngine *self, SottoLine *line, const SottoMessage *message)
{
  sotto_known_ids_add (line->contact->received, &message->id);
  sotto_engine_emit_answer (self, &line->contact->name, &message->id);
}

static void
on_offer (SottoEngine *self, SottoLine *line, const SottoMessage *message)
{
  SottoMessage refusal = { .type = SOTTO_MESSAGE_FILE_REFUSE,
                           .id = message->id,
                           .refuse = { SOTTO_REFUSE_DECLINED } };

  if (!sotto_line_answer (line, &refusal, sotto_engine_now (self)))
    sotto_engine_close_line (self, line, SOTTO_SLOW);
}

static const struct
{
  SottoMessageType type;
  void (*take) (SottoEngine *self, SottoLine *line, const SottoMessage *message);
} handlers[] = {
  { SOTTO_MESSAGE_TEXT, on_text },        { SOTTO_MESSAGE_RECEIVED, on_received },
  { SOTTO_MESSAGE_READ, on_read },        { SOTTO_MESSAGE_EDIT, on_change },
  { SOTTO_MESSAGE_DELETE, on_change },    { SOTTO_MESSAGE_REACT, on_change },
  { SOTTO_MESSAGE_FILE_OFFER, on_offer },
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
sotto_engine_answer (SottoEngine *self, const SottoName *peer, const SottoId *id)
{
  SottoMessage received = { .type = SOTTO_MESSAGE_RECEIVED, .id = *id };
  SottoContact *contact = sotto_engine_get_contact (self, peer, false);

  /* Without a channel nothing is lost: on the next one the record comes again. */
  if (contact == NULL || contact->open == NULL)
    return;
  if (!sotto_line_answer (contact->open, &received, sotto_engine_now (self)))
    sotto_engine_close_line (self, contact->open, SOTTO_SLOW);
}

/* --- Presence --- */

/* The first listing of a session is complete: now it is known for whom waiting is in vain. */
void
sotto_engine_roster_settled (SottoEngine *self)
{
  gint64 now = sotto_engine_now (self);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->contacts);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      SottoContact *contact = value;
      /* With a request on its way the server's answer tells. */
      if (contact->open != NULL || contact->ask.req != 0)
        continue;
      if (!sotto_roster_is_online (self->roster, &contact->name))
        fail_waiting (self, contact, sotto_code_to_name (SOTTO_OFFLINE));
      else if (!is_fresh (contact->opening))
        sotto_key_ask_at_once (&contact->ask, now);
    }
}

/* Their session ended. A direct channel may live on, but if they come back it will be as somebody
 * who does not know it. */
void
sotto_engine_peer_left (SottoEngine *self, const SottoName *name)
{
  SottoContact *contact = sotto_engine_get_contact (self, name, false);

  if (contact == NULL)
    return;
  set_stale (contact->open);
  set_stale (contact->opening);
}

/* A batch of PRESENCE tells only the latest of a name: who was online and is said to have come has
 * gone in between. A grant may have been quicker than the batch; its channel is with the new
 * session. */
void
sotto_engine_peer_came (SottoEngine *self, const SottoName *name, bool was_online)
{
  SottoContact *contact = sotto_engine_get_contact (self, name, false);
  gint64 now = sotto_engine_now (self);

  if (contact == NULL)
    return;
  sotto_engine_set_relay (self, name, true);
  if (was_online && contact->open != NULL && now - contact->open->granted_at > BATCH_MAX)
    set_stale (contact->open);
  if (was_online && contact->opening != NULL && now - contact->opening->granted_at > BATCH_MAX)
    set_stale (contact->opening);
  if (!is_fresh (contact->open) && !is_fresh (contact->opening) && contact->ask.req == 0)
    sotto_key_ask_at_once (&contact->ask, now);
}
