// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What was said, as rows: no more of them than a few screens, made and dropped while one scrolls.
 * Stays at the end while one is there, and puts what one reads back where it was whenever rows come
 * or go. Signals: "extend" (boolean newer) at an edge of what the chat has, "newest" when somebody
 * wants to the end of a chat that ends before it, "act" (SottoBubble, action, text; see
 * message-menu.h).
 */
#pragma once

#include "gui/model/chat.h"
#include <handy.h>

#define SOTTO_TYPE_MESSAGE_LIST (sotto_message_list_get_type ())
G_DECLARE_FINAL_TYPE (SottoMessageList, sotto_message_list, SOTTO, MESSAGE_LIST, GtkOverlay)

/* NULL: none. */
void sotto_message_list_show_chat (SottoMessageList *self, SottoChat *chat);
/* From here on it follows what is said, as after writing something. */
void sotto_message_list_go_to_end (SottoMessageList *self);
