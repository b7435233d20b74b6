// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Recursive descent over bytes that are known to be UTF-8. The first fault is kept and unwinds
 * everything; the depth of recursion is that of the text, which is bounded.
 */
#include "shared/base/json-scan.h"
#include "shared/base/limits.h"
#include <string.h>

typedef struct
{
  const char *start;
  const char *p;
  const char *end;
  const char *wrong;
  unsigned depth;
} Scan;

static bool scan_value (Scan *self);

static bool
fail (Scan *self, const char *wrong)
{
  if (self->wrong == NULL)
    self->wrong = wrong;
  return false;
}

static char
peek (const Scan *self)
{
  return self->p < self->end ? *self->p : '\0';
}

static bool
take (Scan *self, char c)
{
  if (peek (self) != c)
    return false;
  self->p++;
  return true;
}

static void
skip_blanks (Scan *self)
{
  while (self->p < self->end && strchr (" \t\r\n", *self->p) != NULL && *self->p != '\0')
    self->p++;
}

static bool
scan_word (Scan *self, const char *word)
{
  gsize n = strlen (word);
  if ((gsize)(self->end - self->p) < n || memcmp (self->p, word, n) != 0)
    return fail (self, "an unknown word");
  self->p += n;
  return true;
}

static gsize
skip_digits (Scan *self)
{
  const char *first = self->p;
  while (g_ascii_isdigit (peek (self)))
    self->p++;
  return (gsize)(self->p - first);
}

static bool
fits_int64 (const char *first, const char *end)
{
  char digits[24];
  gsize n = (gsize)(end - first);
  if (n >= sizeof digits)
    return false;
  memcpy (digits, first, n);
  digits[n] = '\0';
  return g_ascii_string_to_signed (digits, 10, G_MININT64, G_MAXINT64, NULL, NULL);
}

static bool
scan_number (Scan *self)
{
  const char *first = self->p;
  bool is_integer = true;
  take (self, '-');
  bool leading_zero = peek (self) == '0';
  gsize n_digits = skip_digits (self);
  if (n_digits == 0 || (leading_zero && n_digits > 1))
    return fail (self, "a malformed number");
  if (take (self, '.'))
    {
      is_integer = false;
      if (skip_digits (self) == 0)
        return fail (self, "a malformed number");
    }
  if (take (self, 'e') || take (self, 'E'))
    {
      is_integer = false;
      if (!take (self, '+'))
        take (self, '-');
      if (skip_digits (self) == 0)
        return fail (self, "a malformed number");
    }
  if (is_integer && !fits_int64 (first, self->p))
    return fail (self, "a number of more than 64 bits");
  return true;
}

/* The four digits after \u. */
static bool
scan_code_unit (Scan *self, gunichar *out)
{
  *out = 0;
  for (int i = 0; i < 4; i++, self->p++)
    {
      int digit = g_ascii_xdigit_value (peek (self));
      if (digit < 0)
        return fail (self, "a malformed escape");
      *out = *out << 4 | (gunichar)digit;
    }
  return true;
}

static bool
scan_unicode_escape (Scan *self, GString *out)
{
  gunichar c, low;
  if (!scan_code_unit (self, &c))
    return false;
  if (c == 0)
    return fail (self, "\\u0000, which no string may hold");
  if (c >= 0xD800 && c <= 0xDBFF)
    {
      if (!take (self, '\\') || !take (self, 'u') || !scan_code_unit (self, &low) || low < 0xDC00
          || low > 0xDFFF)
        return fail (self, "half of a surrogate pair");
      c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
    }
  else if (c >= 0xDC00 && c <= 0xDFFF)
    return fail (self, "half of a surrogate pair");
  g_string_append_unichar (out, c);
  return true;
}

static bool
scan_escape (Scan *self, GString *out)
{
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
  if (take (self, 'u'))
    return scan_unicode_escape (self, out);
  char c = peek (self);
  const char *at = c != '\0' ? strchr (from, c) : NULL;
  if (at == NULL)
    return fail (self, "an unknown escape");
  g_string_append_c (out, to[at - from]);
  self->p++;
  return true;
}

/* out gets the string itself, so that keys compare however they are spelled. */
static bool
scan_string (Scan *self, GString *out)
{
  if (!take (self, '"'))
    return fail (self, "something else than a string");
  while (self->p < self->end && *self->p != '"')
    {
      if ((guchar)*self->p < 0x20)
        return fail (self, "a control character in a string");
      if (take (self, '\\'))
        {
          if (!scan_escape (self, out))
            return false;
        }
      else
        g_string_append_c (out, *self->p++);
    }
  return take (self, '"') || fail (self, "a string without an end");
}

static bool
scan_member (Scan *self, GHashTable *keys)
{
  g_autoptr (GString) key = g_string_new (NULL);
  skip_blanks (self);
  const char *at = self->p;
  if (!scan_string (self, key))
    return false;
  if (!g_hash_table_add (keys, g_strdup (key->str)))
    {
      self->p = at;
      return fail (self, "a key that stands twice");
    }
  skip_blanks (self);
  if (!take (self, ':'))
    return fail (self, "a key without a colon");
  return scan_value (self);
}

static bool
scan_object (Scan *self)
{
  skip_blanks (self);
  if (take (self, '}'))
    return true;
  g_autoptr (GHashTable) keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  do
    if (!scan_member (self, keys))
      return false;
  while (take (self, ','));
  return take (self, '}') || fail (self, "an object without an end");
}

static bool
scan_array (Scan *self)
{
  skip_blanks (self);
  if (take (self, ']'))
    return true;
  do
    if (!scan_value (self))
      return false;
  while (take (self, ','));
  return take (self, ']') || fail (self, "an array without an end");
}

static bool
scan_nested (Scan *self, bool (*scan) (Scan *))
{
  if (self->depth == SOTTO_JSON_MAX_DEPTH)
    return fail (self, "too many levels");
  self->p++;
  self->depth++;
  bool scanned = scan (self);
  self->depth--;
  return scanned;
}

static bool
scan_bare_string (Scan *self)
{
  g_autoptr (GString) ignored = g_string_new (NULL);
  return scan_string (self, ignored);
}

static bool
scan_one (Scan *self)
{
  switch (peek (self))
    {
    case '{':
      return scan_nested (self, scan_object);
    case '[':
      return scan_nested (self, scan_array);
    case '"':
      return scan_bare_string (self);
    case 't':
      return scan_word (self, "true");
    case 'f':
      return scan_word (self, "false");
    case 'n':
      return scan_word (self, "null");
    default:
      return scan_number (self);
    }
}

static bool
scan_value (Scan *self)
{
  skip_blanks (self);
  if (self->p == self->end)
    return fail (self, "an end where a value should be");
  if (!scan_one (self))
    return false;
  skip_blanks (self);
  return true;
}

const char *
sotto_json_scan (const char *text, gsize n, gsize *out_at)
{
  Scan scan = { .start = text, .p = text, .end = text + n };
  const char *end_of_utf8 = text;
  if (n > 0 && !g_utf8_validate_len (text, n, &end_of_utf8))
    {
      scan.p = end_of_utf8;
      scan.wrong = *end_of_utf8 == '\0' ? "a NUL byte" : "bytes that are not UTF-8";
    }
  else if (scan_value (&scan) && scan.p < scan.end)
    fail (&scan, "something after the end");
  *out_at = (gsize)(scan.p - scan.start);
  return scan.wrong;
}
