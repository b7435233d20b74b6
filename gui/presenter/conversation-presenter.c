// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/presenter/conversation-presenter.h"
#include "gui/presenter/sentences.h"

struct _SottoConversationPresenter
{
  GObject parent_instance;
  SottoEngine *engine;
  SottoPeople *people;
  GHashTable *chats; /* name → SottoChat */
  char *looked_at;
};

G_DEFINE_TYPE (SottoConversationPresenter, sotto_conversation_presenter, G_TYPE_OBJECT)

static gint64
now_ms (void)
{
  return g_get_real_time () / 1000;
}

static SottoChat *
find_chat (SottoConversationPresenter *self, const SottoEvent *event)
{
  return g_hash_table_lookup (self->chats, event->peer.str);
}

static SottoBubble *
find_bubble (SottoConversationPresenter *self, const SottoEvent *event)
{
  SottoChat *chat = find_chat (self, event);

  return chat != NULL && event->has_id ? sotto_chat_find (chat, &event->id) : NULL;
}

static void
on_message (SottoConversationPresenter *self, const SottoEvent *event)
{
  SottoChat *chat = sotto_conversation_presenter_open (self, event->peer.str);
  SottoPerson *person = sotto_chat_get_person (chat);

  sotto_person_set_typing (person, false);
  sotto_chat_receive (chat, event->text, event->sent_ms);
  if (g_strcmp0 (self->looked_at, event->peer.str) != 0)
    sotto_person_set_unread (person, sotto_person_get_unread (person) + 1);
}

/* The engine queues in the order it was told to send, so the oldest bubble without id is meant. */
static void
on_queued (SottoConversationPresenter *self, const SottoEvent *event)
{
  SottoChat *chat = find_chat (self, event);
  SottoBubble *bubble;

  if (chat == NULL || sotto_chat_find (chat, &event->id) != NULL)
    return;
  bubble = sotto_chat_first_unnamed (chat);
  if (bubble != NULL)
    sotto_chat_name (chat, bubble, &event->id);
}

static void
advance (SottoConversationPresenter *self, const SottoEvent *event, SottoBubbleState state)
{
  SottoBubble *bubble = find_bubble (self, event);

  if (bubble != NULL)
    sotto_chat_set_state (find_chat (self, event), bubble, state);
}

static void
on_sent (SottoConversationPresenter *self, const SottoEvent *event)
{
  advance (self, event, SOTTO_BUBBLE_SENT);
}

static void
on_delivered (SottoConversationPresenter *self, const SottoEvent *event)
{
  advance (self, event, SOTTO_BUBBLE_DELIVERED);
}

static void
on_read (SottoConversationPresenter *self, const SottoEvent *event)
{
  advance (self, event, SOTTO_BUBBLE_READ);
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
on_error (SottoConversationPresenter *self, const SottoEvent *event)
{
  SottoChat *chat = find_chat (self, event);
  SottoBubble *bubble = find_bubble (self, event);

  if (chat == NULL)
    return;
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

static void
on_typing (SottoConversationPresenter *self, const SottoEvent *event)
{
  SottoPerson *person = sotto_people_find (self->people, event->peer.str);

  if (person != NULL)
    sotto_person_set_typing (person, event->active);
}

static SottoPath
path_of (const SottoEvent *event)
{
  switch (event->channel_state)
    {
    case SOTTO_PEER_CHANNEL_OPEN:
      return event->relayed ? SOTTO_PATH_RELAYED : SOTTO_PATH_DIRECT;
    case SOTTO_PEER_CHANNEL_ALARM:
      return SOTTO_PATH_ALARM;
    case SOTTO_PEER_CHANNEL_CLOSED:
      break;
    }
  return SOTTO_PATH_NONE;
}

static void
on_channel (SottoConversationPresenter *self, const SottoEvent *event)
{
  SottoPerson *person = sotto_people_ensure (self->people, event->peer.str);

  sotto_person_set_channel (person, path_of (event), event->verified, event->safety_number);
}

static const struct
{
  SottoEventType type;
  void (*handle) (SottoConversationPresenter *self, const SottoEvent *event);
} handlers[] = {
  { SOTTO_EVENT_MESSAGE, on_message }, { SOTTO_EVENT_QUEUED, on_queued },
  { SOTTO_EVENT_SENT, on_sent },       { SOTTO_EVENT_DELIVERED, on_delivered },
  { SOTTO_EVENT_READ, on_read },       { SOTTO_EVENT_ERROR, on_error },
  { SOTTO_EVENT_TYPING, on_typing },   { SOTTO_EVENT_CHANNEL, on_channel },
};

static void
on_event (SottoEngine *engine, const SottoEvent *event, SottoConversationPresenter *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (handlers); i++)
    if (handlers[i].type == event->type)
      handlers[i].handle (self, event);
}

static void
sotto_conversation_presenter_dispose (GObject *object)
{
  SottoConversationPresenter *self = SOTTO_CONVERSATION_PRESENTER (object);

  g_clear_object (&self->engine);
  g_clear_object (&self->people);
  g_clear_pointer (&self->chats, g_hash_table_unref);
  g_clear_pointer (&self->looked_at, g_free);
  G_OBJECT_CLASS (sotto_conversation_presenter_parent_class)->dispose (object);
}

static void
sotto_conversation_presenter_class_init (SottoConversationPresenterClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sotto_conversation_presenter_dispose;
}

static void
sotto_conversation_presenter_init (SottoConversationPresenter *self)
{
  self->chats = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}

SottoConversationPresenter *
sotto_conversation_presenter_new (SottoEngine *engine, SottoPeople *people)
{
  SottoConversationPresenter *self = g_object_new (SOTTO_TYPE_CONVERSATION_PRESENTER, NULL);

  self->engine = g_object_ref (engine);
  self->people = g_object_ref (people);
  g_signal_connect_object (engine, "event", G_CALLBACK (on_event), self, 0);
  return self;
}

SottoChat *
sotto_conversation_presenter_open (SottoConversationPresenter *self, const char *name)
{
  SottoChat *chat = g_hash_table_lookup (self->chats, name);

  if (chat == NULL)
    {
      chat = sotto_chat_new (sotto_people_ensure (self->people, name));
      g_hash_table_insert (self->chats, g_strdup (name), chat);
    }
  return chat;
}

void
sotto_conversation_presenter_look_at (SottoConversationPresenter *self, const char *name)
{
  g_free (self->looked_at);
  self->looked_at = g_strdup (name);
  if (name != NULL)
    sotto_conversation_presenter_mark_read (self, name);
}

void
sotto_conversation_presenter_mark_read (SottoConversationPresenter *self, const char *name)
{
  SottoPerson *person = sotto_people_find (self->people, name);

  if (person != NULL)
    sotto_person_set_unread (person, 0);
}

void
sotto_conversation_presenter_send (SottoConversationPresenter *self,
                                   SottoChat *chat,
                                   const char *text)
{
  const char *own = sotto_engine_get_username (self->engine);

  sotto_chat_say (chat, own != NULL ? own : "", text, now_ms ());
  sotto_engine_send (self->engine, sotto_person_get_name (sotto_chat_get_person (chat)), text);
}

void
sotto_conversation_presenter_retry (SottoConversationPresenter *self,
                                    SottoChat *chat,
                                    SottoBubble *bubble)
{
  const char *peer = sotto_person_get_name (sotto_chat_get_person (chat));
  SottoId id;

  if (sotto_bubble_get_id (bubble, &id))
    {
      sotto_chat_set_state (chat, bubble, SOTTO_BUBBLE_QUEUED);
      sotto_engine_retry_message (self->engine, peer, &id);
    }
  else
    {
      sotto_chat_requeue (chat, bubble);
      sotto_engine_send (self->engine, peer, sotto_bubble_get_text (bubble));
    }
}

void
sotto_conversation_presenter_clear (SottoConversationPresenter *self)
{
  g_hash_table_remove_all (self->chats);
  g_clear_pointer (&self->looked_at, g_free);
  sotto_people_clear (self->people);
}
