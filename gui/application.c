// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/application-private.h"
#include "gui/desktop/autostart.h"
#include "gui/presenter/keyring.h"
#include "gui/view/about.h"
#include "gui/view/preferences-window.h"
#include "gui/view/shortcuts.h"
#include "gui/view/style.h"
#include "shared/client/folder.h"
#include <glib-unix.h>
#include <handy.h>

G_DEFINE_TYPE (SottoApplication, sotto_application, GTK_TYPE_APPLICATION)

/* Reads the whole theme again, and draws the window three times: only where it makes a difference.
 */
static void
on_look_differs (SottoApplication *self)
{
  sotto_style_follow_desktop ();
  g_clear_object (&self->looks);
}

/* After the first frame: the icon takes a library for drawing. */
static gboolean
dress_cb (gpointer data)
{
  SottoApplication *self = data;

  self->dress = 0;
  self->looks = sotto_look_watch_new ();
  g_signal_connect_object (self->looks, "differs", G_CALLBACK (on_look_differs), self,
                           G_CONNECT_SWAPPED);
  gtk_window_set_default_icon_name (SOTTO_APP_ID);
  return G_SOURCE_REMOVE;
}

static void
shortcuts_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SottoApplication *self = data;

  sotto_shortcuts_present (self->window);
}

static void
on_lock_changed (SottoApplication *self)
{
  sotto_desktop_set_locked (self->desktop,
                            sotto_lock_is_locked (sotto_lock_actions_get_lock (self->lock)));
  sotto_application_swap_window (self);
}

static void
about_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SottoApplication *self = data;

  sotto_about_present (self->window);
}

static void
on_autostart (SottoPreferencesWindow *window, gboolean on, SottoApplication *self)
{
  g_autoptr (GError) error = NULL;

  if (!sotto_autostart_set (g_application_get_application_id (G_APPLICATION (self)),
                            self->options->profile, on, &error))
    g_warning ("%s", error->message);
}

static void
preferences_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SottoApplication *self = data;
  GSettings *settings = sotto_desktop_get_settings (self->desktop);
  const char *id = g_application_get_application_id (G_APPLICATION (self));
  SottoPreferencesWindow *window;

  if (settings == NULL)
    return;
  window = sotto_preferences_window_new (self->window, settings, sotto_autostart_get (id));
  g_signal_connect_object (window, "autostart", G_CALLBACK (on_autostart), self, 0);
  gtk_window_present (GTK_WINDOW (window));
}

static void
quit_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SottoApplication *self = data;

  sotto_desktop_let_go (self->desktop);
  if (self->window != NULL)
    gtk_widget_destroy (GTK_WIDGET (self->window));
}

/* A notification was chosen. */
static void
open_chat_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SottoApplication *self = data;

  g_application_activate (G_APPLICATION (self));
  sotto_application_open_chat (self, g_variant_get_string (parameter, NULL));
}

static void
mark_read_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SottoApplication *self = data;
  const char *name = g_variant_get_string (parameter, NULL);

  sotto_conversation_presenter_mark_read (self->conversation_presenter, name);
  sotto_desktop_mark_read (self->desktop, name);
}

/* Ended from outside the window still says goodbye to the server. */
static gboolean
on_terminate (gpointer data)
{
  g_application_quit (data);
  return G_SOURCE_CONTINUE;
}

static const GActionEntry actions[] = {
  { "about", about_action },
  { "shortcuts", shortcuts_action },
  { "preferences", preferences_action },
  { "quit", quit_action },
  { "open-chat", open_chat_action, "s" },
  { "mark-read", mark_read_action, "s" },
};

static const struct
{
  const char *action;
  const char *keys[3];
} accels[] = {
  { "app.shortcuts", { "<Primary>question", "F1" } },
  { "app.quit", { "<Primary>q" } },
  { "app.preferences", { "<Primary>comma" } },
  { "win.close", { "<Primary>w" } },
  { "win.find", { "<Primary>f" } },
  { "win.refresh", { "F5" } },
  { "win.next-pane", { "F6" } },
};

/* Started with the session, and it cannot go on by itself: somebody has to type a password. */
static void
on_login_changed (SottoApplication *self)
{
  if (!self->hidden || self->window != NULL
      || sotto_login_model_get_stage (self->login) != SOTTO_LOGIN_FORM
      || sotto_login_presenter_is_recalling (self->login_presenter))
    return;
  self->hidden = false;
  sotto_application_open_window (self);
  sotto_desktop_let_go (self->desktop);
}

static void
make_parts (SottoApplication *self)
{
  g_autofree char *profile_path = sotto_folder_of_profile (NULL, self->options->profile);

  /* First of all that asks for types of files: later GLib would read them all a second time. */
  g_content_type_get_mime_dirs ();
  self->engine = sotto_engine_new (self->options->profile, NULL, SOTTO_TRUST_ASK);
  sotto_engine_set_download_dir (self->engine, self->options->config.download_dir);
  self->login = sotto_login_model_new ();
  self->session = sotto_session_model_new ();
  self->people = sotto_people_new ();
  g_signal_connect_object (self->people, "unread", G_CALLBACK (sotto_application_set_title), self,
                           G_CONNECT_SWAPPED);
  self->login_presenter =
      sotto_login_presenter_new (self->engine, self->login, &self->options->config, profile_path);
  self->session_presenter = sotto_session_presenter_new (self->engine, self->session);
  self->people_presenter = sotto_people_presenter_new (self->engine, self->people);
  self->conversation_presenter = sotto_conversation_presenter_new (self->engine, self->people);
  self->security = sotto_security_actions_new (GTK_APPLICATION (self), self->engine, self->people);
  self->contacts = sotto_contact_actions_new (GTK_APPLICATION (self), self->engine, self->people);
  self->identity = sotto_identity_actions_new (GTK_APPLICATION (self), self->engine, self->login);
  self->search =
      sotto_search_actions_new (GTK_APPLICATION (self), self->engine, self->conversation_presenter);
  self->file_presenter = sotto_file_presenter_new (self->engine, self->conversation_presenter);
  self->desktop = sotto_desktop_new (G_APPLICATION (self), self->engine, self->session);
  self->history =
      sotto_history_actions_new (GTK_APPLICATION (self), self->engine, self->conversation_presenter,
                                 self->session, sotto_desktop_get_settings (self->desktop));
  self->lock = sotto_lock_actions_new (GTK_APPLICATION (self), self->engine, self->session,
                                       sotto_desktop_get_settings (self->desktop));
  g_signal_connect_object (sotto_lock_actions_get_lock (self->lock), "changed",
                           G_CALLBACK (on_lock_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->login, "changed", G_CALLBACK (on_login_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "changed", G_CALLBACK (sotto_application_swap_window),
                           self, G_CONNECT_SWAPPED);
}

static void
sotto_application_startup (GApplication *application)
{
  SottoApplication *self = SOTTO_APPLICATION (application);

  G_APPLICATION_CLASS (sotto_application_parent_class)->startup (application);
  hdy_init ();
  sotto_style_load (gdk_screen_get_default ());
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  for (gsize i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), accels[i].action,
                                           accels[i].keys);
  make_parts (self);
  self->dress = g_idle_add (dress_cb, self);
  self->terminate = g_unix_signal_add (SIGTERM, on_terminate, self);
}

/* The first of a program that was started to stay in the background shows nothing. */
static void
sotto_application_activate (GApplication *application)
{
  SottoApplication *self = SOTTO_APPLICATION (application);

  self->hidden = !self->activated && self->options->background
                 && sotto_login_presenter_is_recalling (self->login_presenter);
  self->activated = true;
  if (self->hidden)
    sotto_desktop_hide (self->desktop);
  else if (self->window == NULL)
    sotto_application_open_window (self);
  else
    gtk_window_present (self->window);
}

/* A join link: another program's click, or ours from the command line. */
static void
sotto_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  SottoApplication *self = SOTTO_APPLICATION (application);
  g_autofree char *link = g_file_get_uri (files[0]);

  if (sotto_session_model_get_username (self->session) == NULL)
    sotto_login_presenter_take_link (self->login_presenter, link);
  g_application_activate (application);
}

static void
sotto_application_shutdown (GApplication *application)
{
  SottoApplication *self = SOTTO_APPLICATION (application);

  g_clear_handle_id (&self->swap, g_source_remove);
  g_clear_handle_id (&self->dress, g_source_remove);
  g_clear_object (&self->looks);
  g_clear_handle_id (&self->terminate, g_source_remove);
  if (self->engine != NULL)
    sotto_engine_log_out (self->engine);
  g_clear_object (&self->lock);
  g_clear_object (&self->desktop);
  g_clear_object (&self->search);
  g_clear_object (&self->history);
  g_clear_object (&self->identity);
  g_clear_object (&self->contacts);
  g_clear_object (&self->security);
  g_clear_object (&self->file_presenter);
  g_clear_object (&self->conversation_presenter);
  g_clear_object (&self->people_presenter);
  g_clear_object (&self->session_presenter);
  g_clear_object (&self->login_presenter);
  g_clear_object (&self->engine);
  sotto_keyring_settle ();
  G_APPLICATION_CLASS (sotto_application_parent_class)->shutdown (application);
}

static void
sotto_application_dispose (GObject *object)
{
  SottoApplication *self = SOTTO_APPLICATION (object);

  g_clear_weak_pointer (&self->window);
  g_clear_pointer (&self->behind, g_free);
  g_clear_object (&self->people);
  g_clear_object (&self->session);
  g_clear_object (&self->login);
  G_OBJECT_CLASS (sotto_application_parent_class)->dispose (object);
}

static void
sotto_application_class_init (SottoApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sotto_application_dispose;
  application_class->startup = sotto_application_startup;
  application_class->activate = sotto_application_activate;
  application_class->open = sotto_application_open;
  application_class->shutdown = sotto_application_shutdown;
}

static void
sotto_application_init (SottoApplication *self)
{
}

SottoApplication *
sotto_application_new (const SottoOptions *options)
{
  g_autofree char *id = sotto_options_app_id (options->profile);
  SottoApplication *self =
      g_object_new (SOTTO_TYPE_APPLICATION, "application-id", id, "flags",
                    G_APPLICATION_HANDLES_OPEN, "resource-base-path", "/org/sotto/Sotto", NULL);

  self->options = options;
  return self;
}
