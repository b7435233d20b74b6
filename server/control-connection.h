// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * One sottoctl at the socket: its lines in, answers out, one request at a time. Owns the
 * descriptor. What a request set in motion is finished even when the asker has gone: an account
 * that is being disabled loses its session in any case.
 */
#pragma once

#include "server/control-call.h"
#include "shared/net/poller.h"
#include <sys/types.h>

typedef struct _SottoControlConnection SottoControlConnection;

/* Takes fd, which does not block. `gone` is called when nothing is left to do; free it then. NULL
 * when it cannot be watched. */
SottoControlConnection *sotto_control_connection_new (const SottoControlHost *host,
                                                      SottoPoller *poller,
                                                      int take_fd,
                                                      uid_t uid,
                                                      void (*gone) (SottoControlConnection *self,
                                                                    gpointer data),
                                                      gpointer data);
void sotto_control_connection_free (SottoControlConnection *self);
