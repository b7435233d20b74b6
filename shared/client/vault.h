// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The account's secrets at rest: a random data key, wrapped by V; under it the identity key and
 * whatever else is sealed with it. A changed password wraps one key anew.
 *
 * On disk: keys.json {version, id, data_key: [wraps], identity, imported}. `id` names the data key,
 * and files sealed under it have it in their name, so a new vault never meets an old one's files.
 * There is more than one wrap only while it is not known whether the server took a new password.
 */
#pragma once

#include "shared/base/error.h"
#include "shared/base/types.h"

#define SOTTO_VAULT_WRAPS_MAX                                                                      \
  8 /* unanswered password changes in a row; the oldest is forgotten                               \
     */

typedef struct _SottoVault SottoVault;

/* A fresh data key and identity, in memory only. */
SottoVault *sotto_vault_new (const SottoKey *v, const SottoRandom *random);
/* With the identity of another device. Until its first login `imported`. */
SottoVault *sotto_vault_new_imported (const SottoKey *v,
                                      const SottoKeyPair *identity,
                                      const SottoRandom *random);
/* Whether what is in that folder is; false also where nothing can be read. */
bool sotto_vault_is_imported (const char *folder);
/* SOTTO_ERROR_LOCKED: V opens no wrap. SOTTO_ERROR_CORRUPT: damaged. Neither touches anything. */
SottoVault *sotto_vault_load (const char *folder, const SottoKey *v, GError **error);
bool sotto_vault_exists (const char *folder);
void sotto_vault_free (SottoVault *self); /* wipes */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SottoVault, sotto_vault_free)

/* A new vault takes its place; one that is there is first copied aside, to keys-N.json. Durable,
 * and at every moment one whole vault is in place. Blocks. */
bool sotto_vault_install (SottoVault *self, const char *folder, GError **error);

/* Whether there is one aside. */
bool sotto_vault_has_aside (const char *folder);

/* The text of keys.json, to be replaced durably by the caller, off the loop. */
GBytes *sotto_vault_to_file (const SottoVault *self);
#define SOTTO_VAULT_FILE "keys.json"

/* Wraps of a password change: add, write, ask the server, settle, write. */
void sotto_vault_add_wrap (SottoVault *self, const SottoKey *v);
void sotto_vault_settle (SottoVault *self, bool newest); /* keep only the newest, or all but it */
/* Whether V opens any of its wraps, as those are now. */
bool sotto_vault_opens (const SottoVault *self, const SottoKey *v);
/* V alone opens it from now on. */
void sotto_vault_rewrap (SottoVault *self, const SottoKey *v);
/* After a login: keep only the wrap that opened, and it is no longer imported. true when that
 * changed anything. */
bool sotto_vault_settle_opened (SottoVault *self);

const SottoKeyPair *sotto_vault_get_identity (const SottoVault *self);
/* For what seals very much, and in another thread. */
const SottoKey *sotto_vault_get_data_key (const SottoVault *self);
/* NAME-ID: the file that is sealed under this data key. Caller frees. */
char *sotto_vault_file_name (const SottoVault *self, const char *name);
/* Text tokens under the data key; `tag` says what for, and a token of another tag does not open. */
GBytes *sotto_vault_seal (const SottoVault *self, char tag, const void *plain, gsize n);
/* NULL when it is not ours or damaged. */
GBytes *sotto_vault_unseal (const SottoVault *self, char tag, const char *text, gsize n);
