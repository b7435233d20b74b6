// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * UDP: one or two GSockets (IPv4, IPv6) on a poller, datagrams in and out, in trains where the
 * kernel knows how. Knows sizes, not meanings: what is larger than any datagram of ours is dropped
 * here, everything else is handed on.
 */
#pragma once

#include "shared/net/poller.h"
#include "shared/base/types.h"
#include <gio/gio.h>

typedef struct _SottoPort SottoPort;

/* The bytes are valid during the call. The port may be freed in here. */
typedef void (*SottoPortFunc) (SottoPort *port,
                               const SottoAddr *from,
                               const uint8_t *datagram,
                               gsize n,
                               gpointer data);

SottoPort *sotto_port_new (SottoPoller *poller, SottoPortFunc received, gpointer data);
/* Takes ADDR:PORT (port 0 = a free one), once a family. An IPv6 socket is IPv6 only, so that both
 * families may have the same port. */
bool sotto_port_bind (SottoPort *self, const SottoAddr *addr, SottoAddr *out_bound, GError **error);
void sotto_port_free (SottoPort *self);

/* false when the kernel would not take it now (the datagram is lost, as on any network) or no
 * socket of that family is there. */
bool sotto_port_send (SottoPort *self, const SottoAddr *to, const uint8_t *datagram, gsize n);

/* Many: reserve, write one datagram there, put; in the end flush, and they leave as few trains as
 * their sizes and addresses allow. What was reserved and not put is forgotten. */

/* Room for SOTTO_DATAGRAM_MAX bytes until the next call; NULL while the kernel takes nothing: the
 * poller has a turn when it does. */
uint8_t *sotto_port_reserve (SottoPort *self);
void sotto_port_put (SottoPort *self, const SottoAddr *to, gsize n);
void sotto_port_flush (SottoPort *self);
bool sotto_port_is_blocked (const SottoPort *self);

/* Addresses that others may reach this port at. A wildcard socket stands for the addresses of the
 * interfaces that are up: private ones first, then public ones, loopback last; never link-local. */
gsize sotto_port_local_addrs (const SottoPort *self, SottoAddr *out, gsize max);
