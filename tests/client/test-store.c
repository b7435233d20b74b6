// SPDX-License-Identifier: GPL-3.0-or-later
/* Writes in order, off the loop; all of them before the store is gone. */
#undef G_DISABLE_ASSERT
#include "shared/client/store.h"

#include "shared/base/error.h"
#include "tests/client/scratch.h"

static void
on_done (const GError *error, gpointer data)
{
  guint *count = data;

  g_assert_no_error (error);
  ++*count;
}

static void
on_failed (const GError *error, gpointer data)
{
  g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_IO);
  *(bool *)data = true;
}

static void
replace (SottoStore *store, const char *path, guint n, SottoStoreFunc done, gpointer data)
{
  char *text = g_strdup_printf ("%u", n);
  g_autoptr (GBytes) content = g_bytes_new_take (text, strlen (text));

  sotto_store_replace (store, path, content, done, data);
}

static void
test_order (void)
{
  g_autoptr (TestScratch) folder = test_scratch_new ();
  g_autofree char *path = g_build_filename (folder, "file", NULL);
  g_autofree char *text = NULL;
  SottoStore *store = sotto_store_new ();
  guint count = 0;

  for (guint i = 0; i < 20; i++)
    replace (store, path, i, on_done, &count);
  while (count < 20)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "19");
  sotto_store_free (store);
}

/* Freed at once: all is written, and nobody is called any more. */
static void
test_free_waits (void)
{
  g_autoptr (TestScratch) folder = test_scratch_new ();
  g_autofree char *path = g_build_filename (folder, "file", NULL);
  g_autofree char *text = NULL;
  SottoStore *store = sotto_store_new ();
  guint count = 0;

  for (guint i = 0; i < 20; i++)
    replace (store, path, i, i % 2 == 0 ? on_done : NULL, &count);
  sotto_store_free (store);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "19");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (count, ==, 0);
}

static void
test_flush (void)
{
  g_autoptr (TestScratch) folder = test_scratch_new ();
  g_autofree char *path = g_build_filename (folder, "file", NULL);
  SottoStore *store = sotto_store_new ();
  guint count = 0;

  for (guint round = 1; round <= 2; round++)
    {
      g_autofree char *text = NULL;
      g_autofree char *expected = g_strdup_printf ("%u", round * 10 + 4);
      for (guint i = 0; i < 5; i++)
        replace (store, path, round * 10 + i, on_done, &count);
      sotto_store_flush (store);
      g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
      g_assert_cmpstr (text, ==, expected);
    }
  while (count < 10)
    g_main_context_iteration (NULL, TRUE);
  sotto_store_free (store);
}

static void
test_failure (void)
{
  SottoStore *store = sotto_store_new ();
  bool failed = false;

  replace (store, "/nonexistent/folder/file", 1, on_failed, &failed);
  while (!failed)
    g_main_context_iteration (NULL, TRUE);
  sotto_store_free (store);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/store/order", test_order);
  g_test_add_func ("/client/store/free-waits", test_free_waits);
  g_test_add_func ("/client/store/flush", test_flush);
  g_test_add_func ("/client/store/failure", test_failure);
  return g_test_run ();
}
