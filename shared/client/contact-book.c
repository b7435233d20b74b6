// SPDX-License-Identifier: GPL-3.0-or-later
/* JSON inside one token: {contacts: [{name, identity, verified, offered}]}. */
#include "shared/client/contact-book.h"

#include "shared/base/file.h"
#include "shared/base/json.h"
#include "shared/base/text.h"
#include <string.h>

#define TAG 'C'

struct _SottoContactBook
{
  GHashTable *entries; /* char * in the entry → SottoContactEntry * */
};

SottoContactBook *
sotto_contact_book_new (void)
{
  SottoContactBook *self = g_new0 (SottoContactBook, 1);

  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  return self;
}

void
sotto_contact_book_free (SottoContactBook *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->entries);
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

static bool
read_key (JsonObject *object, const char *member, SottoKey *out)
{
  const char *hex;

  return sotto_json_get_string (object, member, &hex)
         && sotto_hex_decode (hex, out->bytes, sizeof out->bytes);
}

static bool
read_entry (SottoContactBook *self, JsonNode *node)
{
  const char *text;
  SottoName name;
  SottoKey identity;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return false;
  JsonObject *object = json_node_get_object (node);
  if (!sotto_json_get_string (object, "name", &text)
      || !sotto_name_parse (text, strlen (text), &name) || !read_key (object, "identity", &identity)
      || sotto_contact_book_find (self, &name) != NULL)
    return false;
  SottoContactEntry *entry = sotto_contact_book_add (self, &name, &identity);
  if (entry == NULL || !sotto_json_get_bool (object, "verified", &entry->verified))
    return false;
  entry->alarm = json_object_has_member (object, "offered");
  return !entry->alarm || read_key (object, "offered", &entry->offered);
}

static bool
read_book (SottoContactBook *self, JsonNode *root)
{
  if (!JSON_NODE_HOLDS_OBJECT (root))
    return false;
  JsonNode *node = json_object_get_member (json_node_get_object (root), "contacts");
  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return false;
  JsonArray *array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      if (!read_entry (self, json_array_get_element (array, i)))
        return false;
    }
  return true;
}

SottoContactBook *
sotto_contact_book_load (const char *folder, const SottoVault *vault, GError **error)
{
  g_autoptr (SottoContactBook) self = sotto_contact_book_new ();
  g_autofree char *name = sotto_vault_file_name (vault, SOTTO_CONTACTS_FILE);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  gsize n;

  if (!sotto_file_exists (path))
    return g_steal_pointer (&self);
  g_autofree char *token = sotto_file_read (path, SOTTO_CONTACTS_MAX_BYTES, &n, error);
  if (token == NULL)
    return NULL;
  g_autoptr (GBytes) text = sotto_vault_unseal (vault, TAG, token, n);
  g_autoptr (JsonNode) root = NULL;
  if (text != NULL)
    root = sotto_json_parse (path, g_bytes_get_data (text, NULL), g_bytes_get_size (text),
                             SOTTO_CONTACTS_MAX_BYTES, NULL);
  if (root == NULL || !read_book (self, root))
    {
      g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_CORRUPT, "%s: damaged", path);
      return NULL;
    }
  return g_steal_pointer (&self);
}

static JsonObject *
entry_to_json (const SottoContactEntry *entry)
{
  JsonObject *object = json_object_new ();
  g_autofree char *identity = sotto_hex_encode (entry->identity.bytes, SOTTO_KEY_LEN);

  json_object_set_string_member (object, "name", entry->name.str);
  json_object_set_string_member (object, "identity", identity);
  json_object_set_boolean_member (object, "verified", entry->verified);
  if (entry->alarm)
    {
      g_autofree char *offered = sotto_hex_encode (entry->offered.bytes, SOTTO_KEY_LEN);
      json_object_set_string_member (object, "offered", offered);
    }
  return object;
}

GBytes *
sotto_contact_book_seal (const SottoContactBook *self, const SottoVault *vault)
{
  JsonArray *array = json_array_new ();
  JsonObject *root = json_object_new ();
  GHashTableIter iter;
  gpointer entry;
  gsize n;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &entry))
    json_array_add_object_element (array, entry_to_json (entry));
  json_object_set_array_member (root, "contacts", array);

  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, root);
  g_autofree char *text = sotto_json_to_line (node, &n);
  return sotto_vault_seal (vault, TAG, text, n);
}
