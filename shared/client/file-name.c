// SPDX-License-Identifier: GPL-3.0-or-later
/* Characters go one by one; what was taken leaves a "_", so that a name does not become another. */
#include "shared/client/file-name.h"

#include "shared/base/limits.h"
#include <string.h>

#define FALLBACK    "file"
#define REPLACEMENT '_'

/* Directions, joiners and fillers that nobody sees: what is behind them is not what it looks like.
 * The two joiners that scripts and emoji need stay. */
static bool
is_unseen (gunichar c)
{
  static const struct
  {
    gunichar first, last;
  } ranges[] = {
    { 0x00AD, 0x00AD }, { 0x061C, 0x061C },   { 0x115F, 0x1160 }, { 0x17B4, 0x17B5 },
    { 0x180E, 0x180E }, { 0x200B, 0x200B },   { 0x200E, 0x200F }, { 0x2028, 0x202E },
    { 0x2060, 0x206F }, { 0x3164, 0x3164 },   { 0xFEFF, 0xFEFF }, { 0xFFA0, 0xFFA0 },
    { 0xFFF9, 0xFFFB }, { 0xE0000, 0xE0FFF },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ranges); i++)
    if (c >= ranges[i].first && c <= ranges[i].last)
      return true;
  return false;
}

static bool
is_fit (gunichar c)
{
  return c != '/' && c != '\\' && !g_unichar_iscntrl (c) && !is_unseen (c)
         && (c == ' ' || !g_unichar_isspace (c)) && g_unichar_type (c) != G_UNICODE_SURROGATE;
}

/* At most max bytes, whole characters. */
static gsize
cut (const char *text, gsize max)
{
  gsize n = strlen (text);

  if (n <= max)
    return n;
  return (gsize)(g_utf8_find_prev_char (text, text + max + 1) - text);
}

/* Where the ending begins: at the last dot, or the one before in "x.tar.gz". */
static const char *
find_ending (const char *name)
{
  const char *dot = strrchr (name, '.');
  const char *end = name + strlen (name);

  if (dot == NULL || dot == name || end - dot > 32)
    return end;
  if (dot - name > 4 && strncmp (dot - 4, ".tar", 4) == 0)
    return dot - 4;
  return dot;
}

/* stem, what is put between, ending: the stem gives way. */
static char *
join (const char *name, const char *between)
{
  const char *ending = find_ending (name);
  gsize n_rest = strlen (between) + strlen (ending);
  g_autofree char *stem = g_strndup (name, (gsize)(ending - name));

  stem[cut (stem, SOTTO_FILE_NAME_MAX - n_rest)] = '\0';
  return g_strconcat (stem, between, ending, NULL);
}

char *
sotto_file_name_make_safe (const char *name)
{
  g_autofree char *valid = g_utf8_make_valid (name, -1);
  g_autoptr (GString) safe = g_string_new (NULL);

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);
      if (is_fit (c))
        g_string_append_unichar (safe, c);
      else if (safe->len == 0 || safe->str[safe->len - 1] != REPLACEMENT)
        g_string_append_c (safe, REPLACEMENT);
    }
  g_strchomp (safe->str);
  char *visible = safe->str + strspn (safe->str, " ");
  for (char *dot = visible; *dot == '.'; dot++) /* hidden, and the two names that are folders */
    *dot = REPLACEMENT;
  return join (*visible == '\0' ? FALLBACK : visible, "");
}

char *
sotto_file_name_of_copy (const char *safe_name, guint n)
{
  g_autofree char *count = g_strdup_printf (" (%u)", n);

  return join (safe_name, n < 2 ? "" : count);
}

char *
sotto_file_name_for_wire (const char *path)
{
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *name = g_utf8_make_valid (base, -1);

  for (char *at = name; *at != '\0'; at++)
    if (*at == '/' || *at == '\\')
      *at = REPLACEMENT;
  return join (name, "");
}
