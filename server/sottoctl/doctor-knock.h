// SPDX-License-Identifier: GPL-3.0-or-later
/* One look at a port, as a client would take it. Blocks for a few seconds at most. */
#pragma once

#include "shared/base/types.h"
#include <gio/gio.h>

/* NULL when a server with that fingerprint greets there, else what is wrong. Caller frees. */
char *sotto_doctor_knock_tcp (const char *host, guint16 port, const char *fingerprint);
/* A datagram that means nothing; whether it arrives is seen elsewhere. */
void sotto_doctor_knock_udp (const char *ip, guint16 port);
/* NULL when a server could have that address and port, else why not. Caller frees. */
char *sotto_doctor_try_port (const SottoAddr *addr, GSocketType type);
