// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A list, not a hash table: a person knows a handful of servers, and the realm is looked for across
 * all of them.
 */
#include "shared/client/pins.h"

#include "shared/base/file.h"
#include "shared/base/json.h"
#include "shared/base/text.h"
#include "shared/crypto/certificate.h"
#include <string.h>

struct _SottoPins
{
  GPtrArray *pins;
};

static void
pin_free (gpointer data)
{
  SottoPin *pin = data;

  g_free (pin->server);
  g_free (pin->realm);
  g_free (pin->certificate);
  g_free (pin);
}

static SottoPins *
pins_new (void)
{
  SottoPins *self = g_new0 (SottoPins, 1);

  self->pins = g_ptr_array_new_with_free_func (pin_free);
  return self;
}

void
sotto_pins_free (SottoPins *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->pins);
  g_free (self);
}

/* true also when there is none. */
static bool
read_optional (JsonObject *object, const char *member, const char **out)
{
  return !json_object_has_member (object, member) || sotto_json_get_string (object, member, out);
}

static bool
read_pin (SottoPins *self, const char *server, JsonNode *node)
{
  const char *hex;
  const char *realm = NULL;
  const char *certificate = NULL;
  SottoKey fingerprint;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return false;
  JsonObject *object = json_node_get_object (node);
  if (!sotto_json_get_string (object, "fingerprint", &hex)
      || !sotto_hex_decode (hex, fingerprint.bytes, sizeof fingerprint.bytes)
      || !read_optional (object, "realm", &realm)
      || !read_optional (object, "certificate", &certificate))
    return false;

  SottoPin *pin = g_new0 (SottoPin, 1);
  *pin = (SottoPin){ g_strdup (server), fingerprint, g_strdup (realm), g_strdup (certificate) };
  g_ptr_array_add (self->pins, pin);
  return true;
}

static bool
read_pins (SottoPins *self, JsonNode *root)
{
  gint64 version;
  JsonObjectIter iter;
  const char *server;
  JsonNode *node;

  if (!JSON_NODE_HOLDS_OBJECT (root))
    return false;
  JsonObject *object = json_node_get_object (root);
  if (!sotto_json_get_int (object, "version", &version) || version != 1)
    return false;
  JsonNode *servers = json_object_get_member (object, "servers");
  if (servers == NULL || !JSON_NODE_HOLDS_OBJECT (servers))
    return false;

  json_object_iter_init (&iter, json_node_get_object (servers));
  while (json_object_iter_next (&iter, &server, &node))
    {
      if (!read_pin (self, server, node))
        return false;
    }
  return true;
}

SottoPins *
sotto_pins_load (const char *path, GError **error)
{
  g_autoptr (SottoPins) self = pins_new ();

  if (!sotto_file_exists (path))
    return g_steal_pointer (&self);
  g_autoptr (JsonNode) root = sotto_json_load (path, SOTTO_PINS_MAX_BYTES, error);
  if (root == NULL)
    return NULL;
  if (!read_pins (self, root))
    {
      g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_CORRUPT, "%s: not a list of servers", path);
      return NULL;
    }
  return g_steal_pointer (&self);
}

const SottoPin *
sotto_pins_find (const SottoPins *self, const char *server)
{
  for (guint i = 0; i < self->pins->len; i++)
    {
      const SottoPin *pin = g_ptr_array_index (self->pins, i);
      if (g_str_equal (pin->server, server))
        return pin;
    }
  return NULL;
}

SottoPublicKey *
sotto_pins_dup_key (const SottoPins *self, const char *server)
{
  const SottoPin *pin = sotto_pins_find (self, server);
  g_autoptr (SottoPublicKey) key = NULL;
  SottoKey fingerprint;
  gsize n;

  if (pin == NULL || pin->certificate == NULL)
    return NULL;
  g_autofree guchar *der = g_base64_decode (pin->certificate, &n);
  key = sotto_certificate_public_key (der, n, NULL);
  if (key == NULL)
    return NULL;
  sotto_public_key_fingerprint (key, &fingerprint);
  bool same = memcmp (&fingerprint, &pin->fingerprint, sizeof fingerprint) == 0;
  return same ? g_steal_pointer (&key) : NULL;
}

SottoPinsVerdict
sotto_pins_check (const SottoPins *self,
                  const char *server,
                  const SottoKey *fingerprint,
                  const char *realm)
{
  const SottoPin *own = sotto_pins_find (self, server);
  SottoPinsVerdict verdict = SOTTO_PINS_NEW;

  if (own != NULL && memcmp (&own->fingerprint, fingerprint, sizeof *fingerprint) != 0)
    return SOTTO_PINS_SERVER_KEY;
  for (guint i = 0; i < self->pins->len; i++)
    {
      const SottoPin *pin = g_ptr_array_index (self->pins, i);
      bool same_key = memcmp (&pin->fingerprint, fingerprint, sizeof *fingerprint) == 0;
      bool same_realm = pin->realm != NULL && g_str_equal (pin->realm, realm);

      /* A key has one realm and a realm one key; else one server could ask for the H of another. */
      if (pin->realm != NULL && same_key != same_realm)
        return SOTTO_PINS_REALM;
      if (same_key)
        verdict = SOTTO_PINS_KNOWN;
    }
  return verdict;
}

static JsonNode *
pins_to_json (const SottoPins *self)
{
  JsonObject *servers = json_object_new ();

  for (guint i = 0; i < self->pins->len; i++)
    {
      const SottoPin *pin = g_ptr_array_index (self->pins, i);
      g_autofree char *hex = sotto_hex_encode (pin->fingerprint.bytes, SOTTO_KEY_LEN);
      JsonObject *object = json_object_new ();

      json_object_set_string_member (object, "fingerprint", hex);
      if (pin->realm != NULL)
        json_object_set_string_member (object, "realm", pin->realm);
      if (pin->certificate != NULL)
        json_object_set_string_member (object, "certificate", pin->certificate);
      json_object_set_object_member (servers, pin->server, object);
    }

  JsonObject *root = json_object_new ();
  json_object_set_int_member (root, "version", 1);
  json_object_set_object_member (root, "servers", servers);
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, root);
  return node;
}

static bool
pins_save (const SottoPins *self, const char *path, GError **error)
{
  g_autoptr (JsonNode) node = pins_to_json (self);
  gsize n;
  g_autofree char *text = sotto_json_to_text (node, &n);
  g_autofree char *folder = g_path_get_dirname (path);

  return sotto_file_make_private_dir (folder, error)
         && sotto_file_replace (path, text, n, 0600, error);
}

/* true when it says more than before. */
static bool
pin_complete (SottoPin *pin, const char *realm, GBytes *certificate)
{
  bool is_news = false;

  if (pin->realm == NULL && realm != NULL)
    {
      pin->realm = g_strdup (realm);
      is_news = true;
    }
  if (pin->certificate == NULL && certificate != NULL)
    {
      gsize n;
      const void *der = g_bytes_get_data (certificate, &n);
      pin->certificate = g_base64_encode (der, n);
      is_news = true;
    }
  return is_news;
}

bool
sotto_pins_add (const char *path,
                const char *server,
                const SottoKey *fingerprint,
                const char *realm,
                GBytes *certificate,
                GError **error)
{
  g_autoptr (SottoPins) self = sotto_pins_load (path, error);

  if (self == NULL)
    return false;
  SottoPin *pin = (SottoPin *)sotto_pins_find (self, server);
  bool is_new = pin == NULL;
  if (is_new)
    {
      pin = g_new0 (SottoPin, 1);
      pin->server = g_strdup (server);
      pin->fingerprint = *fingerprint;
      g_ptr_array_add (self->pins, pin);
    }
  else if (memcmp (&pin->fingerprint, fingerprint, sizeof *fingerprint) != 0
           || (pin->realm != NULL && realm != NULL && !g_str_equal (pin->realm, realm)))
    {
      g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_INVALID, "%s: %s is pinned otherwise", path,
                   server);
      return false;
    }
  return (!pin_complete (pin, realm, certificate) && !is_new) || pins_save (self, path, error);
}
