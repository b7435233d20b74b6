// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/model/login-model.h"

struct _SottoLoginModel
{
  GObject parent_instance;
  SottoLoginStage stage;
  char *errors[SOTTO_LOGIN_N_FIELDS];
  char *server;
  char *username;
  char *certificate;
  char *host;
  char *fingerprint;
  bool can_remember;
  bool remember;
};

G_DEFINE_TYPE (SottoLoginModel, sotto_login_model, G_TYPE_OBJECT)

enum
{
  CHANGED,
  PREFILLED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
changed (SottoLoginModel *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

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
sotto_login_model_finalize (GObject *object)
{
  SottoLoginModel *self = SOTTO_LOGIN_MODEL (object);

  for (int i = 0; i < SOTTO_LOGIN_N_FIELDS; i++)
    g_free (self->errors[i]);
  g_free (self->server);
  g_free (self->username);
  g_free (self->certificate);
  g_free (self->host);
  g_free (self->fingerprint);
  G_OBJECT_CLASS (sotto_login_model_parent_class)->finalize (object);
}

static void
sotto_login_model_class_init (SottoLoginModelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sotto_login_model_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  signals[PREFILLED] = g_signal_new ("prefilled", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
sotto_login_model_init (SottoLoginModel *self)
{
  self->server = g_strdup ("");
  self->username = g_strdup ("");
}

SottoLoginModel *
sotto_login_model_new (void)
{
  return g_object_new (SOTTO_TYPE_LOGIN_MODEL, NULL);
}

SottoLoginStage
sotto_login_model_get_stage (SottoLoginModel *self)
{
  return self->stage;
}

void
sotto_login_model_set_stage (SottoLoginModel *self, SottoLoginStage stage)
{
  if (self->stage == stage)
    return;
  self->stage = stage;
  changed (self);
}

const char *
sotto_login_model_get_error (SottoLoginModel *self, SottoLoginField field)
{
  return self->errors[field];
}

void
sotto_login_model_set_error (SottoLoginModel *self, SottoLoginField field, const char *sentence)
{
  if (replace (&self->errors[field], sentence))
    changed (self);
}

void
sotto_login_model_clear_errors (SottoLoginModel *self)
{
  bool any = false;

  for (int i = 0; i < SOTTO_LOGIN_N_FIELDS; i++)
    any |= replace (&self->errors[i], NULL);
  if (any)
    changed (self);
}

const char *
sotto_login_model_get_server (SottoLoginModel *self)
{
  return self->server;
}

const char *
sotto_login_model_get_username (SottoLoginModel *self)
{
  return self->username;
}

void
sotto_login_model_prefill (SottoLoginModel *self, const char *server, const char *username)
{
  if (server != NULL)
    replace (&self->server, server);
  if (username != NULL)
    replace (&self->username, username);
  g_signal_emit (self, signals[PREFILLED], 0);
}

const char *
sotto_login_model_get_certificate (SottoLoginModel *self)
{
  return self->certificate;
}

void
sotto_login_model_set_certificate (SottoLoginModel *self, const char *path)
{
  if (replace (&self->certificate, path))
    changed (self);
}

bool
sotto_login_model_get_can_remember (SottoLoginModel *self)
{
  return self->can_remember;
}

bool
sotto_login_model_get_remember (SottoLoginModel *self)
{
  return self->can_remember && self->remember;
}

void
sotto_login_model_set_can_remember (SottoLoginModel *self, bool can_remember)
{
  if (self->can_remember == can_remember)
    return;
  self->can_remember = can_remember;
  changed (self);
}

void
sotto_login_model_set_remember (SottoLoginModel *self, bool remember)
{
  if (self->remember == remember)
    return;
  self->remember = remember;
  changed (self);
}

const char *
sotto_login_model_get_fingerprint (SottoLoginModel *self)
{
  return self->fingerprint;
}

const char *
sotto_login_model_get_host (SottoLoginModel *self)
{
  return self->host;
}

void
sotto_login_model_set_identity (SottoLoginModel *self, const char *host, const char *fingerprint)
{
  bool host_changed = replace (&self->host, host);

  if (replace (&self->fingerprint, fingerprint) || host_changed)
    changed (self);
}
