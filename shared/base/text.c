// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Text from people and peers. A name is accepted or refused, never repaired; what is shown is made
 * harmless, never refused. Ids are here too, as they are read by people in hex.
 */
#include "shared/base/text.h"
#include <string.h>

static bool
is_alphanumeric (char c)
{
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool
is_name_character (char c)
{
  return is_alphanumeric (c) || c == '.' || c == '_' || c == '-';
}

bool
sotto_name_parse (const void *bytes, gsize n, SottoName *out)
{
  const char *text = bytes;
  if (n < 1 || n > SOTTO_NAME_MAX || !is_alphanumeric (text[0]))
    return false;
  for (gsize i = 1; i < n; i++)
    if (!is_name_character (text[i]))
      return false;
  if (out != NULL)
    {
      /* Zero to the end, so that two names compare by memcmp as well as by strcmp. */
      memset (out, 0, sizeof *out);
      memcpy (out->str, text, n);
    }
  return true;
}

bool
sotto_name_from_typed (const char *typed, SottoName *out)
{
  while (g_ascii_isspace (*typed))
    typed++;
  gsize n = strlen (typed);
  while (n > 0 && g_ascii_isspace (typed[n - 1]))
    n--;
  if (n > SOTTO_NAME_MAX)
    return false;
  char lowered[SOTTO_NAME_MAX];
  for (gsize i = 0; i < n; i++)
    lowered[i] = g_ascii_tolower (typed[i]);
  return sotto_name_parse (lowered, n, out);
}

bool
sotto_text_is_valid (const void *bytes, gsize n)
{
  /* GLib refuses NUL when it is given a length. */
  return n == 0 || g_utf8_validate_len (bytes, n, NULL);
}

char *
sotto_text_normalize_password (const char *password)
{
  return g_utf8_normalize (password, -1, G_NORMALIZE_NFC);
}

static bool
is_showable (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);
  if (type == G_UNICODE_CONTROL || type == G_UNICODE_LINE_SEPARATOR
      || type == G_UNICODE_PARAGRAPH_SEPARATOR)
    return false;
  /* Embeddings, overrides and isolates reorder what stands around them: a peer could make a line
   * of ours read backwards. The plain marks (U+200E, U+200F, U+061C) cannot, and languages need
   * them. */
  return !(c >= 0x202A && c <= 0x202E) && !(c >= 0x2066 && c <= 0x2069);
}

char *
sotto_text_display (const char *text, gsize max_chars)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *shown = g_string_new (NULL);
  gsize n_shown = 0;
  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p), n_shown++)
    {
      gunichar c = g_utf8_get_char (p);
      bool is_last_room = n_shown + 1 >= max_chars;
      if (is_last_room && *g_utf8_next_char (p) != '\0')
        c = 0x2026;
      if (n_shown >= max_chars)
        break;
      g_string_append_unichar (shown, is_showable (c) ? c : 0xFFFD);
      if (is_last_room)
        break;
    }
  return g_string_free (shown, FALSE);
}

char *
sotto_hex_encode (const void *bytes, gsize n)
{
  static const char digits[] = "0123456789abcdef";
  const uint8_t *in = bytes;
  char *hex = g_malloc (2 * n + 1);
  for (gsize i = 0; i < n; i++)
    {
      hex[2 * i] = digits[in[i] >> 4];
      hex[2 * i + 1] = digits[in[i] & 15];
    }
  hex[2 * n] = '\0';
  return hex;
}

bool
sotto_hex_decode (const char *hex, uint8_t *out, gsize n)
{
  if (strlen (hex) != 2 * n)
    return false;
  for (gsize i = 0; i < 2 * n; i++)
    if (!g_ascii_isxdigit (hex[i]))
      return false;
  for (gsize i = 0; i < n; i++)
    out[i] =
        (uint8_t)(g_ascii_xdigit_value (hex[2 * i]) << 4 | g_ascii_xdigit_value (hex[2 * i + 1]));
  return true;
}

bool
sotto_id_equal (const SottoId *a, const SottoId *b)
{
  return memcmp (a->bytes, b->bytes, sizeof a->bytes) == 0;
}

guint
sotto_id_hash (gconstpointer id)
{
  /* Ids are random: any of their bits do. A peer who chooses them badly fills one table of his own,
   * which is bounded. */
  guint hash;
  memcpy (&hash, ((const SottoId *)id)->bytes, sizeof hash);
  return hash;
}

gboolean
sotto_id_equal_func (gconstpointer a, gconstpointer b)
{
  return sotto_id_equal (a, b);
}
