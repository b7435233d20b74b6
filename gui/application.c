// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/application.h"
#include "gui/contact-actions.h"
#include "gui/desktop/autostart.h"
#include "gui/desktop/desktop.h"
#include "gui/history-actions.h"
#include "gui/identity-actions.h"
#include "gui/lock-actions.h"
#include "gui/presenter/conversation-presenter.h"
#include "gui/presenter/file-presenter.h"
#include "gui/presenter/login-presenter.h"
#include "gui/presenter/people-presenter.h"
#include "gui/presenter/session-presenter.h"
#include "gui/search-actions.h"
#include "gui/security-actions.h"
#include "gui/view/about.h"
#include "gui/view/lock-window.h"
#include "gui/view/login-window.h"
#include "gui/view/main-window.h"
#include "gui/view/preferences-window.h"
#include "gui/view/shortcuts.h"
#include "gui/view/style.h"
#include "shared/client/folder.h"
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <handy.h>
#include <string.h>

struct _SottoApplication
{
  GtkApplication parent_instance;
  const SottoOptions *options;
  SottoEngine *engine;
  SottoLoginModel *login;
  SottoSessionModel *session;
  SottoPeople *people;
  SottoLoginPresenter *login_presenter;
  SottoSessionPresenter *session_presenter;
  SottoPeoplePresenter *people_presenter;
  SottoConversationPresenter *conversation_presenter;
  SottoSecurityActions *security;
  SottoHistoryActions *history;
  SottoContactActions *contacts;
  SottoIdentityActions *identity;
  SottoSearchActions *search;
  SottoLockActions *lock;
  SottoFilePresenter *file_presenter;
  SottoDesktop *desktop;
  GtkWindow *window; /* the one that is open, weak */
  char *behind;      /* whose conversation comes back when the lock is opened */
  bool activated;
  bool hidden; /* no window yet, as --background asked */
  guint swap;
  guint dress;
  guint terminate;
};

G_DEFINE_TYPE (SottoApplication, sotto_application, GTK_TYPE_APPLICATION)

static void
on_open_person (SottoMainWindow *window, const char *name, SottoApplication *self)
{
  sotto_main_window_show_chat (
      window, sotto_conversation_presenter_open (self->conversation_presenter, name));
}

static void
on_change_password (SottoMainWindow *window,
                    const char *old_password,
                    const char *new_password,
                    SottoApplication *self)
{
  sotto_login_presenter_password_changing (self->login_presenter, new_password);
  sotto_session_presenter_change_password (self->session_presenter, old_password, new_password);
}

/* What a window asks for, and whose function of the same arguments does it. */
typedef struct
{
  const char *signal;
  GCallback handler;
  gpointer receiver;
} Wire;

static void
connect_wires (gpointer window, const Wire *wires, gsize n)
{
  for (gsize i = 0; i < n; i++)
    g_signal_connect_object (window, wires[i].signal, wires[i].handler, wires[i].receiver,
                             G_CONNECT_SWAPPED);
}

static void
connect_main_window (SottoApplication *self, SottoMainWindow *window)
{
  SottoConversationPresenter *conversations = self->conversation_presenter;
  SottoSessionPresenter *session = self->session_presenter;
  const Wire wires[] = {
    { "filter", G_CALLBACK (sotto_people_presenter_filter), self->people_presenter },
    { "refresh", G_CALLBACK (sotto_people_presenter_refresh), self->people_presenter },
    { "send", G_CALLBACK (sotto_conversation_presenter_send), conversations },
    { "act", G_CALLBACK (sotto_conversation_presenter_act), conversations },
    { "extend", G_CALLBACK (sotto_conversation_presenter_extend), conversations },
    { "newest", G_CALLBACK (sotto_conversation_presenter_go_to_newest), conversations },
    { "look-at", G_CALLBACK (sotto_conversation_presenter_look_at), conversations },
    { "offer-file", G_CALLBACK (sotto_file_presenter_offer), self->file_presenter },
    { "offer-picture", G_CALLBACK (sotto_file_presenter_offer_picture), self->file_presenter },
    { "reconnect", G_CALLBACK (sotto_session_presenter_retry_now), session },
    { "log-out", G_CALLBACK (sotto_session_presenter_log_out), session },
    { "delete-account", G_CALLBACK (sotto_session_presenter_delete_account), session },
    { "errand-closed", G_CALLBACK (sotto_session_presenter_end_errand), session },
  };

  connect_wires (window, wires, G_N_ELEMENTS (wires));
  g_signal_connect_object (window, "open", G_CALLBACK (on_open_person), self, 0);
  g_signal_connect_object (window, "change-password", G_CALLBACK (on_change_password), self, 0);
}

static GtkWindow *
make_login_window (SottoApplication *self)
{
  SottoLoginWindow *window = sotto_login_window_new (GTK_APPLICATION (self), self->login);
  const Wire wires[] = {
    { "submit", G_CALLBACK (sotto_login_presenter_submit), self->login_presenter },
    { "answered", G_CALLBACK (sotto_login_presenter_answer_first_use), self->login_presenter },
  };

  connect_wires (window, wires, G_N_ELEMENTS (wires));
  return GTK_WINDOW (window);
}

static GtkWindow *
make_main_window (SottoApplication *self)
{
  SottoMainWindow *window =
      sotto_main_window_new (GTK_APPLICATION (self), self->people, self->session);

  connect_main_window (self, window);
  sotto_desktop_take_window (self->desktop, GTK_WINDOW (window));
  return GTK_WINDOW (window);
}

/* What waits to be read is seen where windows are listed, and two profiles are told apart. */
static void
set_title (SottoApplication *self)
{
  bool plain = strcmp (self->options->profile, SOTTO_PROFILE_DEFAULT) == 0;
  guint unread = sotto_people_get_n_unread (self->people);
  g_autofree char *name =
      plain ? g_strdup (_ ("Sotto")) : g_strdup_printf (_ ("Sotto (%s)"), self->options->profile);
  g_autofree char *title = unread > 0 ? g_strdup_printf (_ ("(%u) %s"), unread, name) : NULL;

  if (self->window != NULL)
    gtk_window_set_title (self->window, title != NULL ? title : name);
}

/* After the first frame: following the desktop's light and dark reads the whole theme twice, and
 * the icon takes a library for drawing. */
static gboolean
dress_cb (gpointer data)
{
  SottoApplication *self = data;

  self->dress = 0;
  sotto_style_follow_desktop ();
  gtk_window_set_default_icon_name (SOTTO_APP_ID);
  return G_SOURCE_REMOVE;
}

static GtkWindow *
make_lock_window (SottoApplication *self)
{
  SottoLockWindow *window =
      sotto_lock_window_new (GTK_APPLICATION (self), sotto_lock_actions_get_lock (self->lock),
                             sotto_session_model_get_username (self->session));
  const Wire wires[] = {
    { "unlock", G_CALLBACK (sotto_lock_actions_unlock), self->lock },
    { "log-out", G_CALLBACK (sotto_session_presenter_log_out), self->session_presenter },
  };

  connect_wires (window, wires, G_N_ELEMENTS (wires));
  sotto_desktop_take_window (self->desktop, GTK_WINDOW (window));
  return GTK_WINDOW (window);
}

static GType
fitting_window (SottoApplication *self)
{
  if (sotto_session_model_get_username (self->session) == NULL)
    return SOTTO_TYPE_LOGIN_WINDOW;
  return sotto_lock_is_locked (sotto_lock_actions_get_lock (self->lock)) ? SOTTO_TYPE_LOCK_WINDOW
                                                                         : SOTTO_TYPE_MAIN_WINDOW;
}

/* Nobody looks at anything any more, and afterwards goes on where they were. */
static void
leave_behind (SottoApplication *self, SottoMainWindow *window)
{
  SottoChat *chat = sotto_main_window_get_chat (window);

  g_free (self->behind);
  self->behind =
      chat != NULL ? g_strdup (sotto_person_get_name (sotto_chat_get_person (chat))) : NULL;
  sotto_conversation_presenter_look_at (self->conversation_presenter, NULL);
}

static void
come_back (SottoApplication *self, SottoMainWindow *window)
{
  g_autofree char *name = g_steal_pointer (&self->behind);

  if (name != NULL)
    on_open_person (window, name, self);
}

/* The window that goes takes its dialogs along. */
static void
open_window (SottoApplication *self)
{
  GType type = fitting_window (self);
  GtkWindow *before = self->window;
  GtkWindow *now = type == SOTTO_TYPE_MAIN_WINDOW   ? make_main_window (self)
                   : type == SOTTO_TYPE_LOCK_WINDOW ? make_lock_window (self)
                                                    : make_login_window (self);

  g_set_weak_pointer (&self->window, now);
  set_title (self);
  if (type == SOTTO_TYPE_LOCK_WINDOW && SOTTO_IS_MAIN_WINDOW (before))
    leave_behind (self, SOTTO_MAIN_WINDOW (before));
  gtk_window_present (now);
  if (before != NULL)
    gtk_widget_destroy (GTK_WIDGET (before));
  if (type == SOTTO_TYPE_MAIN_WINDOW)
    come_back (self, SOTTO_MAIN_WINDOW (now));
}

static bool
window_fits (SottoApplication *self)
{
  return self->window != NULL && G_OBJECT_TYPE (self->window) == fitting_window (self);
}

static gboolean
swap_cb (gpointer data)
{
  SottoApplication *self = data;

  self->swap = 0;
  if (self->window != NULL && !window_fits (self))
    {
      if (sotto_session_model_get_username (self->session) == NULL)
        {
          g_clear_pointer (&self->behind, g_free);
          sotto_conversation_presenter_clear (self->conversation_presenter);
          sotto_login_presenter_reset (self->login_presenter);
        }
      open_window (self);
    }
  return G_SOURCE_REMOVE;
}

/* From an idle: the window that goes may be the one whose signal this is. */
static void
on_session_changed (SottoApplication *self)
{
  if (self->swap == 0 && !window_fits (self))
    self->swap = g_idle_add_full (G_PRIORITY_DEFAULT, swap_cb, self, NULL);
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
  on_session_changed (self);
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

  const char *name = g_variant_get_string (parameter, NULL);

  g_application_activate (G_APPLICATION (self));
  if (SOTTO_IS_MAIN_WINDOW (self->window))
    on_open_person (SOTTO_MAIN_WINDOW (self->window), name, self);
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
  open_window (self);
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
  g_signal_connect_object (self->people, "unread", G_CALLBACK (set_title), self, G_CONNECT_SWAPPED);
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
  g_signal_connect_object (self->session, "changed", G_CALLBACK (on_session_changed), self,
                           G_CONNECT_SWAPPED);
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
    open_window (self);
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
