// SPDX-License-Identifier: GPL-3.0-or-later
/* The composition root: makes the parts, joins them, and is the only one that knows them all. */
#pragma once

#include "server/config.h"
#include "server/types.h"

/* Takes the configuration. Opens keys and accounts; SOTTO_ERROR_CONFIG and SOTTO_ERROR_CORRUPT are
 * the administrator's to mend (exit 78). */
SottoServer *sotto_server_new (SottoServerConfig *take_config, GError **error);
void sotto_server_free (SottoServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SottoServer, sotto_server_free)

/* Binds all addresses and prints each to standard output; opens the control socket. */
bool sotto_server_start (SottoServer *self, GError **error);
/* Says BYE(SHUTDOWN) to all; `drained` is called when all have gone, within SOTTO_DRAIN. */
void sotto_server_drain (SottoServer *self, void (*drained) (gpointer data), gpointer data);
/* Reads the configuration again: what can change while running does; logs what cannot. */
void sotto_server_reload (SottoServer *self);
