// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/presenter/login-presenter.h"
#include "gui/presenter/keyring.h"
#include "gui/presenter/last-login.h"
#include "gui/presenter/remembering.h"
#include "gui/presenter/sentences.h"
#include "shared/base/limits.h"
#include "shared/base/text.h"
#include <glib/gi18n-lib.h>
#include <string.h>

#define LAST_LOGIN_FILE "last-login.ini"

struct _SottoLoginPresenter
{
  GObject parent_instance;
  SottoEngine *engine;
  SottoLoginModel *model;
  const SottoClientConfig *config;
  char *last_login_path; /* NULL = not remembered */
  SottoRemembering *remembering;
  bool recalling;
  bool remembered; /* the keyring has a password of the last login */
  char *invite;
  char *server;    /* as typed at the last attempt; once reached, its address */
  char *username;  /* as typed at the last attempt */
  gint64 retry_at; /* monotonic; while the server asks to wait */
  guint countdown;
};

G_DEFINE_TYPE (SottoLoginPresenter, sotto_login_presenter, G_TYPE_OBJECT)

static void
stop_countdown (SottoLoginPresenter *self)
{
  g_clear_handle_id (&self->countdown, g_source_remove);
}

static gboolean
on_countdown (gpointer data)
{
  SottoLoginPresenter *self = data;
  gint64 left = (self->retry_at - g_get_monotonic_time () + SOTTO_US_PER_S - 1) / SOTTO_US_PER_S;
  g_autofree char *sentence = NULL;

  if (left <= 0)
    {
      self->countdown = 0;
      sotto_login_model_set_error (self->model, SOTTO_LOGIN_FIELD_NONE, NULL);
      return G_SOURCE_REMOVE;
    }
  sentence =
      g_strdup_printf (ngettext ("The server asks to wait. Try again in %d second.",
                                 "The server asks to wait. Try again in %d seconds.", (gulong)left),
                       (int)left);
  sotto_login_model_set_error (self->model, SOTTO_LOGIN_FIELD_NONE, sentence);
  return G_SOURCE_CONTINUE;
}

static void
start_countdown (SottoLoginPresenter *self, gint64 wait_ms)
{
  stop_countdown (self);
  self->retry_at = g_get_monotonic_time () + wait_ms * SOTTO_US_PER_MS;
  self->countdown = g_timeout_add_seconds (1, on_countdown, self);
  on_countdown (self);
}

static bool
is_attempting (SottoLoginPresenter *self)
{
  SottoLoginStage stage = sotto_login_model_get_stage (self->model);

  return stage != SOTTO_LOGIN_FORM && stage != SOTTO_LOGIN_DONE;
}

/* The attempt is over; says why beside the field it is about. */
static void
fail (SottoLoginPresenter *self, const SottoEvent *event)
{
  bool asks_to_wait = g_strcmp0 (event->code, "busy") == 0 || g_strcmp0 (event->code, "rate") == 0;

  if (event->has_id || event->peer.str[0] != '\0')
    return;
  sotto_remembering_drop (self->remembering);
  self->recalling = false;
  if (!is_attempting (self))
    return;
  sotto_login_model_set_stage (self->model, SOTTO_LOGIN_FORM);
  if (asks_to_wait && event->retry_in_ms > 0)
    start_countdown (self, event->retry_in_ms);
  else
    sotto_login_model_set_error (self->model, sotto_sentence_field (event->code),
                                 sotto_sentence_for_code (event->code, event->text));
}

static void
meet (SottoLoginPresenter *self, const SottoEvent *event)
{
  g_autofree char *host = g_strdup_printf ("%s:%u", event->server, (guint)event->port);

  sotto_login_model_set_identity (self->model, host, event->fingerprint);
  sotto_login_model_set_stage (self->model, SOTTO_LOGIN_FIRST_USE);
}

/* "host:port" as the entry takes it back; IPv6 gets its brackets. */
static char *
server_text (const char *host, uint16_t port)
{
  if (host == NULL)
    return g_strdup ("");
  return g_strdup_printf (strchr (host, ':') != NULL ? "[%s]:%u" : "%s:%u", host, (guint)port);
}

/* Its key is known from here on: next time the address is enough, even where a link was pasted. */
static void
reach (SottoLoginPresenter *self, const SottoEvent *event)
{
  g_free (self->server);
  self->server = server_text (event->server, event->port);
}

static void
save_last_login (SottoLoginPresenter *self)
{
  SottoLastLogin login = { self->server, self->username, self->remembered };

  if (self->last_login_path != NULL)
    sotto_last_login_save (self->last_login_path, &login);
}

/* The keyring is left in peace by who never wanted it. */
static void
keep_password (SottoLoginPresenter *self)
{
  bool remember = sotto_login_model_get_remember (self->model);

  if (self->remembered && !remember)
    sotto_remembering_forget (self->remembering, self->server, self->username);
  sotto_remembering_settle (self->remembering, self->server, self->username, remember);
  self->remembered = remember;
}

static void
succeed (SottoLoginPresenter *self)
{
  /* Each reconnect says it anew. */
  if (is_attempting (self))
    {
      self->recalling = false;
      keep_password (self);
      save_last_login (self);
    }
  sotto_login_model_set_stage (self->model, SOTTO_LOGIN_DONE);
}

static void
on_event (SottoEngine *engine, const SottoEvent *event, SottoLoginPresenter *self)
{
  if (event->type == SOTTO_EVENT_SERVER_UNKNOWN)
    meet (self, event);
  else if (event->type == SOTTO_EVENT_CONNECTED)
    reach (self, event);
  else if (event->type == SOTTO_EVENT_AUTHENTICATED)
    succeed (self);
  else if (event->type == SOTTO_EVENT_PASSWORD_CHANGED)
    keep_password (self);
  else if (event->type == SOTTO_EVENT_REFUSED || event->type == SOTTO_EVENT_ERROR)
    fail (self, event);
  else if (event->type == SOTTO_EVENT_DISCONNECTED && event->retry_in_ms < 0)
    fail (self, event);
}

static void
sotto_login_presenter_dispose (GObject *object)
{
  SottoLoginPresenter *self = SOTTO_LOGIN_PRESENTER (object);

  stop_countdown (self);
  g_clear_object (&self->engine);
  g_clear_object (&self->model);
  g_clear_pointer (&self->remembering, sotto_remembering_free);
  g_clear_pointer (&self->last_login_path, g_free);
  g_clear_pointer (&self->invite, g_free);
  g_clear_pointer (&self->server, g_free);
  g_clear_pointer (&self->username, g_free);
  G_OBJECT_CLASS (sotto_login_presenter_parent_class)->dispose (object);
}

static void
sotto_login_presenter_class_init (SottoLoginPresenterClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sotto_login_presenter_dispose;
}

static void
sotto_login_presenter_init (SottoLoginPresenter *self)
{
}

static void
on_found (const char *password, gpointer data)
{
  SottoLoginPresenter *self = data;

  if (password == NULL)
    {
      self->recalling = self->remembered = false;
      sotto_login_model_set_remember (self->model, false);
    }
  else if (sotto_login_model_get_stage (self->model) == SOTTO_LOGIN_FORM)
    sotto_login_presenter_submit (self, false, sotto_login_model_get_server (self->model),
                                  sotto_login_model_get_username (self->model), password);
}

/* Who asked for it is logged in by what the keyring has. */
static void
recall (SottoLoginPresenter *self, const SottoLastLogin *last)
{
  const char *server = sotto_login_model_get_server (self->model);

  self->remembered = last->remember && last->username != NULL && last->server != NULL
                     && g_str_equal (server, last->server) && sotto_keyring_is_available ();
  sotto_login_model_set_remember (self->model, self->remembered);
  self->recalling = self->remembered;
  if (self->remembered)
    sotto_remembering_look_up (self->remembering, last->server, last->username);
}

/* Where the configuration leads, else where one was last. */
static void
prefill (SottoLoginPresenter *self)
{
  g_auto (SottoLastLogin) last = { 0 };
  g_autofree char *server = server_text (self->config->server_address, self->config->server_port);

  if (self->last_login_path != NULL)
    sotto_last_login_load (&last, self->last_login_path);
  if (self->config->server_address == NULL && last.server != NULL)
    {
      g_free (server);
      server = g_strdup (last.server);
    }
  sotto_login_model_prefill (self->model, server, last.username);
  recall (self, &last);
}

SottoLoginPresenter *
sotto_login_presenter_new (SottoEngine *engine,
                           SottoLoginModel *model,
                           const SottoClientConfig *config,
                           const char *profile_path)
{
  SottoLoginPresenter *self = g_object_new (SOTTO_TYPE_LOGIN_PRESENTER, NULL);

  self->engine = g_object_ref (engine);
  self->model = g_object_ref (model);
  self->config = config;
  self->remembering = sotto_remembering_new (on_found, self);
  sotto_login_model_set_can_remember (model, profile_path != NULL && sotto_keyring_is_available ());
  if (profile_path != NULL)
    self->last_login_path = g_build_filename (profile_path, LAST_LOGIN_FILE, NULL);
  prefill (self);
  g_signal_connect_object (engine, "event", G_CALLBACK (on_event), self, 0);
  return self;
}

static bool
use_join_link (SottoLoginPresenter *self, const char *text, GError **error)
{
  SottoJoinLink link = { 0 };
  bool ok = sotto_join_link_parse (text, &link, error)
            && sotto_engine_set_join_link (self->engine, &link, error);

  g_free (self->invite);
  self->invite = g_strdup (link.invite);
  sotto_join_link_clear (&link);
  return ok;
}

/* What a person chose, else the configured one: that speaks for the configured server, not for
 * another one typed here. */
static const char *
find_certificate (SottoLoginPresenter *self, const char *host, uint16_t port)
{
  const char *chosen = sotto_login_model_get_certificate (self->model);
  bool configured =
      g_strcmp0 (host, self->config->server_address) == 0 && port == self->config->server_port;

  if (chosen != NULL)
    return chosen;
  return configured ? self->config->server_certificate : NULL;
}

static bool
use_address (SottoLoginPresenter *self, const char *text, GError **error)
{
  g_autofree char *host = NULL;
  uint16_t port = 0;

  g_clear_pointer (&self->invite, g_free);
  return sotto_server_parse (text, &host, &port, error)
         && sotto_engine_set_server (self->engine, host, port, find_certificate (self, host, port),
                                     error);
}

static bool
use_server (SottoLoginPresenter *self, const char *typed)
{
  g_autofree char *text = g_strstrip (g_strdup (typed));
  g_autoptr (GError) error = NULL;
  bool is_link = g_ascii_strncasecmp (text, "sotto:", 6) == 0;

  if (*text == '\0')
    {
      sotto_login_model_set_error (self->model, SOTTO_LOGIN_FIELD_SERVER,
                                   _ ("Enter the server’s address, or paste a join link."));
      return false;
    }
  if (is_link ? use_join_link (self, text, &error) : use_address (self, text, &error))
    return true;
  sotto_login_model_set_error (self->model, SOTTO_LOGIN_FIELD_SERVER, error->message);
  return false;
}

/* What can be known without asking the server is said at once, all fields together. */
static bool
check_fields (SottoLoginPresenter *self,
              const char *server,
              const char *username,
              const char *password,
              SottoName *out_name)
{
  bool ok = use_server (self, server);

  if (!sotto_name_from_typed (username, out_name))
    {
      sotto_login_model_set_error (self->model, SOTTO_LOGIN_FIELD_USERNAME,
                                   sotto_sentence_for_code ("bad_name", NULL));
      ok = false;
    }
  if (*password == '\0')
    {
      sotto_login_model_set_error (self->model, SOTTO_LOGIN_FIELD_PASSWORD,
                                   sotto_sentence_for_code ("password", NULL));
      ok = false;
    }
  return ok;
}

void
sotto_login_presenter_submit (SottoLoginPresenter *self,
                              gboolean sign_up,
                              const char *server,
                              const char *username,
                              const char *password)
{
  SottoName name;

  stop_countdown (self);
  sotto_login_model_clear_errors (self->model);
  if (!check_fields (self, server, username, password, &name))
    return;
  g_free (self->server);
  self->server = g_strdup (server);
  g_free (self->username);
  self->username = g_strdup (name.str);
  sotto_login_model_set_stage (self->model,
                               sign_up ? SOTTO_LOGIN_SIGNING_UP : SOTTO_LOGIN_LOGGING_IN);
  sotto_remembering_hold (self->remembering, password);
  if (sign_up)
    sotto_engine_sign (self->engine, name.str, password, self->invite);
  else
    sotto_engine_auth (self->engine, name.str, password);
}

void
sotto_login_presenter_answer_first_use (SottoLoginPresenter *self, gboolean trust)
{
  if (sotto_login_model_get_stage (self->model) != SOTTO_LOGIN_FIRST_USE)
    return;
  /* Back to the form before the engine reports the end it was told to make. */
  sotto_login_model_set_stage (self->model, trust ? SOTTO_LOGIN_LOGGING_IN : SOTTO_LOGIN_FORM);
  sotto_engine_trust (self->engine, trust);
}

bool
sotto_login_presenter_is_recalling (SottoLoginPresenter *self)
{
  return self->recalling;
}

void
sotto_login_presenter_take_link (SottoLoginPresenter *self, const char *link)
{
  sotto_remembering_drop (self->remembering);
  self->recalling = false;
  sotto_login_model_clear_errors (self->model);
  sotto_login_model_prefill (self->model, link, NULL);
}

void
sotto_login_presenter_password_changing (SottoLoginPresenter *self, const char *password)
{
  if (self->remembered)
    sotto_remembering_hold (self->remembering, password);
}

void
sotto_login_presenter_reset (SottoLoginPresenter *self)
{
  stop_countdown (self);
  if (self->remembered)
    sotto_remembering_forget (self->remembering, self->server, self->username);
  self->remembered = false;
  save_last_login (self);
  sotto_login_model_clear_errors (self->model);
  sotto_login_model_set_stage (self->model, SOTTO_LOGIN_FORM);
  sotto_login_model_prefill (self->model, self->server, self->username);
}
