// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Who is here: name → session, session id → session, and the names in bytewise order. At most one
 * session a name; borrows the sessions, which leave before they die.
 */
#pragma once

#include "server/types.h"
#include "shared/base/types.h"

SottoRegistry *sotto_registry_new (void);
void sotto_registry_free (SottoRegistry *self);

/* Returns the older session of the same name, which is no longer in the registry, or NULL. */
SottoSession *sotto_registry_put (SottoRegistry *self, SottoSession *session);
void sotto_registry_remove (SottoRegistry *self, SottoSession *session);
SottoSession *sotto_registry_find (const SottoRegistry *self, const SottoName *name);
SottoSession *sotto_registry_find_sid (const SottoRegistry *self, guint64 sid);
guint sotto_registry_get_count (const SottoRegistry *self);

/* Up to max sessions whose names are behind `after` (unset: from the first on), in the order of
 * their names. Going on by name stays right whoever comes and goes in between. */
guint sotto_registry_list (const SottoRegistry *self,
                           const SottoName *after,
                           SottoSession **out,
                           guint max);
/* The same, their names alone; *out_more when there are more. */
guint sotto_registry_page (const SottoRegistry *self,
                           const SottoName *after,
                           SottoName *out,
                           guint max,
                           bool *out_more);
