// SPDX-License-Identifier: GPL-3.0-or-later
#undef G_DISABLE_ASSERT
#include "shared/client/fold.h"

#include <string.h>

static const struct
{
  const char *text;
  const char *folded;
} rows[] = {
  { "", "" },
  { "Hello, WORLD 42", "hello, world 42" },
  { "\xc3\x89t\xc3\xa9", "\xc3\xa9t\xc3\xa9" },   /* Été */
  { "E\xcc\x81te\xcc\x81", "\xc3\xa9t\xc3\xa9" }, /* …decomposed */
  { "STRASSE", "strasse" },
  { "Stra\xc3\x9f"
    "e",
    "strasse" },
  { "\xe1\xba\x9e", "ss" },                                     /* capital sharp s */
  { "\xce\xa3\xce\xaf\xcf\x83\xcf\x85\xcf\x86\xce\xbf\xcf\x82", /* final sigma */
    "\xcf\x83\xce\xaf\xcf\x83\xcf\x85\xcf\x86\xce\xbf\xcf\x83" },
  { "\xd0\x9f\xd1\x80\xd0\x98", "\xd0\xbf\xd1\x80\xd0\xb8" }, /* Cyrillic */
  { "\xd0\x98\xcc\x86", "\xd0\xb9" },                         /* …decomposed */
  { "\xe4\xbd\xa0\xe5\xa5\xbd", "\xe4\xbd\xa0\xe5\xa5\xbd" }, /* Chinese */
  { "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", "\xed\x95\x9c" }, /* Hangul of three parts */
  { "\xe3\x81\x8b\xe3\x82\x99", "\xe3\x81\x8c" },             /* Hiragana and its mark */
  { "\xe2\x84\xab", "\xc3\xa5" },                             /* the sign for angstrom */
};

static void
test_rows (void)
{
  g_autoptr (GString) out = g_string_new ("before");

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      sotto_fold (rows[i].text, strlen (rows[i].text), out);
      g_assert_cmpstr (out->str, ==, rows[i].folded);
      g_assert_cmpuint (out->len, ==, strlen (rows[i].folded));
    }
}

/* Composing is left out only where it changes nothing: alone or before whatever else. */
static void
test_shortcut (void)
{
  static const gunichar marks[] = { 0x301, 0x308, 0x327, 0x3099, 0x653, 0x1161, 0x11a8 };
  g_autoptr (GString) one = g_string_new (NULL);
  g_autoptr (GString) other = g_string_new (NULL);

  for (gunichar c = 1; c < 0x1fb00; c++)
    {
      if (c == 0x3500) /* what is alike need not be tried whole */
        c = 0xd700;
      else if (c == 0xd800)
        c = 0xf900;
      else if (c == 0x10000)
        c = 0x1f280;
      for (gsize i = 0; i <= G_N_ELEMENTS (marks); i++)
        {
          char text[16];
          int n = g_unichar_to_utf8 (c, text);
          if (i < G_N_ELEMENTS (marks))
            n += g_unichar_to_utf8 (marks[i], text + n);
          g_autofree char *normal = g_utf8_normalize (text, n, G_NORMALIZE_NFC);
          sotto_fold (text, (gsize)n, one);
          sotto_fold (normal, strlen (normal), other);
          g_assert_cmpstr (one->str, ==, other->str);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/fold/rows", test_rows);
  g_test_add_func ("/client/fold/shortcut", test_shortcut);
  return g_test_run ();
}
