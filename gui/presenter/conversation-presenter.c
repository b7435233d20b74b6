// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/presenter/conversation-presenter.h"
#include "gui/presenter/history-loader.h"
#include "gui/presenter/message-act.h"
#include "gui/presenter/message-news.h"
#include <string.h>

struct _SottoConversationPresenter
{
  GObject parent_instance;
  SottoEngine *engine;
  SottoPeople *people;
  SottoHistoryLoader *loader;
  GHashTable *chats; /* name → SottoChat */
  char *looked_at;
  guint n_new;       /* of theirs, when somebody began to look */
  SottoChat *marked; /* the last one somebody began to look at; never followed */
  bool listed;
};

G_DEFINE_TYPE (SottoConversationPresenter, sotto_conversation_presenter, G_TYPE_OBJECT)

static gint64
now_ms (void)
{
  return g_get_real_time () / 1000;
}

static const char *
peer_of (SottoChat *chat)
{
  return sotto_person_get_name (sotto_chat_get_person (chat));
}

/* Nobody has to be told again of what somebody sees. */
static void
mark_read (SottoConversationPresenter *self, SottoChat *chat)
{
  SottoBubble *last = sotto_chat_find_last_theirs (chat);
  SottoId id;

  if (last != NULL && sotto_bubble_get_id (last, &id))
    sotto_engine_mark_read (self->engine, peer_of (chat), &id);
}

static bool
is_looked_at (SottoConversationPresenter *self, SottoChat *chat)
{
  return g_strcmp0 (self->looked_at, peer_of (chat)) == 0;
}

void
sotto_conversation_presenter_note_arrival (SottoConversationPresenter *self, SottoChat *chat)
{
  SottoPerson *person = sotto_chat_get_person (chat);

  if (is_looked_at (self, chat))
    mark_read (self, chat);
  else
    sotto_person_set_unread (person, sotto_person_get_unread (person) + 1);
}

static void
on_message (SottoConversationPresenter *self, const SottoEvent *event)
{
  SottoChat *chat = sotto_conversation_presenter_open (self, event->peer.str);
  if (event->has_id && sotto_chat_find (chat, &event->id) != NULL)
    return; /* a page of the history was faster */
  sotto_person_set_typing (sotto_chat_get_person (chat), false);
  sotto_chat_receive (chat, event->has_id ? &event->id : NULL, event->text, event->sent_ms);
  sotto_conversation_presenter_note_arrival (self, chat);
}

static void
on_authenticated (SottoConversationPresenter *self, const SottoEvent *event)
{
  if (!self->listed)
    sotto_history_loader_list_conversations (self->loader);
  self->listed = true;
}

/* Nobody has to read it: what is to be done about it stands above the conversation. */
static void
on_remark (SottoConversationPresenter *self, const SottoEvent *event)
{
  SottoChat *chat = sotto_conversation_presenter_open (self, event->peer.str);
  g_autoptr (SottoBubble) bubble =
      sotto_bubble_new_remark (event->remark, event->text, event->sent_ms);

  if (sotto_chat_find (chat, &event->id) != NULL)
    return; /* a page of the history was faster */
  sotto_bubble_set_id (bubble, &event->id);
  sotto_chat_append (chat, bubble);
}

/* What is not kept any more is not to be seen either. */
static void
on_expired (SottoConversationPresenter *self, const SottoEvent *event)
{
  GHashTableIter iter;
  gpointer chat;

  g_hash_table_iter_init (&iter, self->chats);
  while (g_hash_table_iter_next (&iter, NULL, &chat))
    sotto_chat_expire (chat, event->sent_ms);
  sotto_people_expire (self->people, event->sent_ms);
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
  { SOTTO_EVENT_AUTHENTICATED, on_authenticated },
  { SOTTO_EVENT_EXPIRED, on_expired },
  { SOTTO_EVENT_MESSAGE, on_message },
  { SOTTO_EVENT_TYPING, on_typing },
  { SOTTO_EVENT_CHANNEL, on_channel },
  { SOTTO_EVENT_REMARK, on_remark },
};

static void
on_event (SottoEngine *engine, const SottoEvent *event, SottoConversationPresenter *self)
{
  SottoChat *chat = g_hash_table_lookup (self->chats, event->peer.str);

  for (gsize i = 0; i < G_N_ELEMENTS (handlers); i++)
    if (handlers[i].type == event->type)
      handlers[i].handle (self, event);
  if (chat != NULL)
    sotto_message_news (chat, event);
}

/* The first page of a chat that somebody opened: now it is known where the new ones begin. */
static void
on_extended (SottoHistoryLoader *loader,
             SottoChat *chat,
             gboolean newer,
             SottoConversationPresenter *self)
{
  /* What is new is counted from the end. */
  if (!is_looked_at (self, chat) || sotto_chat_get_has_more (chat, true))
    return;
  if (self->n_new > 0)
    sotto_chat_mark_unread (chat, self->n_new);
  self->n_new = 0;
  mark_read (self, chat);
}

static void
on_draft_changed (SottoChat *chat, GParamSpec *pspec, SottoConversationPresenter *self)
{
  const char *peer = peer_of (chat);
  const char *draft = sotto_chat_get_draft (chat);

  sotto_engine_set_draft (self->engine, peer, draft);
  sotto_engine_set_typing (self->engine, peer, *draft != '\0');
}

static SottoChat *
make_chat (SottoConversationPresenter *self, const char *name)
{
  SottoChat *chat = sotto_chat_new (sotto_people_ensure (self->people, name));

  sotto_chat_set_draft (chat, sotto_engine_get_draft (self->engine, name));
  g_signal_connect_object (chat, "notify::draft", G_CALLBACK (on_draft_changed), self, 0);
  g_hash_table_insert (self->chats, g_strdup (name), chat);
  return chat;
}

static void
sotto_conversation_presenter_dispose (GObject *object)
{
  SottoConversationPresenter *self = SOTTO_CONVERSATION_PRESENTER (object);

  g_clear_object (&self->loader);
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
  self->loader = sotto_history_loader_new (engine, people);
  g_signal_connect_object (self->loader, "extended", G_CALLBACK (on_extended), self, 0);
  g_signal_connect_object (engine, "event", G_CALLBACK (on_event), self, 0);
  return self;
}

SottoChat *
sotto_conversation_presenter_open (SottoConversationPresenter *self, const char *name)
{
  SottoChat *chat = g_hash_table_lookup (self->chats, name);

  return chat != NULL ? chat : make_chat (self, name);
}

void
sotto_conversation_presenter_extend (SottoConversationPresenter *self,
                                     SottoChat *chat,
                                     gboolean newer)
{
  sotto_history_loader_extend (self->loader, chat, newer);
}

static void
begin_to_look (SottoConversationPresenter *self, SottoChat *chat)
{
  SottoPerson *person = sotto_chat_get_person (chat);
  bool is_new = sotto_chat_get_edge (chat, true) == 0;

  self->n_new = sotto_person_get_unread (person);
  sotto_person_set_unread (person, 0);
  /* Back from another window the line stays where it was. */
  if (self->n_new > 0 || self->marked != chat)
    sotto_chat_mark_unread (chat, self->n_new);
  self->marked = chat;
  if (is_new)
    sotto_history_loader_extend (self->loader, chat, false);
  else
    self->n_new = 0;
  mark_read (self, chat);
}

void
sotto_conversation_presenter_look_at (SottoConversationPresenter *self, const char *name)
{
  SottoChat *chat = name != NULL ? g_hash_table_lookup (self->chats, name) : NULL;

  if (g_strcmp0 (self->looked_at, name) == 0)
    return;
  g_free (self->looked_at);
  self->looked_at = g_strdup (name);
  if (chat != NULL)
    begin_to_look (self, chat);
}

void
sotto_conversation_presenter_mark_read (SottoConversationPresenter *self, const char *name)
{
  SottoChat *chat = g_hash_table_lookup (self->chats, name);
  SottoPerson *person = sotto_people_find (self->people, name);

  if (person != NULL)
    sotto_person_set_unread (person, 0);
  if (chat != NULL)
    mark_read (self, chat);
}

void
sotto_conversation_presenter_send (SottoConversationPresenter *self,
                                   SottoChat *chat,
                                   const char *text)
{
  const char *own = sotto_engine_get_username (self->engine);

  /* Whoever writes wants to be where it is written. */
  if (sotto_chat_get_has_more (chat, true))
    sotto_chat_reset (chat);
  sotto_chat_mark_unread (chat, 0);
  sotto_chat_say (chat, own != NULL ? own : "", text, now_ms ());
  sotto_engine_send (self->engine, peer_of (chat), text);
  if (sotto_chat_get_edge (chat, true) == 0)
    sotto_history_loader_extend (self->loader, chat, false);
}

void
sotto_conversation_presenter_go_to_newest (SottoConversationPresenter *self, SottoChat *chat)
{
  sotto_chat_reset (chat);
  sotto_history_loader_extend (self->loader, chat, false);
}

void
sotto_conversation_presenter_jump (SottoConversationPresenter *self,
                                   SottoChat *chat,
                                   uint64_t place,
                                   const SottoId *id)
{
  SottoBubble *bubble = sotto_chat_find (chat, id);

  if (bubble != NULL)
    sotto_chat_point_at (chat, bubble);
  else
    sotto_history_loader_jump (self->loader, chat, place);
}

/* The engine forgot it: what is here goes too, and the list asks anew for what there is. */
static void
empty (SottoChat *chat)
{
  sotto_chat_reset (chat);
  sotto_chat_set_draft (chat, NULL);
}

void
sotto_conversation_presenter_empty (SottoConversationPresenter *self, const char *name)
{
  SottoPerson *person = name != NULL ? sotto_people_find (self->people, name) : NULL;
  GHashTableIter iter;
  gpointer key, chat;

  g_hash_table_iter_init (&iter, self->chats);
  while (g_hash_table_iter_next (&iter, &key, &chat))
    if (name == NULL || strcmp (name, key) == 0)
      empty (chat);
  if (name == NULL)
    sotto_people_forget_words (self->people);
  else if (person != NULL)
    sotto_person_forget_words (person);
}

bool
sotto_conversation_presenter_has_waiting (SottoConversationPresenter *self, const char *name)
{
  SottoPerson *person = sotto_people_find (self->people, name);

  return person != NULL && sotto_person_get_waiting (person) > 0;
}

void
sotto_conversation_presenter_act (SottoConversationPresenter *self,
                                  SottoChat *chat,
                                  SottoBubble *bubble,
                                  const char *action,
                                  const char *text)
{
  sotto_message_act (self->engine, chat, bubble, action, text);
}

void
sotto_conversation_presenter_clear (SottoConversationPresenter *self)
{
  sotto_history_loader_stop (self->loader);
  self->listed = false;
  self->marked = NULL;
  g_hash_table_remove_all (self->chats);
  g_clear_pointer (&self->looked_at, g_free);
  sotto_people_clear (self->people);
}
