// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Reads tests/vectors/. Parses hex and addresses by itself, so that a fault in the code under test
 * cannot hide behind the same fault here.
 */
#include "tests/lib/vectors.h"
#include <arpa/inet.h>
#include <string.h>

static JsonNode *
load_file (const char *file)
{
  const char *folder = g_getenv ("SOTTO_TEST_VECTORS");
  if (folder == NULL)
    g_error ("SOTTO_TEST_VECTORS is not set: run this through meson test");
  g_autofree char *path = g_build_filename (folder, file, NULL);
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) error = NULL;
  if (!json_parser_load_from_file (parser, path, &error))
    g_error ("%s: %s", path, error->message);
  return json_node_ref (json_parser_get_root (parser));
}

JsonObject *
test_vectors_load (const char *file)
{
  static GHashTable *loaded;
  if (loaded == NULL)
    loaded =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)json_node_unref);
  JsonNode *node = g_hash_table_lookup (loaded, file);
  if (node == NULL)
    {
      node = load_file (file);
      g_hash_table_insert (loaded, g_strdup (file), node);
    }
  g_assert_true (JSON_NODE_HOLDS_OBJECT (node));
  return json_node_get_object (node);
}

static JsonNode *
member_of_type (JsonObject *object, const char *member, JsonNodeType type)
{
  JsonNode *node = json_object_get_member (object, member);
  if (node == NULL || json_node_get_node_type (node) != type)
    g_error ("vector: member \"%s\" is absent or of another type", member);
  return node;
}

JsonArray *
test_vectors_array (JsonObject *object, const char *member)
{
  return json_node_get_array (member_of_type (object, member, JSON_NODE_ARRAY));
}

JsonObject *
test_vectors_object (JsonObject *object, const char *member)
{
  return json_node_get_object (member_of_type (object, member, JSON_NODE_OBJECT));
}

bool
test_vectors_has (JsonObject *object, const char *member)
{
  JsonNode *node = json_object_get_member (object, member);
  return node != NULL && !JSON_NODE_HOLDS_NULL (node);
}

const char *
test_vectors_string (JsonObject *object, const char *member)
{
  JsonNode *node = member_of_type (object, member, JSON_NODE_VALUE);
  if (json_node_get_value_type (node) != G_TYPE_STRING)
    g_error ("vector: member \"%s\" is not a string", member);
  return json_node_get_string (node);
}

gint64
test_vectors_int (JsonObject *object, const char *member)
{
  JsonNode *node = member_of_type (object, member, JSON_NODE_VALUE);
  if (json_node_get_value_type (node) != G_TYPE_INT64)
    g_error ("vector: member \"%s\" is not a number", member);
  return json_node_get_int (node);
}

GBytes *
test_vectors_from_hex (const char *hex)
{
  gsize n = strlen (hex) / 2;
  uint8_t *bytes = g_malloc (n + 1);
  if (strlen (hex) % 2 != 0)
    g_error ("vector: odd number of hex digits");
  for (gsize i = 0; i < n; i++)
    {
      int high = g_ascii_xdigit_value (hex[2 * i]);
      int low = g_ascii_xdigit_value (hex[2 * i + 1]);
      if (high < 0 || low < 0)
        g_error ("vector: not hex at digit %" G_GSIZE_FORMAT, 2 * i);
      bytes[i] = (uint8_t)(high << 4 | low);
    }
  return g_bytes_new_take (bytes, n);
}

GBytes *
test_vectors_hex (JsonObject *object, const char *member)
{
  return test_vectors_from_hex (test_vectors_string (object, member));
}

uint64_t
test_vectors_u64 (JsonObject *object, const char *member)
{
  g_autoptr (GBytes) bytes = test_vectors_hex (object, member);
  gsize n = 0;
  const uint8_t *data = g_bytes_get_data (bytes, &n);
  if (n != 8)
    g_error ("vector: member \"%s\" is not 16 hex digits", member);
  uint64_t value = 0;
  for (gsize i = 0; i < n; i++)
    value = value << 8 | data[i];
  return value;
}

void
test_vectors_key (JsonObject *object, const char *member, SottoKey *out)
{
  g_autoptr (GBytes) bytes = test_vectors_hex (object, member);
  if (g_bytes_get_size (bytes) != sizeof out->bytes)
    g_error ("vector: member \"%s\" is not 32 bytes", member);
  memcpy (out->bytes, g_bytes_get_data (bytes, NULL), sizeof out->bytes);
}

void
test_vectors_addr (JsonObject *object, SottoAddr *out)
{
  const char *ip = test_vectors_string (object, "ip");
  gint64 port = test_vectors_int (object, "port");
  *out = (SottoAddr){ .port = (uint16_t)port };
  if (inet_pton (AF_INET, ip, out->ip) == 1)
    out->family = 4;
  else if (inet_pton (AF_INET6, ip, out->ip) == 1)
    out->family = 6;
  if (out->family == 0 || port < 0 || port > G_MAXUINT16)
    g_error ("vector: %s port %" G_GINT64_FORMAT " is not an address", ip, port);
}

static char *
to_hex (const void *bytes, gsize n)
{
  GString *text = g_string_sized_new (2 * n + 1);
  for (gsize i = 0; i < n; i++)
    g_string_append_printf (text, "%02x", ((const uint8_t *)bytes)[i]);
  return g_string_free (text, FALSE);
}

void
test_assert_bytes (const char *what, const void *got, gsize n_got, const void *want, gsize n_want)
{
  if (n_got == n_want && (n_got == 0 || memcmp (got, want, n_got) == 0))
    return;
  g_autofree char *got_hex = to_hex (got, n_got);
  g_autofree char *want_hex = to_hex (want, n_want);
  g_error ("%s: got %" G_GSIZE_FORMAT " bytes %s, want %" G_GSIZE_FORMAT " bytes %s", what, n_got,
           got_hex, n_want, want_hex);
}

static void
fill_from_queue (gpointer data, uint8_t *out, gsize n)
{
  TestRandom *self = data;
  if (self->bytes->len < n)
    g_error ("test random: %" G_GSIZE_FORMAT " bytes asked, %u queued", n, self->bytes->len);
  memcpy (out, self->bytes->data, n);
  g_byte_array_remove_range (self->bytes, 0, (guint)n);
}

void
test_random_init (TestRandom *self)
{
  self->bytes = g_byte_array_new ();
  self->random = (SottoRandom){ .fill = fill_from_queue, .data = self };
}

void
test_random_push (TestRandom *self, const void *bytes, gsize n)
{
  g_byte_array_append (self->bytes, bytes, (guint)n);
}

void
test_random_clear (TestRandom *self)
{
  g_clear_pointer (&self->bytes, g_byte_array_unref);
}
