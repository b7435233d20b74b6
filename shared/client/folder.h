// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Where a client keeps its files: a folder a profile, and in it one for each server fingerprint and
 * username, which one process at a time may use. Knows no contents.
 */
#pragma once

#include "shared/base/types.h"

/* data_dir NULL = $XDG_DATA_HOME/sotto. Caller frees. */
char *sotto_folder_of_profile (const char *data_dir, const char *profile);

/* An account's folder, made if it is not there, and its lock. */
typedef struct
{
  char *path;
  int lock;
} SottoFolder;

/* SOTTO_ERROR_IN_USE when another process (or another engine) has it. */
SottoFolder *sotto_folder_open (const char *profile_path,
                                const SottoKey *fingerprint,
                                const SottoName *name,
                                GError **error);
void sotto_folder_close (SottoFolder *self); /* NULL is fine */
char *sotto_folder_path (const SottoFolder *self, const char *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SottoFolder, sotto_folder_close)
