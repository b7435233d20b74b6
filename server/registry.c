// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/registry.h"

#include "server/session.h"
#include <string.h>

struct _SottoRegistry
{
  GHashTable *by_name; /* name in the session → session */
  GHashTable *by_sid;  /* &session->sid → session */
  GSequence *sorted;
};

SottoRegistry *
sotto_registry_new (void)
{
  SottoRegistry *self = g_new0 (SottoRegistry, 1);

  self->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  self->by_sid = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->sorted = g_sequence_new (NULL);
  return self;
}

void
sotto_registry_free (SottoRegistry *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->by_name);
  g_hash_table_unref (self->by_sid);
  g_sequence_free (self->sorted);
  g_free (self);
}

/* b is the name that is looked for, or NULL when two sessions are compared. */
static int
compare (gconstpointer a, gconstpointer b, gpointer name)
{
  const SottoSession *left = a;
  const SottoSession *right = b;

  return strcmp (left != NULL ? left->name.str : name, right != NULL ? right->name.str : name);
}

SottoSession *
sotto_registry_put (SottoRegistry *self, SottoSession *session)
{
  SottoSession *older = g_hash_table_lookup (self->by_name, session->name.str);

  if (older != NULL)
    {
      session->place = g_steal_pointer (&older->place);
      g_sequence_set (session->place, session);
      g_hash_table_remove (self->by_sid, &older->sid);
    }
  else
    session->place = g_sequence_insert_sorted (self->sorted, session, compare, NULL);
  g_hash_table_replace (self->by_name, session->name.str, session);
  g_hash_table_insert (self->by_sid, &session->sid, session);
  return older;
}

void
sotto_registry_remove (SottoRegistry *self, SottoSession *session)
{
  if (session->place == NULL)
    return;
  g_sequence_remove (g_steal_pointer (&session->place));
  g_hash_table_remove (self->by_name, session->name.str);
  g_hash_table_remove (self->by_sid, &session->sid);
}

SottoSession *
sotto_registry_find (const SottoRegistry *self, const SottoName *name)
{
  return g_hash_table_lookup (self->by_name, name->str);
}

SottoSession *
sotto_registry_find_sid (const SottoRegistry *self, guint64 sid)
{
  return g_hash_table_lookup (self->by_sid, &sid);
}

guint
sotto_registry_get_count (const SottoRegistry *self)
{
  return g_hash_table_size (self->by_name);
}

/* g_sequence_search finds the place behind an equal one: just what "after" means. */
static GSequenceIter *
registry_after (const SottoRegistry *self, const SottoName *after)
{
  if (after->str[0] == '\0')
    return g_sequence_get_begin_iter (self->sorted);
  return g_sequence_search (self->sorted, NULL, compare, (gpointer)after->str);
}

SottoSession *
sotto_registry_next (const SottoRegistry *self, const SottoName *after)
{
  GSequenceIter *at = registry_after (self, after);

  return g_sequence_iter_is_end (at) ? NULL : g_sequence_get (at);
}

SottoSession *
sotto_registry_after (const SottoSession *session)
{
  GSequenceIter *at = g_sequence_iter_next (session->place);

  return g_sequence_iter_is_end (at) ? NULL : g_sequence_get (at);
}

guint
sotto_registry_page (const SottoRegistry *self,
                     const SottoName *after,
                     SottoName *out,
                     guint max,
                     bool *out_more)
{
  GSequenceIter *at = registry_after (self, after);
  guint n = 0;

  for (; n < max && !g_sequence_iter_is_end (at); at = g_sequence_iter_next (at))
    out[n++] = ((SottoSession *)g_sequence_get (at))->name;
  *out_more = !g_sequence_iter_is_end (at);
  return n;
}
