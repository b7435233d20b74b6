// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * One other person while we are logged in: what waits for them, the channels with them and when to
 * ask for a new one. At most one channel is OPEN and one on its way: a later grant replaces what is
 * not OPEN yet, and opening closes what was open before.
 */
#pragma once

#include "shared/client/contact-book.h"
#include "shared/client/key-ask.h"
#include "shared/client/line.h"
#include "shared/client/outbox.h"

struct _SottoContact
{
  SottoName name;
  SottoKeyAsk ask;
  SottoOutbox *outbox;
  gsize storing;   /* bytes of theirs on their way to the disk */
  SottoLine *open; /* borrowed: the engine owns lines by their cid */
  SottoLine *opening;
  gint64 next_refresh; /* before, no new key is asked for only because we moved */
  bool met;            /* a channel was OPEN: when a key was asked for is remembered */
  bool blocked;        /* as the book has it: nothing is asked for */
  bool alarm_told;     /* in this run */
  SottoKey numbered;   /* whose number that is */
  char safety_number[SOTTO_SAFETY_NUMBER_LEN + 1]; /* empty until it was needed */
};

typedef enum
{
  SOTTO_CONTACT_GO_ON,  /* equal to the pin, or the first key we see */
  SOTTO_CONTACT_ALARM,  /* in alarm for this key already: nobody has compared since */
  SOTTO_CONTACT_CHANGED /* differs from the pin, or, in alarm, from what was offered last: the entry
                           is in alarm for it, be it the pinned one come back */
} SottoContactVerdict;

SottoContact *sotto_contact_new (const SottoName *name);
void sotto_contact_free (gpointer contact); /* a GDestroyNotify */

/* Judges an identity before anything is sent under it. entry = what the book has, NULL = nobody. */
SottoContactVerdict sotto_contact_judge (SottoContactEntry *entry, const SottoKey *identity);

/* When a key should be asked for: something waits, and nothing that may yet deliver it is under
 * way. G_MAXINT64 = not by time. */
gint64 sotto_contact_deadline (const SottoContact *self);
/* What came of theirs goes to the disk, and is there. Full: nothing more is to be read of them. */
void sotto_contact_begin_storing (SottoContact *self, gsize n);
void sotto_contact_end_storing (SottoContact *self, gsize n);
bool sotto_contact_is_full (const SottoContact *self);

/* Nothing is lost by forgetting it. */
bool sotto_contact_is_idle (const SottoContact *self);
