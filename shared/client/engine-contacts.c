// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a person settled about others, and what is known of them at the moment. Invariant: with
 * somebody who is blocked there is no channel, and no key is asked for or answered.
 */
#include "shared/client/engine-private.h"

#include "shared/base/text.h"
#include <string.h>

bool
sotto_engine_is_blocked (SottoEngine *self, const SottoName *name)
{
  return self->book != NULL && sotto_contact_book_get_prefs (self->book, name)->blocked;
}

bool
sotto_engine_is_fleeting (SottoEngine *self, const SottoName *peer)
{
  return self->book != NULL && sotto_contact_book_get_prefs (self->book, peer)->forget;
}

/* --- Settings --- */

bool
sotto_engine_get_contact_prefs (SottoEngine *self, const char *peer, SottoContactPrefs *out)
{
  SottoName name;

  g_return_val_if_fail (SOTTO_IS_ENGINE (self), false);
  if (sotto_engine_get_username (self) == NULL || !sotto_name_from_typed (peer, &name))
    return false;
  *out = *sotto_contact_book_get_prefs (self->book, &name);
  return true;
}

/* NULL, or the code of why not. */
static const char *
refuse_prefs (SottoEngine *self,
              const char *peer,
              const SottoContactPrefs *prefs,
              SottoName *out_name)
{
  const char *code = sotto_engine_refuse_peer (self, peer, out_name);

  return code != NULL || sotto_contact_prefs_are_valid (prefs) ? code : SOTTO_CODE_USAGE;
}

/* An engine that blocks falls silent at once; one that no longer does goes on where it stopped. */
static void
set_blocked (SottoEngine *self, const SottoName *name, bool blocked)
{
  SottoContact *contact = sotto_engine_get_contact (self, name, false);

  if (contact == NULL || contact->blocked == blocked)
    return;
  contact->blocked = blocked;
  if (blocked)
    {
      sotto_engine_replace_line (self, contact->opening);
      if (contact->open != NULL)
        sotto_engine_close_line (self, contact->open, SOTTO_OK);
      return;
    }
  sotto_key_ask_at_once (&contact->ask, sotto_engine_now (self));
  if (sotto_outbox_size (contact->outbox) > 0)
    sotto_engine_move (self, contact);
}

void
sotto_engine_set_contact_prefs (SottoEngine *self, const char *peer, const SottoContactPrefs *prefs)
{
  SottoName name;

  g_return_if_fail (SOTTO_IS_ENGINE (self));
  const char *code = refuse_prefs (self, peer, prefs, &name);
  if (code == NULL && !sotto_contact_book_set_prefs (self->book, &name, prefs))
    code = sotto_code_to_name (SOTTO_QUOTA);
  if (code != NULL)
    {
      sotto_engine_emit_error (self, code, NULL);
      return;
    }
  set_blocked (self, &name, prefs->blocked);
  sotto_engine_save_book (self);
}

char **
sotto_engine_dup_contacts (SottoEngine *self)
{
  g_return_val_if_fail (SOTTO_IS_ENGINE (self), NULL);
  if (sotto_engine_get_username (self) == NULL)
    return g_new0 (char *, 1);
  return sotto_contact_book_dup_names (self->book);
}

/* --- The moment --- */

static void
print_address (const SottoAddr *addr, char *out, gsize n)
{
  g_autofree char *text = sotto_addr_to_string (addr);

  g_strlcpy (out, text, n);
}

static void
read_own_address (SottoEngine *self, SottoChannelInfo *info)
{
  SottoBinding *binding = self->session == NULL ? NULL : sotto_session_get_binding (self->session);

  info->own_relayed_only = binding == NULL || binding->state != SOTTO_UDP_BOUND;
  if (!info->own_relayed_only)
    print_address (&binding->observed, info->own_address, sizeof info->own_address);
}

static void
read_line (SottoEngine *self, const SottoLine *line, SottoChannelInfo *info)
{
  SottoChannelStats stats;

  sotto_channel_get_stats (line->channel, &stats);
  info->open = true;
  info->relayed = sotto_path_is_relay (&stats.path);
  if (!info->relayed)
    print_address (&stats.path.addr, info->peer_address, sizeof info->peer_address);
  info->rtt_us = stats.smoothed_rtt;
  info->key_age_us = sotto_engine_now (self) - stats.epoch_started;
  info->epoch = stats.epoch;
  info->packets_sent = stats.packets_sent;
  info->packets_lost = stats.packets_lost;
  info->packets_received = stats.packets_received;
}

bool
sotto_engine_get_channel_info (SottoEngine *self, const char *peer, SottoChannelInfo *out)
{
  SottoChannelInfo info = { 0 };
  SottoName name;

  g_return_val_if_fail (SOTTO_IS_ENGINE (self), false);
  if (sotto_engine_get_username (self) == NULL || !sotto_name_from_typed (peer, &name))
    return false;
  const SottoContactEntry *entry = sotto_contact_book_find (self->book, &name);
  SottoContact *contact = sotto_engine_get_contact (self, &name, false);
  info.known = entry != NULL;
  info.key_since_ms = info.known ? entry->since_ms : 0;
  info.key_changed_ms = info.known ? entry->changed_ms : 0;
  info.alarm = info.known && entry->alarm;
  info.verified = info.known && entry->verified && !entry->alarm;
  read_own_address (self, &info);
  if (contact != NULL && contact->open != NULL)
    read_line (self, contact->open, &info);
  *out = info;
  return true;
}
