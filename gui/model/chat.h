// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What was said with one person, oldest first: a GListModel of SottoBubble. It groups bubbles that
 * belong together and knows which own ones are not delivered. A stretch of a history that may be
 * much longer: there may be older ones, and newer ones when one looks far back. No more than
 * SOTTO_CHAT_BUBBLES_MAX at a time.
 */
#pragma once

#include "gui/model/bubble.h"
#include "gui/model/person.h"
#include <gio/gio.h>

#define SOTTO_TYPE_CHAT (sotto_chat_get_type ())
G_DECLARE_FINAL_TYPE (SottoChat, sotto_chat, SOTTO, CHAT, GObject)

SottoChat *sotto_chat_new (SottoPerson *person);

SottoPerson *sotto_chat_get_person (SottoChat *self);
/* Signal "arrived" (SottoBubble): one of theirs or a remark, just now; what is loaded of the
 * history is not. */

/* Appends what comes just now; the person's last words become these. Borrowed; NULL when the end is
 * not here. id may be NULL. */
SottoBubble *
sotto_chat_receive (SottoChat *self, const SottoId *id, const char *text, gint64 unix_ms);
SottoBubble *sotto_chat_say (SottoChat *self, const char *own, const char *text, gint64 unix_ms);

/* Appends what the engine told of, in either direction; false when the end is not here. */
bool sotto_chat_append (SottoChat *self, SottoBubble *bubble);

/* Of the history: `older` and `newer` than what is here. At first there may be older ones. */
bool sotto_chat_get_has_more (SottoChat *self, bool newer);
/* The kept place at that end, 0 = none is known. */
uint64_t sotto_chat_get_edge (SottoChat *self, bool newer);
/* Bubbles of the history at that end, oldest first; what is here already is left out. has_more: the
 * history goes on there. What is too much goes at the other end. */
void sotto_chat_extend (SottoChat *self, bool newer, GPtrArray *bubbles, bool has_more);
/* What came here before then is gone, but for what waits for its receiver. */
void sotto_chat_expire (SottoChat *self, gint64 before_ms);
/* Begins anew, as if nothing had been loaded. */
void sotto_chat_reset (SottoChat *self);

/* Where what nobody has read yet begins; NULL = nowhere. Signal "notify::first-unread". */
SottoBubble *sotto_chat_get_first_unread (SottoChat *self);
/* n: theirs, counted from the end; 0 = none. */
void sotto_chat_mark_unread (SottoChat *self, guint n);
/* Somebody looked for this one. Signal "found" (its position). Nothing when it is not here. */
void sotto_chat_point_at (SottoChat *self, SottoBubble *bubble);
/* The last one that can still be edited; NULL = none. */
SottoBubble *sotto_chat_find_last_own (SottoChat *self);
SottoBubble *sotto_chat_find_last_theirs (SottoChat *self);

/* The oldest own bubble the engine has not given an id yet; NULL when all have one. */
SottoBubble *sotto_chat_first_unnamed (SottoChat *self);
SottoBubble *sotto_chat_find (SottoChat *self, const SottoId *id);
void sotto_chat_name (SottoChat *self, SottoBubble *bubble, const SottoId *id);
/* Sets the state and keeps the person's count of waiting messages right. */
void sotto_chat_set_state (SottoChat *self, SottoBubble *bubble, SottoBubbleState state);
/* An own bubble and all own ones before it were read. */
void sotto_chat_set_read_until (SottoChat *self, SottoBubble *bubble);
void sotto_chat_fail (SottoChat *self, SottoBubble *bubble, const char *reason);
/* A failed bubble without id is said again: it waits for its id once more. */
void sotto_chat_requeue (SottoChat *self, SottoBubble *bubble);

/* What is typed and not sent, so that it is there again when the chat is. Never NULL. */
const char *sotto_chat_get_draft (SottoChat *self);
void sotto_chat_set_draft (SottoChat *self, const char *draft);
