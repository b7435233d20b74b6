// SPDX-License-Identifier: GPL-3.0-or-later
/* Decisions about one peer, without I/O. */
#include "shared/client/contact.h"

#include "shared/base/limits.h"
#include "shared/base/secret.h"

SottoContact *
sotto_contact_new (const SottoName *name)
{
  SottoContact *self = g_new0 (SottoContact, 1);

  self->name = *name;
  self->outbox = sotto_outbox_new ();
  sotto_key_ask_init (&self->ask);
  return self;
}

void
sotto_contact_free (gpointer contact)
{
  SottoContact *self = contact;

  if (self == NULL)
    return;
  sotto_outbox_free (self->outbox);
  g_free (self);
}

SottoContactVerdict
sotto_contact_judge (SottoContactEntry *entry, const SottoKey *identity)
{
  if (entry == NULL)
    return SOTTO_CONTACT_GO_ON;
  const SottoKey *last = entry->alarm ? &entry->offered : &entry->identity;
  if (sotto_secret_equal (last, identity, sizeof *identity))
    return entry->alarm ? SOTTO_CONTACT_ALARM : SOTTO_CONTACT_GO_ON;
  entry->alarm = true;
  entry->offered = *identity;
  return SOTTO_CONTACT_CHANGED;
}

/* We are the initiator and it has not failed yet: asking again would throw it away. As the
 * responder we cannot know whether anybody is there, so asking goes on. */
static bool
is_opening (const SottoContact *self)
{
  return self->opening != NULL && !self->opening->stale
         && self->opening->grant.role == SOTTO_ROLE_INITIATOR;
}

/* Something that a channel would move on. One that may be dead moves nothing. */
static bool
has_waiting (const SottoContact *self)
{
  bool lives = self->open != NULL && !self->open->stale;
  guint patient = lives ? sotto_outbox_count_patient (self->outbox) : 0;

  return sotto_outbox_size (self->outbox) > patient;
}

gint64
sotto_contact_deadline (const SottoContact *self)
{
  if (self->blocked || !has_waiting (self) || is_opening (self))
    return G_MAXINT64;
  return self->ask.next;
}

void
sotto_contact_begin_storing (SottoContact *self, gsize n)
{
  self->storing += n;
}

/* It may have been forgotten in between, and be another one of the same name. */
void
sotto_contact_end_storing (SottoContact *self, gsize n)
{
  self->storing -= MIN (self->storing, n);
}

bool
sotto_contact_is_full (const SottoContact *self)
{
  return self->storing >= SOTTO_STORING_MAX;
}

bool
sotto_contact_is_idle (const SottoContact *self)
{
  return !self->met && sotto_outbox_size (self->outbox) == 0 && self->open == NULL
         && self->opening == NULL;
}
