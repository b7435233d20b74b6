// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a person settled about another one, on this device and for nobody else's eyes. All zero is
 * how everybody begins.
 */
#pragma once

#include "shared/base/limits.h"
#include <stdbool.h>

typedef struct
{
  char alias[SOTTO_ALIAS_MAX + 1]; /* shown in place of the name; empty = none */
  bool favourite;
  bool muted;   /* messages come, without a sound or a notification */
  bool blocked; /* nothing is sent, nothing comes, no key of theirs is answered */
  bool forget;  /* their conversation is not kept on the disk */
} SottoContactPrefs;
