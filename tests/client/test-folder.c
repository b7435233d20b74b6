// SPDX-License-Identifier: GPL-3.0-or-later
/* One folder an account, private, and for one user at a time. */
#undef G_DISABLE_ASSERT
#include "shared/client/folder.h"

#include "shared/base/error.h"
#include "tests/client/scratch.h"

static void
test_lock (void)
{
  g_autoptr (TestScratch) scratch = test_scratch_new ();
  g_autofree char *profile = sotto_folder_of_profile (scratch, "default");
  g_autoptr (GError) error = NULL;
  SottoKey key = { { 0xab } };
  SottoKey other_key = { { 0xcd } };
  SottoName alice = { "alice" };
  SottoName bob = { "bob" };
  GStatBuf info;

  SottoFolder *folder = sotto_folder_open (profile, &key, &alice, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_stat (folder->path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0700);
  g_assert_cmpint (g_stat (profile, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0700);

  g_assert_null (sotto_folder_open (profile, &key, &alice, &error));
  g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_IN_USE);
  g_clear_error (&error);

  /* Another person, or the same name at another server, is another account. */
  g_autoptr (SottoFolder) second = sotto_folder_open (profile, &key, &bob, &error);
  g_assert_no_error (error);
  g_autoptr (SottoFolder) third = sotto_folder_open (profile, &other_key, &alice, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (second->path, !=, folder->path);
  g_assert_cmpstr (third->path, !=, folder->path);

  sotto_folder_close (folder);
  g_autoptr (SottoFolder) again = sotto_folder_open (profile, &key, &alice, &error);
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/folder/lock", test_lock);
  return g_test_run ();
}
