// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The 60 digits two people compare (PROTOCOL section 4), to notice a server that stands between.
 */
#pragma once

#include "shared/base/types.h"

/* out has room for SOTTO_SAFETY_NUMBER_LEN + 1: 12 groups of 5 digits. About 4 ms. */
void sotto_safety_number (const SottoName *name_a,
                          const SottoKey *identity_a,
                          const SottoName *name_b,
                          const SottoKey *identity_b,
                          char *out);
/* 30 digits and NUL. */
void
sotto_safety_number_half (const SottoName *name, const SottoKey *identity, char out[static 31]);
/* Digits of a typed number compared with the real one; blanks are passed over, constant time. */
bool sotto_safety_number_matches (const char *number, const char *typed);
