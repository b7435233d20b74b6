// SPDX-License-Identifier: GPL-3.0-or-later
/* The newest 8,192 ids of a peer, and not one more. */
#undef G_DISABLE_ASSERT
#include "shared/client/known-ids.h"

#include "shared/base/limits.h"
#include <string.h>

static SottoId
id_of (guint n)
{
  SottoId id = { 0 };

  memcpy (id.bytes, &n, sizeof n);
  return id;
}

static void
test_window (void)
{
  SottoKnownIds *ids = sotto_known_ids_new ();
  SottoId id;

  for (guint i = 0; i < SOTTO_KNOWN_IDS; i++)
    {
      id = id_of (i);
      g_assert_true (sotto_known_ids_add (ids, &id));
      g_assert_false (sotto_known_ids_add (ids, &id));
    }
  id = id_of (0);
  g_assert_true (sotto_known_ids_has (ids, &id));

  /* One over the limit: the oldest goes, and only that. */
  id = id_of (SOTTO_KNOWN_IDS);
  g_assert_true (sotto_known_ids_add (ids, &id));
  id = id_of (0);
  g_assert_false (sotto_known_ids_has (ids, &id));
  id = id_of (1);
  g_assert_true (sotto_known_ids_has (ids, &id));
  sotto_known_ids_free (ids);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/known-ids/window", test_window);
  return g_test_run ();
}
