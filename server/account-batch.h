// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * One write of the accounts: the changes that share it, what they make of the accounts, and who is
 * told. Made on the loop, run in the worker that writes the file, adopted and answered on the loop.
 */
#pragma once

#include "server/account-file.h"
#include "server/accounts.h"
#include "server/workers.h"

typedef struct
{
  SottoWork work; /* first; `done` and `discard` are the owner's to set, as is `owner` */
  gpointer owner;
  GPtrArray *changes;           /* as from sotto_account_asks_new */
  GHashTable *overlay;          /* name → SottoAccount or NULL (removed), owned */
  const SottoAccountFile *file; /* for the loop only */
  GPtrArray *records;           /* refs that keep `lines` alive */
  GPtrArray *lines;
  char *path;
  char *realm_json;
  char *invites_json;
  SottoInvites *invites; /* as they will be; NULL: as they are */
  guint count;           /* accounts, as they will be */
  guint32 generation;
  GError *error; /* set by the run */
} SottoAccountBatch;

/* Changes that wait for their batch. */
GPtrArray *sotto_account_asks_new (void);
void sotto_account_asks_add (GPtrArray *asks,
                             const SottoAccountChange *change,
                             SottoAccountDone done,
                             gpointer data);
void sotto_account_asks_disown (GPtrArray *asks, gpointer data);

/* `file` is what is on the disk; realm is for a file that has none yet. */
SottoAccountBatch *sotto_account_batch_new (const SottoAccountFile *file,
                                            const char *path,
                                            const char *realm,
                                            GPtrArray *take_changes);
void sotto_account_batch_free (SottoAccountBatch *self);

/* It is on the disk: now lookups may see it. */
void sotto_account_batch_adopt (SottoAccountBatch *self, SottoAccountFile *file);
/* Tells those who asked; UNAVAILABLE for what would have been done. */
void sotto_account_batch_answer (SottoAccountBatch *self, bool written);
