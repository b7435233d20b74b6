// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * When the machine may have lost its connections without anybody telling: it woke from sleep
 * (logind), or its network is another one. Signal "changed", at most once in SETTLE; where neither
 * service is there it is never emitted.
 */
#pragma once

#include <gio/gio.h>

#define SOTTO_TYPE_NETWORK_WATCH (sotto_network_watch_get_type ())
G_DECLARE_FINAL_TYPE (SottoNetworkWatch, sotto_network_watch, SOTTO, NETWORK_WATCH, GObject)

SottoNetworkWatch *sotto_network_watch_new (void);
/* Another bus than the system's, for tests; NULL = none. */
SottoNetworkWatch *sotto_network_watch_new_on (GDBusConnection *bus);
