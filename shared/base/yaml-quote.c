// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Writes one scalar for whoever reads the file next, which need not be us: what another reader
 * could take for a number, a bool or nothing is quoted.
 */
#include "shared/base/yaml.h"
#include <gio/gio.h>
#include <string.h>

/* Whether any reader of YAML takes it for text as it stands. */
static bool
is_plain_text (const char *scalar)
{
  static const char *const reserved[] = { "null", "true", "false", "yes", "no",
                                          "on",   "off",  "y",     "n" };
  if (g_hostname_is_ip_address (scalar) && strchr (scalar, ':') == NULL)
    return true;
  if (!g_ascii_isalpha (scalar[0]) && scalar[0] != '/')
    return false;
  for (const char *p = scalar; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && strchr ("/._-", *p) == NULL)
      return false;
  for (gsize i = 0; i < G_N_ELEMENTS (reserved); i++)
    if (g_ascii_strcasecmp (scalar, reserved[i]) == 0)
      return false;
  return true;
}

char *
sotto_yaml_quote (const char *scalar)
{
  if (is_plain_text (scalar))
    return g_strdup (scalar);
  g_autofree char *valid = g_utf8_make_valid (scalar, -1);
  GString *quoted = g_string_new ("\"");
  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      if (c == '"' || c == '\\')
        g_string_append_c (quoted, '\\');
      if (g_unichar_isprint (c))
        g_string_append_unichar (quoted, c);
      else
        g_string_append_printf (quoted, "\\U%08X", c);
    }
  g_string_append_c (quoted, '"');
  return g_string_free (quoted, FALSE);
}
