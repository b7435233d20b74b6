// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A strict look at JSON text before json-glib reads it: the grammar of RFC 8259 and no more, depth
 * within SOTTO_JSON_MAX_DEPTH, no key twice in an object, no \u0000, integers that fit 64 bits.
 * Only for json.c and its test.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* NULL when text is fine, else what is wrong; out_at is the byte where. */
const char *sotto_json_scan (const char *text, gsize n, gsize *out_at);
