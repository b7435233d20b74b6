// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A file of ours is whole or it is the one before: bytes go to a temporary file beside it, to the
 * disk, under the name, and then the name itself goes to the disk. Whatever fails, also that last
 * step, the old file stands and the temporary one is gone.
 */
#include "shared/base/file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* No name that a person would give to a copy (pass.json.backup has six letters behind its dot). */
#define TEMPORARY   ".new-"
#define N_TEMPORARY 6

static bool
fail (GError **error, int reason, const char *doing, const char *path)
{
  g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_IO, "cannot %s %s: %s", doing, path,
               g_strerror (reason));
  return false;
}

static bool
write_all (int fd, const void *bytes, gsize n)
{
  const char *p = bytes;
  while (n > 0)
    {
      gssize written = TEMP_FAILURE_RETRY (write (fd, p, n));
      if (written < 0)
        return false;
      p += written;
      n -= (gsize)written;
    }
  return true;
}

static bool
sync_folder (const char *folder, GError **error)
{
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return fail (error, errno, "open the folder", folder);
  bool synced = fsync (fd) == 0;
  int reason = errno;
  close (fd);
  return synced || fail (error, reason, "put to disk the folder", folder);
}

/* What a file is beside its name. */
typedef struct
{
  const void *bytes;
  gsize n;
  int mode;
  const SottoFileOwner *owner; /* NULL: who writes it */
} Content;

/* Writes the content to a new file and to the disk; the file may be left behind on failure. */
static bool
write_temporary (int fd, const char *path, const Content *content, GError **error)
{
  const SottoFileOwner *owner = content->owner;
  bool done = (owner == NULL || fchown (fd, owner->uid, owner->gid) == 0)
              && fchmod (fd, (mode_t)content->mode) == 0
              && write_all (fd, content->bytes, content->n) && fsync (fd) == 0;
  int reason = errno;
  if (close (fd) != 0 && done)
    {
      done = false;
      reason = errno;
    }
  return done || fail (error, reason, "write", path);
}

/* How a new file gets its name, and how that is undone where the disk does not take the name. */
typedef struct
{
  int (*put) (const char *temp, const char *path, bool *out_swapped);
  void (*undo) (const char *temp, const char *path, bool swapped);
} Placing;

/* The two swap names, so that the old file is still there while the disk is asked. */
static int
put_over (const char *temp, const char *path, bool *out_swapped)
{
  struct stat old;

  /* Swapping would also do with a folder. */
  if (lstat (path, &old) != 0 || S_ISDIR (old.st_mode))
    return rename (temp, path);
  *out_swapped = renameat2 (AT_FDCWD, temp, AT_FDCWD, path, RENAME_EXCHANGE) == 0;
  if (*out_swapped)
    return 0;
  /* Not every file system can swap. */
  return errno == EINVAL || errno == ENOSYS ? rename (temp, path) : -1;
}

static void
undo_over (const char *temp, const char *path, bool swapped)
{
  if (swapped && renameat2 (AT_FDCWD, temp, AT_FDCWD, path, RENAME_EXCHANGE) == 0)
    unlink (temp);
}

static int
put_new (const char *temp, const char *path, bool *out_swapped)
{
  if (renameat2 (AT_FDCWD, temp, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
    return 0;
  if (errno != EINVAL && errno != ENOSYS)
    return -1;
  /* File systems that do not know the flag (NFS) refuse to link onto what is there. */
  return link (temp, path) == 0 ? unlink (temp) : -1;
}

static void
undo_new (const char *temp, const char *path, bool swapped)
{
  unlink (path);
}

static bool
store (const char *path, const Content *content, const Placing *placing, GError **error)
{
  bool swapped = false;
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *temp = g_strconcat (path, TEMPORARY, "XXXXXX", NULL);
  int fd = g_mkstemp_full (temp, O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0)
    return fail (error, errno, "write", path);
  if (!write_temporary (fd, path, content, error))
    {
      unlink (temp);
      return false;
    }
  if (placing->put (temp, path, &swapped) != 0)
    {
      int reason = errno;
      unlink (temp);
      return fail (error, reason, "write", path);
    }
  if (!sync_folder (folder, error))
    {
      placing->undo (temp, path, swapped);
      return false;
    }
  if (swapped)
    unlink (temp);
  return true;
}

bool
sotto_file_replace_for (const char *path,
                        const void *bytes,
                        gsize n,
                        int mode,
                        const SottoFileOwner *owner,
                        GError **error)
{
  static const Placing over = { put_over, undo_over };
  const Content content = { bytes, n, mode, owner };

  return store (path, &content, &over, error);
}

bool
sotto_file_replace (const char *path, const void *bytes, gsize n, int mode, GError **error)
{
  return sotto_file_replace_for (path, bytes, n, mode, NULL, error);
}

bool
sotto_file_create (const char *path, const void *bytes, gsize n, int mode, GError **error)
{
  static const Placing anew = { put_new, undo_new };
  const Content content = { bytes, n, mode, NULL };

  return store (path, &content, &anew, error);
}

static bool
is_temporary (const char *name, const char *prefix)
{
  const char *end = name + strlen (prefix);

  return g_str_has_prefix (name, prefix) && strlen (end) == N_TEMPORARY
         && strspn (end, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS) == N_TEMPORARY;
}

void
sotto_file_clean (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *prefix = g_strconcat (base, TEMPORARY, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *left = g_build_filename (folder, name, NULL);
      if (is_temporary (name, prefix))
        unlink (left);
    }
}

bool
sotto_file_rename (const char *from, const char *to, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (to);

  if (rename (from, to) != 0)
    return fail (error, errno, "write", to);
  return sync_folder (folder, error);
}

/* Reads up to max bytes and one more, which tells that there is more. */
static gssize
read_all (int fd, char *out, gsize room)
{
  gsize n = 0;
  while (n < room)
    {
      gssize got = TEMP_FAILURE_RETRY (read (fd, out + n, room - n));
      if (got < 0)
        return -1;
      if (got == 0)
        break;
      n += (gsize)got;
    }
  return (gssize)n;
}

static char *
read_open_file (int fd, const char *path, gsize max, gsize *out_n, GError **error)
{
  struct stat info;
  if (fstat (fd, &info) != 0)
    {
      fail (error, errno, "read", path);
      return NULL;
    }
  if (!S_ISREG (info.st_mode))
    {
      fail (error, S_ISDIR (info.st_mode) ? EISDIR : EINVAL, "read", path);
      return NULL;
    }
  /* The file may grow meanwhile: what is read decides, its size is a hint for the room. */
  gsize size = MIN ((gsize)MAX (info.st_size, 0), max) + 1;
  char *bytes = g_malloc (size + 1);
  gssize n = read_all (fd, bytes, size);
  if (n < 0 || (gsize)n > max || (gsize)info.st_size > max)
    {
      fail (error, n < 0 ? errno : EFBIG, "read", path);
      g_free (bytes);
      return NULL;
    }
  bytes[n] = '\0';
  if (out_n != NULL)
    *out_n = (gsize)n;
  return bytes;
}

char *
sotto_file_read (const char *path, gsize max, gsize *out_n, GError **error)
{
  /* Not blocking, or a FIFO in the place of the file would hold us. */
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0)
    {
      fail (error, errno, "read", path);
      return NULL;
    }
  char *bytes = read_open_file (fd, path, max, out_n, error);
  close (fd);
  return bytes;
}

void
sotto_file_read_in_pieces (int fd)
{
  posix_fadvise (fd, 0, 0, POSIX_FADV_RANDOM);
}

bool
sotto_file_exists (const char *path)
{
  struct stat info;
  return lstat (path, &info) == 0;
}

bool
sotto_file_make_private_dir (const char *path, GError **error)
{
  struct stat info;
  if (stat (path, &info) == 0)
    return S_ISDIR (info.st_mode) || fail (error, ENOTDIR, "make the folder", path);
  g_autofree char *parent = g_path_get_dirname (path);
  if (strcmp (parent, path) != 0 && !sotto_file_make_private_dir (parent, error))
    return false;
  if (mkdir (path, 0700) != 0 && errno != EEXIST)
    return fail (error, errno, "make the folder", path);
  return sync_folder (parent, error);
}

int
sotto_file_lock (const char *path, GError **error)
{
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    {
      fail (error, errno, "lock", path);
      return -1;
    }
  if (flock (fd, LOCK_EX | LOCK_NB) == 0)
    return fd;
  if (errno == EWOULDBLOCK)
    g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_IN_USE, "%s is in use", path);
  else
    fail (error, errno, "lock", path);
  close (fd);
  return -1;
}
