// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Between the engine and the chats: what was said, how far own words got, what was changed of them
 * and how they travel. Counts as unread what arrives in a chat that nobody is looking at, and says
 * what was read. Keeps drafts.
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

/* Something of theirs came into it: it is new, or read at once by whoever looks at it. */
void sotto_conversation_presenter_note_arrival (SottoConversationPresenter *self, SottoChat *chat);
/* The chat with a person, made when there is none. Borrowed. */
SottoChat *sotto_conversation_presenter_open (SottoConversationPresenter *self, const char *name);
/* Whose chat is before somebody's eyes now; NULL = nobody's. */
void sotto_conversation_presenter_look_at (SottoConversationPresenter *self, const char *name);
/* As if somebody had looked at it. */
void sotto_conversation_presenter_mark_read (SottoConversationPresenter *self, const char *name);
/* To a message of the history, wherever it is; the chat points at it. */
void sotto_conversation_presenter_jump (SottoConversationPresenter *self,
                                        SottoChat *chat,
                                        uint64_t place,
                                        const SottoId *id);
/* Nothing was ever said with them; name NULL = with anybody. */
void sotto_conversation_presenter_empty (SottoConversationPresenter *self, const char *name);
/* Words of ours to them are not under way yet. */
bool sotto_conversation_presenter_has_waiting (SottoConversationPresenter *self, const char *name);
/* Somebody scrolled to an edge of what is here. */
void sotto_conversation_presenter_extend (SottoConversationPresenter *self,
                                          SottoChat *chat,
                                          gboolean newer);
/* Back from far up in the history. */
void sotto_conversation_presenter_go_to_newest (SottoConversationPresenter *self, SottoChat *chat);
void sotto_conversation_presenter_send (SottoConversationPresenter *self,
                                        SottoChat *chat,
                                        const char *text);
/* What a person does with one message; see message-act.h. */
void sotto_conversation_presenter_act (SottoConversationPresenter *self,
                                       SottoChat *chat,
                                       SottoBubble *bubble,
                                       const char *action,
                                       const char *text);
/* Logged out: everything said is forgotten. */
void sotto_conversation_presenter_clear (SottoConversationPresenter *self);
