// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Every token is F(key){tag, content}: a token copied to another place does not open there. Secrets
 * pass through JSON only as ciphertext.
 */
#include "shared/client/vault.h"

#include "shared/base/file.h"
#include "shared/base/json.h"
#include "shared/base/secret.h"
#include "shared/base/text.h"
#include "shared/crypto/agreement.h"
#include "shared/crypto/fernet.h"
#include <string.h>

#define TAG_DATA_KEY 'D'
#define TAG_IDENTITY 'I'
#define ID_LEN       8
#define FILE_MAX     (64 * 1024)

struct _SottoVault
{
  SottoKey data_key;
  SottoFernetKey fernet; /* of data_key */
  SottoKeyPair identity;
  char *id;         /* hex */
  GPtrArray *wraps; /* text tokens, oldest first */
  guint opened;     /* index of the wrap that V opened */
  bool imported;    /* and nobody has logged in with it yet */
};

static char *
seal_text (const SottoFernetKey *key, char tag, const void *content, gsize n)
{
  g_autofree uint8_t *plain = g_malloc (n + 1);
  gsize n_text = sotto_fernet_text_len (n + 1);
  char *text = g_malloc0 (n_text + 1);

  plain[0] = (uint8_t)tag;
  if (n > 0)
    memcpy (plain + 1, content, n);
  sotto_fernet_seal_text (key, NULL, plain, n + 1, text);
  sotto_secret_wipe (plain, n + 1);
  return text;
}

/* Room for n bytes in out; content is out + 1. */
static bool
open_text (const SottoFernetKey *key,
           char tag,
           const char *text,
           gsize n,
           uint8_t *out,
           gsize *out_n)
{
  return sotto_fernet_open_text (key, text, n, out, out_n) && *out_n > 0 && out[0] == (uint8_t)tag;
}

static bool
open_key (const SottoFernetKey *key, char tag, const char *text, SottoKey *out)
{
  gsize n = strlen (text);
  g_autofree uint8_t *plain = g_malloc0 (n + 1);
  gsize n_plain = 0;
  bool ok = open_text (key, tag, text, n, plain, &n_plain) && n_plain == 1 + sizeof *out;

  if (ok)
    memcpy (out, plain + 1, sizeof *out);
  sotto_secret_wipe (plain, n);
  return ok;
}

static char *
wrap_data_key (const SottoKey *data_key, const SottoKey *v)
{
  SottoFernetKey key = { 0 };

  sotto_fernet_key_init (&key, v);
  char *wrap = seal_text (&key, TAG_DATA_KEY, data_key, sizeof *data_key);
  sotto_fernet_key_clear (&key);
  return wrap;
}

static SottoVault *
vault_alloc (void)
{
  SottoVault *self = g_new0 (SottoVault, 1);

  self->wraps = g_ptr_array_new_with_free_func (g_free);
  return self;
}

static SottoVault *
vault_new (const SottoKey *v, const SottoRandom *random)
{
  SottoVault *self = vault_alloc ();
  uint8_t id[ID_LEN];

  sotto_random_fill (random, &self->data_key, sizeof self->data_key);
  sotto_random_fill (random, id, sizeof id);
  sotto_fernet_key_init (&self->fernet, &self->data_key);
  self->id = sotto_hex_encode (id, sizeof id);
  g_ptr_array_add (self->wraps, wrap_data_key (&self->data_key, v));
  return self;
}

SottoVault *
sotto_vault_new (const SottoKey *v, const SottoRandom *random)
{
  SottoVault *self = vault_new (v, random);

  sotto_key_pair_generate (&self->identity, random);
  return self;
}

SottoVault *
sotto_vault_new_imported (const SottoKey *v,
                          const SottoKeyPair *identity,
                          const SottoRandom *random)
{
  SottoVault *self = vault_new (v, random);

  self->identity = *identity;
  self->imported = true;
  return self;
}

void
sotto_vault_free (SottoVault *self)
{
  if (self == NULL)
    return;
  sotto_fernet_key_clear (&self->fernet);
  g_ptr_array_unref (self->wraps);
  g_free (self->id);
  sotto_secret_wipe (self, sizeof *self);
  g_free (self);
}

static bool
read_wraps (SottoVault *self, JsonObject *object)
{
  JsonNode *node = json_object_get_member (object, "data_key");

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return false;
  JsonArray *array = json_node_get_array (node);
  guint n = json_array_get_length (array);
  for (guint i = 0; i < n; i++)
    {
      JsonNode *wrap = json_array_get_element (array, i);
      if (json_node_get_value_type (wrap) != G_TYPE_STRING)
        return false;
      g_ptr_array_add (self->wraps, json_node_dup_string (wrap));
    }
  return n > 0 && n <= SOTTO_VAULT_WRAPS_MAX;
}

static bool
is_id (const char *text)
{
  uint8_t bytes[ID_LEN];

  return sotto_hex_decode (text, bytes, sizeof bytes);
}

/* The part that needs no key. out_identity is borrowed from object. */
static bool
read_file (SottoVault *self, JsonNode *root, const char **out_identity)
{
  gint64 version;
  const char *id;

  if (!JSON_NODE_HOLDS_OBJECT (root))
    return false;
  JsonObject *object = json_node_get_object (root);
  if (!sotto_json_get_int (object, "version", &version) || version != 1
      || !sotto_json_get_string (object, "id", &id) || !is_id (id)
      || !sotto_json_get_string (object, "identity", out_identity) || !read_wraps (self, object)
      || (json_object_has_member (object, "imported")
          && !sotto_json_get_bool (object, "imported", &self->imported)))
    return false;
  self->id = g_strdup (id);
  return true;
}

static bool
unwrap (SottoVault *self, const SottoKey *v)
{
  SottoFernetKey key = { 0 };
  bool ok = false;

  sotto_fernet_key_init (&key, v);
  for (guint i = 0; !ok && i < self->wraps->len; i++)
    {
      ok = open_key (&key, TAG_DATA_KEY, g_ptr_array_index (self->wraps, i), &self->data_key);
      self->opened = i;
    }
  sotto_fernet_key_clear (&key);
  if (ok)
    sotto_fernet_key_init (&self->fernet, &self->data_key);
  return ok;
}

SottoVault *
sotto_vault_load (const char *folder, const SottoKey *v, GError **error)
{
  g_autofree char *path = g_build_filename (folder, SOTTO_VAULT_FILE, NULL);
  g_autoptr (JsonNode) root = sotto_json_load (path, FILE_MAX, error);
  g_autoptr (SottoVault) self = vault_alloc ();
  const char *identity;
  SottoKey secret;

  if (root == NULL)
    return NULL;
  if (!read_file (self, root, &identity))
    {
      g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_CORRUPT, "%s: not a key file", path);
      return NULL;
    }
  if (!unwrap (self, v))
    {
      g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_LOCKED, "%s: another password's", path);
      return NULL;
    }
  if (!open_key (&self->fernet, TAG_IDENTITY, identity, &secret))
    {
      g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_CORRUPT, "%s: damaged identity", path);
      return NULL;
    }
  sotto_key_pair_from_secret (&self->identity, &secret);
  sotto_secret_wipe (&secret, sizeof secret);
  return g_steal_pointer (&self);
}

bool
sotto_vault_is_imported (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, SOTTO_VAULT_FILE, NULL);
  g_autoptr (JsonNode) root = sotto_json_load (path, FILE_MAX, NULL);
  g_autoptr (SottoVault) self = vault_alloc ();
  const char *identity;

  return root != NULL && read_file (self, root, &identity) && self->imported;
}

GBytes *
sotto_vault_to_file (const SottoVault *self)
{
  JsonArray *wraps = json_array_new ();
  JsonObject *root = json_object_new ();
  g_autofree char *identity =
      seal_text (&self->fernet, TAG_IDENTITY, &self->identity.secret, sizeof self->identity.secret);
  gsize n;

  for (guint i = 0; i < self->wraps->len; i++)
    json_array_add_string_element (wraps, g_ptr_array_index (self->wraps, i));
  json_object_set_int_member (root, "version", 1);
  json_object_set_string_member (root, "id", self->id);
  json_object_set_array_member (root, "data_key", wraps);
  json_object_set_string_member (root, "identity", identity);
  if (self->imported)
    json_object_set_boolean_member (root, "imported", true);

  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, root);
  char *text = sotto_json_to_text (node, &n);
  return g_bytes_new_take (text, n);
}

void
sotto_vault_add_wrap (SottoVault *self, const SottoKey *v)
{
  if (self->wraps->len == SOTTO_VAULT_WRAPS_MAX)
    g_ptr_array_remove_index (self->wraps, 0);
  g_ptr_array_add (self->wraps, wrap_data_key (&self->data_key, v));
}

void
sotto_vault_settle (SottoVault *self, bool newest)
{
  if (self->wraps->len < 2)
    return;
  if (newest)
    {
      g_ptr_array_remove_range (self->wraps, 0, self->wraps->len - 1);
      self->opened = 0;
    }
  else
    g_ptr_array_remove_index (self->wraps, self->wraps->len - 1);
}

bool
sotto_vault_opens (const SottoVault *self, const SottoKey *v)
{
  SottoFernetKey key = { 0 };
  SottoKey opened = { 0 };
  bool ok = false;

  sotto_fernet_key_init (&key, v);
  for (guint i = 0; !ok && i < self->wraps->len; i++)
    ok = open_key (&key, TAG_DATA_KEY, g_ptr_array_index (self->wraps, i), &opened);
  sotto_fernet_key_clear (&key);
  sotto_secret_wipe (&opened, sizeof opened);
  return ok;
}

void
sotto_vault_rewrap (SottoVault *self, const SottoKey *v)
{
  g_ptr_array_set_size (self->wraps, 0);
  g_ptr_array_add (self->wraps, wrap_data_key (&self->data_key, v));
  self->opened = 0;
}

bool
sotto_vault_settle_opened (SottoVault *self)
{
  bool was_imported = self->imported;

  self->imported = false;
  if (self->wraps->len < 2)
    return was_imported;
  char *kept = g_strdup (g_ptr_array_index (self->wraps, self->opened));
  g_ptr_array_set_size (self->wraps, 0);
  g_ptr_array_add (self->wraps, kept);
  self->opened = 0;
  return true;
}

const SottoKeyPair *
sotto_vault_get_identity (const SottoVault *self)
{
  return &self->identity;
}

const SottoKey *
sotto_vault_get_data_key (const SottoVault *self)
{
  return &self->data_key;
}

char *
sotto_vault_file_name (const SottoVault *self, const char *name)
{
  return g_strdup_printf ("%s-%s", name, self->id);
}

GBytes *
sotto_vault_seal (const SottoVault *self, char tag, const void *plain, gsize n)
{
  return g_bytes_new_take (seal_text (&self->fernet, tag, plain, n), sotto_fernet_text_len (n + 1));
}

GBytes *
sotto_vault_unseal (const SottoVault *self, char tag, const char *text, gsize n)
{
  g_autofree uint8_t *plain = g_malloc0 (n + 1);
  gsize n_plain = 0;

  if (!open_text (&self->fernet, tag, text, n, plain, &n_plain))
    return NULL;
  return g_bytes_new (plain + 1, n_plain - 1);
}
