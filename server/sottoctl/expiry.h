// SPDX-License-Identifier: GPL-3.0-or-later
/* Until when an invite counts, as an administrator says it. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* From now on `N` and m, h, d or w; a day, which is then its last (2026-12-31); or a moment of ISO
 * 8601 (2026-12-31T18:00), by the local clock where it names no zone. Unix seconds. */
bool sotto_ctl_expiry_parse (const char *text, gint64 now_s, gint64 *out);
