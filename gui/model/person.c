// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/model/person.h"

struct _SottoPerson
{
  GObject parent_instance;
  char *name;
  char *alias;
  char *sort_key; /* NULL until it is asked for */
  bool online;
  gint64 seen_ms;
  bool typing;
  bool kept;
  bool marks[SOTTO_N_MARKS];
  guint unread;
  guint waiting;
  char *last_text;
  gint64 last_ms;
  gint64 last_came_ms;
  SottoPath path;
  bool verified;
  char *safety_number;
  SottoRoute *route;
  SottoFacts *facts;
};

G_DEFINE_TYPE (SottoPerson, sotto_person, G_TYPE_OBJECT)

enum
{
  PROP_NAME = 1,
  PROP_ALIAS,
  PROP_ONLINE,
  PROP_SEEN,
  PROP_TYPING,
  PROP_UNREAD,
  PROP_WAITING,
  PROP_LAST_TEXT,
  PROP_PATH,
  PROP_ROUTE,
  PROP_FACTS,
  PROP_FAVOURITE, /* and the other marks in their order */
  PROP_MUTED,
  PROP_BLOCKED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
sotto_person_finalize (GObject *object)
{
  SottoPerson *self = SOTTO_PERSON (object);

  g_free (self->name);
  g_free (self->sort_key);
  g_free (self->alias);
  g_free (self->last_text);
  g_free (self->safety_number);
  g_free (self->route);
  g_free (self->facts);
  G_OBJECT_CLASS (sotto_person_parent_class)->finalize (object);
}

static void
sotto_person_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SottoPerson *self = SOTTO_PERSON (object);

  switch (id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_ALIAS:
      g_value_set_string (value, self->alias);
      break;
    case PROP_ONLINE:
      g_value_set_boolean (value, self->online);
      break;
    case PROP_SEEN:
      g_value_set_int64 (value, self->seen_ms);
      break;
    case PROP_TYPING:
      g_value_set_boolean (value, self->typing);
      break;
    case PROP_UNREAD:
      g_value_set_uint (value, self->unread);
      break;
    case PROP_WAITING:
      g_value_set_uint (value, self->waiting);
      break;
    case PROP_LAST_TEXT:
      g_value_set_string (value, self->last_text);
      break;
    case PROP_PATH:
      g_value_set_uint (value, self->path);
      break;
    case PROP_ROUTE:
      g_value_set_pointer (value, self->route);
      break;
    case PROP_FACTS:
      g_value_set_pointer (value, self->facts);
      break;
    case PROP_FAVOURITE:
    case PROP_MUTED:
    case PROP_BLOCKED:
      g_value_set_boolean (value, self->marks[id - PROP_FAVOURITE]);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sotto_person_class_init (SottoPersonClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = sotto_person_finalize;
  object_class->get_property = sotto_person_get_property;

  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_ALIAS] = g_param_spec_string ("alias", NULL, NULL, NULL, flags);
  properties[PROP_ONLINE] = g_param_spec_boolean ("online", NULL, NULL, FALSE, flags);
  properties[PROP_SEEN] = g_param_spec_int64 ("seen", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_TYPING] = g_param_spec_boolean ("typing", NULL, NULL, FALSE, flags);
  properties[PROP_UNREAD] = g_param_spec_uint ("unread", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_WAITING] = g_param_spec_uint ("waiting", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_LAST_TEXT] = g_param_spec_string ("last-text", NULL, NULL, NULL, flags);
  properties[PROP_PATH] = g_param_spec_uint ("path", NULL, NULL, 0, SOTTO_PATH_ALARM, 0, flags);
  properties[PROP_ROUTE] = g_param_spec_pointer ("route", NULL, NULL, flags);
  properties[PROP_FACTS] = g_param_spec_pointer ("facts", NULL, NULL, flags);
  properties[PROP_FAVOURITE] = g_param_spec_boolean ("favourite", NULL, NULL, FALSE, flags);
  properties[PROP_MUTED] = g_param_spec_boolean ("muted", NULL, NULL, FALSE, flags);
  properties[PROP_BLOCKED] = g_param_spec_boolean ("blocked", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sotto_person_init (SottoPerson *self)
{
}

SottoPerson *
sotto_person_new (const char *name)
{
  SottoPerson *self;

  g_return_val_if_fail (name != NULL, NULL);

  self = g_object_new (SOTTO_TYPE_PERSON, NULL);
  self->name = g_strdup (name);
  return self;
}

const char *
sotto_person_get_name (SottoPerson *self)
{
  return self->name;
}

const char *
sotto_person_get_alias (SottoPerson *self)
{
  return self->alias;
}

const char *
sotto_person_get_shown_name (SottoPerson *self)
{
  return self->alias != NULL ? self->alias : self->name;
}

const char *
sotto_person_get_sort_key (SottoPerson *self)
{
  if (self->sort_key == NULL)
    {
      g_autofree char *folded = g_utf8_casefold (sotto_person_get_shown_name (self), -1);

      self->sort_key = g_utf8_collate_key (folded, -1);
    }
  return self->sort_key;
}

void
sotto_person_set_alias (SottoPerson *self, const char *alias)
{
  if (g_strcmp0 (self->alias, alias) == 0)
    return;
  g_free (self->alias);
  self->alias = g_strdup (alias);
  g_clear_pointer (&self->sort_key, g_free);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ALIAS]);
}

bool
sotto_person_get_online (SottoPerson *self)
{
  return self->online;
}

void
sotto_person_set_online (SottoPerson *self, bool online)
{
  if (self->online == online)
    return;
  self->online = online;
  if (!online)
    sotto_person_set_typing (self, false);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ONLINE]);
}

gint64
sotto_person_get_seen_ms (SottoPerson *self)
{
  return self->seen_ms;
}

void
sotto_person_set_seen_ms (SottoPerson *self, gint64 unix_ms)
{
  if (self->seen_ms == unix_ms)
    return;
  self->seen_ms = unix_ms;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEEN]);
}

bool
sotto_person_get_kept (SottoPerson *self)
{
  bool settled = self->alias != NULL;

  for (SottoMark mark = 0; mark < SOTTO_N_MARKS; mark++)
    settled |= self->marks[mark];
  return self->kept || settled;
}

void
sotto_person_set_kept (SottoPerson *self, bool kept)
{
  self->kept = kept;
}

bool
sotto_person_get_mark (SottoPerson *self, SottoMark mark)
{
  return self->marks[mark];
}

void
sotto_person_set_mark (SottoPerson *self, SottoMark mark, bool set)
{
  if (self->marks[mark] == set)
    return;
  self->marks[mark] = set;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FAVOURITE + mark]);
}

bool
sotto_person_get_typing (SottoPerson *self)
{
  return self->typing;
}

void
sotto_person_set_typing (SottoPerson *self, bool typing)
{
  if (self->typing == typing)
    return;
  self->typing = typing;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TYPING]);
}

guint
sotto_person_get_unread (SottoPerson *self)
{
  return self->unread;
}

void
sotto_person_set_unread (SottoPerson *self, guint unread)
{
  if (self->unread == unread)
    return;
  self->unread = unread;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_UNREAD]);
}

guint
sotto_person_get_waiting (SottoPerson *self)
{
  return self->waiting;
}

void
sotto_person_set_waiting (SottoPerson *self, guint waiting)
{
  if (self->waiting == waiting)
    return;
  self->waiting = waiting;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WAITING]);
}

const char *
sotto_person_get_last_text (SottoPerson *self)
{
  return self->last_text;
}

gint64
sotto_person_get_last_ms (SottoPerson *self)
{
  return self->last_ms;
}

gint64
sotto_person_get_last_came_ms (SottoPerson *self)
{
  return self->last_came_ms;
}

void
sotto_person_set_last (SottoPerson *self, const char *text, gint64 unix_ms, gint64 came_ms)
{
  if (self->last_ms == unix_ms && self->last_came_ms == came_ms
      && g_strcmp0 (self->last_text, text) == 0)
    return;
  g_free (self->last_text);
  self->last_text = g_strdup (text);
  self->last_ms = unix_ms;
  self->last_came_ms = came_ms;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LAST_TEXT]);
}

void
sotto_person_forget_words (SottoPerson *self)
{
  sotto_person_set_last (self, NULL, 0, 0);
  sotto_person_set_unread (self, 0);
}

SottoPath
sotto_person_get_path (SottoPerson *self)
{
  return self->path;
}

bool
sotto_person_get_verified (SottoPerson *self)
{
  return self->verified;
}

const char *
sotto_person_get_safety_number (SottoPerson *self)
{
  return self->safety_number;
}

void
sotto_person_set_channel (SottoPerson *self,
                          SottoPath path,
                          bool verified,
                          const char *safety_number)
{
  /* A closing channel carries no number; the one known stays true until another key shows up. */
  if (safety_number == NULL)
    safety_number = self->safety_number;
  if (self->path == path && self->verified == verified
      && g_strcmp0 (self->safety_number, safety_number) == 0)
    return;
  if (safety_number != self->safety_number)
    {
      g_free (self->safety_number);
      self->safety_number = g_strdup (safety_number);
    }
  self->path = path;
  self->verified = verified;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PATH]);
}

const SottoRoute *
sotto_person_get_route (SottoPerson *self)
{
  return self->route;
}

void
sotto_person_set_route (SottoPerson *self, const SottoRoute *route)
{
  if (self->route == NULL && route == NULL)
    return;
  g_free (self->route);
  self->route = g_memdup2 (route, sizeof *route);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ROUTE]);
}

const SottoFacts *
sotto_person_get_facts (SottoPerson *self)
{
  return self->facts;
}

void
sotto_person_set_facts (SottoPerson *self, const SottoFacts *facts)
{
  SottoFacts *before = self->facts;

  self->facts = g_memdup2 (facts, sizeof *facts);
  g_free (before);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FACTS]);
}
