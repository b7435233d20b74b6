// SPDX-License-Identifier: GPL-3.0-or-later
/* From a record's type to who handles it: one constant table. */
#pragma once

#include "server/session.h"

/* true when the record counts among the session's "other records". */
bool sotto_dispatch (SottoSession *session, SottoRecord *record, gint64 now);
