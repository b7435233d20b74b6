// SPDX-License-Identifier: GPL-3.0-or-later
/* Turns the wheel: one GSource that wakes when the nearest deadline is due, and never without one.
 */
#pragma once

#include "server/types.h"
#include "shared/base/clock.h"

typedef struct _SottoTicker SottoTicker;

/* Attaches to the thread-default context; `turned` is called after each run. */
SottoTicker *sotto_ticker_new (SottoWheel *wheel,
                               const SottoClock *clock,
                               void (*turned) (gpointer data),
                               gpointer data);
void sotto_ticker_free (SottoTicker *self);
