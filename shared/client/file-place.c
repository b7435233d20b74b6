// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Within a file system a rename does it. To another one the bytes are copied to a hidden name
 * beside the place; the source goes before that is renamed, so that finding no source after a crash
 * means that a copy is whole.
 */
#include "shared/client/file-place.h"

#include "shared/base/limits.h"
#include "shared/client/file-name.h"
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#define COPIES_MAX 100000
#define COPY_LEN   (1 << 20)

static bool
fail (const char *path, GError **error)
{
  int code = errno; /* callers look at it too */

  g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_IO, "%s: %s", path, g_strerror (code));
  errno = code;
  return false;
}

static bool
exists (const char *path)
{
  struct stat info;

  return lstat (path, &info) == 0;
}

char *
sotto_file_place_choose (const char *folder, const char *safe_name, GError **error)
{
  if (g_mkdir_with_parents (folder, 0755) != 0)
    {
      fail (folder, error);
      return NULL;
    }
  for (guint n = 1; n < COPIES_MAX; n++)
    {
      g_autofree char *name = sotto_file_name_of_copy (safe_name, n);
      char *path = g_build_filename (folder, name, NULL);
      if (!exists (path))
        return path;
      g_free (path);
    }
  errno = EEXIST;
  fail (folder, error);
  return NULL;
}

static void
sync_folder_of (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return;
  fsync (fd);
  close (fd);
}

/* Some file systems know neither of the first two ways. */
static bool
rename_to_new (const char *from, const char *to)
{
  if (renameat2 (AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
    return true;
  if (errno != EINVAL && errno != ENOSYS)
    return false;
  if (link (from, to) == 0)
    return unlink (from) == 0;
  if (errno == EEXIST || errno == EXDEV)
    return false;
  int fd = open (to, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    return false;
  close (fd);
  return rename (from, to) == 0;
}

/* The name of the copy is that of the source: found again after a crash. */
static char *
name_of_copy (const char *from, const char *to)
{
  g_autofree char *folder = g_path_get_dirname (to);
  g_autofree char *base = g_path_get_basename (from);
  g_autofree char *hidden = g_strconcat (".sotto-", base, NULL);

  return g_build_filename (folder, hidden, NULL);
}

static bool
copy_bytes (int in, int out)
{
  ssize_t n;

  do
    n = sendfile (out, in, NULL, COPY_LEN);
  while (n > 0 || (n < 0 && errno == EINTR));
  return n == 0 && fsync (out) == 0;
}

static bool
copy_file (const char *from, const char *copy)
{
  int in = open (from, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  unlink (copy); /* of a crash in the middle */
  int out = open (copy, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  bool ok = in >= 0 && out >= 0 && copy_bytes (in, out);
  int code = errno;

  if (in >= 0)
    close (in);
  if (out >= 0)
    close (out);
  if (!ok)
    unlink (copy);
  errno = code;
  return ok;
}

static bool
move_across (const char *from, const char *to)
{
  g_autofree char *copy = name_of_copy (from, to);

  if (exists (to))
    {
      errno = EEXIST;
      return false;
    }
  if (!copy_file (from, copy))
    return false;
  sync_folder_of (copy);
  if (unlink (from) != 0)
    return false;
  sync_folder_of (from);
  /* Taken in this very moment: then it keeps the source's part, back in the other folder. */
  if (rename_to_new (copy, to))
    return true;
  int code = errno;
  if (copy_file (copy, from))
    unlink (copy);
  errno = code;
  return false;
}

SottoPlaced
sotto_file_place_move (const char *from, const char *to, GError **error)
{
  bool moved = rename_to_new (from, to) || (errno == EXDEV && move_across (from, to));

  if (moved)
    {
      sync_folder_of (to);
      return SOTTO_PLACED;
    }
  if (errno == EEXIST)
    return SOTTO_PLACE_TAKEN;
  fail (to, error);
  return SOTTO_PLACE_FAILED;
}

bool
sotto_file_place_finish (const char *from, const char *to)
{
  g_autofree char *copy = name_of_copy (from, to);

  if (exists (from))
    return false;
  if (exists (copy) && !rename_to_new (copy, to))
    return false;
  return true;
}
