// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/registry.h"

#include "server/session.h"
#include <string.h>

struct _SottoRegistry
{
  GHashTable *by_name; /* name in the session → session */
  GHashTable *by_sid;  /* &session->sid → session */
  GPtrArray *sorted;   /* the sessions in the order of their names */
};

SottoRegistry *
sotto_registry_new (void)
{
  SottoRegistry *self = g_new0 (SottoRegistry, 1);

  self->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  self->by_sid = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->sorted = g_ptr_array_new ();
  return self;
}

void
sotto_registry_free (SottoRegistry *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->by_name);
  g_hash_table_unref (self->by_sid);
  g_ptr_array_unref (self->sorted);
  g_free (self);
}

/* Where the first session stands whose name is behind this one. */
static guint
registry_behind (const SottoRegistry *self, const char *name)
{
  guint low = 0;
  guint high = self->sorted->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const SottoSession *session = g_ptr_array_index (self->sorted, middle);

      if (strcmp (session->name.str, name) <= 0)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

SottoSession *
sotto_registry_put (SottoRegistry *self, SottoSession *session)
{
  SottoSession *older = g_hash_table_lookup (self->by_name, session->name.str);
  guint behind = registry_behind (self, session->name.str);

  if (older != NULL)
    {
      g_ptr_array_index (self->sorted, behind - 1) = session;
      older->registered = false;
      g_hash_table_remove (self->by_sid, &older->sid);
    }
  else
    g_ptr_array_insert (self->sorted, (int)behind, session);
  session->registered = true;
  g_hash_table_replace (self->by_name, session->name.str, session);
  g_hash_table_insert (self->by_sid, &session->sid, session);
  return older;
}

void
sotto_registry_remove (SottoRegistry *self, SottoSession *session)
{
  if (!session->registered)
    return;
  session->registered = false;
  g_ptr_array_remove_index (self->sorted, registry_behind (self, session->name.str) - 1);
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

guint
sotto_registry_list (const SottoRegistry *self,
                     const SottoName *after,
                     SottoSession **out,
                     guint max)
{
  guint at = registry_behind (self, after->str);
  guint n = MIN (max, self->sorted->len - at);

  if (n > 0)
    memcpy (out, self->sorted->pdata + at, n * sizeof *out);
  return n;
}

guint
sotto_registry_page (const SottoRegistry *self,
                     const SottoName *after,
                     SottoName *out,
                     guint max,
                     bool *out_more)
{
  guint at = registry_behind (self, after->str);
  guint n = MIN (max, self->sorted->len - at);

  for (guint i = 0; i < n; i++)
    out[i] = ((SottoSession *)g_ptr_array_index (self->sorted, at + i))->name;
  *out_more = at + n < self->sorted->len;
  return n;
}
