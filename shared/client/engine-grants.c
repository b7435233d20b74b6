// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * From a KEYGRANT to a channel: how many are acted on, which are not used at all, and whose
 * identity goes no further. Invariant: no channel is made for an identity that sotto_contact_judge
 * did not let pass.
 */
#include "shared/client/engine-private.h"

#include <string.h>

/* Cids of ours that are remembered after their channel: a cid is used once. More than the server
 * keeps for one asker, so a repeat is either in here or refused by age. */
#define USED_CIDS_MAX 1024

static bool
take_grant_token (SottoEngine *self)
{
  gint64 now = sotto_engine_now (self);
  double refill = (double)(now - self->grant_refill) * SOTTO_GRANTS_ACTED_PER_MIN
                  / (60.0 * (double)SOTTO_US_PER_S);

  self->grant_tokens = MIN (self->grant_tokens + refill, SOTTO_GRANTS_ACTED_BURST);
  self->grant_refill = now;
  if (self->grant_tokens < 1)
    return false;
  self->grant_tokens -= 1;
  return true;
}

static gint
compare_cids (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (uint64_t));
}

static bool
is_used (SottoEngine *self, uint64_t cid)
{
  return g_queue_find_custom (&self->used_cids, &cid, compare_cids) != NULL;
}

/* A cid is used once; one of a grant that came to nothing was not: when a person accepts the key
 * meanwhile, the server may say the same grant again. */
static void
use_cid (SottoEngine *self, uint64_t cid)
{
  g_queue_push_tail (&self->used_cids, g_memdup2 (&cid, sizeof cid));
  if (self->used_cids.length > USED_CIDS_MAX)
    g_free (g_queue_pop_head (&self->used_cids));
}

static bool
is_usable (SottoEngine *self, const SottoGrant *grant)
{
  const SottoKeyPair *own = sotto_vault_get_identity (self->vault);

  return !g_str_equal (grant->peer.str, self->login.name.str)
         && memcmp (&grant->identity, &own->public, sizeof own->public) != 0
         && take_grant_token (self) && !is_used (self, grant->cid);
}

/* Their half of the safety number that is told when the channel opens is made meanwhile; one at a
 * time, so that a server's grants keep no more than one core busy. */
static void
begin_halving (SottoEngine *self, const SottoContact *contact, const SottoKey *identity)
{
  bool is_known = contact->safety_number[0] != '\0'
                  && memcmp (&contact->numbered, identity, sizeof *identity) == 0;

  if (is_known || (self->halving != NULL && !sotto_halving_is_done (self->halving)))
    return;
  sotto_halving_finish (self->halving, NULL);
  self->halving = sotto_halving_new (&contact->name, identity);
}

static void
open_line (SottoEngine *self, SottoContact *contact, const SottoGrant *grant)
{
  SottoChannelConfig config = {
    .grant = *grant,
    .own_name = self->login.name,
    .identity = *sotto_vault_get_identity (self->vault),
    .relay_available = true,
    .relay_only = self->hidden,
    .random = self->random,
  };
  const SottoAddr *seen = sotto_engine_get_seen_address (self);

  begin_halving (self, contact, &grant->identity);
  use_cid (self, grant->cid);
  sotto_engine_replace_line (self, contact->opening);
  contact->opening = sotto_line_new (&config, contact, sotto_engine_now (self));
  if (seen != NULL)
    contact->opening->seen_at = *seen;
  g_hash_table_insert (self->lines, &contact->opening->grant.cid, contact->opening);
  sotto_secret_wipe (&config, sizeof config);
}

void
sotto_engine_on_grant (SottoEngine *self, const SottoGrant *grant)
{
  SottoContact *contact = sotto_engine_get_contact (self, &grant->peer, false);

  if (contact != NULL && grant->req != 0 && contact->ask.req == grant->req)
    contact->ask.req = 0;
  if (sotto_engine_is_blocked (self, &grant->peer) || !is_usable (self, grant))
    return;
  if (contact == NULL)
    contact = sotto_engine_get_contact (self, &grant->peer, true);
  if (contact == NULL)
    return;

  SottoContactEntry *entry = sotto_contact_book_find (self->book, &grant->peer);
  bool anew = entry == NULL || !entry->alarm;
  switch (sotto_contact_judge (entry, &grant->identity))
    {
    case SOTTO_CONTACT_GO_ON:
      open_line (self, contact, grant);
      break;
    case SOTTO_CONTACT_CHANGED:
      sotto_engine_replace_line (self, contact->opening);
      if (contact->open != NULL)
        sotto_engine_close_line (self, contact->open, SOTTO_OK);
      sotto_engine_raise_alarm (self, contact, anew);
      break;
    case SOTTO_CONTACT_ALARM:
      sotto_engine_tell_alarm (self, contact);
      break;
    }
}
