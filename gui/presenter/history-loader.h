// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Brings what was said before into the models: the conversations at the login, and of one that is
 * open the pages that somebody scrolls to. One request a chat at a time; answers of an earlier
 * login are dropped.
 */
#pragma once

#include "gui/model/chat.h"
#include "gui/model/people.h"
#include "shared/client/engine.h"

#define SOTTO_TYPE_HISTORY_LOADER (sotto_history_loader_get_type ())
G_DECLARE_FINAL_TYPE (SottoHistoryLoader, sotto_history_loader, SOTTO, HISTORY_LOADER, GObject)

SottoHistoryLoader *sotto_history_loader_new (SottoEngine *engine, SottoPeople *people);

/* Everybody with whom there are words gets listed, with the last of them and how many are new. */
void sotto_history_loader_list_conversations (SottoHistoryLoader *self);
/* The page beyond that edge of what is here; the newest one of a chat that is empty. Signal
 * "extended" (SottoChat, boolean newer). */
void sotto_history_loader_extend (SottoHistoryLoader *self, SottoChat *chat, bool newer);
/* From now on at this place of the history, and the chat points at the message there: what is here
 * goes, and so does a page that is on its way. */
void sotto_history_loader_jump (SottoHistoryLoader *self, SottoChat *chat, uint64_t place);
/* Logged out: what is under way is of no use. */
void sotto_history_loader_stop (SottoHistoryLoader *self);
