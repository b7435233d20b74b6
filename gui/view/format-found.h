// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The line of a message in which words were found, as Pango markup with the words marked. Compares
 * as the search does, so that what it found is what is marked.
 */
#pragma once

/* One line, from a little before the words on. Nothing a peer wrote gets through as markup. Caller
 * frees. */
char *sotto_format_found (const char *text, const char *words);
