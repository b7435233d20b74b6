// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The newest SOTTO_KNOWN_IDS record ids of one peer: a record that comes again is answered again
 * and not shown twice. The window is enough because a peer has at most half as many unanswered.
 */
#pragma once

#include "shared/base/types.h"

typedef struct _SottoKnownIds SottoKnownIds;

SottoKnownIds *sotto_known_ids_new (void);
void sotto_known_ids_free (SottoKnownIds *self);
/* false when it was there already. */
bool sotto_known_ids_add (SottoKnownIds *self, const SottoId *id);
bool sotto_known_ids_has (const SottoKnownIds *self, const SottoId *id);
