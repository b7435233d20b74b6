// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/model/chat.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"
#include <string.h>

/* Bubbles of one sender this close together read as one turn. */
#define GROUP_MS (G_GINT64_CONSTANT (5) * 60 * 1000)

struct _SottoChat
{
  GObject parent_instance;
  SottoPerson *person;
  GPtrArray *bubbles;
  GHashTable *by_id; /* SottoId (owned) → SottoBubble (borrowed) */
  GQueue unnamed;    /* own bubbles without id, oldest first, borrowed */
  char *draft;
};

static void sotto_chat_list_model_init (GListModelInterface *iface);

G_DEFINE_TYPE_WITH_CODE (SottoChat,
                         sotto_chat,
                         G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, sotto_chat_list_model_init))

static GType
sotto_chat_get_item_type (GListModel *model)
{
  return SOTTO_TYPE_BUBBLE;
}

static guint
sotto_chat_get_n_items (GListModel *model)
{
  return SOTTO_CHAT (model)->bubbles->len;
}

static gpointer
sotto_chat_get_item (GListModel *model, guint position)
{
  GPtrArray *bubbles = SOTTO_CHAT (model)->bubbles;

  return position < bubbles->len ? g_object_ref (g_ptr_array_index (bubbles, position)) : NULL;
}

static void
sotto_chat_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = sotto_chat_get_item_type;
  iface->get_n_items = sotto_chat_get_n_items;
  iface->get_item = sotto_chat_get_item;
}

static void
sotto_chat_finalize (GObject *object)
{
  SottoChat *self = SOTTO_CHAT (object);

  g_queue_clear (&self->unnamed);
  g_hash_table_unref (self->by_id);
  g_ptr_array_unref (self->bubbles);
  g_object_unref (self->person);
  g_free (self->draft);
  G_OBJECT_CLASS (sotto_chat_parent_class)->finalize (object);
}

static void
sotto_chat_class_init (SottoChatClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sotto_chat_finalize;
}

static void
sotto_chat_init (SottoChat *self)
{
  self->bubbles = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_id = g_hash_table_new_full (sotto_id_hash, sotto_id_equal_func, g_free, NULL);
  g_queue_init (&self->unnamed);
  self->draft = g_strdup ("");
}

SottoChat *
sotto_chat_new (SottoPerson *person)
{
  SottoChat *self = g_object_new (SOTTO_TYPE_CHAT, NULL);

  self->person = g_object_ref (person);
  sotto_person_set_kept (person, true);
  return self;
}

SottoPerson *
sotto_chat_get_person (SottoChat *self)
{
  return self->person;
}

static bool
same_day (gint64 a_ms, gint64 b_ms)
{
  g_autoptr (GDateTime) a = g_date_time_new_from_unix_local (a_ms / 1000);
  g_autoptr (GDateTime) b = g_date_time_new_from_unix_local (b_ms / 1000);

  return a != NULL && b != NULL && g_date_time_get_year (a) == g_date_time_get_year (b)
         && g_date_time_get_day_of_year (a) == g_date_time_get_day_of_year (b);
}

static bool
belong_together (SottoBubble *before, SottoBubble *after)
{
  gint64 from = sotto_bubble_get_time_ms (before);
  gint64 to = sotto_bubble_get_time_ms (after);

  return sotto_bubble_is_own (before) == sotto_bubble_is_own (after) && ABS (to - from) < GROUP_MS
         && same_day (from, to);
}

/* Failed ones wait for a person, not for the network, and do not count. */
static guint
weight (SottoBubbleState state)
{
  return state == SOTTO_BUBBLE_QUEUED ? 1 : 0;
}

static void
recount (SottoChat *self, SottoBubbleState from, SottoBubbleState to)
{
  guint waiting = sotto_person_get_waiting (self->person);

  sotto_person_set_waiting (self->person, waiting + weight (to) - weight (from));
}

/* A peer may write without end; what is oldest goes to make room. */
static void
drop_oldest (SottoChat *self)
{
  g_autoptr (SottoBubble) oldest = g_object_ref (g_ptr_array_index (self->bubbles, 0));
  SottoBubble *next = g_ptr_array_index (self->bubbles, 1);
  SottoId id;

  if (sotto_bubble_get_id (oldest, &id))
    g_hash_table_remove (self->by_id, &id);
  g_queue_remove (&self->unnamed, oldest);
  recount (self, sotto_bubble_get_state (oldest), SOTTO_BUBBLE_RECEIVED);
  g_ptr_array_remove_index (self->bubbles, 0);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, 1, 0);
  sotto_bubble_set_place (next, true, sotto_bubble_get_last (next));
}

static SottoBubble *
append (SottoChat *self, SottoBubble *bubble)
{
  guint n = self->bubbles->len;
  SottoBubble *before = n > 0 ? g_ptr_array_index (self->bubbles, n - 1) : NULL;
  bool joins = before != NULL && belong_together (before, bubble);

  sotto_bubble_set_place (bubble, !joins, true);
  g_ptr_array_add (self->bubbles, bubble);
  g_list_model_items_changed (G_LIST_MODEL (self), n, 0, 1);
  if (joins)
    sotto_bubble_set_place (before, sotto_bubble_get_first (before), false);
  sotto_person_set_last (self->person, sotto_bubble_get_text (bubble),
                         sotto_bubble_get_time_ms (bubble));
  if (self->bubbles->len > SOTTO_CHAT_BUBBLES_MAX)
    drop_oldest (self);
  return bubble;
}

SottoBubble *
sotto_chat_receive (SottoChat *self, const char *text, gint64 unix_ms)
{
  return append (self, sotto_bubble_new (sotto_person_get_name (self->person), text, unix_ms,
                                         SOTTO_BUBBLE_RECEIVED));
}

SottoBubble *
sotto_chat_say (SottoChat *self, const char *own, const char *text, gint64 unix_ms)
{
  SottoBubble *bubble = sotto_bubble_new (own, text, unix_ms, SOTTO_BUBBLE_QUEUED);

  g_queue_push_tail (&self->unnamed, bubble);
  append (self, bubble);
  recount (self, SOTTO_BUBBLE_RECEIVED, SOTTO_BUBBLE_QUEUED);
  return bubble;
}

SottoBubble *
sotto_chat_first_unnamed (SottoChat *self)
{
  return g_queue_peek_head (&self->unnamed);
}

SottoBubble *
sotto_chat_find (SottoChat *self, const SottoId *id)
{
  return g_hash_table_lookup (self->by_id, id);
}

void
sotto_chat_name (SottoChat *self, SottoBubble *bubble, const SottoId *id)
{
  g_queue_remove (&self->unnamed, bubble);
  sotto_bubble_set_id (bubble, id);
  g_hash_table_replace (self->by_id, g_memdup2 (id, sizeof *id), bubble);
}

void
sotto_chat_set_state (SottoChat *self, SottoBubble *bubble, SottoBubbleState state)
{
  SottoBubbleState before = sotto_bubble_get_state (bubble);

  sotto_bubble_set_state (bubble, state);
  recount (self, before, sotto_bubble_get_state (bubble));
}

void
sotto_chat_fail (SottoChat *self, SottoBubble *bubble, const char *reason)
{
  SottoBubbleState before = sotto_bubble_get_state (bubble);

  g_queue_remove (&self->unnamed, bubble);
  sotto_bubble_fail (bubble, reason);
  recount (self, before, sotto_bubble_get_state (bubble));
}

void
sotto_chat_requeue (SottoChat *self, SottoBubble *bubble)
{
  g_queue_push_tail (&self->unnamed, bubble);
  sotto_chat_set_state (self, bubble, SOTTO_BUBBLE_QUEUED);
}

const char *
sotto_chat_get_draft (SottoChat *self)
{
  return self->draft;
}

void
sotto_chat_set_draft (SottoChat *self, const char *draft)
{
  g_free (self->draft);
  self->draft = g_strdup (draft != NULL ? draft : "");
}
