// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/desktop/desktop.h"

#include "gui/desktop/background.h"
#include "gui/desktop/network-watch.h"
#include "gui/desktop/notifier.h"
#include "gui/settings.h"

struct _SottoDesktop
{
  GObject parent_instance;
  SottoEngine *engine;
  SottoSessionModel *session;
  GSettings *settings;
  SottoBackground *background;
  SottoNetworkWatch *network;
  SottoNotifier *notifier;
  GtkWindow *window; /* weak: where it is told what happens; NULL = nowhere */
  bool logged_in;
};

G_DEFINE_TYPE (SottoDesktop, sotto_desktop, G_TYPE_OBJECT)

static bool
is_seen (SottoDesktop *self)
{
  return self->window != NULL && gtk_window_is_active (self->window);
}

/* Who does not look at the window is told that nothing arrives any more. */
static void
on_session_changed (SottoDesktop *self)
{
  bool was_logged_in = self->logged_in;

  self->logged_in = sotto_session_model_get_username (self->session) != NULL;
  if (!self->logged_in && was_logged_in)
    {
      sotto_notifier_withdraw_all (self->notifier);
      sotto_background_leave (self->background);
    }
  else if (self->logged_in && !is_seen (self)
           && sotto_session_model_get_link (self->session) == SOTTO_LINK_ENDED)
    sotto_notifier_tell_ended (self->notifier, sotto_session_model_get_notice (self->session));
}

/* What a person wishes the engine to do. */
static void
apply_wishes (SottoDesktop *self)
{
  sotto_engine_set_notices (self->engine,
                            sotto_settings_is_on (self->settings, SOTTO_SETTING_READ_MARKS),
                            sotto_settings_is_on (self->settings, SOTTO_SETTING_TYPING));
  sotto_engine_set_retention_days (
      self->engine, sotto_settings_get_number (self->settings, SOTTO_SETTING_KEEP_DAYS));
}

static void
on_window_destroyed (GtkWindow *window, SottoDesktop *self)
{
  if (self->window == window)
    g_clear_weak_pointer (&self->window);
  sotto_notifier_look_at (self->notifier, NULL);
}

/* It stands in the window. */
static void
on_window_active (SottoDesktop *self)
{
  if (is_seen (self))
    sotto_notifier_withdraw_ended (self->notifier);
}

static void
sotto_desktop_dispose (GObject *object)
{
  SottoDesktop *self = SOTTO_DESKTOP (object);

  g_clear_weak_pointer (&self->window);
  g_clear_object (&self->notifier);
  g_clear_object (&self->network);
  g_clear_object (&self->background);
  g_clear_object (&self->settings);
  g_clear_object (&self->session);
  g_clear_object (&self->engine);
  G_OBJECT_CLASS (sotto_desktop_parent_class)->dispose (object);
}

static void
sotto_desktop_class_init (SottoDesktopClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sotto_desktop_dispose;
}

static void
sotto_desktop_init (SottoDesktop *self)
{
}

SottoDesktop *
sotto_desktop_new (GApplication *application, SottoEngine *engine, SottoSessionModel *session)
{
  SottoDesktop *self = g_object_new (SOTTO_TYPE_DESKTOP, NULL);

  self->engine = g_object_ref (engine);
  self->session = g_object_ref (session);
  self->settings = sotto_settings_new ();
  self->background = sotto_background_new (application, self->settings);
  self->network = sotto_network_watch_new ();
  self->notifier = sotto_notifier_new (application, engine, self->settings);
  g_signal_connect_object (self->network, "changed", G_CALLBACK (sotto_engine_check_connection),
                           engine, G_CONNECT_SWAPPED);
  if (self->settings != NULL)
    g_signal_connect_object (self->settings, "changed", G_CALLBACK (apply_wishes), self,
                             G_CONNECT_SWAPPED);
  apply_wishes (self);
  g_signal_connect_object (session, "changed", G_CALLBACK (on_session_changed), self,
                           G_CONNECT_SWAPPED);
  return self;
}

void
sotto_desktop_take_window (SottoDesktop *self, GtkWindow *window)
{
  bool tells = g_signal_lookup ("look-at", G_OBJECT_TYPE (window)) != 0;

  g_set_weak_pointer (&self->window, tells ? window : NULL);
  sotto_background_leave (self->background);
  sotto_background_watch (self->background, window);
  if (tells)
    g_signal_connect_object (window, "look-at", G_CALLBACK (sotto_notifier_look_at), self->notifier,
                             G_CONNECT_SWAPPED);
  g_signal_connect_object (window, "notify::is-active", G_CALLBACK (on_window_active), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (window, "destroy", G_CALLBACK (on_window_destroyed), self, 0);
}

void
sotto_desktop_hide (SottoDesktop *self)
{
  sotto_background_enter (self->background);
}

void
sotto_desktop_set_locked (SottoDesktop *self, bool locked)
{
  sotto_notifier_set_locked (self->notifier, locked);
}

GSettings *
sotto_desktop_get_settings (SottoDesktop *self)
{
  return self->settings;
}

void
sotto_desktop_let_go (SottoDesktop *self)
{
  sotto_background_leave (self->background);
}

void
sotto_desktop_mark_read (SottoDesktop *self, const char *name)
{
  sotto_notifier_withdraw (self->notifier, name);
}
