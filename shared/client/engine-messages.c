// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Messages of ours: from a person by way of the disk into the outbox, and from there into the
 * channel of the moment; and when to ask for one.
 */
#include "shared/client/engine-private.h"

#include "shared/base/text.h"
#include "shared/wire/message.h"
#include <string.h>

/* How long the server may take to tell of a coming: a batch and a slow way. */
#define BATCH_MAX (1 * SOTTO_US_PER_S)

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
      SottoMessage message;
      uint64_t end = contact->open->written;
      if (sotto_outbox_item_get_message (item, &message)
          && (item->kind != SOTTO_MESSAGE_FILE_OFFER
              || sotto_engine_prepare_offer (self, contact->open, &message)))
        end = sotto_line_write (contact->open, &message, sotto_engine_now (self));
      sotto_outbox_written (contact->outbox, item, end);
    }
  sotto_engine_wake (self);
}

/* A peer that is not on the list may have come since: the server knows. But not each time. */
static gint64
key_is_due_at (SottoEngine *self, const SottoContact *contact)
{
  gint64 due = MIN (sotto_contact_deadline (contact), sotto_engine_refresh_at (self, contact));

  if (due == G_MAXINT64 || self->state != SOTTO_ENGINE_READY
      || sotto_engine_in_alarm (self, contact))
    return G_MAXINT64;
  return MAX (due, MAX (self->ask_not_before, sotto_engine_placed_at (self)));
}

gint64
sotto_engine_asks_at (SottoEngine *self, const SottoContact *contact)
{
  gint64 due = key_is_due_at (self, contact);

  return due == G_MAXINT64 || !sotto_roster_is_online (self->roster, &contact->name) ? G_MAXINT64
                                                                                     : due;
}

void
sotto_engine_ask_key (SottoEngine *self, SottoContact *contact)
{
  SottoRecord record = { .type = SOTTO_RECORD_KEYREQ };
  gint64 now = sotto_engine_now (self);

  record.keyreq.req = sotto_engine_next_req (self);
  record.keyreq.peer = contact->name;
  if (now >= sotto_engine_refresh_at (self, contact))
    contact->next_refresh = now + SOTTO_GRANT_REFRESH;
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
      if (now >= sotto_engine_asks_at (self, contact))
        sotto_engine_ask_key (self, contact);
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
void
sotto_engine_move (SottoEngine *self, SottoContact *contact)
{
  gint64 now = sotto_engine_now (self);

  if (sotto_engine_in_alarm (self, contact))
    {
      sotto_engine_tell_alarm (self, contact);
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
  if (now >= key_is_due_at (self, contact))
    sotto_engine_ask_key (self, contact);
  else if (is_away (self, contact))
    fail_waiting (self, contact, sotto_code_to_name (SOTTO_OFFLINE));
}

static void
queue_text (SottoEngine *self, const SottoName *peer, const char *text)
{
  SottoId id;

  if (sotto_engine_get_contact (self, peer, true) == NULL)
    {
      sotto_engine_emit_message_error (self, sotto_code_to_name (SOTTO_QUOTA), peer, NULL);
      return;
    }
  sotto_random_fill (&self->random, &id, sizeof id);
  sotto_engine_store_own (self, peer, &id, text);
}

void
sotto_engine_send (SottoEngine *self, const char *peer, const char *text)
{
  SottoName name = { 0 };

  g_return_if_fail (SOTTO_IS_ENGINE (self));
  gsize n = strlen (text);
  const char *code = sotto_engine_refuse_peer (self, peer, &name);
  if (code == NULL)
    code = sotto_engine_refuse_text (text, n, SOTTO_TEXT_MAX);
  if (code == NULL && sotto_engine_is_blocked (self, &name))
    code = sotto_code_to_name (SOTTO_UNAVAILABLE);
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
  sotto_engine_move (self, contact);
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
    if (item->kind != SOTTO_MESSAGE_FILE_OFFER)
      emit_state (self, SOTTO_EVENT_SENT, &contact->name, &item->id);
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
