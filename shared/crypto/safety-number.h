// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The 60 digits two people compare (PROTOCOL section 4), to notice a server that stands between.
 */
#pragma once

#include "shared/base/types.h"

#define SOTTO_SAFETY_HALF_LEN 30

/* out has room for SOTTO_SAFETY_NUMBER_LEN + 1: 12 groups of 5 digits. Two halves, and each takes
 * more than a millisecond: whoever needs one of them often keeps it. */
void sotto_safety_number (const SottoName *name_a,
                          const SottoKey *identity_a,
                          const SottoName *name_b,
                          const SottoKey *identity_b,
                          char *out);
/* Digits and NUL. */
void sotto_safety_number_half (const SottoName *name,
                               const SottoKey *identity,
                               char out[static SOTTO_SAFETY_HALF_LEN + 1]);
/* Of two halves in either order. */
void sotto_safety_number_join (const char *a, const char *b, char *out);
/* Digits of a typed number compared with the real one; blanks are passed over, constant time. */
bool sotto_safety_number_matches (const char *number, const char *typed);
