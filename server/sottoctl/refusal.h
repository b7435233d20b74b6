// SPDX-License-Identifier: GPL-3.0-or-later
/* How a command failed: `code` for scripts, `message` for people. Both NULL while it has not. */
#pragma once

#include "shared/base/error.h"

typedef struct
{
  char *code;
  char *message;
} SottoCtlRefusal;

void sotto_ctl_refusal_set (SottoCtlRefusal *self, const char *code, const char *message);
/* By the code of an error of SOTTO_ERROR, which is freed. */
void sotto_ctl_refusal_take (SottoCtlRefusal *self, GError *take_error);
void sotto_ctl_refusal_clear (SottoCtlRefusal *self);
