// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * How hard a password is to guess, as somebody would who tries words, names and runs of keys before
 * anything else. An estimate for advice, never a rule: nobody is refused by it.
 */
#pragma once

typedef enum
{
  SOTTO_STRENGTH_NONE, /* nothing typed */
  SOTTO_STRENGTH_WEAK,
  SOTTO_STRENGTH_FAIR,
  SOTTO_STRENGTH_STRONG
} SottoStrength;

typedef enum
{
  SOTTO_STRENGTH_FINE,
  SOTTO_STRENGTH_SHORT,    /* longer would help */
  SOTTO_STRENGTH_COMMON,   /* mostly what is tried first, or the same again and again */
  SOTTO_STRENGTH_USERNAME, /* mostly the username */
} SottoStrengthProblem;

/* username may be empty; out_problem may be NULL. */
SottoStrength sotto_password_strength (const char *password,
                                       const char *username,
                                       SottoStrengthProblem *out_problem);
