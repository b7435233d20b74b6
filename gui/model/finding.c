// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/model/finding.h"

struct _SottoFinding
{
  GObject parent_instance;
  char *person;
  bool own;
  char *text;
  gint64 time_ms;
  uint64_t place;
  SottoId id;
};

G_DEFINE_TYPE (SottoFinding, sotto_finding, G_TYPE_OBJECT)

static void
sotto_finding_finalize (GObject *object)
{
  SottoFinding *self = SOTTO_FINDING (object);

  g_free (self->person);
  g_free (self->text);
  G_OBJECT_CLASS (sotto_finding_parent_class)->finalize (object);
}

static void
sotto_finding_class_init (SottoFindingClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sotto_finding_finalize;
}

static void
sotto_finding_init (SottoFinding *self)
{
}

SottoFinding *
sotto_finding_new (const char *person,
                   bool own,
                   const char *text,
                   gint64 unix_ms,
                   uint64_t place,
                   const SottoId *id)
{
  SottoFinding *self = g_object_new (SOTTO_TYPE_FINDING, NULL);

  self->person = g_strdup (person);
  self->own = own;
  self->text = g_strdup (text);
  self->time_ms = unix_ms;
  self->place = place;
  self->id = *id;
  return self;
}

const char *
sotto_finding_get_person (SottoFinding *self)
{
  return self->person;
}

bool
sotto_finding_is_own (SottoFinding *self)
{
  return self->own;
}

const char *
sotto_finding_get_text (SottoFinding *self)
{
  return self->text;
}

gint64
sotto_finding_get_time_ms (SottoFinding *self)
{
  return self->time_ms;
}

uint64_t
sotto_finding_get_place (SottoFinding *self)
{
  return self->place;
}

const SottoId *
sotto_finding_get_id (SottoFinding *self)
{
  return &self->id;
}
