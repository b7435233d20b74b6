// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * One thing said in a chat: who, what, when, and how far it got. Its place in a group of bubbles is
 * set by the chat that holds it.
 */
#pragma once

#include "gui/model/file-part.h"
#include "shared/base/types.h"
#include "shared/client/remark.h"
#include <glib-object.h>

#define SOTTO_TYPE_BUBBLE (sotto_bubble_get_type ())
G_DECLARE_FINAL_TYPE (SottoBubble, sotto_bubble, SOTTO, BUBBLE, GObject)

typedef enum
{
  SOTTO_BUBBLE_RECEIVED, /* somebody else's */
  SOTTO_BUBBLE_QUEUED,
  SOTTO_BUBBLE_SENT,
  SOTTO_BUBBLE_DELIVERED,
  SOTTO_BUBBLE_READ,
  SOTTO_BUBBLE_FAILED
} SottoBubbleState;

/* text may be anything a peer sent; it is made safe to show where it is shown. */
SottoBubble *
sotto_bubble_new (const char *sender, const char *text, gint64 unix_ms, SottoBubbleState state);

/* What nobody said; its text is the sentence that is shown. */
SottoBubble *sotto_bubble_new_remark (SottoRemark remark, const char *sentence, gint64 unix_ms);
SottoRemark sotto_bubble_get_remark (SottoBubble *self); /* NONE = it was said */

const char *sotto_bubble_get_sender (SottoBubble *self);
const char *sotto_bubble_get_text (SottoBubble *self);
gint64 sotto_bubble_get_time_ms (SottoBubble *self); /* by the sender's clock */
/* By our clock, when it came or was said; the same unless it is set. */
gint64 sotto_bubble_get_came_ms (SottoBubble *self);
void sotto_bubble_set_came_ms (SottoBubble *self, gint64 unix_ms);
bool sotto_bubble_is_own (SottoBubble *self);

/* A file instead of words; its text is the file's name. Before it is shown anywhere. */
void sotto_bubble_set_file (SottoBubble *self, SottoFilePart *file);
SottoFilePart *sotto_bubble_get_file (SottoBubble *self); /* NULL = words */

/* An own message gets its id when the engine has queued it. */
bool sotto_bubble_get_id (SottoBubble *self, SottoId *out);
void sotto_bubble_set_id (SottoBubble *self, const SottoId *id);

SottoBubbleState sotto_bubble_get_state (SottoBubble *self);
/* Never goes back from delivered to sent, whatever order the news comes in; only `failed` and a new
 * try may. */
void sotto_bubble_set_state (SottoBubble *self, SottoBubbleState state);
const char *sotto_bubble_get_reason (SottoBubble *self); /* why it failed, NULL otherwise */
void sotto_bubble_fail (SottoBubble *self, const char *reason);

/* Where it stands in the history: grows with each message of a person; 0 = not known yet. */
uint64_t sotto_bubble_get_kept_place (SottoBubble *self);
void sotto_bubble_set_kept_place (SottoBubble *self, uint64_t place);

/* What was said after it, about it. A deleted one has no words left. Each notifies "content". */
bool sotto_bubble_get_edited (SottoBubble *self);
bool sotto_bubble_get_deleted (SottoBubble *self);
void sotto_bubble_edit (SottoBubble *self, const char *text);
void sotto_bubble_delete (SottoBubble *self);
/* One a side, "" = none. */
const char *sotto_bubble_get_reaction (SottoBubble *self, bool own);
void sotto_bubble_set_reaction (SottoBubble *self, bool own, const char *reaction);

/* First and last of a run of the same sender within some minutes. */
bool sotto_bubble_get_first (SottoBubble *self);
bool sotto_bubble_get_last (SottoBubble *self);
void sotto_bubble_set_place (SottoBubble *self, bool first, bool last);
