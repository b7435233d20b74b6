// SPDX-License-Identifier: GPL-3.0-or-later
/* A private folder of one test, removed with what is in it. */
#pragma once

#include <glib/gstdio.h>

static inline void
test_scratch_remove (char *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      char *child = g_build_filename (path, name, NULL);
      if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        test_scratch_remove (child); /* frees it */
      else
        {
          g_unlink (child);
          g_free (child);
        }
    }
  if (dir != NULL)
    g_dir_close (dir);
  g_rmdir (path);
  g_free (path);
}

typedef char TestScratch;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestScratch, test_scratch_remove)

static inline char *
test_scratch_new (void)
{
  char *path = g_dir_make_tmp ("sotto-XXXXXX", NULL);

  g_assert_nonnull (path);
  return path;
}
