// SPDX-License-Identifier: GPL-3.0-or-later
/* What SIGHUP changes of a running server's configuration. */
#pragma once

#include "server/config.h"
#include "server/types.h"

/* Moves into `running` what may change while running; names in the log what would need a restart.
 * Returns the keys of the latter, static strings; caller frees the array. */
GPtrArray *sotto_reload_config (SottoServerConfig *running, SottoServerConfig *fresh);
/* Adds `server_privateKey` where the files are not the key that the server runs with any more: it
 * goes on with the old one. */
void sotto_reload_note_key (GPtrArray *later,
                            const SottoServerKey *running,
                            const SottoServerConfig *fresh);
