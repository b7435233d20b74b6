// SPDX-License-Identifier: GPL-3.0-or-later
/* A queue for the order and a set for the question; memory grows with use, not with the limit. */
#include "shared/client/known-ids.h"

#include "shared/base/limits.h"
#include "shared/base/text.h"

struct _SottoKnownIds
{
  GHashTable *set; /* owns the ids */
  GQueue order;    /* oldest first */
};

SottoKnownIds *
sotto_known_ids_new (void)
{
  SottoKnownIds *self = g_new0 (SottoKnownIds, 1);

  self->set = g_hash_table_new_full (sotto_id_hash, sotto_id_equal_func, g_free, NULL);
  g_queue_init (&self->order);
  return self;
}

void
sotto_known_ids_free (SottoKnownIds *self)
{
  if (self == NULL)
    return;
  g_queue_clear (&self->order);
  g_hash_table_unref (self->set);
  g_free (self);
}

bool
sotto_known_ids_add (SottoKnownIds *self, const SottoId *id)
{
  if (sotto_known_ids_has (self, id))
    return false;
  SottoId *copy = g_new (SottoId, 1);
  *copy = *id;
  g_hash_table_add (self->set, copy);
  g_queue_push_tail (&self->order, copy);
  if (self->order.length > SOTTO_KNOWN_IDS)
    g_hash_table_remove (self->set, g_queue_pop_head (&self->order));
  return true;
}

bool
sotto_known_ids_has (const SottoKnownIds *self, const SottoId *id)
{
  return g_hash_table_contains (self->set, id);
}
