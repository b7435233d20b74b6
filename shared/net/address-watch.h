// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Tells when the addresses of this machine change: a cable, another network, a way out of sleep.
 * Knows not which; whoever is told looks for themselves.
 */
#pragma once

#include "shared/net/poller.h"

typedef struct _SottoAddressWatch SottoAddressWatch;

/* NULL where the kernel does not tell. `changed` runs once for what came together. */
SottoAddressWatch *
sotto_address_watch_new (SottoPoller *poller, void (*changed) (gpointer data), gpointer data);
void sotto_address_watch_free (SottoAddressWatch *self);
