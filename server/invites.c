// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/invites.h"

#include "shared/base/secret.h"

struct _SottoInvites
{
  GHashTable *by_id; /* the id in its SottoInvite → SottoInvite */
};

SottoInvites *
sotto_invites_new (void)
{
  SottoInvites *self = g_new0 (SottoInvites, 1);

  self->by_id = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  return self;
}

static void
invites_put (SottoInvites *self, const SottoInvite *invite)
{
  SottoInvite *copy = g_memdup2 (invite, sizeof *invite);

  g_hash_table_replace (self->by_id, copy->id, copy);
}

SottoInvites *
sotto_invites_copy (const SottoInvites *self)
{
  SottoInvites *copy = sotto_invites_new ();
  GHashTableIter iter;
  gpointer invite;

  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &invite))
    invites_put (copy, invite);
  return copy;
}

void
sotto_invites_free (SottoInvites *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->by_id);
  g_free (self);
}

/* ---- Looking ---- */

const SottoInvite *
sotto_invites_find (const SottoInvites *self, const char *id, gint64 unix_s)
{
  const SottoInvite *invite = g_hash_table_lookup (self->by_id, id);

  return invite != NULL && unix_s < invite->expires ? invite : NULL;
}

const SottoInvite *
sotto_invites_match (const SottoInvites *self, const SottoInvite *shown, gint64 unix_s)
{
  const SottoInvite *invite = sotto_invites_find (self, shown->id, unix_s);
  bool right =
      invite != NULL && sotto_secret_equal (&invite->digest, &shown->digest, sizeof invite->digest);

  return right ? invite : NULL;
}

static int
compare_expiry (gconstpointer a, gconstpointer b)
{
  const SottoInvite *left = *(const SottoInvite *const *)a;
  const SottoInvite *right = *(const SottoInvite *const *)b;

  if (left->expires != right->expires)
    return left->expires < right->expires ? -1 : 1;
  return g_strcmp0 (left->id, right->id);
}

GPtrArray *
sotto_invites_list (const SottoInvites *self, gint64 unix_s)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer p;

  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &p))
    if (unix_s < ((const SottoInvite *)p)->expires)
      g_ptr_array_add (list, g_memdup2 (p, sizeof (SottoInvite)));
  g_ptr_array_sort (list, compare_expiry);
  return list;
}

/* ---- Changing ---- */

static gboolean
has_expired (gpointer id, gpointer invite, gpointer unix_s)
{
  return ((const SottoInvite *)invite)->expires <= *(const gint64 *)unix_s;
}

SottoCode
sotto_invites_add (SottoInvites *self, const SottoInvite *invite, gint64 unix_s)
{
  g_hash_table_foreach_remove (self->by_id, has_expired, &unix_s);
  if (g_hash_table_size (self->by_id) >= SOTTO_INVITES_MAX)
    return SOTTO_QUOTA;
  if (g_hash_table_contains (self->by_id, invite->id))
    return SOTTO_BUSY;
  invites_put (self, invite);
  return SOTTO_OK;
}

void
sotto_invites_use (SottoInvites *self, const char *id)
{
  SottoInvite *invite = g_hash_table_lookup (self->by_id, id);

  if (--invite->uses == 0)
    g_hash_table_remove (self->by_id, id);
}

void
sotto_invites_remove (SottoInvites *self, const char *id)
{
  g_hash_table_remove (self->by_id, id);
}

/* ---- The file ---- */

char *
sotto_invites_print (const SottoInvites *self)
{
  g_autoptr (GPtrArray) list = sotto_invites_list (self, G_MININT64);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < list->len; i++)
    {
      g_string_append (text, i == 0 ? "\n    " : ",\n    ");
      sotto_invite_append_json (g_ptr_array_index (list, i), text);
    }
  if (list->len > 0)
    g_string_append (text, "\n  ");
  return g_string_free (text, FALSE);
}

bool
sotto_invites_read (SottoInvites *self,
                    JsonObject *object,
                    const char **out_id,
                    const char **out_reason)
{
  JsonObjectIter iter;
  JsonNode *node;

  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, out_id, &node))
    {
      SottoInvite invite = { 0 };

      if (!sotto_invite_from_json (&invite, *out_id, node, out_reason))
        return false;
      *out_reason = "one invite too many (" G_STRINGIFY (SOTTO_INVITES_MAX) " at most)";
      if (g_hash_table_size (self->by_id) >= SOTTO_INVITES_MAX)
        return false;
      invites_put (self, &invite);
    }
  return true;
}
