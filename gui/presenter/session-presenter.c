// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/presenter/session-presenter.h"
#include "gui/presenter/sentences.h"
#include "shared/base/limits.h"
#include <glib/gi18n-lib.h>

struct _SottoSessionPresenter
{
  GObject parent_instance;
  SottoEngine *engine;
  SottoSessionModel *model;
  bool deleting;
};

G_DEFINE_TYPE (SottoSessionPresenter, sotto_session_presenter, G_TYPE_OBJECT)

static bool
is_running (SottoSessionPresenter *self)
{
  return sotto_session_model_get_errand (self->model) == SOTTO_ERRAND_RUNNING;
}

static void
on_connected (SottoSessionPresenter *self, const SottoEvent *event)
{
  g_autofree char *server = event->port == SOTTO_PORT_DEFAULT
                                ? g_strdup (event->server)
                                : g_strdup_printf ("%s:%u", event->server, (guint)event->port);

  sotto_session_model_set_server (self->model, server);
}

static void
on_authenticated (SottoSessionPresenter *self, const SottoEvent *event)
{
  sotto_session_model_set_link (self->model, SOTTO_LINK_UP, 0, NULL);
  sotto_session_model_set_username (self->model, event->peer.str);
  /* A reconnect tells nothing anew. */
  if (sotto_session_model_get_old_history (self->model) == SOTTO_OLD_HISTORY_NONE
      && sotto_engine_has_locked_history (self->engine))
    sotto_session_model_set_old_history (self->model, SOTTO_OLD_HISTORY_LOCKED);
}

static void
leave (SottoSessionPresenter *self)
{
  self->deleting = false;
  sotto_session_model_set_errand (self->model, SOTTO_ERRAND_NONE, NULL);
  sotto_session_model_set_old_history (self->model, SOTTO_OLD_HISTORY_NONE);
  sotto_session_model_set_username (self->model, NULL);
  sotto_session_model_set_link (self->model, SOTTO_LINK_UP, 0, NULL);
}

/* When, in full: it may be read days later. */
static char *
say_replaced (SottoSessionPresenter *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  /* TRANSLATORS: a day and a time of day, as g_date_time_format takes it */
  g_autofree char *when = g_date_time_format (now, _ ("%-d %B, %H:%M"));

  /* TRANSLATORS: one's own username, and when it was */
  return g_strdup_printf (_ ("Another device logged in as %s (%s). If that was not you, somebody "
                             "knows your password: log in again and change it."),
                          sotto_session_model_get_username (self->model), when);
}

static void
end (SottoSessionPresenter *self, const SottoEvent *event)
{
  g_autofree char *notice = g_strcmp0 (event->code, "replaced") == 0
                                ? say_replaced (self)
                                : g_strdup (sotto_sentence_for_code (event->code, event->text));

  sotto_session_model_set_link (self->model, SOTTO_LINK_ENDED, 0, notice);
}

static void
on_disconnected (SottoSessionPresenter *self, const SottoEvent *event)
{
  if (sotto_session_model_get_username (self->model) == NULL)
    return;
  if (self->deleting && is_running (self))
    leave (self);
  else if (event->retry_in_ms >= 0)
    sotto_session_model_set_link (self->model, SOTTO_LINK_WAITING,
                                  g_get_monotonic_time () + event->retry_in_ms * SOTTO_US_PER_MS,
                                  NULL);
  else
    end (self, event);
}

/* In an errand "auth" is about the password just typed, not about a username. */
static void
fail_errand (SottoSessionPresenter *self, const SottoEvent *event)
{
  bool wrong = g_strcmp0 (event->code, "auth") == 0 || g_strcmp0 (event->code, "password") == 0;

  sotto_session_model_set_errand (self->model, SOTTO_ERRAND_FAILED,
                                  wrong ? _ ("Wrong password.")
                                        : sotto_sentence_for_code (event->code, event->text));
}

static void
on_error (SottoSessionPresenter *self, const SottoEvent *event)
{
  if (event->has_id || event->peer.str[0] != '\0')
    return;
  if (is_running (self))
    fail_errand (self, event);
  else if (g_strcmp0 (event->code, "password") == 0
           && sotto_session_model_get_username (self->model) != NULL
           && sotto_engine_has_locked_history (self->engine))
    sotto_session_model_set_old_history (self->model, SOTTO_OLD_HISTORY_LOCKED_NOW);
}

/* Refused while logged in: a reconnect found the password changed or the account gone. */
static void
on_refused (SottoSessionPresenter *self, const SottoEvent *event)
{
  if (is_running (self))
    fail_errand (self, event);
  else if (sotto_session_model_get_username (self->model) != NULL)
    end (self, event);
}

static void
on_password_changed (SottoSessionPresenter *self, const SottoEvent *event)
{
  sotto_session_model_set_errand (self->model, SOTTO_ERRAND_DONE, NULL);
}

static const struct
{
  SottoEventType type;
  void (*handle) (SottoSessionPresenter *self, const SottoEvent *event);
} handlers[] = {
  { SOTTO_EVENT_CONNECTED, on_connected },
  { SOTTO_EVENT_AUTHENTICATED, on_authenticated },
  { SOTTO_EVENT_DISCONNECTED, on_disconnected },
  { SOTTO_EVENT_ERROR, on_error },
  { SOTTO_EVENT_REFUSED, on_refused },
  { SOTTO_EVENT_PASSWORD_CHANGED, on_password_changed },
};

static void
on_event (SottoEngine *engine, const SottoEvent *event, SottoSessionPresenter *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (handlers); i++)
    if (handlers[i].type == event->type)
      handlers[i].handle (self, event);
}

static void
sotto_session_presenter_dispose (GObject *object)
{
  SottoSessionPresenter *self = SOTTO_SESSION_PRESENTER (object);

  g_clear_object (&self->engine);
  g_clear_object (&self->model);
  G_OBJECT_CLASS (sotto_session_presenter_parent_class)->dispose (object);
}

static void
sotto_session_presenter_class_init (SottoSessionPresenterClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sotto_session_presenter_dispose;
}

static void
sotto_session_presenter_init (SottoSessionPresenter *self)
{
}

SottoSessionPresenter *
sotto_session_presenter_new (SottoEngine *engine, SottoSessionModel *model)
{
  SottoSessionPresenter *self = g_object_new (SOTTO_TYPE_SESSION_PRESENTER, NULL);

  self->engine = g_object_ref (engine);
  self->model = g_object_ref (model);
  g_signal_connect_object (engine, "event", G_CALLBACK (on_event), self, 0);
  return self;
}

void
sotto_session_presenter_retry_now (SottoSessionPresenter *self)
{
  sotto_session_model_set_link (self->model, SOTTO_LINK_TRYING, 0, NULL);
  sotto_engine_retry_now (self->engine);
}

void
sotto_session_presenter_log_out (SottoSessionPresenter *self)
{
  sotto_engine_log_out (self->engine);
  leave (self);
}

void
sotto_session_presenter_change_password (SottoSessionPresenter *self,
                                         const char *old_password,
                                         const char *new_password)
{
  sotto_session_model_set_errand (self->model, SOTTO_ERRAND_RUNNING, NULL);
  sotto_engine_change_password (self->engine, old_password, new_password);
}

void
sotto_session_presenter_delete_account (SottoSessionPresenter *self, const char *password)
{
  self->deleting = true;
  sotto_session_model_set_errand (self->model, SOTTO_ERRAND_RUNNING, NULL);
  sotto_engine_delete_account (self->engine, password);
}

void
sotto_session_presenter_end_errand (SottoSessionPresenter *self)
{
  self->deleting = false;
  sotto_session_model_set_errand (self->model, SOTTO_ERRAND_NONE, NULL);
}
