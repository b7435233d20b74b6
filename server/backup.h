// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Everything a server is, in one file: configuration, key, certificate, and the accounts with realm
 * and invites. Whatever is a SottoBackup has been looked through: a server starts on it.
 *
 * The file is a tar of `sotto-backup.json` (version, time, each file's place, mode and SHA-256) and
 * the four files.
 */
#pragma once

#include "server/account-file.h"
#include "server/config.h"

typedef enum
{
  SOTTO_BACKUP_KEY, /* in the order in which they are put back */
  SOTTO_BACKUP_CERTIFICATE,
  SOTTO_BACKUP_ACCOUNTS,
  SOTTO_BACKUP_CONFIG,
  SOTTO_BACKUP_FILES
} SottoBackupPart;

typedef struct
{
  char *path; /* absolute */
  int mode;
  char *bytes; /* NUL-terminated beyond n */
  gsize n;
} SottoBackupFile;

typedef struct
{
  gint64 created; /* unix seconds */
  SottoBackupFile files[SOTTO_BACKUP_FILES];
  SottoAccountFile accounts;
} SottoBackup;

/* Of the server with that configuration, running or not: its accounts are replaced as a whole. */
SottoBackup *sotto_backup_take (const char *config_path, gint64 unix_s, GError **error);
/* SOTTO_ERROR_CORRUPT when it is damaged or none of ours; SOTTO_ERROR_IO. */
SottoBackup *sotto_backup_read (const char *path, GError **error);
/* Durable, 0600; never over anything. */
bool sotto_backup_write (const SottoBackup *self, const char *path, GError **error);
void sotto_backup_free (SottoBackup *self); /* wipes */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SottoBackup, sotto_backup_free)
