// SPDX-License-Identifier: GPL-3.0-or-later
/* `sotto-server check`: says what is wrong with a configuration without starting. */
#pragma once

#include "shared/base/error.h"
#include <stdbool.h>

/* Prints warnings and "configuration is right"; touches nothing, so that it may run beside a
 * server. */
bool sotto_check_config (const char *path, GError **error);
