// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/model/comparison.h"

struct _SottoComparison
{
  GObject parent_instance;
  SottoPerson *person;
  SottoComparisonState state;
  char *error;
};

G_DEFINE_TYPE (SottoComparison, sotto_comparison, G_TYPE_OBJECT)

static guint changed_signal;

static void
sotto_comparison_finalize (GObject *object)
{
  SottoComparison *self = SOTTO_COMPARISON (object);

  g_clear_object (&self->person);
  g_free (self->error);
  G_OBJECT_CLASS (sotto_comparison_parent_class)->finalize (object);
}

static void
sotto_comparison_class_init (SottoComparisonClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sotto_comparison_finalize;
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
sotto_comparison_init (SottoComparison *self)
{
}

SottoComparison *
sotto_comparison_new (SottoPerson *person)
{
  SottoComparison *self = g_object_new (SOTTO_TYPE_COMPARISON, NULL);

  self->person = g_object_ref (person);
  return self;
}

SottoPerson *
sotto_comparison_get_person (SottoComparison *self)
{
  return self->person;
}

SottoComparisonState
sotto_comparison_get_state (SottoComparison *self)
{
  return self->state;
}

const char *
sotto_comparison_get_error (SottoComparison *self)
{
  return self->error;
}

void
sotto_comparison_set_state (SottoComparison *self, SottoComparisonState state, const char *error)
{
  if (self->state == state && g_strcmp0 (self->error, error) == 0)
    return;
  self->state = state;
  g_free (self->error);
  self->error = g_strdup (error);
  g_signal_emit (self, changed_signal, 0);
}
