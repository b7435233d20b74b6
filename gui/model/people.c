// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/model/people.h"
#include <string.h>

/* by_name holds everybody, `shown` those whom the filter lets pass, in order. */
struct _SottoPeople
{
  GObject parent_instance;
  GHashTable *by_name; /* borrowed char * of the person → SottoPerson (owned) */
  GSequence *shown;    /* SottoPerson, borrowed from by_name */
  GHashTable *places;  /* SottoPerson → its GSequenceIter in `shown` */
  GHashTable *late;    /* SottoPerson: waits for a place while rows stand still */
  bool held;
  char *filter; /* case-folded, NULL = everybody */
  char *own;
};

static guint unread_signal;

static void sotto_people_list_model_init (GListModelInterface *iface);

G_DEFINE_TYPE_WITH_CODE (SottoPeople,
                         sotto_people,
                         G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, sotto_people_list_model_init))

static int
compare_bools (bool left, bool right)
{
  return left == right ? 0 : left ? -1 : 1;
}

/* Favourites stand still, so that one finds them blindly. Of the others the conversation that went
 * on last is the one that goes on next, by our own clock: theirs may be years ahead. Whom one never
 * wrote to is looked up by name. */
static int
compare_people (gconstpointer a, gconstpointer b, gpointer data)
{
  SottoPerson *left = (SottoPerson *)a;
  SottoPerson *right = (SottoPerson *)b;
  bool favourite = sotto_person_get_mark (left, SOTTO_MARK_FAVOURITE);
  gint64 left_ms = sotto_person_get_last_came_ms (left);
  gint64 right_ms = sotto_person_get_last_came_ms (right);
  int order = compare_bools (favourite, sotto_person_get_mark (right, SOTTO_MARK_FAVOURITE));

  if (order == 0 && !favourite && left_ms != right_ms)
    return left_ms > right_ms ? -1 : 1;
  if (order == 0 && !favourite)
    order = compare_bools (sotto_person_get_online (left), sotto_person_get_online (right));
  if (order == 0)
    order = strcmp (sotto_person_get_sort_key (left), sotto_person_get_sort_key (right));
  return order != 0 ? order : strcmp (sotto_person_get_name (left), sotto_person_get_name (right));
}

static bool
text_has (const char *text, const char *folded)
{
  g_autofree char *haystack = NULL;

  if (text == NULL)
    return false;
  haystack = g_utf8_casefold (text, -1);
  return strstr (haystack, folded) != NULL;
}

static bool
passes (SottoPeople *self, SottoPerson *person)
{
  if (self->own != NULL && strcmp (self->own, sotto_person_get_name (person)) == 0)
    return false;
  return self->filter == NULL || text_has (sotto_person_get_name (person), self->filter)
         || text_has (sotto_person_get_alias (person), self->filter);
}

/* Remembered rather than looked up: that would need the order from before a change. */
static GSequenceIter *
find_shown (SottoPeople *self, SottoPerson *person)
{
  return g_hash_table_lookup (self->places, person);
}

static void
hide (SottoPeople *self, GSequenceIter *iter)
{
  guint position = (guint)g_sequence_iter_get_position (iter);

  g_hash_table_remove (self->places, g_sequence_get (iter));
  g_sequence_remove (iter);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}

static void
show (SottoPeople *self, SottoPerson *person)
{
  GSequenceIter *iter = g_sequence_insert_sorted (self->shown, person, compare_people, NULL);

  g_hash_table_insert (self->places, person, iter);
  g_list_model_items_changed (G_LIST_MODEL (self), (guint)g_sequence_iter_get_position (iter), 0,
                              1);
}

static bool
is_in_place (GSequenceIter *iter)
{
  SottoPerson *person = g_sequence_get (iter);
  GSequenceIter *next = g_sequence_iter_next (iter);

  if (!g_sequence_iter_is_begin (iter)
      && compare_people (g_sequence_get (g_sequence_iter_prev (iter)), person, NULL) > 0)
    return false;
  return g_sequence_iter_is_end (next) || compare_people (person, g_sequence_get (next), NULL) < 0;
}

/* Brings the person's row in line with presence and filter, touching the list only if it must. */
static void
settle (SottoPeople *self, SottoPerson *person)
{
  GSequenceIter *iter = find_shown (self, person);
  bool wanted = passes (self, person);

  if (iter != NULL && wanted && is_in_place (iter))
    return;
  if (self->held && wanted)
    g_hash_table_add (self->late, person);
  if (self->held && wanted && iter != NULL)
    return;
  if (iter != NULL)
    hide (self, iter);
  if (wanted)
    show (self, person);
}

static void
settle_all (SottoPeople *self)
{
  g_autoptr (GList) people = g_hash_table_get_values (self->by_name);

  for (GList *l = people; l != NULL; l = l->next)
    settle (self, l->data);
}

static void
on_notify (SottoPerson *person, GParamSpec *pspec, SottoPeople *self)
{
  settle (self, person);
  if (strcmp (pspec->name, "unread") == 0 || strcmp (pspec->name, "muted") == 0)
    g_signal_emit (self, unread_signal, 0);
}

static void
forget (SottoPeople *self, SottoPerson *person)
{
  GSequenceIter *iter = find_shown (self, person);

  g_signal_handlers_disconnect_by_data (person, self);
  g_hash_table_remove (self->late, person);
  if (iter != NULL)
    hide (self, iter);
  g_hash_table_remove (self->by_name, sotto_person_get_name (person));
}

static GType
sotto_people_get_item_type (GListModel *model)
{
  return SOTTO_TYPE_PERSON;
}

static guint
sotto_people_get_n_items (GListModel *model)
{
  return (guint)g_sequence_get_length (SOTTO_PEOPLE (model)->shown);
}

static gpointer
sotto_people_get_item (GListModel *model, guint position)
{
  SottoPeople *self = SOTTO_PEOPLE (model);

  if (position >= (guint)g_sequence_get_length (self->shown))
    return NULL;
  return g_object_ref (g_sequence_get (g_sequence_get_iter_at_pos (self->shown, (int)position)));
}

static void
sotto_people_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = sotto_people_get_item_type;
  iface->get_n_items = sotto_people_get_n_items;
  iface->get_item = sotto_people_get_item;
}

static void
sotto_people_finalize (GObject *object)
{
  SottoPeople *self = SOTTO_PEOPLE (object);

  g_hash_table_unref (self->places);
  g_hash_table_unref (self->late);
  g_sequence_free (self->shown);
  g_hash_table_unref (self->by_name);
  g_free (self->filter);
  g_free (self->own);
  G_OBJECT_CLASS (sotto_people_parent_class)->finalize (object);
}

static void
sotto_people_class_init (SottoPeopleClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sotto_people_finalize;
  unread_signal = g_signal_new ("unread", SOTTO_TYPE_PEOPLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 0);
}

static void
sotto_people_init (SottoPeople *self)
{
  self->by_name = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
  self->shown = g_sequence_new (NULL);
  self->places = g_hash_table_new (NULL, NULL);
  self->late = g_hash_table_new (NULL, NULL);
}

SottoPeople *
sotto_people_new (void)
{
  return g_object_new (SOTTO_TYPE_PEOPLE, NULL);
}

SottoPerson *
sotto_people_find (SottoPeople *self, const char *name)
{
  return g_hash_table_lookup (self->by_name, name);
}

int
sotto_people_get_position (SottoPeople *self, SottoPerson *person)
{
  GSequenceIter *iter = find_shown (self, person);

  return iter != NULL ? g_sequence_iter_get_position (iter) : -1;
}

static SottoPerson *
add (SottoPeople *self, const char *name, bool online)
{
  SottoPerson *person = sotto_person_new (name);

  sotto_person_set_online (person, online);
  g_hash_table_insert (self->by_name, (char *)sotto_person_get_name (person), person);
  g_signal_connect_object (person, "notify", G_CALLBACK (on_notify), self, 0);
  settle (self, person);
  return person;
}

SottoPerson *
sotto_people_ensure (SottoPeople *self, const char *name)
{
  SottoPerson *person = sotto_people_find (self, name);

  return person != NULL ? person : add (self, name, false);
}

void
sotto_people_set_own_name (SottoPeople *self, const char *own)
{
  if (g_strcmp0 (self->own, own) == 0)
    return;
  g_free (self->own);
  self->own = g_strdup (own);
  settle_all (self);
}

void
sotto_people_join (SottoPeople *self, const char *name)
{
  SottoPerson *person = sotto_people_find (self, name);

  if (person == NULL)
    add (self, name, true);
  else
    sotto_person_set_online (person, true);
}

/* Somebody may still look at who goes. */
void
sotto_people_leave (SottoPeople *self, const char *name)
{
  SottoPerson *known = sotto_people_find (self, name);
  g_autoptr (SottoPerson) person = known != NULL ? g_object_ref (known) : NULL;

  if (person == NULL)
    return;
  if (!sotto_person_get_kept (person))
    forget (self, person);
  sotto_person_set_online (person, false);
}

void
sotto_people_set_online (SottoPeople *self, const char *const *names, gsize n_names)
{
  g_autoptr (GHashTable) here = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GList) known = g_hash_table_get_keys (self->by_name);

  for (gsize i = 0; i < n_names; i++)
    g_hash_table_add (here, (char *)names[i]);
  for (GList *l = known; l != NULL; l = l->next)
    if (!g_hash_table_contains (here, l->data))
      sotto_people_leave (self, l->data);
  for (gsize i = 0; i < n_names; i++)
    sotto_people_join (self, names[i]);
}

void
sotto_people_clear (SottoPeople *self)
{
  guint n = sotto_people_get_n_items (G_LIST_MODEL (self));

  g_autoptr (GList) people = g_hash_table_get_values (self->by_name);

  for (GList *l = people; l != NULL; l = l->next)
    g_signal_handlers_disconnect_by_data (l->data, self);
  g_hash_table_remove_all (self->late);
  g_hash_table_remove_all (self->places);
  g_sequence_remove_range (g_sequence_get_begin_iter (self->shown),
                           g_sequence_get_end_iter (self->shown));
  g_hash_table_remove_all (self->by_name);
  if (n > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, n, 0);
}

/* All of them leave before the first comes back: an order can be searched only where it is one. */
static void
settle_late (SottoPeople *self)
{
  g_autoptr (GList) people = g_hash_table_get_keys (self->late);

  g_hash_table_remove_all (self->late);
  for (GList *l = people; l != NULL; l = l->next)
    if (find_shown (self, l->data) != NULL)
      hide (self, find_shown (self, l->data));
  for (GList *l = people; l != NULL; l = l->next)
    settle (self, l->data);
}

void
sotto_people_hold (SottoPeople *self, bool held)
{
  if (self->held == held)
    return;
  self->held = held;
  if (!held)
    settle_late (self);
}

void
sotto_people_set_filter (SottoPeople *self, const char *filter)
{
  g_autofree char *stripped = filter != NULL ? g_strstrip (g_strdup (filter)) : NULL;
  g_autofree char *folded =
      stripped != NULL && *stripped != '\0' ? g_utf8_casefold (stripped, -1) : NULL;

  if (g_strcmp0 (self->filter, folded) == 0)
    return;
  g_free (self->filter);
  self->filter = g_steal_pointer (&folded);
  settle_all (self);
}

guint
sotto_people_get_n_known (SottoPeople *self)
{
  guint n = g_hash_table_size (self->by_name);

  return self->own != NULL && g_hash_table_contains (self->by_name, self->own) ? n - 1 : n;
}

guint
sotto_people_get_n_unread (SottoPeople *self)
{
  GHashTableIter iter;
  gpointer person;
  guint n = 0;

  g_hash_table_iter_init (&iter, self->by_name);
  while (g_hash_table_iter_next (&iter, NULL, &person))
    if (!sotto_person_get_mark (person, SOTTO_MARK_MUTED))
      n += sotto_person_get_unread (person);
  return n;
}

void
sotto_people_forget_words (SottoPeople *self)
{
  GHashTableIter iter;
  gpointer person;

  g_hash_table_iter_init (&iter, self->by_name);
  while (g_hash_table_iter_next (&iter, NULL, &person))
    sotto_person_forget_words (person);
}

void
sotto_people_expire (SottoPeople *self, gint64 before_ms)
{
  GHashTableIter iter;
  gpointer person;

  g_hash_table_iter_init (&iter, self->by_name);
  while (g_hash_table_iter_next (&iter, NULL, &person))
    {
      gint64 came_ms = sotto_person_get_last_came_ms (person);

      if (came_ms != 0 && came_ms < before_ms && sotto_person_get_waiting (person) == 0)
        sotto_person_forget_words (person);
    }
}
