// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/view/markup.h"
#include <stdbool.h>
#include <string.h>

#define QUOTE_LINES_MAX 3 /* of what is answered; the rest is above, anyway */

static const struct
{
  char mark;
  const char *open;
  const char *close;
} emphases[] = {
  { '`', "<tt>", "</tt>" },
  { '*', "<b>", "</b>" },
  { '_', "<i>", "</i>" },
};

/* No other becomes a link: what a program does with an address may harm. */
static const char *const schemes[] = { "https://", "http://", "mailto:" };

static bool
may_begin_link (char c)
{
  return c == 'h' || c == 'm';
}

static void
append_escaped (GString *out, const char *text, gsize n)
{
  g_autofree char *escaped = g_markup_escape_text (text, (gssize)n);

  g_string_append (out, escaped);
}

/* What stands at the end of an address most often belongs to the sentence around it. */
static gsize
link_length (const char *text)
{
  gsize scheme = 0, n;

  for (gsize i = 0; i < G_N_ELEMENTS (schemes) && scheme == 0; i++)
    if (g_str_has_prefix (text, schemes[i]))
      scheme = strlen (schemes[i]);
  if (scheme == 0)
    return 0;
  n = strcspn (text, " \t\n\"<>`");
  while (n > 0 && strchr (".,;:!?)]}'*_", text[n - 1]) != NULL)
    n--;
  return n > scheme ? n : 0;
}

static bool
is_word (char c)
{
  return g_ascii_isalnum (c) || (c & 0x80) != 0;
}

/* Length between two marks at `text`, 0 when it is none: *so*, but neither 2*3*4 nor * this *. */
static gsize
emphasis_length (const char *text, char before)
{
  const char *end;
  char mark = *text;
  gsize n;

  if (is_word (before) || text[1] == '\0' || g_ascii_isspace (text[1]) || text[1] == mark)
    return 0;
  end = strchr (text + 1, mark);
  n = end != NULL ? (gsize)(end - text - 1) : 0;
  if (n == 0 || memchr (text + 1, '\n', n) != NULL || g_ascii_isspace (end[-1]) || is_word (end[1]))
    return 0;
  return n;
}

static gsize
append_link (GString *out, const char *text)
{
  gsize n = link_length (text);

  if (n == 0)
    return 0;
  g_string_append (out, "<a href=\"");
  append_escaped (out, text, n);
  g_string_append (out, "\">");
  append_escaped (out, text, n);
  g_string_append (out, "</a>");
  return n;
}

static gsize
append_emphasis (GString *out, const char *text, char before)
{
  for (gsize i = 0; i < G_N_ELEMENTS (emphases); i++)
    if (*text == emphases[i].mark)
      {
        gsize n = emphasis_length (text, before);

        if (n == 0)
          return 0;
        g_string_append (out, emphases[i].open);
        append_escaped (out, text + 1, n);
        g_string_append (out, emphases[i].close);
        return n + 2;
      }
  return 0;
}

char *
sotto_markup_from_text (const char *text)
{
  GString *out = g_string_new (NULL);
  const char *plain = text;
  const char *p = text;

  while (*p != '\0')
    {
      char before = p > text ? p[-1] : ' ';
      gsize kept = out->len;
      gsize n;

      if (strchr ("hm`*_", *p) == NULL || (may_begin_link (*p) && is_word (before)))
        {
          p++;
          continue;
        }
      append_escaped (out, plain, (gsize)(p - plain));
      n = may_begin_link (*p) ? append_link (out, p) : append_emphasis (out, p, before);
      if (n == 0)
        {
          g_string_truncate (out, kept);
          p++;
          continue;
        }
      p += n;
      plain = p;
    }
  append_escaped (out, plain, (gsize)(p - plain));
  return g_string_free (out, FALSE);
}

char *
sotto_markup_dup_quote (const char *text, const char **out_rest)
{
  g_autoptr (GString) quote = g_string_new (NULL);

  while (g_str_has_prefix (text, "> "))
    {
      gsize n = strcspn (text + 2, "\n");

      if (quote->len > 0)
        g_string_append_c (quote, '\n');
      g_string_append_len (quote, text + 2, (gssize)n);
      text += 2 + n;
      if (*text == '\n')
        text++;
    }
  *out_rest = text;
  /* Only quoted words are words of one's own. */
  if (quote->len == 0 || *text == '\0')
    return NULL;
  return g_string_free (g_steal_pointer (&quote), FALSE);
}

char *
sotto_markup_quote (const char *text)
{
  const char *rest = text;
  g_autofree char *inner = sotto_markup_dup_quote (text, &rest);
  g_auto (GStrv) lines = g_strsplit (inner != NULL ? rest : text, "\n", QUOTE_LINES_MAX + 1);
  GString *out = g_string_new (NULL);

  for (int i = 0; lines[i] != NULL && i < QUOTE_LINES_MAX; i++)
    g_string_append_printf (out, "> %s%s\n", lines[i],
                            i == QUOTE_LINES_MAX - 1 && lines[i + 1] != NULL ? " …" : "");
  return g_string_free (out, FALSE);
}
