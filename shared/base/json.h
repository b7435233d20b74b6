// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * JSON of our own files and of event lines; never of the network. The only user of json-glib. Size
 * and depth are checked before json-glib sees a byte (1.6 overflows the stack on 100 KB of "[");
 * duplicate keys and \u0000 are refused.
 */
#pragma once

#include "shared/base/error.h"
#include <json-glib/json-glib.h>
#include <stdbool.h>

/* Parses text; error is SOTTO_ERROR_CORRUPT with "name:LINE: reason". Free with json_node_unref. */
JsonNode *sotto_json_parse (const char *name, const char *text, gsize n, gsize max, GError **error);
JsonNode *sotto_json_load (const char *path, gsize max, GError **error);
/* Compact, one line, no trailing newline; or indented. Caller frees. */
char *sotto_json_to_line (JsonNode *node, gsize *out_n);
char *sotto_json_to_text (JsonNode *node, gsize *out_n);

/* Typed members; false when absent or of another type. Strings are borrowed. */
bool sotto_json_get_string (JsonObject *object, const char *member, const char **out);
bool sotto_json_get_int (JsonObject *object, const char *member, gint64 *out);
bool sotto_json_get_bool (JsonObject *object, const char *member, bool *out);
