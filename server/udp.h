// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The server's datagrams: BIND in, BOUND out, of the same size. Whatever is not an authentic, newer
 * BIND of a living session is dropped in silence and counted.
 */
#pragma once

#include "server/services.h"
#include "shared/net/poller.h"

typedef struct _SottoUdp SottoUdp;

SottoUdp *sotto_udp_new (const SottoServices *services, SottoPoller *poller);
void sotto_udp_free (SottoUdp *self);
bool sotto_udp_bind (SottoUdp *self, const SottoAddr *addr, SottoAddr *out_bound, GError **error);
void sotto_udp_unbind (SottoUdp *self);

/* The pure part: the size of the answer written to out, which is that of a BIND; 0 for none. */
gsize sotto_udp_answer (const SottoServices *services,
                        const SottoAddr *from,
                        const uint8_t *datagram,
                        gsize n,
                        uint8_t *out);
