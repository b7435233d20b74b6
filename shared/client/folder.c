// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The lock is a file of its own that is never removed: removing it would let two processes hold two
 * locks of one name.
 */
#include "shared/client/folder.h"

#include "shared/base/file.h"
#include "shared/base/text.h"
#include <unistd.h>

char *
sotto_folder_of_profile (const char *data_dir, const char *profile)
{
  if (data_dir != NULL)
    return g_build_filename (data_dir, profile, NULL);
  return g_build_filename (g_get_user_data_dir (), "sotto", profile, NULL);
}

static char *
account_path (const char *profile_path, const SottoKey *fingerprint, const SottoName *name)
{
  g_autofree char *hex = sotto_hex_encode (fingerprint->bytes, sizeof fingerprint->bytes);
  g_autofree char *folder = g_strdup_printf ("%s-%s", hex, name->str);

  return g_build_filename (profile_path, folder, NULL);
}

SottoFolder *
sotto_folder_open (const char *profile_path,
                   const SottoKey *fingerprint,
                   const SottoName *name,
                   GError **error)
{
  g_autofree char *path = account_path (profile_path, fingerprint, name);
  g_autofree char *lock_path = g_build_filename (path, "lock", NULL);

  if (!sotto_file_make_private_dir (path, error))
    return NULL;
  int lock = sotto_file_lock (lock_path, error);
  if (lock < 0)
    return NULL;

  SottoFolder *self = g_new0 (SottoFolder, 1);
  self->path = g_steal_pointer (&path);
  self->lock = lock;
  return self;
}

void
sotto_folder_close (SottoFolder *self)
{
  if (self == NULL)
    return;
  close (self->lock);
  g_free (self->path);
  g_free (self);
}

char *
sotto_folder_path (const SottoFolder *self, const char *file)
{
  return g_build_filename (self->path, file, NULL);
}
