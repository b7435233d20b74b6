// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/presenter/lock-presenter.h"
#include <glib/gi18n-lib.h>

struct _SottoLockPresenter
{
  GObject parent_instance;
  SottoEngine *engine;
  SottoSessionModel *session;
  SottoLock *lock;
  GCancellable *cancellable; /* of the password being tried */
};

G_DEFINE_TYPE (SottoLockPresenter, sotto_lock_presenter, G_TYPE_OBJECT)

static void
stop (SottoLockPresenter *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
on_session_changed (SottoLockPresenter *self)
{
  if (sotto_session_model_get_username (self->session) != NULL)
    return;
  stop (self);
  sotto_lock_set_state (self->lock, SOTTO_LOCK_OPEN, NULL);
}

/* A cancelled check still calls back, but then looks at nothing of ours. */
static void
checked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  bool right = sotto_engine_check_password_finish (SOTTO_ENGINE (source), result, &error);
  SottoLockPresenter *self;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self = data;
  g_clear_object (&self->cancellable);
  sotto_lock_set_state (self->lock, right ? SOTTO_LOCK_OPEN : SOTTO_LOCK_LOCKED,
                        right ? NULL : _ ("Wrong password."));
}

static void
sotto_lock_presenter_dispose (GObject *object)
{
  SottoLockPresenter *self = SOTTO_LOCK_PRESENTER (object);

  stop (self);
  g_clear_object (&self->lock);
  g_clear_object (&self->session);
  g_clear_object (&self->engine);
  G_OBJECT_CLASS (sotto_lock_presenter_parent_class)->dispose (object);
}

static void
sotto_lock_presenter_class_init (SottoLockPresenterClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sotto_lock_presenter_dispose;
}

static void
sotto_lock_presenter_init (SottoLockPresenter *self)
{
}

SottoLockPresenter *
sotto_lock_presenter_new (SottoEngine *engine, SottoSessionModel *session, SottoLock *lock)
{
  SottoLockPresenter *self = g_object_new (SOTTO_TYPE_LOCK_PRESENTER, NULL);

  self->engine = g_object_ref (engine);
  self->session = g_object_ref (session);
  self->lock = g_object_ref (lock);
  g_signal_connect_object (session, "changed", G_CALLBACK (on_session_changed), self,
                           G_CONNECT_SWAPPED);
  return self;
}

void
sotto_lock_presenter_lock (SottoLockPresenter *self)
{
  if (sotto_session_model_get_username (self->session) != NULL
      && !sotto_lock_is_locked (self->lock))
    sotto_lock_set_state (self->lock, SOTTO_LOCK_LOCKED, NULL);
}

void
sotto_lock_presenter_unlock (SottoLockPresenter *self, const char *password)
{
  if (sotto_lock_get_state (self->lock) != SOTTO_LOCK_LOCKED)
    return;
  sotto_lock_set_state (self->lock, SOTTO_LOCK_CHECKING, NULL);
  self->cancellable = g_cancellable_new ();
  sotto_engine_check_password_async (self->engine, password, self->cancellable, checked_cb, self);
}
