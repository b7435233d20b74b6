// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The invites of a file of accounts: at most SOTTO_INVITES_MAX of them. An invite that is used up
 * is gone; one that has expired counts as gone, and is with the next that is made.
 */
#pragma once

#include "server/invite.h"
#include "shared/base/error.h"

typedef struct _SottoInvites SottoInvites;

SottoInvites *sotto_invites_new (void);
SottoInvites *sotto_invites_copy (const SottoInvites *self);
void sotto_invites_free (SottoInvites *self);

/* The invite of that id that still lets somebody in; NULL when there is none. */
const SottoInvite *sotto_invites_find (const SottoInvites *self, const char *id, gint64 unix_s);
/* … that the holder of a code may use: id and digest of `shown` are looked at. */
const SottoInvite *
sotto_invites_match (const SottoInvites *self, const SottoInvite *shown, gint64 unix_s);
/* Those that still let somebody in, soonest expiry first. Copies, owned by the array; caller
 * frees. */
GPtrArray *sotto_invites_list (const SottoInvites *self, gint64 unix_s);

/* QUOTA when there are too many, BUSY when the id is another's. Expired ones make room. */
SottoCode sotto_invites_add (SottoInvites *self, const SottoInvite *invite, gint64 unix_s);
void sotto_invites_use (SottoInvites *self, const char *id);
void sotto_invites_remove (SottoInvites *self, const char *id);

/* The members of the file's `invites`, one a line; empty when there are none. Caller frees. */
char *sotto_invites_print (const SottoInvites *self);
/* false and the member's name and reason when one is none, or there are too many. */
bool sotto_invites_read (SottoInvites *self,
                         JsonObject *object,
                         const char **out_id,
                         const char **out_reason);
