// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/model/chat-private.h"

/* Failed ones wait for a person, not for the network, and do not count. */
static guint
weight (SottoBubbleState state)
{
  return state == SOTTO_BUBBLE_QUEUED ? 1 : 0;
}

void
sotto_chat_recount (SottoChat *self, SottoBubbleState from, SottoBubbleState to)
{
  guint waiting = sotto_person_get_waiting (self->person);

  sotto_person_set_waiting (self->person, waiting + weight (to) - weight (from));
}

SottoBubble *
sotto_chat_say (SottoChat *self, const char *own, const char *text, gint64 unix_ms)
{
  SottoBubble *bubble = sotto_bubble_new (own, text, unix_ms, SOTTO_BUBBLE_QUEUED);

  sotto_person_set_last (self->person, text, unix_ms, unix_ms);
  g_queue_push_tail (&self->unnamed, bubble);
  sotto_chat_add (self, bubble);
  sotto_chat_recount (self, SOTTO_BUBBLE_RECEIVED, SOTTO_BUBBLE_QUEUED);
  return bubble;
}

SottoBubble *
sotto_chat_first_unnamed (SottoChat *self)
{
  return g_queue_peek_head (&self->unnamed);
}

void
sotto_chat_name (SottoChat *self, SottoBubble *bubble, const SottoId *id)
{
  g_queue_remove (&self->unnamed, bubble);
  sotto_bubble_set_id (bubble, id);
  sotto_chat_remember_id (self, bubble);
}

void
sotto_chat_set_state (SottoChat *self, SottoBubble *bubble, SottoBubbleState state)
{
  SottoBubbleState before = sotto_bubble_get_state (bubble);

  sotto_bubble_set_state (bubble, state);
  sotto_chat_recount (self, before, sotto_bubble_get_state (bubble));
}

void
sotto_chat_set_read_until (SottoChat *self, SottoBubble *bubble)
{
  bool reached = false;

  for (guint i = self->bubbles->len; i > 0; i--)
    {
      SottoBubble *each = sotto_chat_at (self, i - 1);
      SottoBubbleState state = sotto_bubble_get_state (each);

      reached |= each == bubble;
      if (reached && state == SOTTO_BUBBLE_READ)
        return;
      if (each == bubble || (reached && state == SOTTO_BUBBLE_DELIVERED))
        sotto_chat_set_state (self, each, SOTTO_BUBBLE_READ);
    }
}

void
sotto_chat_fail (SottoChat *self, SottoBubble *bubble, const char *reason)
{
  SottoBubbleState before = sotto_bubble_get_state (bubble);

  g_queue_remove (&self->unnamed, bubble);
  sotto_bubble_fail (bubble, reason);
  sotto_chat_recount (self, before, sotto_bubble_get_state (bubble));
}

void
sotto_chat_requeue (SottoChat *self, SottoBubble *bubble)
{
  g_queue_push_tail (&self->unnamed, bubble);
  sotto_chat_set_state (self, bubble, SOTTO_BUBBLE_QUEUED);
}
