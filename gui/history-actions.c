// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/history-actions.h"
#include "gui/presenter/history-presenter.h"
#include "gui/settings.h"
#include "gui/view/export-chooser.h"
#include "gui/view/history-dialogs.h"
#include "gui/view/main-window.h"
#include <glib/gi18n-lib.h>

struct _SottoHistoryActions
{
  GObject parent_instance;
  GtkApplication *application; /* borrowed */
  SottoHistoryPresenter *presenter;
  SottoSessionModel *session;
  GSettings *settings;
  GtkNativeDialog *chooser; /* the one that is open */
  char *name;               /* what is asked is about them; NULL = everybody */
};

G_DEFINE_TYPE (SottoHistoryActions, sotto_history_actions, G_TYPE_OBJECT)

/* --- A conversation as a file --- */

static void
on_exported (SottoHistoryPresenter *presenter,
             const char *path,
             const char *problem,
             SottoHistoryActions *self)
{
  SottoMainWindow *window = sotto_main_window_find (self->application);
  g_autofree char *file = g_path_get_basename (path);
  g_autofree char *shown = g_filename_display_name (file);
  g_autofree char *text =
      problem == NULL ? g_strdup_printf (_ ("The conversation is in “%s”."), shown)
                      : g_strdup_printf (_ ("“%s” could not be written: %s"), shown, problem);

  if (window == NULL)
    return;
  if (problem == NULL)
    sotto_main_window_tell (window, text, path);
  else
    sotto_main_window_tell_problem (window, text);
}

static void
on_chosen (GtkNativeDialog *chooser, int response, SottoHistoryActions *self)
{
  const char *kind;
  g_autofree char *path =
      response == GTK_RESPONSE_ACCEPT ? sotto_export_chooser_dup_path (chooser, &kind) : NULL;

  gtk_native_dialog_hide (chooser);
  if (path != NULL)
    sotto_history_presenter_export (self->presenter, self->name, path, kind);
  g_clear_object (&self->chooser);
}

/* What follows is about whom the parameter names, in this window; NULL where nothing can be asked
 * now. */
static SottoMainWindow *
begin (SottoHistoryActions *self, GVariant *parameter)
{
  SottoMainWindow *window = sotto_main_window_find (self->application);

  if (window == NULL || self->chooser != NULL)
    return NULL;
  g_free (self->name);
  self->name = parameter != NULL ? g_variant_dup_string (parameter, NULL) : NULL;
  return window;
}

static void
present (SottoHistoryActions *self, GtkWidget *dialog, GCallback on_answered)
{
  g_signal_connect_object (dialog, "response", on_answered, self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* The window is locked or closed. */
static void
on_window_gone (SottoHistoryActions *self)
{
  if (self->chooser != NULL)
    gtk_native_dialog_hide (self->chooser);
  g_clear_object (&self->chooser);
}

static void
export_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SottoHistoryActions *self = data;
  SottoMainWindow *window = begin (self, parameter);

  if (window == NULL)
    return;
  self->chooser = sotto_export_chooser_new (GTK_WINDOW (window), self->name);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (on_chosen), self, 0);
  g_signal_connect_object (window, "destroy", G_CALLBACK (on_window_gone), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (self->chooser);
}

/* --- Nothing kept, and nothing left --- */

static void
on_clear_answered (GtkWidget *dialog, int response, SottoHistoryActions *self)
{
  gtk_widget_destroy (dialog);
  if (response == GTK_RESPONSE_ACCEPT)
    sotto_history_presenter_clear (self->presenter, self->name);
}

static void
ask_to_clear (SottoHistoryActions *self, GVariant *parameter)
{
  SottoMainWindow *window = begin (self, parameter);

  if (window != NULL)
    present (
        self,
        sotto_clear_dialog_new (GTK_WINDOW (window), self->name,
                                sotto_history_presenter_has_waiting (self->presenter, self->name)),
        G_CALLBACK (on_clear_answered));
}

static void
clear_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  ask_to_clear (data, parameter);
}

static void
on_keep_answered (GtkWidget *dialog, int response, SottoHistoryActions *self)
{
  bool nothing = !sotto_history_presenter_keeps_nothing (self->presenter, self->name);
  bool clear = sotto_keep_dialog_get_clear (dialog);

  gtk_widget_destroy (dialog);
  if (response != GTK_RESPONSE_ACCEPT)
    return;
  sotto_history_presenter_keep_nothing (self->presenter, self->name, nothing);
  if (clear)
    sotto_history_presenter_clear (self->presenter, self->name);
}

static void
keep_nothing_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SottoHistoryActions *self = data;
  SottoMainWindow *window = begin (self, parameter);

  if (window != NULL)
    present (
        self,
        sotto_keep_dialog_new (GTK_WINDOW (window), self->name,
                               sotto_history_presenter_keeps_nothing (self->presenter, self->name)),
        G_CALLBACK (on_keep_answered));
}

/* --- What an earlier password locks --- */

static char *
account_of (SottoHistoryActions *self)
{
  const char *server = sotto_session_model_get_server (self->session);

  return g_strdup_printf ("%s@%s", sotto_session_model_get_username (self->session),
                          server != NULL ? server : "");
}

static bool
is_known (SottoHistoryActions *self)
{
  g_autofree char *account = account_of (self);
  g_auto (GStrv) known = self->settings != NULL
                             ? g_settings_get_strv (self->settings, SOTTO_SETTING_KNOWN_LOCKS)
                             : NULL;

  return known != NULL && g_strv_contains ((const char *const *)known, account);
}

static void
remember (SottoHistoryActions *self, bool known)
{
  g_autofree char *account = account_of (self);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) before = NULL, now = NULL;

  if (self->settings == NULL)
    return;
  before = g_settings_get_strv (self->settings, SOTTO_SETTING_KNOWN_LOCKS);
  for (gsize i = 0; before[i] != NULL; i++)
    if (g_strcmp0 (before[i], account) != 0)
      g_strv_builder_add (builder, before[i]);
  if (known)
    g_strv_builder_add (builder, account);
  now = g_strv_builder_end (builder);
  g_settings_set_strv (self->settings, SOTTO_SETTING_KNOWN_LOCKS, (const char *const *)now);
}

/* The menu has the item as long as there is something to tell. */
static void
on_session_changed (SottoHistoryActions *self)
{
  SottoOldHistory old = sotto_session_model_get_old_history (self->session);
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->application), "locked-history");

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), old != SOTTO_OLD_HISTORY_NONE);
  if (old == SOTTO_OLD_HISTORY_LOCKED && is_known (self))
    sotto_session_model_set_old_history (self->session, SOTTO_OLD_HISTORY_LOCKED_KNOWN);
  else if (old == SOTTO_OLD_HISTORY_LOCKED_NOW && is_known (self))
    remember (self, false);
}

static void
on_locked_read (GtkWidget *dialog, int response, SottoHistoryActions *self)
{
  gtk_widget_destroy (dialog);
  if (response != GTK_RESPONSE_ACCEPT
      || sotto_session_model_get_old_history (self->session) == SOTTO_OLD_HISTORY_NONE)
    return;
  remember (self, true);
  sotto_session_model_set_old_history (self->session, SOTTO_OLD_HISTORY_LOCKED_KNOWN);
}

static void
locked_history_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SottoHistoryActions *self = data;

  present (self, sotto_locked_dialog_new (GTK_WINDOW (sotto_main_window_find (self->application))),
           G_CALLBACK (on_locked_read));
}

static const GActionEntry actions[] = {
  { "export", export_action, "s" },
  { "keep-nothing", keep_nothing_action, "s" },
  { "clear-history", clear_action, "s" },
  { "clear-all-history", clear_action },
  { "locked-history", locked_history_action },
};

static void
sotto_history_actions_dispose (GObject *object)
{
  SottoHistoryActions *self = SOTTO_HISTORY_ACTIONS (object);

  for (gsize i = 0; self->application != NULL && i < G_N_ELEMENTS (actions); i++)
    g_action_map_remove_action (G_ACTION_MAP (self->application), actions[i].name);
  self->application = NULL;
  g_clear_object (&self->chooser);
  g_clear_object (&self->presenter);
  g_clear_object (&self->session);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->name, g_free);
  G_OBJECT_CLASS (sotto_history_actions_parent_class)->dispose (object);
}

static void
sotto_history_actions_class_init (SottoHistoryActionsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sotto_history_actions_dispose;
}

static void
sotto_history_actions_init (SottoHistoryActions *self)
{
}

SottoHistoryActions *
sotto_history_actions_new (GtkApplication *application,
                           SottoEngine *engine,
                           SottoConversationPresenter *conversations,
                           SottoSessionModel *session,
                           GSettings *settings)
{
  SottoHistoryActions *self = g_object_new (SOTTO_TYPE_HISTORY_ACTIONS, NULL);

  self->application = application;
  self->presenter = sotto_history_presenter_new (engine, conversations);
  g_signal_connect_object (self->presenter, "exported", G_CALLBACK (on_exported), self, 0);
  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions),
                                   self);
  self->session = g_object_ref (session);
  g_set_object (&self->settings, settings);
  g_signal_connect_object (session, "changed", G_CALLBACK (on_session_changed), self,
                           G_CONNECT_SWAPPED);
  on_session_changed (self);
  return self;
}
