// SPDX-License-Identifier: GPL-3.0-or-later
/* A ring that doubles; bisection by packet number. */
#include "shared/peer/sent-list.h"

#define LIST_MIN 64

void
sotto_sent_list_clear (SottoSentList *self)
{
  g_free (self->packets);
  *self = (SottoSentList){ 0 };
}

SottoSentPacket *
sotto_sent_list_at (const SottoSentList *self, guint i)
{
  return &self->packets[(self->head + i) & (self->capacity - 1)];
}

static void
sent_list_grow (SottoSentList *self)
{
  guint capacity = MAX (self->capacity * 2, LIST_MIN);
  SottoSentPacket *packets = g_new (SottoSentPacket, capacity);

  for (guint i = 0; i < self->count; i++)
    packets[i] = *sotto_sent_list_at (self, i);
  g_free (self->packets);
  self->packets = packets;
  self->capacity = capacity;
  self->head = 0;
}

SottoSentPacket *
sotto_sent_list_push (SottoSentList *self, const SottoSentPacket *packet)
{
  SottoSentPacket *place;

  if (self->count == self->capacity)
    sent_list_grow (self);
  self->count++;
  place = sotto_sent_list_at (self, self->count - 1);
  *place = *packet;
  return place;
}

guint
sotto_sent_list_find (const SottoSentList *self, uint64_t pn)
{
  guint low = 0, high = self->count;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (sotto_sent_list_at (self, middle)->pn < pn)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

void
sotto_sent_list_trim (SottoSentList *self)
{
  while (self->count > 0 && sotto_sent_list_at (self, 0)->state != SOTTO_SENT_LIVE)
    {
      self->head = (self->head + 1) & (self->capacity - 1);
      self->count--;
    }
}
