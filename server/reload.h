// SPDX-License-Identifier: GPL-3.0-or-later
/* What SIGHUP changes of a running server's configuration. */
#pragma once

#include "server/config.h"

/* Moves into `running` what may change while running; names in the log what would need a restart.
 * Returns the keys of the latter, static strings; caller frees the array. */
GPtrArray *sotto_reload_config (SottoServerConfig *running, SottoServerConfig *fresh);
