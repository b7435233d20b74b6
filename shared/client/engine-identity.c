// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Whose keys are whose: the first is pinned, another one is an alarm, and only a person who
 * compared safety numbers ends that. Invariant: sotto_engine_verify alone takes a contact out of
 * ALARM, and a changed key is told as accepted only once that is on the disk.
 */
#include <config.h>

#include "shared/client/engine-private.h"

#include "shared/base/text.h"
#include "shared/client/sentences.h"
#include "shared/crypto/safety-number.h"
#include <glib/gi18n-lib.h>

static SottoContactEntry *
find_entry (SottoEngine *self, const SottoName *name)
{
  return self->book == NULL ? NULL : sotto_contact_book_find (self->book, name);
}

/* The key that a person is to compare: in ALARM the one that was offered. */
static const SottoKey *
key_to_compare (const SottoContactEntry *entry)
{
  return entry->alarm ? &entry->offered : &entry->identity;
}

bool
sotto_engine_in_alarm (SottoEngine *self, const SottoContact *contact)
{
  SottoContactEntry *entry = find_entry (self, &contact->name);

  return entry != NULL && entry->alarm;
}

/* --- Telling --- */

static void
tell (SottoEngine *self,
      const SottoName *name,
      const SottoContactEntry *entry,
      SottoPeerChannelState state,
      bool relayed)
{
  SottoEvent event = { .type = SOTTO_EVENT_CHANNEL,
                       .peer = *name,
                       .channel_state = state,
                       .relayed = relayed,
                       .verified = entry != NULL && entry->verified && !entry->alarm };

  if (entry == NULL)
    sotto_engine_emit (self, &event);
  else
    sotto_engine_emit_numbered (self, &event, key_to_compare (entry));
}

void
sotto_engine_emit_channel (SottoEngine *self,
                           SottoContact *contact,
                           SottoPeerChannelState state,
                           bool relayed)
{
  tell (self, &contact->name, find_entry (self, &contact->name), state, relayed);
}

/* What is so at the moment. */
static void
tell_state (SottoEngine *self, const SottoContactEntry *entry)
{
  SottoContact *contact = sotto_engine_get_contact (self, &entry->name, false);
  bool open = contact != NULL && contact->open != NULL;

  if (entry->alarm)
    tell (self, &entry->name, entry, SOTTO_PEER_CHANNEL_ALARM, false);
  else
    tell (self, &entry->name, entry, open ? SOTTO_PEER_CHANNEL_OPEN : SOTTO_PEER_CHANNEL_CLOSED,
          open && contact->open->relayed);
}

/* An alarm is told when it is raised and, as it outlives the program, once in each later run. */
void
sotto_engine_tell_alarm (SottoEngine *self, SottoContact *contact)
{
  if (contact->alarm_told)
    return;
  contact->alarm_told = true;
  sotto_engine_emit_channel (self, contact, SOTTO_PEER_CHANNEL_ALARM, false);
}

void
sotto_engine_tell_alarms (SottoEngine *self)
{
  g_autoptr (GPtrArray) entries = sotto_contact_book_list (self->book);
  guint n = 0;

  for (guint i = 0; i < entries->len && n < SOTTO_ALARMS_TOLD_MAX; i++)
    {
      const SottoContactEntry *entry = entries->pdata[i];
      SottoContact *contact =
          entry->alarm ? sotto_engine_get_contact (self, &entry->name, true) : NULL;
      if (contact == NULL)
        continue;
      sotto_engine_tell_alarm (self, contact);
      n++;
    }
}

/* --- Pins --- */

void
sotto_engine_raise_alarm (SottoEngine *self, SottoContact *contact, bool anew)
{
  SottoOutboxItem *item;

  contact->alarm_told = true;
  sotto_engine_emit_channel (self, contact, SOTTO_PEER_CHANNEL_ALARM, false);
  while ((item = sotto_outbox_next_to_fail (contact->outbox)) != NULL)
    sotto_engine_emit_message_error (self, SOTTO_CODE_ALARM, &contact->name, &item->id);
  /* Once for as many keys as are offered until a person decides. */
  if (anew)
    sotto_engine_remark (self, &contact->name, SOTTO_REMARK_KEY_CHANGED);
  sotto_engine_save_book (self);
}

bool
sotto_engine_pin_identity (SottoEngine *self, SottoContact *contact, const SottoKey *identity)
{
  SottoContactEntry *entry = find_entry (self, &contact->name);

  if (entry != NULL)
    {
      bool anew = !entry->alarm;
      SottoContactVerdict verdict = sotto_contact_judge (entry, identity);
      if (verdict == SOTTO_CONTACT_CHANGED)
        sotto_engine_raise_alarm (self, contact, anew);
      return verdict == SOTTO_CONTACT_GO_ON;
    }
  entry = sotto_contact_book_add (self->book, &contact->name, identity);
  if (entry == NULL)
    return false;
  entry->since_ms = sotto_clock_unix_ms (self->clock);
  sotto_engine_see (self, &contact->name);
  sotto_engine_save_book (self);
  return true;
}

/* --- A person asks, and decides --- */

/* NULL, and told why. */
static SottoContactEntry *
require_entry (SottoEngine *self, const char *peer)
{
  SottoContactEntry *entry;
  SottoName name;

  if (sotto_engine_get_username (self) == NULL)
    sotto_engine_emit_error (self, SOTTO_CODE_NOT_AUTHENTICATED, NULL);
  else if (!sotto_name_from_typed (peer, &name))
    sotto_engine_emit_error (self, sotto_code_to_name (SOTTO_BAD_NAME), NULL);
  else if (g_str_equal (name.str, self->login.name.str))
    sotto_engine_emit_error (self, sotto_code_to_name (SOTTO_SELF), NULL);
  else if ((entry = find_entry (self, &name)) != NULL)
    return entry;
  else
    {
      g_autofree char *text = g_strdup_printf (
          _ ("No key of %s is known yet. It comes with the first conversation."), name.str);
      sotto_engine_emit_error (self, SOTTO_CODE_NOT_FOUND, text);
    }
  return NULL;
}

void
sotto_engine_show_safety_number (SottoEngine *self, const char *peer)
{
  g_return_if_fail (SOTTO_IS_ENGINE (self));
  SottoContactEntry *entry = require_entry (self, peer);

  if (entry != NULL)
    tell_state (self, entry);
}

/* The new key is pinned: what waits goes out, and the peer, who was not answered, is asked first.
 */
static void
ask_anew (SottoEngine *self, const SottoName *name)
{
  SottoContact *contact = sotto_engine_get_contact (self, name, true);
  gint64 now = sotto_engine_now (self);

  if (contact == NULL)
    return;
  contact->alarm_told = false;
  sotto_key_ask_at_once (&contact->ask, now);
  if (sotto_outbox_size (contact->outbox) > 0)
    sotto_engine_move (self, contact);
  else if (!contact->blocked && sotto_roster_is_online (self->roster, name))
    sotto_engine_ask_key (self, contact);
}

/* In the order of the writes; until then the name waits in `verified`. */
static void
verified_cb (const GError *error, gpointer engine)
{
  SottoEngine *self = engine;
  g_autofree SottoVerified *verified = g_queue_pop_head (&self->verified);

  if (error != NULL)
    {
      sotto_engine_emit_error (self, SOTTO_CODE_IO, error->message);
      return;
    }
  SottoContactEntry *entry = find_entry (self, &verified->name);
  if (entry == NULL || sotto_engine_get_username (self) == NULL)
    return; /* logged out meanwhile */
  tell_state (self, entry);
  if (verified->changed)
    sotto_engine_remark (self, &verified->name, SOTTO_REMARK_KEY_ACCEPTED);
  if (verified->changed && !entry->alarm)
    ask_anew (self, &verified->name);
}

void
sotto_engine_verify (SottoEngine *self, const char *peer, const char *number)
{
  char ours[SOTTO_SAFETY_NUMBER_LEN + 1];

  g_return_if_fail (SOTTO_IS_ENGINE (self));
  SottoContactEntry *entry = require_entry (self, peer);
  if (entry == NULL)
    return;
  const SottoKey *key = key_to_compare (entry);
  sotto_safety_number (&self->login.name, &sotto_vault_get_identity (self->vault)->public,
                       &entry->name, key, ours);
  if (!sotto_safety_number_matches (ours, number))
    {
      sotto_engine_emit_error (self, SOTTO_CODE_MISMATCH, NULL);
      return;
    }
  SottoVerified *verified = g_new0 (SottoVerified, 1);
  *verified = (SottoVerified){ entry->name, entry->alarm };
  g_queue_push_tail (&self->verified, verified);
  if (entry->alarm)
    entry->since_ms = entry->changed_ms = sotto_clock_unix_ms (self->clock);
  entry->identity = *key;
  entry->alarm = false;
  entry->verified = true;
  sotto_engine_save_book_and (self, verified_cb);
}
