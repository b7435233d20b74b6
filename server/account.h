// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * One account: an immutable record with its line of the file, counted by the loop thread only. A
 * change makes a new record; so a writer thread may read the old ones without a lock.
 */
#pragma once

#include "shared/base/error.h"
#include "shared/base/json.h"
#include "shared/base/limits.h"
#include "shared/base/types.h"

typedef struct
{
  guint n_refs;
  SottoName name;
  char hash[SOTTO_BCRYPT_HASH_LEN + 1];
  bool has_identity; /* not before the first login of an account made by sottoctl */
  SottoKey identity;
  guint32 generation; /* ticket_gen: never repeats, not even for a name deleted and made again */
  bool disabled;
  gint64 created; /* unix seconds */
  char *json;     /* `"name": {…}` */
} SottoAccount;

/* Copies `from`; n_refs and json are its own. */
SottoAccount *sotto_account_new (const SottoAccount *from);
SottoAccount *sotto_account_ref (SottoAccount *self);
void sotto_account_unref (SottoAccount *self);

/* NULL and *out_reason (static text) when the member is not an account. */
SottoAccount *sotto_account_from_json (const char *name, JsonNode *node, const char **out_reason);
