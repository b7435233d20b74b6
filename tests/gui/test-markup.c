// SPDX-License-Identifier: GPL-3.0-or-later
#undef G_DISABLE_ASSERT
#include "gui/view/markup.h"
#include <pango/pango.h>

static const struct
{
  const char *text;
  const char *markup;
} cases[] = {
  { "", "" },
  { "plain", "plain" },
  { "a < b & c > d", "a &lt; b &amp; c &gt; d" },
  { "<b>no</b>", "&lt;b&gt;no&lt;/b&gt;" },
  { "run `a<b` now", "run <tt>a&lt;b</tt> now" },
  { "*so* and _so_", "<b>so</b> and <i>so</i>" },
  { "2*3*4 snake_case_name", "2*3*4 snake_case_name" },
  { "* a\n* b", "* a\n* b" },
  { "*open", "*open" },
  { "**", "**" },
  { "`*not*`", "<tt>*not*</tt>" },
  { "*a\nb*", "*a\nb*" },
  { "see https://lab.example/x?a=1&b=2.",
    "see <a href=\"https://lab.example/x?a=1&amp;b=2\">https://lab.example/x?a=1&amp;b=2</a>." },
  { "(http://a)", "(<a href=\"http://a\">http://a</a>)" },
  { "https://", "https://" },
  { "to mailto:b@a.example, now", "to <a href=\"mailto:b@a.example\">mailto:b@a.example</a>, now" },
  { "mailto: file:///etc/passwd", "mailto: file:///etc/passwd" },
  { "javascript:alert(1) xhttps://a", "javascript:alert(1) xhttps://a" },
  { "https://a\"onclick=b", "<a href=\"https://a\">https://a</a>&quot;onclick=b" },
  { "*é*", "<b>é</b>" },
};

/* Pango takes all of it, and the words are still those that were written. */
static void
test_markup (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *markup = sotto_markup_from_text (cases[i].text);
      g_autoptr (GError) error = NULL;

      g_assert_cmpstr (markup, ==, cases[i].markup);
      if (strstr (markup, "<a ") != NULL)
        continue; /* GtkLabel's own, not Pango's */
      g_assert_true (pango_parse_markup (markup, -1, 0, NULL, NULL, NULL, &error));
      g_assert_no_error (error);
    }
}

/* Whatever is thrown at it comes out well-formed. */
static void
test_any_text (void)
{
  static const char letters[] = "hm`*_ <&>a\n\"ttps://";
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  for (int round = 0; round < 5000; round++)
    {
      char text[40] = { 0 };
      g_autofree char *markup = NULL;
      g_autofree char *whole = NULL;
      GMarkupParseContext *context;

      for (int i = 0; i < 36; i++)
        text[i] = letters[g_rand_int_range (random, 0, sizeof letters - 1)];
      markup = sotto_markup_from_text (text);
      whole = g_strdup_printf ("<x>%s</x>", markup);
      context = g_markup_parse_context_new (&(GMarkupParser){ 0 }, 0, NULL, NULL);
      g_assert_true (g_markup_parse_context_parse (context, whole, -1, NULL));
      g_assert_true (g_markup_parse_context_end_parse (context, NULL));
      g_markup_parse_context_free (context);
    }
}

static void
test_quotes (void)
{
  const char *rest;
  g_autofree char *quote = sotto_markup_dup_quote ("> one\n> two\nanswer\nmore", &rest);
  g_autofree char *made = sotto_markup_quote ("> old\nfirst\nsecond\nthird\nfourth");

  g_assert_cmpstr (quote, ==, "one\ntwo");
  g_assert_cmpstr (rest, ==, "answer\nmore");
  g_assert_null (sotto_markup_dup_quote ("> only quoted", &rest));
  g_assert_null (sotto_markup_dup_quote ("1 > 0", &rest));
  g_assert_cmpstr (made, ==, "> first\n> second\n> third …\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/markup/markup", test_markup);
  g_test_add_func ("/gui/markup/any-text", test_any_text);
  g_test_add_func ("/gui/markup/quotes", test_quotes);
  return g_test_run ();
}
