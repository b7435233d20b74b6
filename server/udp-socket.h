// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A datagram socket for small questions and answers. An answer leaves by the address that was
 * asked, also where the socket is bound to all of them: a client, and a NAT before it, takes it
 * from no other.
 */
#pragma once

#include "shared/base/types.h"
#include "shared/net/poller.h"

/* What is longer is no question and is handed on cut to one byte more. */
#define SOTTO_UDP_QUESTION_MAX 133

typedef struct _SottoUdpSocket SottoUdpSocket;

/* The size of the answer written to out (SOTTO_DATAGRAM_MAX), 0 for none. Nothing may be freed in
 * here. */
typedef gsize (*SottoUdpAnswer) (const SottoAddr *from,
                                 const uint8_t *question,
                                 gsize n,
                                 uint8_t *out,
                                 gpointer data);

/* addr->port 0 = a free one. IPv6 is IPv6 only, so that both families may have the same port. */
SottoUdpSocket *sotto_udp_socket_new (SottoPoller *poller,
                                      const SottoAddr *addr,
                                      SottoAddr *out_bound,
                                      SottoUdpAnswer answer,
                                      gpointer data,
                                      GError **error);
void sotto_udp_socket_free (SottoUdpSocket *self);
