// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Who came and who went, told to all in batches: at most one every SOTTO_PRESENCE_BATCH, one event
 * a name, the latest, never the receiver's own. A batch is told in slices of SOTTO_SLICE, one a
 * turn of the loop, so that nobody waits behind it, and the next one waits until telling has had no
 * more than its share of the time.
 */
#pragma once

#include "server/types.h"
#include "shared/wire/record.h"

SottoPresence *sotto_presence_new (const SottoServices *services);
void sotto_presence_free (SottoPresence *self);
void sotto_presence_note (SottoPresence *self, const SottoName *name, SottoPresenceEvent event);
