// SPDX-License-Identifier: GPL-3.0-or-later
/* Names of others: what they become here. */
#undef G_DISABLE_ASSERT
#include "shared/client/file-name.h"

#include "shared/base/limits.h"
#include <string.h>

static void
test_safe (void)
{
  static const struct
  {
    const char *name, *safe;
  } cases[] = {
    { "report.pdf", "report.pdf" },
    { "Mus\303\251e d'\303\251t\303\251 (3).jpg", "Mus\303\251e d'\303\251t\303\251 (3).jpg" },
    { "\360\237\221\251\342\200\215\360\237\224\254.png",
      "\360\237\221\251\342\200\215\360\237\224\254.png" },
    { "../../etc/passwd", "___.._etc_passwd" },
    { "..", "__" },
    { ".", "_" },
    { ".bashrc", "_bashrc" },
    { "...", "___" },
    { "", "file" },
    { "   ", "file" },
    { " a ", "a" },
    { "a\\b", "a_b" },
    { "a\nb\tc\033[2Jd", "a_b_c_[2Jd" },
    { "photo\342\200\256gpj.exe", "photo_gpj.exe" },     /* U+202E */
    { "\342\201\246x\342\201\251.sh", "_x_.sh" },        /* U+2066, U+2069 */
    { "a\342\200\213\342\200\217\357\273\277b", "a_b" }, /* U+200B, U+200F, U+FEFF */
    { "a\342\200\250b", "a_b" },                         /* U+2028 */
    { "a\302\205b\302\240c", "a_b_c" },                  /* U+0085, U+00A0 */
    { "tag\363\240\201\201.txt", "tag_.txt" },           /* U+E0041 */
    { "bad\377bytes", "bad\357\277\275"
                      "bytes" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *safe = sotto_file_name_make_safe (cases[i].name);
      g_autofree char *again = sotto_file_name_make_safe (safe);

      g_assert_cmpstr (safe, ==, cases[i].safe);
      g_assert_cmpstr (again, ==, safe);
    }
}

static void
test_copies (void)
{
  static const struct
  {
    const char *name;
    guint n;
    const char *copy;
  } cases[] = {
    { "a.txt", 1, "a.txt" },       { "a.txt", 2, "a (2).txt" },       { "a.txt", 11, "a (11).txt" },
    { "README", 2, "README (2)" }, { "a.tar.gz", 2, "a (2).tar.gz" }, { "a.b.c", 3, "a.b (3).c" },
    { "_rc.", 2, "_rc (2)." },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *copy = sotto_file_name_of_copy (cases[i].name, cases[i].n);

      g_assert_cmpstr (copy, ==, cases[i].copy);
    }
}

/* What a folder takes, with the ending kept and no character cut in two. */
static void
test_long_names (void)
{
  g_autoptr (GString) name = g_string_new (NULL);

  for (guint i = 0; i < 200; i++)
    {
      g_string_append (name, "\303\244");
      g_autofree char *full = g_strconcat (name->str, ".jpeg", NULL);
      g_autofree char *safe = sotto_file_name_make_safe (full);
      g_autofree char *copy = sotto_file_name_of_copy (safe, 12345);
      g_autofree char *wire = sotto_file_name_for_wire (full);

      g_assert_cmpuint (strlen (safe), <=, SOTTO_FILE_NAME_MAX);
      g_assert_cmpuint (strlen (copy), <=, SOTTO_FILE_NAME_MAX);
      g_assert_true (g_utf8_validate (copy, -1, NULL));
      g_assert_true (g_str_has_suffix (safe, "\303\244.jpeg"));
      g_assert_true (g_str_has_suffix (copy, "\303\244 (12345).jpeg"));
      g_assert_cmpstr (wire, ==, safe);
    }
}

static void
test_wire (void)
{
  g_autofree char *plain = sotto_file_name_for_wire ("/tmp/some where/.x");
  g_autofree char *bad = sotto_file_name_for_wire ("/tmp/a\\b\377");

  g_assert_cmpstr (plain, ==, ".x");
  g_assert_cmpstr (bad, ==, "a_b\357\277\275");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/file-name/safe", test_safe);
  g_test_add_func ("/client/file-name/copies", test_copies);
  g_test_add_func ("/client/file-name/long", test_long_names);
  g_test_add_func ("/client/file-name/wire", test_wire);
  return g_test_run ();
}
