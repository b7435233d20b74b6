// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Who came and who went, told to all in batches: at most one every SOTTO_PRESENCE_BATCH, one event
 * a name, the latest, never the receiver's own. Delivery goes in slices of SOTTO_SLICE, one a tick
 * of the wheel, so that telling a crowd takes no more than a fifth of a core and nobody waits
 * behind it.
 */
#pragma once

#include "server/types.h"
#include "shared/wire/record.h"

SottoPresence *sotto_presence_new (const SottoServices *services);
void sotto_presence_free (SottoPresence *self);
void sotto_presence_note (SottoPresence *self, const SottoName *name, SottoPresenceEvent event);
