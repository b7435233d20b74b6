// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Puts a backup back, where its files were, while no server runs there. Nothing is lost: a file
 * that is in the way and different is kept beside, under a name with the time. A file is put back
 * whole or not at all, and when one of them cannot be, those before it are taken back. Who is
 * killed in between leaves a mark (restoring.h) that keeps servers away until a restore has ended.
 */
#pragma once

#include "server/backup.h"

typedef enum
{
  SOTTO_RESTORE_SAME,    /* it was there already */
  SOTTO_RESTORE_NEW,     /* nothing was there */
  SOTTO_RESTORE_REPLACED /* `kept` is where the other one is now */
} SottoRestoreHow;

typedef struct
{
  SottoRestoreHow how[SOTTO_BACKUP_FILES];
  char *kept[SOTTO_BACKUP_FILES];
} SottoRestored;

/* SOTTO_ERROR_IN_USE while a server runs on the accounts. *out must be zero; clear it in any case.
 */
bool sotto_restore (const SottoBackup *backup, gint64 unix_s, SottoRestored *out, GError **error);
void sotto_restored_clear (SottoRestored *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SottoRestored, sotto_restored_clear)
