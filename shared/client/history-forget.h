// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What is to be remembered no longer: messages that are too old, or whole conversations. The ids
 * that came stay either way, so that nothing is taken for new when it comes again. Work for
 * sotto_history_run, freed with sotto_history_list_free.
 */
#pragma once

#include "shared/client/history-work.h"

/* Stored before then, and not waiting for their receiver. */
SottoHistoryWork *sotto_history_expire_new (uint64_t before_ms);
uint64_t sotto_history_expire_get_before (const SottoHistoryWork *work);

/* All with a peer, or with everybody (NULL): messages, drafts, and what waits to be sent. What is
 * asked for afterwards stays. */
SottoHistoryWork *sotto_history_forget_new (const SottoName *peer);

/* Of a forgetting that is done: up to which place all of a peer is gone. */
typedef void (*SottoHistoryForgotten) (const SottoName *peer, uint64_t place, gpointer data);
void
sotto_history_forget_foreach (SottoHistoryWork *work, SottoHistoryForgotten func, gpointer data);
