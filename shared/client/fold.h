// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Text as a search compares it: composed (NFC) and without case, the same for what is looked for
 * and what is looked through. Pure.
 */
#pragma once

#include <glib.h>

/* Replaces what is in out. text: UTF-8. */
void sotto_fold (const char *text, gsize n, GString *out);
