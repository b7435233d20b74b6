// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a person wrote, as Pango markup: links, `code`, *strong* and _stressed_ words. Everything
 * else is as it was written; nothing a peer writes gets through as markup of its own.
 */
#pragma once

#include <glib.h>

/* text: safe to show (sotto_format_text). Caller frees. */
char *sotto_markup_from_text (const char *text);
/* Splits "> quoted" lines off the beginning: NULL when there are none. *out_rest is within text. */
char *sotto_markup_dup_quote (const char *text, const char **out_rest);
/* The same the other way: what stands before a reply to text. */
char *sotto_markup_quote (const char *text);
