// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * All connections: each a session with its link, in one allocation. Joins the pure session to the
 * socket: its output goes to the link, once per loop turn; its end frees both, after the callbacks
 * are over.
 */
#pragma once

#include "server/services.h"
#include "shared/net/poller.h"
#include <gio/gio.h>

typedef struct _SottoCrowd SottoCrowd;

SottoCrowd *sotto_crowd_new (const SottoServices *services, SottoPoller *poller);
/* Closes all at once. */
void sotto_crowd_free (SottoCrowd *self);
/* What services.output is. */
const SottoSessionOutput *sotto_crowd_get_output (void);

/* A connection was accepted: greets or refuses it. */
void sotto_crowd_accept (SottoCrowd *self, GSocket *socket, const SottoAddr *remote);
/* The end of a loop turn: writes what sessions said, frees who is gone. */
void sotto_crowd_flush (SottoCrowd *self);
/* BYE or FAIL to all. */
void sotto_crowd_farewell (SottoCrowd *self, SottoCode code);
guint sotto_crowd_get_count (const SottoCrowd *self);
