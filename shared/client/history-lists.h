// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What is shown of the history beside its pages: the surroundings of a message, how many there are,
 * the list of conversations, and what a search finds. Each is work for sotto_history_run and the
 * data of its GTask, to be freed with sotto_history_list_free.
 */
#pragma once

#include "shared/client/history-work.h"

/* SottoHistoryRecord *, newest first: the message of this place and up to so many on either side.
 */
SottoHistoryWork *
sotto_history_around_new (const SottoName *peer, uint64_t place, guint n_before, guint n_after);
/* Without a result: how many messages there are, once it is done. */
SottoHistoryWork *sotto_history_count_new (const SottoName *peer);
guint sotto_history_count_get (gpointer work);
/* SottoConversation *, newest first. */
SottoHistoryWork *sotto_history_conversations_new (void);
/* SottoHistoryRecord *, newest first. peer NULL = of all. */
SottoHistoryWork *sotto_history_search_new (const char *query, const SottoName *peer, guint max);

void sotto_history_list_free (gpointer work);
