// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/model/session-model.h"

struct _SottoSessionModel
{
  GObject parent_instance;
  char *username;
  char *server;
  SottoLink link;
  gint64 retry_at;
  char *notice;
  SottoOldHistory old_history;
  SottoErrand errand;
  char *errand_error;
};

G_DEFINE_TYPE (SottoSessionModel, sotto_session_model, G_TYPE_OBJECT)

static guint changed_signal;

static bool
replace (char **text, const char *by)
{
  if (g_strcmp0 (*text, by) == 0)
    return false;
  g_free (*text);
  *text = g_strdup (by);
  return true;
}

static void
sotto_session_model_finalize (GObject *object)
{
  SottoSessionModel *self = SOTTO_SESSION_MODEL (object);

  g_free (self->username);
  g_free (self->server);
  g_free (self->notice);
  g_free (self->errand_error);
  G_OBJECT_CLASS (sotto_session_model_parent_class)->finalize (object);
}

static void
sotto_session_model_class_init (SottoSessionModelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sotto_session_model_finalize;
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
sotto_session_model_init (SottoSessionModel *self)
{
}

SottoSessionModel *
sotto_session_model_new (void)
{
  return g_object_new (SOTTO_TYPE_SESSION_MODEL, NULL);
}

const char *
sotto_session_model_get_username (SottoSessionModel *self)
{
  return self->username;
}

const char *
sotto_session_model_get_server (SottoSessionModel *self)
{
  return self->server;
}

void
sotto_session_model_set_username (SottoSessionModel *self, const char *username)
{
  if (replace (&self->username, username))
    g_signal_emit (self, changed_signal, 0);
}

void
sotto_session_model_set_server (SottoSessionModel *self, const char *server)
{
  if (replace (&self->server, server))
    g_signal_emit (self, changed_signal, 0);
}

SottoOldHistory
sotto_session_model_get_old_history (SottoSessionModel *self)
{
  return self->old_history;
}

void
sotto_session_model_set_old_history (SottoSessionModel *self, SottoOldHistory old)
{
  if (self->old_history == old)
    return;
  self->old_history = old;
  g_signal_emit (self, changed_signal, 0);
}

SottoLink
sotto_session_model_get_link (SottoSessionModel *self)
{
  return self->link;
}

gint64
sotto_session_model_get_retry_at (SottoSessionModel *self)
{
  return self->retry_at;
}

const char *
sotto_session_model_get_notice (SottoSessionModel *self)
{
  return self->notice;
}

void
sotto_session_model_set_link (SottoSessionModel *self,
                              SottoLink state,
                              gint64 retry_at,
                              const char *notice)
{
  bool same = self->link == state && self->retry_at == retry_at;

  self->link = state;
  self->retry_at = retry_at;
  if (replace (&self->notice, notice) || !same)
    g_signal_emit (self, changed_signal, 0);
}

SottoErrand
sotto_session_model_get_errand (SottoSessionModel *self)
{
  return self->errand;
}

const char *
sotto_session_model_get_errand_error (SottoSessionModel *self)
{
  return self->errand_error;
}

void
sotto_session_model_set_errand (SottoSessionModel *self, SottoErrand errand, const char *error)
{
  bool same = self->errand == errand;

  self->errand = errand;
  if (replace (&self->errand_error, error) || !same)
    g_signal_emit (self, changed_signal, 0);
}
