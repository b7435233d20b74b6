// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * json-glib builds the tree and writes it; what it accepts is decided before it by json-scan.
 */
#include "shared/base/json.h"
#include "shared/base/file.h"
#include "shared/base/json-scan.h"
#include "shared/base/secret.h"
#include <string.h>

static unsigned
line_of (const char *text, gsize at)
{
  unsigned line = 1;
  for (gsize i = 0; i < at; i++)
    line += text[i] == '\n';
  return line;
}

static JsonNode *
build_tree (const char *name, const char *text, gsize n, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) reason = NULL;
  if (json_parser_load_from_data (parser, text, (gssize)n, &reason))
    return json_parser_steal_root (parser);
  g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_CORRUPT, "%s:%u: %s", name, 1u, reason->message);
  return NULL;
}

JsonNode *
sotto_json_parse (const char *name, const char *text, gsize n, gsize max, GError **error)
{
  if (n > max)
    {
      g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_CORRUPT,
                   "%s:1: more than %" G_GSIZE_FORMAT " bytes", name, max);
      return NULL;
    }
  gsize at = 0;
  const char *wrong = sotto_json_scan (text, n, &at);
  if (wrong == NULL)
    return build_tree (name, text, n, error);
  g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_CORRUPT, "%s:%u: %s", name, line_of (text, at),
               wrong);
  return NULL;
}

JsonNode *
sotto_json_load (const char *path, gsize max, GError **error)
{
  gsize n = 0;
  char *text = sotto_file_read (path, max, &n, error);
  if (text == NULL)
    return NULL;
  JsonNode *node = sotto_json_parse (path, text, n, max, error);
  /* Files of ours may hold password hashes and keys. */
  sotto_secret_wipe (text, n);
  g_free (text);
  return node;
}

static char *
to_string (JsonNode *node, bool pretty, gsize *out_n)
{
  char *text = json_to_string (node, pretty);
  if (out_n != NULL)
    *out_n = strlen (text);
  return text;
}

char *
sotto_json_to_line (JsonNode *node, gsize *out_n)
{
  return to_string (node, false, out_n);
}

char *
sotto_json_to_text (JsonNode *node, gsize *out_n)
{
  return to_string (node, true, out_n);
}

static JsonNode *
get_value (JsonObject *object, const char *member, GType type)
{
  JsonNode *node = json_object_get_member (object, member);
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != type)
    return NULL;
  return node;
}

bool
sotto_json_get_string (JsonObject *object, const char *member, const char **out)
{
  JsonNode *node = get_value (object, member, G_TYPE_STRING);
  if (node != NULL)
    *out = json_node_get_string (node);
  return node != NULL;
}

bool
sotto_json_get_int (JsonObject *object, const char *member, gint64 *out)
{
  JsonNode *node = get_value (object, member, G_TYPE_INT64);
  if (node != NULL)
    *out = json_node_get_int (node);
  return node != NULL;
}

bool
sotto_json_get_bool (JsonObject *object, const char *member, bool *out)
{
  JsonNode *node = get_value (object, member, G_TYPE_BOOLEAN);
  if (node != NULL)
    *out = json_node_get_boolean (node);
  return node != NULL;
}
