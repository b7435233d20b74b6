// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/view/format-found.h"
#include "gui/view/format.h"
#include "shared/client/fold.h"
#include <string.h>

#define BEFORE_CHARS 24 /* shown of what stands before the words */
#define AFTER_CHARS  160

/* Where in the text each byte of the folded text comes from. */
typedef struct
{
  GString *folded;
  GArray *origins; /* gsize */
} Folded;

static Folded
fold (const char *text)
{
  Folded self = { g_string_new (NULL), g_array_new (FALSE, FALSE, sizeof (gsize)) };
  g_autoptr (GString) one = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gsize origin = (gsize)(p - text);

      sotto_fold (p, (gsize)(g_utf8_next_char (p) - p), one);
      g_string_append_len (self.folded, one->str, (gssize)one->len);
      for (gsize i = 0; i < one->len; i++)
        g_array_append_val (self.origins, origin);
    }
  return self;
}

/* false: they are not there, as where the words lie across what one line cannot show. */
static gboolean
locate (const char *text, const char *words, gsize *out_from, gsize *out_to)
{
  Folded self = fold (text);
  g_autoptr (GString) wanted = g_string_new (NULL);
  const char *found;

  sotto_fold (words, strlen (words), wanted);
  found = wanted->len > 0 ? strstr (self.folded->str, wanted->str) : NULL;
  if (found != NULL)
    {
      gsize from = (gsize)(found - self.folded->str);
      gsize last = g_array_index (self.origins, gsize, from + wanted->len - 1);

      *out_from = g_array_index (self.origins, gsize, from);
      *out_to = (gsize)(g_utf8_next_char (text + last) - text);
    }
  g_string_free (self.folded, TRUE);
  g_array_unref (self.origins);
  return found != NULL;
}

static void
append_escaped (GString *out, const char *text, gsize n)
{
  g_autofree char *escaped = g_markup_escape_text (text, (gssize)n);

  g_string_append (out, escaped);
}

static void
append_before (GString *out, const char *line, gsize from)
{
  glong n = g_utf8_strlen (line, (gssize)from);
  const char *start = n > BEFORE_CHARS ? g_utf8_offset_to_pointer (line, n - BEFORE_CHARS) : line;
  const char *blank = memchr (start, ' ', (gsize)(line + from - start));

  if (start != line)
    {
      g_string_append (out, "…");
      /* With a whole word, where words are told apart by blanks. */
      if (blank != NULL && blank + 1 < line + from)
        start = blank + 1;
    }
  append_escaped (out, start, (gsize)(line + from - start));
}

static void
append_after (GString *out, const char *rest)
{
  glong n = g_utf8_strlen (rest, -1);

  append_escaped (out, rest, (gsize)(g_utf8_offset_to_pointer (rest, MIN (n, AFTER_CHARS)) - rest));
  if (n > AFTER_CHARS)
    g_string_append (out, "…");
}

char *
sotto_format_found (const char *text, const char *words)
{
  g_autofree char *safe = sotto_format_text (text);
  g_autofree char *line = g_utf8_normalize (safe, -1, G_NORMALIZE_NFC);
  GString *out = g_string_new (NULL);
  gsize from = 0, to = 0;

  g_strdelimit (line, "\n\t", ' ');
  if (locate (line, words, &from, &to))
    {
      append_before (out, line, from);
      g_string_append (out, "<b>");
      append_escaped (out, line + from, to - from);
      g_string_append (out, "</b>");
    }
  append_after (out, line + to);
  return g_string_free (out, FALSE);
}
