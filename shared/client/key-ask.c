// SPDX-License-Identifier: GPL-3.0-or-later
/* A request that is never answered does not block the next: `req` only tells whose an answer is. */
#include "shared/client/key-ask.h"

void
sotto_key_ask_init (SottoKeyAsk *self)
{
  *self = (SottoKeyAsk){ .interval = SOTTO_KEYREQ_RETRY_FIRST };
}

void
sotto_key_ask_at_once (SottoKeyAsk *self, gint64 now)
{
  self->interval = SOTTO_KEYREQ_RETRY_FIRST;
  self->next = now;
}

void
sotto_key_ask_soon (SottoKeyAsk *self, gint64 now)
{
  if (!self->asked || now - self->last >= SOTTO_KEYREQ_RETRY_FIRST)
    self->next = now;
}

void
sotto_key_ask_rewarded (SottoKeyAsk *self)
{
  self->asked = false;
}

void
sotto_key_ask_defer (SottoKeyAsk *self, gint64 now)
{
  self->interval = SOTTO_KEYREQ_RETRY_FIRST;
  self->next = now + SOTTO_KEYREQ_RETRY_FIRST;
}

void
sotto_key_ask_not_before (SottoKeyAsk *self, gint64 then)
{
  self->next = MAX (self->next, then);
}

void
sotto_key_ask_sent (SottoKeyAsk *self, uint32_t req, gint64 now)
{
  self->req = req;
  self->asked = true;
  self->last = now;
  self->next = now + self->interval;
  self->interval = MIN (self->interval * 2, SOTTO_KEYREQ_RETRY_MAX);
}
