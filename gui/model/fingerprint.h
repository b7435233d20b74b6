// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A server's fingerprint as people compare it: digits in groups, and words to read aloud.
 */
#pragma once

#include <glib.h>

#define SOTTO_FINGERPRINT_HEX   64
#define SOTTO_FINGERPRINT_WORDS 12 /* 96 bits: more than anybody can search for a look-alike */

/* "ab12 cd34 …", 16 groups of four in rows of four; NULL when hex is not 64 hex digits. */
char *sotto_fingerprint_to_groups (const char *hex);
/* The first bytes as English words, the same in every language, in rows of four; NULL as above. */
char *sotto_fingerprint_to_words (const char *hex);
