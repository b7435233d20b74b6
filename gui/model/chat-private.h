// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What the files of a chat share: chat.c is the stretch of what was said, chat-own.c how far own
 * words got, chat-expiry.c what is too old.
 */
#pragma once

#include "gui/model/chat.h"

struct _SottoChat
{
  GObject parent_instance;
  SottoPerson *person;
  GPtrArray *bubbles;
  GHashTable *by_id;         /* SottoId (owned) → SottoBubble (borrowed) */
  GQueue unnamed;            /* own bubbles without id, oldest first, borrowed */
  SottoBubble *first_unread; /* weak */
  bool has_older;
  bool has_newer;
  char *draft;
};

/* NULL beyond the end. */
SottoBubble *sotto_chat_at (SottoChat *self, guint i);
/* At the end; takes it, and gives it back borrowed. */
SottoBubble *sotto_chat_add (SottoChat *self, SottoBubble *take_bubble);
void sotto_chat_drop (SottoChat *self, guint from, guint count);
void sotto_chat_remember_id (SottoChat *self, SottoBubble *bubble);
/* One bubble's state changed: how many of ours wait is told with the person. */
void sotto_chat_recount (SottoChat *self, SottoBubbleState from, SottoBubbleState to);
