// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A conversation: how words travel, what was said, where one writes. Signals: "send" (SottoChat,
 * text), "act" (SottoChat, SottoBubble, action, text; see message-menu.h), "offer-file" (path),
 * "offer-picture" (GdkPixbuf), the list's "extend" (SottoChat, boolean newer) and "newest"
 * (SottoChat), "back".
 */
#pragma once

#include "gui/model/chat.h"
#include "gui/model/session-model.h"
#include <handy.h>

#define SOTTO_TYPE_CONVERSATION_PANE (sotto_conversation_pane_get_type ())
G_DECLARE_FINAL_TYPE (SottoConversationPane,
                      sotto_conversation_pane,
                      SOTTO,
                      CONVERSATION_PANE,
                      GtkBox)

/* Once. */
void sotto_conversation_pane_set_session (SottoConversationPane *self, SottoSessionModel *session);
/* NULL: none is chosen. */
void sotto_conversation_pane_show_chat (SottoConversationPane *self, SottoChat *chat);
SottoChat *sotto_conversation_pane_get_chat (SottoConversationPane *self);
HdyHeaderBar *sotto_conversation_pane_get_header (SottoConversationPane *self);
void sotto_conversation_pane_set_folded (SottoConversationPane *self, gboolean folded);
void sotto_conversation_pane_focus (SottoConversationPane *self);
