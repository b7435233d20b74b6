// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * sotto.yaml(5) says of each key what the table that parses it says: the lists of keys in the page
 * are compared with what is made from the tables here. When a table changes, this test prints the
 * list to put into the page.
 */
#undef G_DISABLE_ASSERT
#include "server/config.h"
#include "shared/client/config.h"
#include <string.h>

static bool
is_word_missing (const char *text)
{
  return text == NULL || *text == '\0';
}

/* A sentence: begins with a capital and ends in a period. */
static void
append_sentence (GString *page, const char *what)
{
  g_string_append_c (page, g_ascii_toupper (what[0]));
  g_string_append (page, what + 1);
  if (!g_str_has_suffix (what, "."))
    g_string_append_c (page, '.');
}

static void
append_keys (GString *page, const SottoYamlKey *keys)
{
  for (const SottoYamlKey *key = keys; key->name != NULL; key++)
    {
      if (key->type == SOTTO_YAML_FOREIGN)
        continue;
      g_string_append_printf (page, ".TP\n.B %s\n", key->name);
      append_sentence (page, key->what);
      for (gsize i = 0; key->values != NULL && key->values[i] != NULL; i++)
        g_string_append_printf (page, "%s%s", i == 0 ? "\nOne of " : ", ", key->values[i]);
      if (key->values != NULL)
        g_string_append_c (page, '.');
      if (key->type == SOTTO_YAML_INT && key->max > 0)
        g_string_append_printf (page, "\n%d to %d.", (int)key->min, (int)key->max);
      if (!is_word_missing (key->fallback))
        g_string_append_printf (page, "\nDefault: %s.", key->fallback);
      g_string_append_c (page, '\n');
      if (key->keys != NULL)
        {
          g_string_append (page, ".RS\n");
          append_keys (page, key->keys);
          g_string_append (page, ".RE\n");
        }
    }
}

/* What stands in the page between a marker and the next one. Caller frees. */
static char *
cut (const char *page, const char *marker)
{
  const char *start = strstr (page, marker);
  g_assert_nonnull (start);
  start = strchr (start, '\n') + 1;
  const char *end = strstr (start, ".\\\" end of keys\n");
  g_assert_nonnull (end);
  return g_strndup (start, (gsize)(end - start));
}

static void
compare (const char *marker, const SottoYamlKey *keys)
{
  g_autofree char *path =
      g_build_filename (g_getenv ("G_TEST_SRCDIR"), "..", "data", "man", "sotto.yaml.5", NULL);
  g_autofree char *page = NULL;
  g_autoptr (GError) error = NULL;
  g_file_get_contents (path, &page, NULL, &error);
  g_assert_no_error (error);
  g_autofree char *got = cut (page, marker);
  g_autoptr (GString) want = g_string_new (NULL);
  append_keys (want, keys);
  if (strcmp (got, want->str) != 0)
    g_printerr ("--- %s should be followed by\n%s---\n", marker, want->str);
  g_assert_cmpstr (got, ==, want->str);
}

static void
test_client (void)
{
  compare (".\\\" keys of the client", sotto_client_config_keys);
}

static void
test_server (void)
{
  compare (".\\\" keys of the server", sotto_server_config_keys ());
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/man/sotto.yaml/client", test_client);
  g_test_add_func ("/man/sotto.yaml/server", test_server);
  return g_test_run ();
}
