// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Wrong passwords by account name, there or not. After SOTTO_ACCOUNT_FAILURES within
 * SOTTO_ACCOUNT_WINDOW each source that failed waits, twice as long every time; a source that never
 * failed at this account never waits, so that nobody can lock another out.
 */
#pragma once

#include "server/cidr.h"

typedef struct _SottoFailures SottoFailures;

SottoFailures *sotto_failures_new (void);
void sotto_failures_free (SottoFailures *self);
void sotto_failures_note (SottoFailures *self,
                          const SottoName *name,
                          const SottoSource *source,
                          gint64 now);
/* How long the source must wait before it may try again; 0 = not at all. */
gint64 sotto_failures_wait (const SottoFailures *self,
                            const SottoName *name,
                            const SottoSource *source,
                            gint64 now);
void sotto_failures_sweep (SottoFailures *self, gint64 now);
