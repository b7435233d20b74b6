// SPDX-License-Identifier: GPL-3.0-or-later
/* `backup` and `restore`: what sottoctl does with files instead of asking the server to. */
#pragma once

#include "server/sottoctl/commands.h"

bool sotto_ctl_backup (const SottoCtlCommand *command,
                       const SottoCtlLine *line,
                       SottoCtlRefusal *out_refusal);
bool sotto_ctl_restore (const SottoCtlCommand *command,
                        const SottoCtlLine *line,
                        SottoCtlRefusal *out_refusal);
