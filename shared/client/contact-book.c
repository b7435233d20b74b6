// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * JSON inside one token: {contacts: [{name, identity, since, changed, verified, offered}], prefs:
 * [{name, …}], seen: [{name, at}]}. Tables of their own, as somebody may be settled about before
 * they are met.
 */
#include "shared/client/contact-book.h"

#include "shared/base/file.h"
#include "shared/base/json.h"
#include "shared/base/secret.h"
#include "shared/base/text.h"
#include <string.h>

#define TAG 'C'

struct _SottoContactBook
{
  GHashTable *entries; /* char * in the entry → SottoContactEntry * */
  GHashTable *prefs;   /* char * → SottoContactPrefs *, of whoever has some */
  GHashTable *seen;    /* char * → gint64 *, of whoever was */
};

SottoContactBook *
sotto_contact_book_new (void)
{
  SottoContactBook *self = g_new0 (SottoContactBook, 1);

  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  self->prefs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
sotto_contact_book_free (SottoContactBook *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->entries);
  g_hash_table_unref (self->prefs);
  g_hash_table_unref (self->seen);
  g_free (self);
}

guint
sotto_contact_book_size (const SottoContactBook *self)
{
  return g_hash_table_size (self->entries);
}

SottoContactEntry *
sotto_contact_book_find (SottoContactBook *self, const SottoName *name)
{
  return g_hash_table_lookup (self->entries, name->str);
}

static gint
compare_entries (gconstpointer a, gconstpointer b)
{
  const SottoContactEntry *const *one = a, *const *other = b;

  return strcmp ((*one)->name.str, (*other)->name.str);
}

GPtrArray *
sotto_contact_book_list (const SottoContactBook *self)
{
  GPtrArray *list = g_ptr_array_sized_new (g_hash_table_size (self->entries));
  GHashTableIter iter;
  gpointer entry;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &entry))
    g_ptr_array_add (list, entry);
  g_ptr_array_sort (list, compare_entries);
  return list;
}

SottoContactEntry *
sotto_contact_book_add (SottoContactBook *self, const SottoName *name, const SottoKey *identity)
{
  if (g_hash_table_size (self->entries) >= SOTTO_CONTACTS_MAX)
    return NULL;
  SottoContactEntry *entry = g_new0 (SottoContactEntry, 1);
  entry->name = *name;
  entry->identity = *identity;
  g_hash_table_insert (self->entries, entry->name.str, entry);
  return entry;
}

const SottoContactPrefs *
sotto_contact_book_get_prefs (const SottoContactBook *self, const SottoName *name)
{
  static const SottoContactPrefs none;
  const SottoContactPrefs *prefs = g_hash_table_lookup (self->prefs, name->str);

  return prefs != NULL ? prefs : &none;
}

bool
sotto_contact_book_set_prefs (SottoContactBook *self,
                              const SottoName *name,
                              const SottoContactPrefs *prefs)
{
  if (!sotto_contact_prefs_are_set (prefs))
    {
      g_hash_table_remove (self->prefs, name->str);
      return true;
    }
  if (g_hash_table_size (self->prefs) >= SOTTO_CONTACTS_MAX
      && !g_hash_table_contains (self->prefs, name->str))
    return false;
  g_hash_table_replace (self->prefs, g_strdup (name->str), g_memdup2 (prefs, sizeof *prefs));
  return true;
}

static bool
is_known (const SottoContactBook *self, const char *name)
{
  return g_hash_table_contains (self->entries, name) || g_hash_table_contains (self->prefs, name);
}

gint64
sotto_contact_book_get_seen (const SottoContactBook *self, const SottoName *name)
{
  const gint64 *seen = g_hash_table_lookup (self->seen, name->str);

  return seen != NULL && is_known (self, name->str) ? *seen : 0;
}

bool
sotto_contact_book_set_seen (SottoContactBook *self, const SottoName *name, gint64 unix_ms)
{
  bool known = is_known (self, name->str);

  if (known)
    g_hash_table_replace (self->seen, g_strdup (name->str), g_memdup2 (&unix_ms, sizeof unix_ms));
  return known;
}

void
sotto_contact_book_forget_seen (SottoContactBook *self)
{
  g_hash_table_remove_all (self->seen);
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static void
add_names (GHashTable *table, GHashTable *but, GPtrArray *names)
{
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    {
      if (but == NULL || !g_hash_table_contains (but, name))
        g_ptr_array_add (names, g_strdup (name));
    }
}

char **
sotto_contact_book_dup_names (const SottoContactBook *self)
{
  GPtrArray *names = g_ptr_array_new ();

  add_names (self->entries, NULL, names);
  add_names (self->prefs, self->entries, names);
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return (char **)g_ptr_array_free (names, FALSE);
}

/* --- Text --- */

static bool
read_key (JsonObject *object, const char *member, SottoKey *out)
{
  const char *hex;

  return sotto_json_get_string (object, member, &hex)
         && sotto_hex_decode (hex, out->bytes, sizeof out->bytes);
}

static bool
read_name (JsonObject *object, SottoName *out)
{
  const char *text;

  return sotto_json_get_string (object, "name", &text)
         && sotto_name_parse (text, strlen (text), out);
}

/* Of what earlier programs did not write: out stays when it is not there. */
static bool
read_time (JsonObject *object, const char *member, gint64 *out)
{
  return !json_object_has_member (object, member)
         || (sotto_json_get_int (object, member, out) && *out > 0);
}

static bool
read_entry (SottoContactBook *self, JsonObject *object)
{
  SottoName name;
  SottoKey identity;

  if (!read_name (object, &name) || !read_key (object, "identity", &identity)
      || sotto_contact_book_find (self, &name) != NULL)
    return false;
  SottoContactEntry *entry = sotto_contact_book_add (self, &name, &identity);
  if (entry == NULL || !sotto_json_get_bool (object, "verified", &entry->verified)
      || !read_time (object, "since", &entry->since_ms)
      || !read_time (object, "changed", &entry->changed_ms))
    return false;
  entry->alarm = json_object_has_member (object, "offered");
  return !entry->alarm || read_key (object, "offered", &entry->offered);
}

static bool
read_prefs (SottoContactBook *self, JsonObject *object)
{
  SottoContactPrefs prefs;
  SottoName name;

  return read_name (object, &name) && sotto_contact_prefs_read (&prefs, object)
         && sotto_contact_book_set_prefs (self, &name, &prefs);
}

static bool
read_seen (SottoContactBook *self, JsonObject *object)
{
  SottoName name;
  gint64 at = 0;

  if (!read_name (object, &name) || !read_time (object, "at", &at) || at == 0)
    return false;
  sotto_contact_book_set_seen (self, &name, at);
  return true;
}

static bool
read_list (SottoContactBook *self,
           JsonObject *root,
           const char *member,
           bool (*read) (SottoContactBook *self, JsonObject *object))
{
  JsonNode *node = json_object_get_member (root, member);

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return false;
  JsonArray *array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      if (!JSON_NODE_HOLDS_OBJECT (element) || !read (self, json_node_get_object (element)))
        return false;
    }
  return true;
}

/* Books of before there were prefs, or times, have none. */
static bool
read_book (SottoContactBook *self, JsonNode *node)
{
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return false;
  JsonObject *root = json_node_get_object (node);
  return read_list (self, root, "contacts", read_entry)
         && (!json_object_has_member (root, "prefs") || read_list (self, root, "prefs", read_prefs))
         && (!json_object_has_member (root, "seen") || read_list (self, root, "seen", read_seen));
}

SottoContactBook *
sotto_contact_book_from_json (const char *name, const char *text, gsize n, GError **error)
{
  g_autoptr (SottoContactBook) self = sotto_contact_book_new ();
  g_autoptr (JsonNode) root = sotto_json_parse (name, text, n, SOTTO_CONTACTS_MAX_BYTES, error);

  if (root == NULL)
    return NULL;
  if (!read_book (self, root))
    {
      g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_CORRUPT, "%s: damaged", name);
      return NULL;
    }
  return g_steal_pointer (&self);
}

SottoContactBook *
sotto_contact_book_load (const char *folder, const SottoVault *vault, GError **error)
{
  g_autofree char *name = sotto_vault_file_name (vault, SOTTO_CONTACTS_FILE);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  gsize n;

  if (!sotto_file_exists (path))
    return sotto_contact_book_new ();
  g_autofree char *token = sotto_file_read (path, SOTTO_CONTACTS_MAX_BYTES, &n, error);
  if (token == NULL)
    return NULL;
  g_autoptr (GBytes) text = sotto_vault_unseal (vault, TAG, token, n);
  if (text == NULL)
    {
      g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_CORRUPT, "%s: damaged", path);
      return NULL;
    }
  return sotto_contact_book_from_json (path, g_bytes_get_data (text, NULL), g_bytes_get_size (text),
                                       error);
}

static JsonObject *
entry_to_json (const SottoContactEntry *entry)
{
  JsonObject *object = json_object_new ();
  g_autofree char *identity = sotto_hex_encode (entry->identity.bytes, SOTTO_KEY_LEN);

  json_object_set_string_member (object, "name", entry->name.str);
  json_object_set_string_member (object, "identity", identity);
  json_object_set_boolean_member (object, "verified", entry->verified);
  if (entry->since_ms != 0)
    json_object_set_int_member (object, "since", entry->since_ms);
  if (entry->changed_ms != 0)
    json_object_set_int_member (object, "changed", entry->changed_ms);
  if (entry->alarm)
    {
      g_autofree char *offered = sotto_hex_encode (entry->offered.bytes, SOTTO_KEY_LEN);
      json_object_set_string_member (object, "offered", offered);
    }
  return object;
}

static JsonArray *
prefs_to_json (const SottoContactBook *self)
{
  JsonArray *array = json_array_new ();
  GHashTableIter iter;
  gpointer name, prefs;

  g_hash_table_iter_init (&iter, self->prefs);
  while (g_hash_table_iter_next (&iter, &name, &prefs))
    {
      JsonObject *object = json_object_new ();
      json_object_set_string_member (object, "name", name);
      sotto_contact_prefs_write (prefs, object);
      json_array_add_object_element (array, object);
    }
  return array;
}

static JsonArray *
seen_to_json (const SottoContactBook *self)
{
  JsonArray *array = json_array_new ();
  GHashTableIter iter;
  gpointer name, at;

  g_hash_table_iter_init (&iter, self->seen);
  while (g_hash_table_iter_next (&iter, &name, &at))
    {
      if (!is_known (self, name))
        continue;
      JsonObject *object = json_object_new ();
      json_object_set_string_member (object, "name", name);
      json_object_set_int_member (object, "at", *(gint64 *)at);
      json_array_add_object_element (array, object);
    }
  return array;
}

char *
sotto_contact_book_to_json (const SottoContactBook *self, gsize *out_n)
{
  JsonArray *array = json_array_new ();
  JsonObject *root = json_object_new ();
  GHashTableIter iter;
  gpointer entry;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &entry))
    json_array_add_object_element (array, entry_to_json (entry));
  json_object_set_array_member (root, "contacts", array);
  json_object_set_array_member (root, "prefs", prefs_to_json (self));
  json_object_set_array_member (root, "seen", seen_to_json (self));

  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, root);
  return sotto_json_to_line (node, out_n);
}

GBytes *
sotto_contact_book_seal (const SottoContactBook *self, const SottoVault *vault)
{
  gsize n;
  char *text = sotto_contact_book_to_json (self, &n);
  GBytes *token = sotto_vault_seal (vault, TAG, text, n);

  sotto_secret_wipe_string (text);
  return token;
}
