// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Files that must be there after a crash: written beside, fsynced, renamed over, folder fsynced. A
 * failing fsync of the folder is an error too (GLib's own function swallows it).
 */
#pragma once

#include "shared/base/error.h"
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct
{
  uid_t uid;
  gid_t gid;
} SottoFileOwner;

/* Atomic durable replace; of a symbolic link, the link itself. After a crash in the middle a
 * path.new-XXXXXX may stand beside. Blocks: call it off the loop. */
bool sotto_file_replace (const char *path, const void *bytes, gsize n, int mode, GError **error);
/* … and somebody's (NULL: ours) from the moment it has its name. */
bool sotto_file_replace_for (const char *path,
                             const void *bytes,
                             gsize n,
                             int mode,
                             const SottoFileOwner *owner,
                             GError **error);
/* Creates; fails (SOTTO_ERROR_IO, "exists") when path is there. Durable as above. */
bool sotto_file_create (const char *path, const void *bytes, gsize n, int mode, GError **error);
/* Removes what crashes left beside path. Only for who holds the lock of path: another's temporary
 * file looks the same. */
void sotto_file_clean (const char *path);
/* Whole content, NUL-terminated beyond out_n; refuses more than max bytes and anything not a
 * regular file. Sets GError of domain SOTTO_ERROR_IO; use sotto_file_exists to tell absence. */
char *sotto_file_read (const char *path, gsize max, gsize *out_n, GError **error);
/* For a descriptor that is read in pieces: from now on the kernel reads what it is asked for. Its
 * own readahead is as long as the disk's setting, 8 MiB on some, and filling that held a processor
 * for 30 ms on a kernel that does not preempt itself. From the first byte on: the mark that a read
 * without this leaves in the cache is heeded by one with it. */
void sotto_file_read_in_pieces (int fd);
/* Atomic and durable, within one folder. Blocks. */
bool sotto_file_rename (const char *from, const char *to, GError **error);
bool sotto_file_exists (const char *path);
/* mkdir -p with 0700 for what is made, and fsync of the parents. */
bool sotto_file_make_private_dir (const char *path, GError **error);
/* Exclusive lock of a file made 0600. Returns an fd that holds it, -1 with SOTTO_ERROR_IN_USE. */
int sotto_file_lock (const char *path, GError **error);
