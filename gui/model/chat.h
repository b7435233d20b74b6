// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What was said with one person, oldest first: a GListModel of SottoBubble. It groups bubbles that
 * belong together and knows which own ones are not delivered. Kept in memory only, and no more of
 * it than SOTTO_CHAT_BUBBLES_MAX.
 */
#pragma once

#include "gui/model/bubble.h"
#include "gui/model/person.h"
#include <gio/gio.h>

#define SOTTO_TYPE_CHAT (sotto_chat_get_type ())
G_DECLARE_FINAL_TYPE (SottoChat, sotto_chat, SOTTO, CHAT, GObject)

SottoChat *sotto_chat_new (SottoPerson *person);

SottoPerson *sotto_chat_get_person (SottoChat *self);
/* Appends; the person's last words become these. Borrowed. */
SottoBubble *sotto_chat_receive (SottoChat *self, const char *text, gint64 unix_ms);
SottoBubble *sotto_chat_say (SottoChat *self, const char *own, const char *text, gint64 unix_ms);

/* The oldest own bubble the engine has not given an id yet; NULL when all have one. */
SottoBubble *sotto_chat_first_unnamed (SottoChat *self);
SottoBubble *sotto_chat_find (SottoChat *self, const SottoId *id);
void sotto_chat_name (SottoChat *self, SottoBubble *bubble, const SottoId *id);
/* Sets the state and keeps the person's count of waiting messages right. */
void sotto_chat_set_state (SottoChat *self, SottoBubble *bubble, SottoBubbleState state);
void sotto_chat_fail (SottoChat *self, SottoBubble *bubble, const char *reason);
/* A failed bubble without id is said again: it waits for its id once more. */
void sotto_chat_requeue (SottoChat *self, SottoBubble *bubble);

/* What is typed and not sent, so that it is there again when the chat is. Never NULL. */
const char *sotto_chat_get_draft (SottoChat *self);
void sotto_chat_set_draft (SottoChat *self, const char *draft);
