// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * UDP: one or two GSockets (IPv4, IPv6) on a poller, datagrams in and out. Knows sizes, not
 * meanings.
 */
#pragma once

#include "shared/net/poller.h"
#include "shared/base/types.h"
#include <gio/gio.h>

typedef struct _SottoPort SottoPort;

typedef void (*SottoPortFunc) (SottoPort *port,
                               const SottoAddr *from,
                               const uint8_t *datagram,
                               gsize n,
                               gpointer data);

/* Takes bound, non-blocking datagram sockets (at most one a family per call to add). */
SottoPort *sotto_port_new (SottoPoller *poller, SottoPortFunc received, gpointer data);
bool sotto_port_add (SottoPort *self, GSocket *socket, GError **error);
/* Binds ADDR:PORT (port 0 = a free one) and adds it. */
bool sotto_port_bind (SottoPort *self, const SottoAddr *addr, SottoAddr *out_bound, GError **error);
void sotto_port_free (SottoPort *self);

/* false when the kernel would not take it now (the datagram is lost, as on any network) or no
 * socket of that family is there. */
bool sotto_port_send (SottoPort *self, const SottoAddr *to, const uint8_t *datagram, gsize n);
gsize sotto_port_local_addrs (const SottoPort *self, SottoAddr *out, gsize max);
