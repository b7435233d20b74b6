// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * pass.json, version 2: the realm, the last ticket generation given out, and one invite and one
 * account a line. Version 1 had no invites; it is read too, and is version 2 after the next change.
 * Reading never changes the file; a damaged one is refused with line and reason.
 */
#pragma once

#include "server/account.h"
#include "server/invites.h"
#include <stdbool.h>

#define SOTTO_ACCOUNT_FILE_VERSION 2
/* What is read at most: SOTTO_ACCOUNTS_MAX lines of the longest kind, and the invites. Beyond that
 * a rewrite of the whole file is the wrong store. */
#define SOTTO_ACCOUNT_FILE_MAX (256u * 1024 * 1024)

typedef struct
{
  char *realm;         /* NULL: none was ever needed */
  guint32 generation;  /* the last one given out */
  GHashTable *records; /* const char * name → SottoAccount, owned */
  SottoInvites *invites;
  guint max; /* accounts that there may be */
} SottoAccountFile;

void sotto_account_file_init (SottoAccountFile *self);
void sotto_account_file_clear (SottoAccountFile *self);

/* SOTTO_ERROR_CORRUPT for a damaged file, SOTTO_ERROR_CONFIG for one of the seed, SOTTO_ERROR_IO.
 * *self must be initialised and empty; on failure it stays so. */
bool sotto_account_file_load (SottoAccountFile *self, const char *path, GError **error);
/* From text that is NUL-terminated beyond n, as if it stood in `path`. */
bool sotto_account_file_parse (SottoAccountFile *self,
                               const char *path,
                               const char *text,
                               gsize n,
                               GError **error);

/* The whole file; invites as from sotto_invites_print. Reads only the strings it is given, so that
 * a worker thread may call it. */
GString *sotto_account_file_print (const char *realm_json,
                                   guint32 generation,
                                   const char *invites,
                                   const char *const *lines,
                                   gsize n_lines);
/* The realm as a JSON string, quotes included; "null" for NULL. */
char *sotto_account_file_quote_realm (const char *realm);
