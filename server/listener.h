// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Listening sockets: all addresses that a name resolves to, on one port. Hands accepted sockets on.
 * When the process has no file descriptor left a reserve is spent to take the connection and refuse
 * it, so that a full server says so instead of spinning.
 */
#pragma once

#include "server/types.h"
#include "shared/base/clock.h"
#include "shared/base/types.h"
#include "shared/net/poller.h"
#include <gio/gio.h>

/* Borrowed, non-blocking. */
typedef void (*SottoListenerFunc) (GSocket *socket, const SottoAddr *remote, gpointer data);

SottoListener *sotto_listener_new (SottoPoller *poller,
                                   SottoWheel *wheel,
                                   const SottoClock *clock,
                                   SottoListenerFunc accepted,
                                   gpointer data);
void sotto_listener_free (SottoListener *self);

/* Addresses of a host name or address, in the order to bind; "::" also gives 0.0.0.0. Port unset.
 * Blocks: for start-up. */
GArray *sotto_listener_resolve (const char *host, GError **error);
/* Port 0 takes a free one. *out_bound is what became of it. */
bool sotto_listener_bind (SottoListener *self,
                          const SottoAddr *addr,
                          SottoAddr *out_bound,
                          GError **error);
/* Closes what was bound, to try again. */
void sotto_listener_unbind (SottoListener *self);
