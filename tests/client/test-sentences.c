// SPDX-License-Identifier: GPL-3.0-or-later
/* Every code that a person can meet has a sentence of its own. */
#undef G_DISABLE_ASSERT
#include "shared/client/sentences.h"

#include "shared/base/error.h"
#include "shared/client/engine-private.h"

static void
test_all (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  const char *const own[] = { SOTTO_CODE_IO,
                              SOTTO_CODE_UNREACHABLE,
                              SOTTO_CODE_SERVER_KEY,
                              SOTTO_CODE_REALM,
                              SOTTO_CODE_NOT_AUTHENTICATED,
                              SOTTO_CODE_PASSWORD,
                              SOTTO_CODE_USAGE,
                              SOTTO_CODE_ALARM,
                              "not_found",
                              "mismatch" };
  const char *fallback = sotto_sentence ("no such code");

  for (unsigned code = 0; code <= SOTTO_CODE_MAX; code++)
    {
      const char *sentence = sotto_sentence (sotto_code_to_name (code));
      g_test_message ("%s", sotto_code_to_name (code));
      g_assert_cmpstr (sentence, !=, fallback);
      g_assert_true (g_hash_table_add (seen, (gpointer)sentence));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (own); i++)
    {
      g_assert_cmpstr (sotto_sentence (own[i]), !=, fallback);
      g_assert_true (g_hash_table_add (seen, (gpointer)sotto_sentence (own[i])));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/sentences/all", test_all);
  return g_test_run ();
}
