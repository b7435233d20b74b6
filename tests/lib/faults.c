// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A disk that fails when told to: preloaded into a program under test. The file named by
 * SOTTO_FAULTS says what fails from now on, as `OPERATION ERRNO` with one of write, fsync (a file),
 * sync (a folder), rename, link and unlink; empty or missing, nothing does. `kill N` kills the
 * program before the Nth of these operations. Only files whose path has the text of SOTTO_FAULTS_AT
 * in it are meant.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int
read_order (char *order, size_t size)
{
  const char *path = getenv ("SOTTO_FAULTS");
  int fd = path != NULL ? (int)syscall (SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC) : -1;
  long n = fd >= 0 ? syscall (SYS_read, fd, order, size - 1) : 0;

  if (fd >= 0)
    syscall (SYS_close, fd);
  order[n > 0 ? n : 0] = '\0';
  return n > 0;
}

static bool
is_meant (const char *path)
{
  const char *at = getenv ("SOTTO_FAULTS_AT");

  return at != NULL && strstr (path, at) != NULL;
}

static void
count_down_to (int last)
{
  static int n;

  if (++n == last)
    raise (SIGKILL);
}

/* The errno to fail with, 0 = none. */
static int
fault_of (const char *operation, const char *path)
{
  char order[64];
  char wanted[32];
  int reason;

  if (!is_meant (path) || !read_order (order, sizeof order)
      || sscanf (order, "%31s %d", wanted, &reason) != 2)
    return 0;
  if (strcmp (wanted, "kill") == 0)
    count_down_to (reason);
  return strcmp (wanted, operation) == 0 ? reason : 0;
}

static int
fault_of_fd (const char *operation, int fd)
{
  char link[64];
  char path[4096];

  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  long n = syscall (SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
  if (n < 0)
    return 0;
  path[n] = '\0';
  return fault_of (operation, path);
}

ssize_t
write (int fd, const void *bytes, size_t n)
{
  int reason = fault_of_fd ("write", fd);

  if (reason == 0)
    return syscall (SYS_write, fd, bytes, n);
  errno = reason;
  return -1;
}

ssize_t
pwrite64 (int fd, const void *bytes, size_t n, off64_t at)
{
  int reason = fault_of_fd ("write", fd);

  if (reason == 0)
    return syscall (SYS_pwrite64, fd, bytes, n, at);
  errno = reason;
  return -1;
}

int
fdatasync (int fd)
{
  int reason = fault_of_fd ("fsync", fd);

  if (reason == 0)
    return (int)syscall (SYS_fdatasync, fd);
  errno = reason;
  return -1;
}

int
fsync (int fd)
{
  struct stat info;
  bool folder = fstat (fd, &info) == 0 && S_ISDIR (info.st_mode);
  int reason = fault_of_fd (folder ? "sync" : "fsync", fd);

  if (reason == 0)
    return (int)syscall (SYS_fsync, fd);
  errno = reason;
  return -1;
}

int
renameat2 (int from_fd, const char *from, int to_fd, const char *to, unsigned flags)
{
  int reason = fault_of ("rename", to);

  if (reason == 0)
    return (int)syscall (SYS_renameat2, from_fd, from, to_fd, to, flags);
  errno = reason;
  return -1;
}

int
rename (const char *from, const char *to)
{
  return renameat2 (AT_FDCWD, from, AT_FDCWD, to, 0);
}

int
link (const char *from, const char *to)
{
  int reason = fault_of ("link", to);

  if (reason == 0)
    return (int)syscall (SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
  errno = reason;
  return -1;
}

int
unlink (const char *path)
{
  int reason = fault_of ("unlink", path);

  if (reason == 0)
    return (int)syscall (SYS_unlinkat, AT_FDCWD, path, 0);
  errno = reason;
  return -1;
}
