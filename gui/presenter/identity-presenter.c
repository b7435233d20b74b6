// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/presenter/identity-presenter.h"

struct _SottoIdentityPresenter
{
  GObject parent_instance;
  SottoEngine *engine;
  SottoLoginModel *login;
  GCancellable *cancellable;
  char *path; /* of the file in hand */
};

G_DEFINE_TYPE (SottoIdentityPresenter, sotto_identity_presenter, G_TYPE_OBJECT)

static guint done_signal;

static void
sotto_identity_presenter_dispose (GObject *object)
{
  SottoIdentityPresenter *self = SOTTO_IDENTITY_PRESENTER (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->engine);
  g_clear_object (&self->login);
  G_OBJECT_CLASS (sotto_identity_presenter_parent_class)->dispose (object);
}

static void
sotto_identity_presenter_finalize (GObject *object)
{
  SottoIdentityPresenter *self = SOTTO_IDENTITY_PRESENTER (object);

  g_object_unref (self->cancellable);
  g_free (self->path);
  G_OBJECT_CLASS (sotto_identity_presenter_parent_class)->finalize (object);
}

static void
sotto_identity_presenter_class_init (SottoIdentityPresenterClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sotto_identity_presenter_dispose;
  G_OBJECT_CLASS (klass)->finalize = sotto_identity_presenter_finalize;
  done_signal = g_signal_new ("done", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                              NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
}

static void
sotto_identity_presenter_init (SottoIdentityPresenter *self)
{
  self->cancellable = g_cancellable_new ();
}

SottoIdentityPresenter *
sotto_identity_presenter_new (SottoEngine *engine, SottoLoginModel *login)
{
  SottoIdentityPresenter *self = g_object_new (SOTTO_TYPE_IDENTITY_PRESENTER, NULL);

  self->engine = g_object_ref (engine);
  self->login = g_object_ref (login);
  return self;
}

static void
tell_done (SottoIdentityPresenter *self, const GError *error)
{
  if (self->engine != NULL)
    g_signal_emit (self, done_signal, 0, self->path, error != NULL ? error->message : NULL);
}

static void
on_exported (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SottoIdentityPresenter) self = data;
  g_autoptr (GError) error = NULL;

  sotto_engine_export_identity_finish (SOTTO_ENGINE (source), result, &error);
  tell_done (self, error);
}

static void
on_imported (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SottoIdentityPresenter) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *server = NULL;
  g_autofree char *name =
      sotto_engine_import_identity_finish (SOTTO_ENGINE (source), result, &server, &error);

  if (name != NULL && self->login != NULL)
    sotto_login_model_prefill (self->login, server, name);
  tell_done (self, error);
}

static void
take_path (SottoIdentityPresenter *self, const char *path)
{
  g_free (self->path);
  self->path = g_strdup (path);
}

void
sotto_identity_presenter_export (SottoIdentityPresenter *self,
                                 const char *path,
                                 const char *passphrase)
{
  take_path (self, path);
  sotto_engine_export_identity_async (self->engine, path, passphrase, self->cancellable,
                                      on_exported, g_object_ref (self));
}

void
sotto_identity_presenter_import (SottoIdentityPresenter *self,
                                 const char *path,
                                 const char *passphrase)
{
  take_path (self, path);
  sotto_engine_import_identity_async (self->engine, path, passphrase, self->cancellable,
                                      on_imported, g_object_ref (self));
}
