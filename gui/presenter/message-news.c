// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/presenter/message-news.h"
#include "gui/presenter/sentences.h"

/* The engine queues in the order it was told to send, so the oldest bubble without id is meant. */
static void
on_queued (SottoChat *chat, const SottoEvent *event)
{
  SottoBubble *bubble = sotto_chat_first_unnamed (chat);

  if (bubble != NULL && !event->has_target && sotto_chat_find (chat, &event->id) == NULL)
    sotto_chat_name (chat, bubble, &event->id);
}

static void
on_edited (SottoChat *chat, const SottoEvent *event)
{
  SottoBubble *bubble = sotto_chat_find (chat, &event->target);

  if (bubble != NULL)
    sotto_bubble_edit (bubble, event->text);
}

static void
on_deleted (SottoChat *chat, const SottoEvent *event)
{
  SottoBubble *bubble = sotto_chat_find (chat, &event->target);

  if (bubble != NULL)
    sotto_bubble_delete (bubble);
}

static void
on_reacted (SottoChat *chat, const SottoEvent *event)
{
  SottoBubble *bubble = sotto_chat_find (chat, &event->target);

  if (bubble != NULL)
    sotto_bubble_set_reaction (bubble, false, event->text != NULL ? event->text : "");
}

static SottoBubble *
find_bubble (SottoChat *chat, const SottoEvent *event)
{
  return event->has_id ? sotto_chat_find (chat, &event->id) : NULL;
}

static void
advance (SottoChat *chat, const SottoEvent *event, SottoBubbleState state)
{
  SottoBubble *bubble = find_bubble (chat, event);

  if (bubble != NULL)
    sotto_chat_set_state (chat, bubble, state);
}

static void
on_sent (SottoChat *chat, const SottoEvent *event)
{
  advance (chat, event, SOTTO_BUBBLE_SENT);
}

static void
on_delivered (SottoChat *chat, const SottoEvent *event)
{
  advance (chat, event, SOTTO_BUBBLE_DELIVERED);
}

/* It says so of all before it, too. */
static void
on_read (SottoChat *chat, const SottoEvent *event)
{
  SottoBubble *bubble = find_bubble (chat, event);

  if (bubble != NULL)
    sotto_chat_set_read_until (chat, bubble);
}

/* These say that a message was never queued; other errors without id are about the person. */
static bool
refuses_message (const char *code)
{
  static const char *const codes[] = { "self",  "too_big", "bad_name", "not_authenticated",
                                       "usage", "io",      NULL };

  return code != NULL && g_strv_contains (codes, code);
}

static void
on_error (SottoChat *chat, const SottoEvent *event)
{
  SottoBubble *bubble = find_bubble (chat, event);

  if (bubble == NULL && refuses_message (event->code))
    bubble = sotto_chat_first_unnamed (chat);
  if (bubble == NULL)
    return;
  /* Offline is no failure: the message waits. */
  if (g_strcmp0 (event->code, "offline") == 0)
    sotto_chat_set_state (chat, bubble, SOTTO_BUBBLE_QUEUED);
  else
    sotto_chat_fail (chat, bubble, sotto_sentence_for_code (event->code, event->text));
}

static const struct
{
  SottoEventType type;
  void (*handle) (SottoChat *chat, const SottoEvent *event);
} handlers[] = {
  { SOTTO_EVENT_QUEUED, on_queued },       { SOTTO_EVENT_SENT, on_sent },
  { SOTTO_EVENT_DELIVERED, on_delivered }, { SOTTO_EVENT_READ, on_read },
  { SOTTO_EVENT_EDITED, on_edited },       { SOTTO_EVENT_DELETED, on_deleted },
  { SOTTO_EVENT_REACTED, on_reacted },     { SOTTO_EVENT_ERROR, on_error },
};

void
sotto_message_news (SottoChat *chat, const SottoEvent *event)
{
  for (gsize i = 0; i < G_N_ELEMENTS (handlers); i++)
    if (handlers[i].type == event->type)
      handlers[i].handle (chat, event);
}
