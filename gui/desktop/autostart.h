// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Starting with the session: one desktop file a profile in the folder that the desktop reads at
 * login. The file is the setting; there is no second place that could say otherwise.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

bool sotto_autostart_get (const char *app_id);
/* SOTTO_ERROR_IO when it cannot be written or removed. */
bool sotto_autostart_set (const char *app_id, const char *profile, bool on, GError **error);
