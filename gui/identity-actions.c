// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/identity-actions.h"
#include "gui/view/main-window.h"
#include "gui/view/passphrase-dialog.h"
#include <glib/gi18n-lib.h>

struct _SottoIdentityActions
{
  GObject parent_instance;
  GtkApplication *application; /* borrowed */
  SottoIdentityPresenter *presenter;
  GtkNativeDialog *chooser;      /* the one that is open */
  SottoPassphraseDialog *dialog; /* likewise, weak */
  bool exports;
  char *path;
};

G_DEFINE_TYPE (SottoIdentityActions, sotto_identity_actions, G_TYPE_OBJECT)

static void
on_submit (SottoPassphraseDialog *dialog, const char *passphrase, SottoIdentityActions *self)
{
  sotto_passphrase_dialog_set_busy (dialog);
  if (self->exports)
    sotto_identity_presenter_export (self->presenter, self->path, passphrase);
  else
    sotto_identity_presenter_import (self->presenter, self->path, passphrase);
}

static void
tell_exported (SottoIdentityActions *self, const char *path)
{
  g_autofree char *base = g_filename_display_basename (path);
  g_autofree char *text = g_strdup_printf (_ ("Your identity is in “%s”. Keep it safe."), base);
  SottoMainWindow *window = sotto_main_window_find (self->application);

  if (window != NULL)
    sotto_main_window_tell (window, text, path);
}

static void
on_done (SottoIdentityPresenter *presenter,
         const char *path,
         const char *problem,
         SottoIdentityActions *self)
{
  if (problem != NULL && self->dialog != NULL)
    sotto_passphrase_dialog_set_error (self->dialog, problem);
  if (problem != NULL)
    return;
  if (self->dialog != NULL)
    gtk_widget_destroy (GTK_WIDGET (self->dialog));
  if (self->exports)
    tell_exported (self, path);
}

static void
ask_passphrase (SottoIdentityActions *self)
{
  GtkWindow *parent = gtk_application_get_active_window (self->application);

  g_clear_weak_pointer (&self->dialog);
  g_set_weak_pointer (&self->dialog, sotto_passphrase_dialog_new (parent, self->exports));
  g_signal_connect_object (self->dialog, "submit", G_CALLBACK (on_submit), self, 0);
  gtk_window_present (GTK_WINDOW (self->dialog));
}

static void
on_chosen (GtkNativeDialog *chooser, int response, SottoIdentityActions *self)
{
  g_free (self->path);
  self->path = response == GTK_RESPONSE_ACCEPT
                   ? gtk_file_chooser_get_filename (GTK_FILE_CHOOSER (chooser))
                   : NULL;
  gtk_native_dialog_hide (chooser);
  g_clear_object (&self->chooser);
  if (self->path != NULL)
    ask_passphrase (self);
}

/* Nothing that is there is replaced: the engine says so beside the passphrase. */
static void
choose_file (SottoIdentityActions *self, bool exports)
{
  GtkWindow *parent = gtk_application_get_active_window (self->application);
  GtkFileChooserNative *chooser;

  if (self->chooser != NULL || self->dialog != NULL)
    return;
  self->exports = exports;
  chooser = gtk_file_chooser_native_new (
      exports ? _ ("Save Identity As") : _ ("Open Identity"), parent,
      exports ? GTK_FILE_CHOOSER_ACTION_SAVE : GTK_FILE_CHOOSER_ACTION_OPEN,
      exports ? _ ("_Save") : _ ("_Open"), NULL);
  self->chooser = GTK_NATIVE_DIALOG (chooser);
  gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (chooser), g_get_home_dir ());
  if (exports)
    gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser), "sotto-identity.json");
  gtk_native_dialog_set_modal (self->chooser, TRUE);
  g_signal_connect_object (chooser, "response", G_CALLBACK (on_chosen), self, 0);
  gtk_native_dialog_show (self->chooser);
}

static void
export_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  choose_file (data, true);
}

static void
import_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  choose_file (data, false);
}

static const GActionEntry actions[] = {
  { "export-identity", export_action },
  { "import-identity", import_action },
};

static void
sotto_identity_actions_dispose (GObject *object)
{
  SottoIdentityActions *self = SOTTO_IDENTITY_ACTIONS (object);

  for (gsize i = 0; self->application != NULL && i < G_N_ELEMENTS (actions); i++)
    g_action_map_remove_action (G_ACTION_MAP (self->application), actions[i].name);
  self->application = NULL;
  g_clear_weak_pointer (&self->dialog);
  g_clear_object (&self->chooser);
  g_clear_object (&self->presenter);
  g_clear_pointer (&self->path, g_free);
  G_OBJECT_CLASS (sotto_identity_actions_parent_class)->dispose (object);
}

static void
sotto_identity_actions_class_init (SottoIdentityActionsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sotto_identity_actions_dispose;
}

static void
sotto_identity_actions_init (SottoIdentityActions *self)
{
}

SottoIdentityActions *
sotto_identity_actions_new (GtkApplication *application,
                            SottoEngine *engine,
                            SottoLoginModel *login)
{
  SottoIdentityActions *self = g_object_new (SOTTO_TYPE_IDENTITY_ACTIONS, NULL);

  self->application = application;
  self->presenter = sotto_identity_presenter_new (engine, login);
  g_signal_connect_object (self->presenter, "done", G_CALLBACK (on_done), self, 0);
  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions),
                                   self);
  return self;
}
