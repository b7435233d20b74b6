// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/model/bubble.h"
#include <string.h>

struct _SottoBubble
{
  GObject parent_instance;
  char *sender;
  char *text;
  gint64 time_ms;
  gint64 came_ms;
  bool own;
  SottoRemark remark;
  bool has_id;
  SottoId id;
  SottoBubbleState state;
  char *reason;
  uint64_t kept_place;
  bool edited;
  bool deleted;
  char *reactions[2]; /* theirs, ours */
  SottoFilePart *file;
  bool first;
  bool last;
};

G_DEFINE_TYPE (SottoBubble, sotto_bubble, G_TYPE_OBJECT)

enum
{
  PROP_STATE = 1,
  PROP_PLACE,
  PROP_CONTENT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
sotto_bubble_finalize (GObject *object)
{
  SottoBubble *self = SOTTO_BUBBLE (object);

  g_clear_object (&self->file);
  g_free (self->sender);
  g_free (self->text);
  g_free (self->reason);
  g_free (self->reactions[0]);
  g_free (self->reactions[1]);
  G_OBJECT_CLASS (sotto_bubble_parent_class)->finalize (object);
}

static void
sotto_bubble_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SottoBubble *self = SOTTO_BUBBLE (object);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_uint (value, self->state);
      break;
    case PROP_PLACE:
      g_value_set_uint (value, (self->first ? 1u : 0u) | (self->last ? 2u : 0u));
      break;
    case PROP_CONTENT:
      g_value_set_string (value, self->text);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sotto_bubble_class_init (SottoBubbleClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = sotto_bubble_finalize;
  object_class->get_property = sotto_bubble_get_property;

  properties[PROP_STATE] =
      g_param_spec_uint ("state", NULL, NULL, 0, SOTTO_BUBBLE_FAILED, 0, flags);
  properties[PROP_PLACE] = g_param_spec_uint ("place", NULL, NULL, 0, 3, 0, flags);
  properties[PROP_CONTENT] = g_param_spec_string ("content", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sotto_bubble_init (SottoBubble *self)
{
  self->first = true;
  self->last = true;
}

SottoBubble *
sotto_bubble_new (const char *sender, const char *text, gint64 unix_ms, SottoBubbleState state)
{
  SottoBubble *self = g_object_new (SOTTO_TYPE_BUBBLE, NULL);

  self->sender = g_strdup (sender);
  self->text = g_strdup (text);
  self->time_ms = unix_ms;
  self->came_ms = unix_ms;
  self->state = state;
  self->own = state != SOTTO_BUBBLE_RECEIVED;
  return self;
}

SottoBubble *
sotto_bubble_new_remark (SottoRemark remark, const char *sentence, gint64 unix_ms)
{
  SottoBubble *self = sotto_bubble_new ("", sentence, unix_ms, SOTTO_BUBBLE_RECEIVED);

  self->remark = remark;
  return self;
}

SottoRemark
sotto_bubble_get_remark (SottoBubble *self)
{
  return self->remark;
}

const char *
sotto_bubble_get_sender (SottoBubble *self)
{
  return self->sender;
}

const char *
sotto_bubble_get_text (SottoBubble *self)
{
  return self->text;
}

gint64
sotto_bubble_get_time_ms (SottoBubble *self)
{
  return self->time_ms;
}

gint64
sotto_bubble_get_came_ms (SottoBubble *self)
{
  return self->came_ms;
}

void
sotto_bubble_set_came_ms (SottoBubble *self, gint64 unix_ms)
{
  self->came_ms = unix_ms;
}

bool
sotto_bubble_is_own (SottoBubble *self)
{
  return self->own;
}

void
sotto_bubble_set_file (SottoBubble *self, SottoFilePart *file)
{
  g_set_object (&self->file, file);
}

SottoFilePart *
sotto_bubble_get_file (SottoBubble *self)
{
  return self->file;
}

bool
sotto_bubble_get_id (SottoBubble *self, SottoId *out)
{
  if (self->has_id)
    *out = self->id;
  return self->has_id;
}

void
sotto_bubble_set_id (SottoBubble *self, const SottoId *id)
{
  self->id = *id;
  self->has_id = true;
}

SottoBubbleState
sotto_bubble_get_state (SottoBubble *self)
{
  return self->state;
}

static bool
goes_back (SottoBubbleState from, SottoBubbleState to)
{
  return to < from && !(from == SOTTO_BUBBLE_FAILED)
         && !(from == SOTTO_BUBBLE_SENT && to == SOTTO_BUBBLE_QUEUED);
}

void
sotto_bubble_set_state (SottoBubble *self, SottoBubbleState state)
{
  if (!self->own || self->state == state || goes_back (self->state, state))
    return;
  self->state = state;
  if (state != SOTTO_BUBBLE_FAILED)
    g_clear_pointer (&self->reason, g_free);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

const char *
sotto_bubble_get_reason (SottoBubble *self)
{
  return self->reason;
}

void
sotto_bubble_fail (SottoBubble *self, const char *reason)
{
  if (self->state == SOTTO_BUBBLE_DELIVERED || self->state == SOTTO_BUBBLE_READ)
    return;
  g_free (self->reason);
  self->reason = g_strdup (reason);
  sotto_bubble_set_state (self, SOTTO_BUBBLE_FAILED);
}

uint64_t
sotto_bubble_get_kept_place (SottoBubble *self)
{
  return self->kept_place;
}

void
sotto_bubble_set_kept_place (SottoBubble *self, uint64_t place)
{
  self->kept_place = place;
}

bool
sotto_bubble_get_edited (SottoBubble *self)
{
  return self->edited;
}

bool
sotto_bubble_get_deleted (SottoBubble *self)
{
  return self->deleted;
}

void
sotto_bubble_edit (SottoBubble *self, const char *text)
{
  if (self->deleted)
    return;
  g_free (self->text);
  self->text = g_strdup (text);
  self->edited = true;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONTENT]);
}

void
sotto_bubble_delete (SottoBubble *self)
{
  if (self->deleted)
    return;
  g_free (self->text);
  self->text = g_strdup ("");
  self->edited = false;
  self->deleted = true;
  g_clear_pointer (&self->reactions[0], g_free);
  g_clear_pointer (&self->reactions[1], g_free);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONTENT]);
}

const char *
sotto_bubble_get_reaction (SottoBubble *self, bool own)
{
  const char *reaction = self->reactions[own ? 1 : 0];

  return reaction != NULL ? reaction : "";
}

void
sotto_bubble_set_reaction (SottoBubble *self, bool own, const char *reaction)
{
  char **slot = &self->reactions[own ? 1 : 0];

  if (self->deleted || strcmp (sotto_bubble_get_reaction (self, own), reaction) == 0)
    return;
  g_free (*slot);
  *slot = g_strdup (reaction);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONTENT]);
}

bool
sotto_bubble_get_first (SottoBubble *self)
{
  return self->first;
}

bool
sotto_bubble_get_last (SottoBubble *self)
{
  return self->last;
}

void
sotto_bubble_set_place (SottoBubble *self, bool first, bool last)
{
  if (self->first == first && self->last == last)
    return;
  self->first = first;
  self->last = last;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PLACE]);
}
