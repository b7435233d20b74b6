// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The mark of a restore: a file beside the configuration, there while its files are a mix of two
 * servers. Who was killed in between leaves it, and no server starts on such a mix: it might have
 * one's key and the other's accounts.
 */
#pragma once

#include "shared/base/error.h"
#include <stdbool.h>

bool sotto_restoring_begin (const char *config_path, GError **error);
bool sotto_restoring_is_begun (const char *config_path);
bool sotto_restoring_end (const char *config_path, GError **error);
/* SOTTO_ERROR_CONFIG and what to do, when a restore was begun and not ended. */
bool sotto_restoring_check (const char *config_path, GError **error);
