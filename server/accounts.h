// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The store of accounts. Lookups see what is on the disk; a change is told as done when it is there
 * too. Changes that come while a write runs share the next one. Nothing here knows what a change is
 * for.
 */
#pragma once

#include "server/account.h"
#include "server/invites.h"
#include "server/types.h"

typedef enum
{
  SOTTO_ACCOUNT_ADD,    /* INVITE when that has none left, NAME_TAKEN when it is there */
  SOTTO_ACCOUNT_UPDATE, /* AUTH when it is not there, BUSY when its hash is another than expected */
  SOTTO_ACCOUNT_REMOVE, /* likewise */
  SOTTO_ACCOUNT_INVITE, /* a new invite: QUOTA when there are too many, BUSY to try another */
  SOTTO_ACCOUNT_REVOKE  /* of invite.id: INVITE when it is not there */
} SottoAccountOp;

typedef struct
{
  SottoAccountOp op;
  SottoName name;
  /* UPDATE, REMOVE: what the asker has checked against; empty = anything. */
  char expected_hash[SOTTO_BCRYPT_HASH_LEN + 1];
  /* ADD needs the hash; UPDATE takes what is given. */
  char hash[SOTTO_BCRYPT_HASH_LEN + 1]; /* empty = as it is */
  bool has_identity;
  SottoKey identity;
  bool end_tickets; /* UPDATE: a new generation */
  gint64 created;   /* ADD, INVITE: now, unix seconds */
  bool has_disabled, disabled;
  /* INVITE, REVOKE; ADD: one use of it is taken together with the name, or neither is. */
  SottoInvite invite;
} SottoAccountChange;

/* On the loop. OK only after the change is durable; UNAVAILABLE when the disk refused it (nothing
 * has changed then). account: the new record, borrowed, NULL unless ADD or UPDATE succeeded. */
typedef void (*SottoAccountDone) (SottoCode code, const SottoAccount *account, gpointer data);

/* Opens or makes the file and locks it (SOTTO_ERROR_IN_USE). config_realm is what the configuration
 * says, NULL when it says nothing; then one is made with `random` and kept in the file. */
SottoAccounts *sotto_accounts_open (const char *path,
                                    const char *config_realm,
                                    const SottoRandom *random,
                                    GError **error);
/* A write that runs is finished; what still waits is dropped untold, as nobody was promised it. */
void sotto_accounts_free (SottoAccounts *self);

const char *sotto_accounts_get_realm (const SottoAccounts *self);
/* What the file remembers of the realm, when that is another than the configuration's: passwords
 * made before do not work then. NULL when all is well. */
const char *sotto_accounts_get_forgotten_realm (const SottoAccounts *self);
guint sotto_accounts_get_count (const SottoAccounts *self);
/* The last write failed; the next change tries anew. */
bool sotto_accounts_is_in_trouble (const SottoAccounts *self);
/* Borrowed; ref it to keep it beyond the call. */
SottoAccount *sotto_accounts_lookup (const SottoAccounts *self, const SottoName *name);
/* Those on the disk. Borrowed until the next turn of the loop. */
const SottoInvites *sotto_accounts_get_invites (const SottoAccounts *self);
/* All as they are now, in no order; the array holds references. Caller frees. */
GPtrArray *sotto_accounts_list (const SottoAccounts *self);

/* `done` may come only from a later loop turn. data must live until then, or be disowned. false
 * when too many changes wait already: `done` will not come. */
bool sotto_accounts_change (SottoAccounts *self,
                            const SottoAccountChange *change,
                            SottoAccountDone done,
                            gpointer data);
/* No longer tells data of anything; the changes still happen. */
void sotto_accounts_disown (SottoAccounts *self, gpointer data);

/* Called on the loop for a write that failed, so that the program can log it; NULL error when
 * writing works again. */
void sotto_accounts_set_trouble (SottoAccounts *self,
                                 void (*trouble) (const GError *error, gpointer data),
                                 gpointer data);
/* Called on the loop after a group of `done`: the owner's moment to flush its connections. */
void sotto_accounts_set_flush (SottoAccounts *self, void (*flush) (gpointer data), gpointer data);
