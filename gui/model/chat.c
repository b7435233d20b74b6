// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/model/chat-private.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"
#include <string.h>

/* Bubbles of one sender this close together read as one turn. */
#define GROUP_MS (G_GINT64_CONSTANT (5) * 60 * 1000)

enum
{
  PROP_DRAFT = 1,
  PROP_FIRST_UNREAD,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
static guint found_signal;
static guint arrived_signal;

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

  g_clear_weak_pointer (&self->first_unread);
  g_queue_clear (&self->unnamed);
  g_hash_table_unref (self->by_id);
  g_ptr_array_unref (self->bubbles);
  g_object_unref (self->person);
  g_free (self->draft);
  G_OBJECT_CLASS (sotto_chat_parent_class)->finalize (object);
}

static void
sotto_chat_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_DRAFT:
      g_value_set_string (value, SOTTO_CHAT (object)->draft);
      break;
    case PROP_FIRST_UNREAD:
      g_value_set_object (value, SOTTO_CHAT (object)->first_unread);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sotto_chat_class_init (SottoChatClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = sotto_chat_finalize;
  object_class->get_property = sotto_chat_get_property;
  properties[PROP_DRAFT] =
      g_param_spec_string ("draft", NULL, NULL, NULL,
                           G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_FIRST_UNREAD] =
      g_param_spec_object ("first-unread", NULL, NULL, SOTTO_TYPE_BUBBLE,
                           G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  found_signal = g_signal_new ("found", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                               NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  arrived_signal = g_signal_new ("arrived", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, SOTTO_TYPE_BUBBLE);
}

static void
sotto_chat_init (SottoChat *self)
{
  self->bubbles = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_id = g_hash_table_new_full (sotto_id_hash, sotto_id_equal_func, g_free, NULL);
  g_queue_init (&self->unnamed);
  self->has_older = true;
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

SottoBubble *
sotto_chat_at (SottoChat *self, guint i)
{
  return i < self->bubbles->len ? g_ptr_array_index (self->bubbles, i) : NULL;
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
is_said (SottoBubble *bubble)
{
  return sotto_bubble_get_remark (bubble) == SOTTO_REMARK_NONE;
}

static bool
is_theirs (SottoBubble *bubble)
{
  return is_said (bubble) && !sotto_bubble_is_own (bubble);
}

static bool
belong_together (SottoBubble *before, SottoBubble *after)
{
  gint64 from = sotto_bubble_get_time_ms (before);
  gint64 to = sotto_bubble_get_time_ms (after);

  return is_said (before) && is_said (after)
         && sotto_bubble_is_own (before) == sotto_bubble_is_own (after)
         && ABS (to - from) < GROUP_MS && same_day (from, to);
}

/* Its place in a group, by its neighbours. */
static void
settle_place (SottoChat *self, guint i)
{
  SottoBubble *bubble = sotto_chat_at (self, i);
  SottoBubble *before = i > 0 ? sotto_chat_at (self, i - 1) : NULL;
  SottoBubble *after = sotto_chat_at (self, i + 1);

  if (bubble != NULL)
    sotto_bubble_set_place (bubble, before == NULL || !belong_together (before, bubble),
                            after == NULL || !belong_together (bubble, after));
}

static void
forget (SottoChat *self, SottoBubble *bubble)
{
  SottoId id;

  if (sotto_bubble_get_id (bubble, &id))
    g_hash_table_remove (self->by_id, &id);
  g_queue_remove (&self->unnamed, bubble);
}

void
sotto_chat_drop (SottoChat *self, guint from, guint count)
{
  if (count == 0)
    return;
  for (guint i = from; i < from + count; i++)
    {
      forget (self, sotto_chat_at (self, i));
      sotto_chat_recount (self, sotto_bubble_get_state (sotto_chat_at (self, i)),
                          SOTTO_BUBBLE_RECEIVED);
    }
  g_ptr_array_remove_range (self->bubbles, from, count);
  g_list_model_items_changed (G_LIST_MODEL (self), from, count, 0);
  settle_place (self, from);
  if (from > 0)
    settle_place (self, from - 1);
}

/* A peer may write without end; what is farthest from where one looks goes to make room. */
static void
keep_limit (SottoChat *self, bool newer)
{
  guint n = self->bubbles->len;

  if (n <= SOTTO_CHAT_BUBBLES_MAX)
    return;
  if (newer)
    {
      sotto_chat_drop (self, 0, n - SOTTO_CHAT_BUBBLES_MAX);
      self->has_older = true;
      return;
    }
  sotto_chat_drop (self, SOTTO_CHAT_BUBBLES_MAX, n - SOTTO_CHAT_BUBBLES_MAX);
  self->has_newer = true;
}

void
sotto_chat_remember_id (SottoChat *self, SottoBubble *bubble)
{
  SottoId id;

  if (sotto_bubble_get_id (bubble, &id))
    g_hash_table_replace (self->by_id, g_memdup2 (&id, sizeof id), bubble);
}

SottoBubble *
sotto_chat_add (SottoChat *self, SottoBubble *bubble)
{
  guint n = self->bubbles->len;

  g_ptr_array_add (self->bubbles, bubble);
  sotto_chat_remember_id (self, bubble);
  settle_place (self, n);
  g_list_model_items_changed (G_LIST_MODEL (self), n, 0, 1);
  if (n > 0)
    settle_place (self, n - 1);
  keep_limit (self, true);
  if (!sotto_bubble_is_own (bubble))
    g_signal_emit (self, arrived_signal, 0, bubble);
  return bubble;
}

SottoBubble *
sotto_chat_receive (SottoChat *self, const SottoId *id, const char *text, gint64 unix_ms)
{
  SottoBubble *bubble;
  gint64 now_ms = g_get_real_time () / 1000;

  sotto_person_set_last (self->person, text, unix_ms, now_ms);
  if (self->has_newer)
    return NULL;
  bubble =
      sotto_bubble_new (sotto_person_get_name (self->person), text, unix_ms, SOTTO_BUBBLE_RECEIVED);
  sotto_bubble_set_came_ms (bubble, now_ms);
  if (id != NULL)
    sotto_bubble_set_id (bubble, id);
  return sotto_chat_add (self, bubble);
}

bool
sotto_chat_append (SottoChat *self, SottoBubble *bubble)
{
  if (is_said (bubble))
    sotto_person_set_last (self->person, sotto_bubble_get_text (bubble),
                           sotto_bubble_get_time_ms (bubble), sotto_bubble_get_came_ms (bubble));
  if (self->has_newer)
    return false;
  sotto_chat_add (self, g_object_ref (bubble));
  sotto_chat_recount (self, SOTTO_BUBBLE_RECEIVED, sotto_bubble_get_state (bubble));
  return true;
}

bool
sotto_chat_get_has_more (SottoChat *self, bool newer)
{
  return newer ? self->has_newer : self->has_older;
}

uint64_t
sotto_chat_get_edge (SottoChat *self, bool newer)
{
  guint n = self->bubbles->len;

  for (guint i = 0; i < n; i++)
    {
      uint64_t place = sotto_bubble_get_kept_place (sotto_chat_at (self, newer ? n - 1 - i : i));

      if (place != 0)
        return place;
    }
  return 0;
}

static bool
is_here (SottoChat *self, SottoBubble *bubble)
{
  SottoBubble *known;
  SottoId id;

  if (!sotto_bubble_get_id (bubble, &id))
    return false;
  known = sotto_chat_find (self, &id);
  if (known != NULL)
    sotto_bubble_set_kept_place (known, sotto_bubble_get_kept_place (bubble));
  return known != NULL;
}

static guint
insert_new (SottoChat *self, guint at, GPtrArray *bubbles)
{
  guint added = 0;

  for (guint i = 0; i < bubbles->len; i++)
    if (!is_here (self, g_ptr_array_index (bubbles, i)))
      {
        SottoBubble *bubble = g_object_ref (g_ptr_array_index (bubbles, i));

        g_ptr_array_insert (self->bubbles, (int)(at + added), bubble);
        sotto_chat_remember_id (self, bubble);
        sotto_chat_recount (self, SOTTO_BUBBLE_RECEIVED, sotto_bubble_get_state (bubble));
        added++;
      }
  return added;
}

void
sotto_chat_extend (SottoChat *self, bool newer, GPtrArray *bubbles, bool has_more)
{
  guint at = newer ? self->bubbles->len : 0;
  guint added = insert_new (self, at, bubbles);

  *(newer ? &self->has_newer : &self->has_older) = has_more;
  for (guint i = at; i < at + added; i++)
    settle_place (self, i);
  if (added > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), at, 0, added);
  if (at > 0)
    settle_place (self, at - 1);
  settle_place (self, at + added);
  keep_limit (self, newer);
}

void
sotto_chat_reset (SottoChat *self)
{
  g_clear_weak_pointer (&self->first_unread);
  sotto_chat_drop (self, 0, self->bubbles->len);
  self->has_older = true;
  self->has_newer = false;
}

SottoBubble *
sotto_chat_get_first_unread (SottoChat *self)
{
  return self->first_unread;
}

void
sotto_chat_mark_unread (SottoChat *self, guint n)
{
  SottoBubble *first = NULL;

  for (guint i = self->bubbles->len; i > 0 && n > 0; i--)
    if (is_theirs (sotto_chat_at (self, i - 1)))
      {
        first = sotto_chat_at (self, i - 1);
        n--;
      }
  if (g_set_weak_pointer (&self->first_unread, first))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FIRST_UNREAD]);
}

void
sotto_chat_point_at (SottoChat *self, SottoBubble *bubble)
{
  guint position;

  if (g_ptr_array_find (self->bubbles, bubble, &position))
    g_signal_emit (self, found_signal, 0, position);
}

static SottoBubble *
find_last (SottoChat *self, bool own)
{
  for (guint i = self->bubbles->len; i > 0; i--)
    {
      SottoBubble *bubble = sotto_chat_at (self, i - 1);
      SottoId id;

      if (is_said (bubble) && sotto_bubble_is_own (bubble) == own
          && !sotto_bubble_get_deleted (bubble) && (!own || sotto_bubble_get_file (bubble) == NULL)
          && sotto_bubble_get_id (bubble, &id))
        return bubble;
    }
  return NULL;
}

SottoBubble *
sotto_chat_find_last_own (SottoChat *self)
{
  return find_last (self, true);
}

SottoBubble *
sotto_chat_find_last_theirs (SottoChat *self)
{
  return find_last (self, false);
}

SottoBubble *
sotto_chat_find (SottoChat *self, const SottoId *id)
{
  return g_hash_table_lookup (self->by_id, id);
}

const char *
sotto_chat_get_draft (SottoChat *self)
{
  return self->draft;
}

void
sotto_chat_set_draft (SottoChat *self, const char *draft)
{
  g_autofree char *before = self->draft;

  self->draft = g_strdup (draft != NULL ? draft : "");
  if (strcmp (before, self->draft) != 0)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DRAFT]);
}
