// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a user may still ask for, whatever session they ask in: to log in anew gives nothing back.
 * Only who has asked lately is remembered.
 */
#pragma once

#include "server/bucket.h"
#include "server/types.h"
#include "shared/base/types.h"

typedef struct
{
  SottoName name;
  SottoBucket key_requests;
  SottoBucket changes; /* of password or identity, and deletions */
} SottoAllowance;

SottoAllowances *sotto_allowances_new (void);
void sotto_allowances_free (SottoAllowances *self);
/* Of that user, made if need be; valid until the next call. NULL: SOTTO_ALLOWANCES_MAX others have
 * asked just now. */
SottoAllowance *sotto_allowances_get (SottoAllowances *self, const SottoName *name, gint64 now);
/* Forgets whom time has given everything back. */
void sotto_allowances_sweep (SottoAllowances *self, gint64 now);
guint sotto_allowances_get_count (const SottoAllowances *self);
