// SPDX-License-Identifier: GPL-3.0-or-later
/* Commands that ask the server one thing and print its answer. */
#pragma once

#include "server/sottoctl/commands.h"

bool sotto_ctl_ask (const SottoCtlCommand *command,
                    const SottoCtlLine *line,
                    SottoCtlRefusal *out_refusal);
