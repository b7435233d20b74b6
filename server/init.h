// SPDX-License-Identifier: GPL-3.0-or-later
/* `sotto-server init`: makes a key, its certificate and a configuration in a folder. */
#pragma once

#include "shared/base/error.h"
#include <stdbool.h>

/* Writes config.yaml, key.pem and certificate.pem and prints what to do next, the join link last.
 * Overwrites nothing. */
bool sotto_init_folder (const char *folder, GError **error);
