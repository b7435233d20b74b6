// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/model/lock.h"

struct _SottoLock
{
  GObject parent_instance;
  SottoLockState state;
  char *problem;
};

G_DEFINE_TYPE (SottoLock, sotto_lock, G_TYPE_OBJECT)

static guint changed_signal;

static void
sotto_lock_finalize (GObject *object)
{
  g_free (SOTTO_LOCK (object)->problem);
  G_OBJECT_CLASS (sotto_lock_parent_class)->finalize (object);
}

static void
sotto_lock_class_init (SottoLockClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sotto_lock_finalize;
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
sotto_lock_init (SottoLock *self)
{
}

SottoLock *
sotto_lock_new (void)
{
  return g_object_new (SOTTO_TYPE_LOCK, NULL);
}

SottoLockState
sotto_lock_get_state (SottoLock *self)
{
  return self->state;
}

bool
sotto_lock_is_locked (SottoLock *self)
{
  return self->state != SOTTO_LOCK_OPEN;
}

const char *
sotto_lock_get_problem (SottoLock *self)
{
  return self->problem;
}

void
sotto_lock_set_state (SottoLock *self, SottoLockState state, const char *problem)
{
  if (self->state == state && g_strcmp0 (self->problem, problem) == 0)
    return;
  g_free (self->problem);
  self->problem = g_strdup (problem);
  self->state = state;
  g_signal_emit (self, changed_signal, 0);
}
