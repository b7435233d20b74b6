// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Each test has a folder of its own, in which nothing may be left but what it names. A failing
 * fsync cannot be brought about here; a failing write is (a limit on file sizes).
 */
#undef G_DISABLE_ASSERT
#include "shared/base/file.h"
#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct
{
  char *folder;
  char *path; /* in folder */
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("sotto-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "file", NULL);
}

static guint
count_entries (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;
  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_unlink (self->path);
  g_assert_cmpuint (count_entries (self->folder), ==, 0);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->path);
  g_free (self->folder);
}

static void
assert_content (const char *path, const char *want)
{
  gsize n = 0;
  g_autoptr (GError) error = NULL;
  g_autofree char *got = sotto_file_read (path, 1000, &n, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (got, n, want, strlen (want));
  g_assert_cmpint (got[n], ==, '\0');
}

static guint
mode_of (const char *path)
{
  struct stat info;
  g_assert_cmpint (stat (path, &info), ==, 0);
  return info.st_mode & 07777;
}

static void
test_replace (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_assert_false (sotto_file_exists (self->path));
  g_assert_true (sotto_file_replace (self->path, "one", 3, 0600, &error));
  g_assert_no_error (error);
  g_assert_true (sotto_file_exists (self->path));
  g_assert_cmpuint (mode_of (self->path), ==, 0600);
  assert_content (self->path, "one");
  mode_t before = umask (077);
  g_assert_true (sotto_file_replace (self->path, "second", 6, 0644, &error));
  umask (before);
  g_assert_cmpuint (mode_of (self->path), ==, 0644);
  assert_content (self->path, "second");
  g_assert_true (sotto_file_replace (self->path, NULL, 0, 0600, &error));
  assert_content (self->path, "");
  g_assert_cmpuint (count_entries (self->folder), ==, 1);
}

static void
test_relative (Fixture *self, gconstpointer data)
{
  g_autofree char *before = g_get_current_dir ();
  g_assert_cmpint (g_chdir (self->folder), ==, 0);
  g_assert_true (sotto_file_replace ("file", "x", 1, 0600, NULL));
  g_assert_cmpint (g_chdir (before), ==, 0);
  assert_content (self->path, "x");
}

static void
test_create (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_assert_true (sotto_file_create (self->path, "one", 3, 0600, &error));
  g_assert_false (sotto_file_create (self->path, "two", 3, 0600, &error));
  g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_IO);
  g_assert_nonnull (strstr (error->message, "exists"));
  assert_content (self->path, "one");
  g_assert_cmpuint (count_entries (self->folder), ==, 1);
}

/* A dangling link is something that stands there too. */
static void
test_rename (Fixture *self, gconstpointer data)
{
  g_autofree char *from = g_strconcat (self->path, ".new", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (sotto_file_rename (from, self->path, &error));
  g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_IO);
  g_assert_true (sotto_file_create (from, "new", 3, 0600, NULL));
  g_assert_true (sotto_file_replace (self->path, "old", 3, 0600, NULL));
  g_assert_true (sotto_file_rename (from, self->path, NULL));
  assert_content (self->path, "new");
  g_assert_false (sotto_file_exists (from));
}

static void
test_create_over_link (Fixture *self, gconstpointer data)
{
  g_assert_cmpint (symlink ("/nonexistent/target", self->path), ==, 0);
  g_assert_true (sotto_file_exists (self->path));
  g_assert_false (sotto_file_create (self->path, "x", 1, 0600, NULL));
}

static void
assert_fails (const char *path, const char *message)
{
  g_autoptr (GError) error = NULL;
  g_assert_false (sotto_file_replace (path, "x", 1, 0600, &error));
  g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_IO);
  g_assert_nonnull (strstr (error->message, message));
  g_assert_nonnull (strstr (error->message, path));
  g_clear_error (&error);
  g_assert_false (sotto_file_create (path, "x", 1, 0600, &error));
  g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_IO);
}

static void
test_bad_places (Fixture *self, gconstpointer data)
{
  g_autofree char *missing = g_build_filename (self->folder, "missing", "file", NULL);
  g_autofree char *below = g_build_filename (self->path, "below", NULL);
  assert_fails (missing, g_strerror (ENOENT));
  g_assert_true (sotto_file_replace (self->path, "old", 3, 0600, NULL));
  assert_fails (below, g_strerror (ENOTDIR));
  /* Over a folder: the write goes well, putting it in place does not. */
  g_autofree char *folder = g_build_filename (self->folder, "folder", NULL);
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  assert_fails (folder, "cannot write");
  g_assert_cmpuint (count_entries (self->folder), ==, 2);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  assert_content (self->path, "old");
}

static void
test_full (Fixture *self, gconstpointer data)
{
  static const char big[8192] = "big";
  struct rlimit before, small;
  g_autoptr (GError) error = NULL;
  g_assert_true (sotto_file_replace (self->path, "old", 3, 0600, NULL));
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  small = before;
  small.rlim_cur = 4096;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  bool replaced = sotto_file_replace (self->path, big, sizeof big, 0600, &error);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_assert_false (replaced);
  g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_IO);
  assert_content (self->path, "old");
  g_assert_cmpuint (count_entries (self->folder), ==, 1);
}

static void
assert_unreadable (const char *path, gsize max, int reason)
{
  g_autoptr (GError) error = NULL;
  g_assert_null (sotto_file_read (path, max, NULL, &error));
  g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_IO);
  g_assert_nonnull (strstr (error->message, g_strerror (reason)));
}

static void
test_read (Fixture *self, gconstpointer data)
{
  assert_unreadable (self->path, 100, ENOENT);
  assert_unreadable (self->folder, 100, EISDIR);
  assert_unreadable ("/dev/null", 100, EINVAL);
  g_assert_true (sotto_file_replace (self->path, "12345", 5, 0600, NULL));
  assert_unreadable (self->path, 4, EFBIG);
  g_autofree char *text = sotto_file_read (self->path, 5, NULL, NULL);
  g_assert_cmpstr (text, ==, "12345");
}

/* A FIFO that nobody writes to must not hold the reader. */
static void
test_read_fifo (Fixture *self, gconstpointer data)
{
  g_assert_cmpint (mkfifo (self->path, 0600), ==, 0);
  assert_unreadable (self->path, 100, EINVAL);
}

static void
test_private_dir (Fixture *self, gconstpointer data)
{
  g_autofree char *outer = g_build_filename (self->folder, "a", NULL);
  g_autofree char *inner = g_build_filename (outer, "b", NULL);
  g_autofree char *below_file = g_build_filename (self->path, "c", NULL);
  g_autoptr (GError) error = NULL;
  g_assert_true (sotto_file_make_private_dir (inner, &error));
  g_assert_no_error (error);
  g_assert_true (sotto_file_make_private_dir (inner, &error));
  g_assert_cmpuint (mode_of (outer), ==, 0700);
  g_assert_cmpuint (mode_of (inner), ==, 0700);
  g_assert_true (sotto_file_replace (self->path, "", 0, 0600, NULL));
  g_assert_false (sotto_file_make_private_dir (self->path, &error));
  g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_IO);
  g_clear_error (&error);
  g_assert_false (sotto_file_make_private_dir (below_file, &error));
  g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_IO);
  g_rmdir (inner);
  g_rmdir (outer);
}

static void
test_lock (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *below_file = g_build_filename (self->path, "c", NULL);
  int first = sotto_file_lock (self->path, &error);
  g_assert_no_error (error);
  g_assert_cmpint (first, >=, 0);
  g_assert_cmpuint (mode_of (self->path), ==, 0600);
  g_assert_cmpint (sotto_file_lock (self->path, &error), ==, -1);
  g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_IN_USE);
  g_assert_nonnull (strstr (error->message, "in use"));
  g_clear_error (&error);
  close (first);
  int second = sotto_file_lock (self->path, &error);
  g_assert_cmpint (second, >=, 0);
  close (second);
  g_assert_cmpint (sotto_file_lock (below_file, &error), ==, -1);
  g_assert_error (error, SOTTO_ERROR, SOTTO_ERROR_IO);
}

/* Only what a crash of ours left: copies that people made stay, whatever they are called. */
static void
test_clean (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *name;
    bool stays;
  } cases[] = {
    { "file.new-AbC123", false }, { "file.new-abcdef", false }, { "file.backup", true },
    { "file.new-abcde", true },   { "file.new-abcdefg", true }, { "file.new-abc.ef", true },
    { "other.new-abcdef", true },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_build_filename (self->folder, cases[i].name, NULL);
      g_assert_true (g_file_set_contents (path, "x", 1, NULL));
    }
  sotto_file_clean (self->path);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_build_filename (self->folder, cases[i].name, NULL);
      g_test_message ("%s", cases[i].name);
      g_assert_cmpint (sotto_file_exists (path), ==, cases[i].stays);
      g_unlink (path);
    }
}

#define ADD(name, function) g_test_add ("/file/" name, Fixture, NULL, set_up, (function), tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("replace", test_replace);
  ADD ("relative", test_relative);
  ADD ("create", test_create);
  ADD ("create-over-link", test_create_over_link);
  ADD ("rename", test_rename);
  ADD ("bad-places", test_bad_places);
  ADD ("full", test_full);
  ADD ("read", test_read);
  ADD ("read-fifo", test_read_fifo);
  ADD ("private-dir", test_private_dir);
  ADD ("lock", test_lock);
  ADD ("clean", test_clean);
  return g_test_run ();
}
