// SPDX-License-Identifier: GPL-3.0-or-later
/* A realm for a server that was given none: 16 letters and digits that cannot be misread. */
#pragma once

#include "shared/base/types.h"

/* Caller frees. */
char *sotto_realm_make (const SottoRandom *random);
