// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/sottoctl/expiry.h"

#include <string.h>

static const struct
{
  char letter;
  gint64 seconds;
} units[] = {
  { 'm', 60 },
  { 'h', 3600 },
  { 'd', 86400 },
  { 'w', 7 * 86400 },
};

static bool
parse_span (const char *text, gint64 *out)
{
  g_autofree char *digits = g_strndup (text, strlen (text) - 1);
  guint64 n;

  if (!g_ascii_string_to_unsigned (digits, 10, 1, 1000000, &n, NULL))
    return false;
  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    if (text[strlen (text) - 1] == units[i].letter)
      {
        *out = (gint64)n * units[i].seconds;
        return true;
      }
  return false;
}

static bool
parse_moment (const char *text, gint64 *out)
{
  g_autoptr (GTimeZone) here = g_time_zone_new_local ();
  bool whole_day = strchr (text, 'T') == NULL;
  /* GLib wants a time and its seconds; people leave them out. */
  bool no_seconds = !whole_day && strlen (text) == strlen ("2026-12-31T18:00");
  g_autofree char *full =
      g_strconcat (text, whole_day ? "T00:00:00" : "", no_seconds ? ":00" : "", NULL);
  g_autoptr (GDateTime) moment = g_date_time_new_from_iso8601 (full, here);
  g_autoptr (GDateTime) end = NULL;

  if (moment == NULL)
    return false;
  end = whole_day ? g_date_time_add_days (moment, 1) : g_date_time_ref (moment);
  *out = g_date_time_to_unix (end);
  return true;
}

bool
sotto_ctl_expiry_parse (const char *text, gint64 now_s, gint64 *out)
{
  gint64 value;

  if (*text == '\0')
    return false;
  if (parse_span (text, &value))
    *out = now_s + value;
  else if (parse_moment (text, &value))
    *out = value;
  else
    return false;
  return true;
}
