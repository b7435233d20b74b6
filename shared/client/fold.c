// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A hundred thousand messages are folded while somebody waits, so that composing is left out where
 * it could not change anything: most scripts are written with characters that are composed already.
 */
#include "shared/client/fold.h"

#include <stdbool.h>
#include <string.h>

/* Stay as they are under NFC, whatever stands beside them. */
static const struct
{
  gunichar first, last;
} composed[] = {
  { 0x0000, 0x02ff },   /* Latin */
  { 0x0388, 0x03ff },   /* Greek */
  { 0x0400, 0x0482 },   /* Cyrillic */
  { 0x048a, 0x0590 },   /* …and Armenian */
  { 0x05d0, 0x05ea },   /* Hebrew letters */
  { 0x0620, 0x064a },   /* Arabic letters */
  { 0x0660, 0x066f },   /* …and digits */
  { 0x2002, 0x20cf },   /* punctuation, currencies */
  { 0x2190, 0x2328 },   /* arrows, mathematics */
  { 0x2460, 0x2adb },   /* boxes, symbols */
  { 0x3000, 0x3029 },   /* CJK punctuation */
  { 0x3041, 0x3096 },   /* Hiragana */
  { 0x309b, 0x30ff },   /* Katakana */
  { 0x3400, 0x4dbf },   /* CJK */
  { 0x4e00, 0x9fff },   /* …and more of it */
  { 0xac00, 0xd7a3 },   /* Hangul */
  { 0xff00, 0xffef },   /* half and full width */
  { 0x1f300, 0x1faff }, /* emoji */
};

static bool
is_composed_char (gunichar c)
{
  for (gsize i = 0; i < G_N_ELEMENTS (composed) && c >= composed[i].first; i++)
    if (c <= composed[i].last)
      return true;
  return false;
}

static bool
is_composed (const char *text, const char *end)
{
  for (; text < end; text = g_utf8_next_char (text))
    if ((guchar)*text >= 0x80 && !is_composed_char (g_utf8_get_char (text)))
      return false;
  return true;
}

/* What has more than one spelling in small letters gets one. */
static void
append_folded (GString *out, gunichar c)
{
  c = g_unichar_tolower (c);
  if (c == 0xdf) /* ß */
    g_string_append (out, "ss");
  else
    g_string_append_unichar (out, c == 0x3c2 /* ς */ ? 0x3c3 : c == 0x17f /* ſ */ ? 's' : c);
}

static void
fold_composed (const char *text, const char *end, GString *out)
{
  while (text < end)
    {
      if ((guchar)*text < 0x80)
        {
          g_string_append_c (out, g_ascii_tolower (*text));
          text++;
          continue;
        }
      append_folded (out, g_utf8_get_char (text));
      text = g_utf8_next_char (text);
    }
}

void
sotto_fold (const char *text, gsize n, GString *out)
{
  g_string_truncate (out, 0);
  if (is_composed (text, text + n))
    {
      fold_composed (text, text + n, out);
      return;
    }
  g_autofree char *normal = g_utf8_normalize (text, (gssize)n, G_NORMALIZE_NFC);
  if (normal != NULL)
    fold_composed (normal, normal + strlen (normal), out);
}
