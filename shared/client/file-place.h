// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A file that came whole goes from where it was gathered to where people look for it. Never over
 * something that is there, and after a crash it is in one of the two places, not in both. Blocks.
 */
#pragma once

#include "shared/base/error.h"
#include <stdbool.h>

typedef enum
{
  SOTTO_PLACED,
  SOTTO_PLACE_TAKEN, /* meanwhile: choose another */
  SOTTO_PLACE_FAILED
} SottoPlaced;

/* A path in the folder (made where it is missing) that nothing has yet: name, or "name (2)" and so
 * on. NULL when the folder cannot be had. Caller frees. */
char *sotto_file_place_choose (const char *folder, const char *safe_name, GError **error);
/* On failure errno says why, too. */
SottoPlaced sotto_file_place_move (const char *from, const char *to, GError **error);
/* After a crash in, before or after a move: true when `to` is in place by now. */
bool sotto_file_place_finish (const char *from, const char *to);
