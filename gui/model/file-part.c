// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/model/file-part.h"

/* Between two looks at the speed: shorter ones say more of the clock than of the network. */
#define RATE_US 200000
/* Without a byte that long nobody knows how fast it is. */
#define STALLED_US (3 * G_USEC_PER_SEC)

struct _SottoFilePart
{
  GObject parent_instance;
  char *name;
  char *media_type;
  uint64_t size;
  bool own;
  SottoFilePartState state;
  uint64_t done;
  char *code;
  char *path;
  gint64 moved_us;  /* when bytes came last */
  gint64 looked_us; /* when the speed was looked at last, 0 = not since it moves */
  uint64_t looked_done;
  uint64_t rate;
};

G_DEFINE_TYPE (SottoFilePart, sotto_file_part, G_TYPE_OBJECT)

enum
{
  PROP_STATE = 1,
  PROP_PROGRESS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
sotto_file_part_finalize (GObject *object)
{
  SottoFilePart *self = SOTTO_FILE_PART (object);

  g_free (self->name);
  g_free (self->media_type);
  g_free (self->code);
  g_free (self->path);
  G_OBJECT_CLASS (sotto_file_part_parent_class)->finalize (object);
}

static void
sotto_file_part_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SottoFilePart *self = SOTTO_FILE_PART (object);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_uint (value, self->state);
      break;
    case PROP_PROGRESS:
      g_value_set_uint64 (value, self->done);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sotto_file_part_class_init (SottoFilePartClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = sotto_file_part_finalize;
  object_class->get_property = sotto_file_part_get_property;
  properties[PROP_STATE] =
      g_param_spec_uint ("state", NULL, NULL, 0, SOTTO_FILE_PART_ENDED, 0, flags);
  properties[PROP_PROGRESS] =
      g_param_spec_uint64 ("progress", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sotto_file_part_init (SottoFilePart *self)
{
}

SottoFilePart *
sotto_file_part_new (const char *name, const char *media_type, uint64_t size, bool own)
{
  SottoFilePart *self = g_object_new (SOTTO_TYPE_FILE_PART, NULL);

  self->name = g_strdup (name != NULL ? name : "");
  self->media_type = g_strdup (media_type != NULL ? media_type : "");
  self->size = size;
  self->own = own;
  return self;
}

const char *
sotto_file_part_get_name (SottoFilePart *self)
{
  return self->name;
}

const char *
sotto_file_part_get_media_type (SottoFilePart *self)
{
  return self->media_type;
}

uint64_t
sotto_file_part_get_size (SottoFilePart *self)
{
  return self->size;
}

bool
sotto_file_part_is_own (SottoFilePart *self)
{
  return self->own;
}

SottoFilePartState
sotto_file_part_get_state (SottoFilePart *self)
{
  return self->state;
}

uint64_t
sotto_file_part_get_done (SottoFilePart *self)
{
  return self->done;
}

const char *
sotto_file_part_get_code (SottoFilePart *self)
{
  return self->code;
}

const char *
sotto_file_part_get_path (SottoFilePart *self)
{
  return self->path;
}

uint64_t
sotto_file_part_get_rate (SottoFilePart *self)
{
  return self->state == SOTTO_FILE_PART_MOVING ? self->rate : 0;
}

gint64
sotto_file_part_get_seconds_left (SottoFilePart *self)
{
  uint64_t rate = sotto_file_part_get_rate (self);
  uint64_t rest = self->size - MIN (self->done, self->size);

  return rate > 0 ? (gint64)MIN (rest / rate + (rest % rate != 0), G_MAXINT64) : -1;
}

void
sotto_file_part_set_path (SottoFilePart *self, const char *path)
{
  g_free (self->path);
  self->path = path != NULL && *path != '\0' ? g_strdup (path) : NULL;
}

/* What is over stays over, whatever order the news comes in. */
static bool
set_state (SottoFilePart *self, SottoFilePartState state)
{
  bool over = self->state == SOTTO_FILE_PART_DONE || self->state == SOTTO_FILE_PART_ENDED;

  if (over || self->state == state)
    return false;
  self->state = state;
  return true;
}

/* An old speed counts as much as the new one: a number that jumps tells nobody anything. */
static void
look_at_rate (SottoFilePart *self, gint64 now_us)
{
  gint64 passed = now_us - self->looked_us;
  bool first = self->looked_us == 0 || self->done < self->looked_done;

  if (!first && passed < RATE_US)
    return;
  if (!first)
    {
      double now = (double)(self->done - self->looked_done) * G_USEC_PER_SEC / (double)passed;
      self->rate = (uint64_t)(self->rate == 0 ? now : (now + (double)self->rate) / 2);
    }
  self->looked_us = now_us;
  self->looked_done = self->done;
}

void
sotto_file_part_move (SottoFilePart *self, uint64_t done, gint64 now_us)
{
  bool began = set_state (self, SOTTO_FILE_PART_MOVING);

  if (self->state != SOTTO_FILE_PART_MOVING)
    return;
  if (began || self->done != done)
    self->moved_us = now_us;
  self->done = done;
  look_at_rate (self, now_us);
  if (began)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROGRESS]);
}

static void
forget_rate (SottoFilePart *self)
{
  self->looked_us = 0;
  self->rate = 0;
}

bool
sotto_file_part_tick (SottoFilePart *self, gint64 now_us)
{
  if (self->state == SOTTO_FILE_PART_MOVING && self->rate > 0
      && now_us - self->moved_us >= STALLED_US)
    {
      forget_rate (self);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROGRESS]);
    }
  return self->state == SOTTO_FILE_PART_MOVING;
}

void
sotto_file_part_pause (SottoFilePart *self, uint64_t done)
{
  if (!set_state (self, SOTTO_FILE_PART_PAUSED))
    return;
  self->done = done;
  forget_rate (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

void
sotto_file_part_finish (SottoFilePart *self)
{
  if (!set_state (self, SOTTO_FILE_PART_DONE))
    return;
  self->done = self->size;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

void
sotto_file_part_end (SottoFilePart *self, const char *code)
{
  if (!set_state (self, SOTTO_FILE_PART_ENDED))
    return;
  self->code = g_strdup (code != NULL ? code : "");
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}
