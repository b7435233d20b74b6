// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Between the engine and the chats: what was said, how far own words got, and how they travel.
 * Counts as unread what arrives in a chat that nobody is looking at.
 */
#pragma once

#include "gui/model/chat.h"
#include "gui/model/people.h"
#include "shared/client/engine.h"

#define SOTTO_TYPE_CONVERSATION_PRESENTER (sotto_conversation_presenter_get_type ())
G_DECLARE_FINAL_TYPE (SottoConversationPresenter,
                      sotto_conversation_presenter,
                      SOTTO,
                      CONVERSATION_PRESENTER,
                      GObject)

SottoConversationPresenter *sotto_conversation_presenter_new (SottoEngine *engine,
                                                              SottoPeople *people);

/* The chat with a person, made when there is none. Borrowed. */
SottoChat *sotto_conversation_presenter_open (SottoConversationPresenter *self, const char *name);
/* Whose chat is before somebody's eyes now; NULL = nobody's. */
void sotto_conversation_presenter_look_at (SottoConversationPresenter *self, const char *name);
void sotto_conversation_presenter_mark_read (SottoConversationPresenter *self, const char *name);
void sotto_conversation_presenter_send (SottoConversationPresenter *self,
                                        SottoChat *chat,
                                        const char *text);
void sotto_conversation_presenter_retry (SottoConversationPresenter *self,
                                         SottoChat *chat,
                                         SottoBubble *bubble);
/* Logged out: everything said is forgotten. */
void sotto_conversation_presenter_clear (SottoConversationPresenter *self);
