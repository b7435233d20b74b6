// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The administrator's door: a UNIX socket of mode 0600 that answers only the server's own user and
 * root. What a dead server left in its place is removed, a living one's never.
 */
#pragma once

#include "server/control-call.h"
#include "shared/net/poller.h"

typedef struct _SottoControl SottoControl;

/* SOTTO_ERROR_IN_USE when another server listens there, SOTTO_ERROR_IO for any other trouble. */
SottoControl *sotto_control_new (const SottoControlHost *host,
                                 SottoPoller *poller,
                                 const char *path,
                                 GError **error);
/* Removes the socket, if it is still ours. */
void sotto_control_free (SottoControl *self);
