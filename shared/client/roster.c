// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * USERS only adds: whoever is missing on a page and was known has left, and PRESENCE says so. A
 * name learned from a listing that nobody asked for is known but not told; so its PRESENCE, if that
 * was still under way, is a JOINED, and no coming is swallowed.
 */
#include "shared/client/roster.h"

#include "shared/base/limits.h"
#include <string.h>

struct _SottoRoster
{
  SottoName own;
  GHashTable *online;  /* known now */
  GHashTable *told;    /* JOINED or listed, and not LEFT since */
  GHashTable *before;  /* known when the last session ended; NULL in the first and once settled */
  GHashTable *listing; /* NULL when none is under way */
  SottoName last;      /* of the last page */
  GPtrArray *answer;   /* of the last sotto_roster_tell, borrows from `listed` */
  GHashTable *listed;
};

static GHashTable *
name_set (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static void
add (GHashTable *set, const char *name)
{
  g_hash_table_add (set, g_strdup (name));
}

static void
add_all (GHashTable *to, GHashTable *from)
{
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, from);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    add (to, name);
}

SottoRoster *
sotto_roster_new (const SottoName *own)
{
  SottoRoster *self = g_new0 (SottoRoster, 1);

  self->own = *own;
  self->online = name_set ();
  self->told = name_set ();
  self->listed = name_set ();
  self->answer = g_ptr_array_new ();
  return self;
}

void
sotto_roster_free (SottoRoster *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->online);
  g_hash_table_unref (self->told);
  g_hash_table_unref (self->listed);
  g_clear_pointer (&self->before, g_hash_table_unref);
  g_clear_pointer (&self->listing, g_hash_table_unref);
  g_ptr_array_unref (self->answer);
  g_free (self);
}

void
sotto_roster_begin (SottoRoster *self)
{
  bool first = g_hash_table_size (self->online) == 0 && g_hash_table_size (self->told) == 0;

  g_clear_pointer (&self->listing, g_hash_table_unref);
  if (first)
    return;
  /* A session that ended before it was settled has told nothing: what was before it still counts.
   */
  if (self->before == NULL)
    self->before = name_set ();
  add_all (self->before, self->online);
  add_all (self->before, self->told);
  g_hash_table_remove_all (self->online);
}

void
sotto_roster_list (SottoRoster *self)
{
  g_clear_pointer (&self->listing, g_hash_table_unref);
  self->listing = name_set ();
  self->last = (SottoName){ 0 };
}

SottoCode
sotto_roster_page (SottoRoster *self, const SottoRecord *users, SottoName *out_next_after)
{
  if (self->listing == NULL || (users->users.more && users->users.n == 0))
    return SOTTO_PROTOCOL;
  for (guint i = 0; i < users->users.n; i++)
    {
      const SottoName *name = &users->users.names[i];
      /* strcmp is bytewise, and "" is before every name. */
      if (strcmp (name->str, self->last.str) <= 0
          || g_hash_table_size (self->online) >= SOTTO_ROSTER_MAX)
        return SOTTO_PROTOCOL;
      add (self->online, name->str);
      add (self->listing, name->str);
      self->last = *name;
    }
  *out_next_after = self->last;
  return SOTTO_OK;
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

const char *const *
sotto_roster_tell (SottoRoster *self, gsize *out_n)
{
  GHashTableIter iter;
  gpointer name;

  g_ptr_array_set_size (self->answer, 0);
  g_hash_table_unref (self->listed);
  self->listed = self->listing != NULL ? g_steal_pointer (&self->listing) : name_set ();
  add (self->listed, self->own.str);
  g_hash_table_iter_init (&iter, self->listed);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    {
      g_ptr_array_add (self->answer, name);
      add (self->told, name);
    }
  g_ptr_array_sort (self->answer, compare_names);
  *out_n = self->answer->len;
  return (const char *const *)self->answer->pdata;
}

static void
tell (SottoRoster *self,
      SottoRosterChange change,
      const char *str,
      SottoRosterFunc func,
      gpointer data)
{
  SottoName name;

  if (g_str_equal (str, self->own.str))
    return;
  g_strlcpy (name.str, str, sizeof name.str);
  if (change == SOTTO_ROSTER_JOINED)
    add (self->told, name.str);
  else
    g_hash_table_remove (self->told, name.str);
  func (change, &name, data);
}

void
sotto_roster_settle (SottoRoster *self, SottoRosterFunc func, gpointer data)
{
  g_autoptr (GHashTable) before = g_steal_pointer (&self->before);
  GHashTableIter iter;
  gpointer name;

  g_clear_pointer (&self->listing, g_hash_table_unref);
  if (before == NULL)
    return;
  g_hash_table_iter_init (&iter, before);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    {
      if (!g_hash_table_contains (self->online, name))
        tell (self, SOTTO_ROSTER_LEFT, name, func, data);
    }
  g_hash_table_iter_init (&iter, self->online);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    {
      if (!g_hash_table_contains (before, name) && !g_hash_table_contains (self->told, name))
        tell (self, SOTTO_ROSTER_JOINED, name, func, data);
    }
}

static SottoRosterChange
joined (SottoRoster *self, const SottoName *name)
{
  if (g_hash_table_size (self->online) >= SOTTO_ROSTER_MAX)
    return SOTTO_ROSTER_NOTHING;
  add (self->online, name->str);
  if (self->listing != NULL)
    add (self->listing, name->str);
  return g_hash_table_add (self->told, g_strdup (name->str)) ? SOTTO_ROSTER_JOINED
                                                             : SOTTO_ROSTER_NOTHING;
}

static SottoRosterChange
left (SottoRoster *self, const SottoName *name)
{
  bool known = g_hash_table_remove (self->online, name->str);

  known |= g_hash_table_remove (self->told, name->str);
  if (self->listing != NULL)
    g_hash_table_remove (self->listing, name->str);
  if (self->before != NULL)
    known |= g_hash_table_remove (self->before, name->str);
  return known ? SOTTO_ROSTER_LEFT : SOTTO_ROSTER_NOTHING;
}

SottoRosterChange
sotto_roster_presence (SottoRoster *self, SottoPresenceEvent event, const SottoName *name)
{
  if (g_str_equal (name->str, self->own.str))
    return SOTTO_ROSTER_NOTHING;
  switch (event)
    {
    case SOTTO_PRESENCE_CONNECTED:
      return joined (self, name);
    case SOTTO_PRESENCE_DISCONNECTED:
      return left (self, name);
    }
  return SOTTO_ROSTER_NOTHING;
}

bool
sotto_roster_is_online (const SottoRoster *self, const SottoName *name)
{
  return g_hash_table_contains (self->online, name->str);
}
