// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/security-actions.h"
#include "gui/view/app-action.h"
#include "gui/view/safety-dialog.h"
#include "gui/view/server-knows-window.h"

struct _SottoSecurityActions
{
  GObject parent_instance;
  GtkApplication *application; /* borrowed */
  SottoSecurityPresenter *presenter;
};

G_DEFINE_TYPE (SottoSecurityActions, sotto_security_actions, G_TYPE_OBJECT)

static void
on_verify (SottoSafetyDialog *dialog,
           SottoComparison *comparison,
           const char *number,
           SottoSecurityActions *self)
{
  sotto_security_presenter_verify (self->presenter, comparison, number);
}

static void
compare_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SottoSecurityActions *self = data;
  SottoComparison *comparison =
      sotto_security_presenter_compare (self->presenter, g_variant_get_string (parameter, NULL));
  SottoSafetyDialog *dialog =
      sotto_safety_dialog_new (gtk_application_get_active_window (self->application), comparison);

  g_signal_connect_object (dialog, "verify", G_CALLBACK (on_verify), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
look_into_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SottoSecurityActions *self = data;

  sotto_security_presenter_look_into (self->presenter, g_variant_get_string (parameter, NULL));
}

static void
server_knows_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SottoSecurityActions *self = data;
  GtkWindow *parent = gtk_application_get_active_window (self->application);

  gtk_window_present (GTK_WINDOW (sotto_server_knows_window_new (parent)));
}

static const GActionEntry actions[] = {
  { SOTTO_APP_COMPARE, compare_action, "s" },
  { SOTTO_APP_LOOK_INTO, look_into_action, "s" },
  { "server-knows", server_knows_action },
};

static void
sotto_security_actions_dispose (GObject *object)
{
  SottoSecurityActions *self = SOTTO_SECURITY_ACTIONS (object);

  for (gsize i = 0; self->application != NULL && i < G_N_ELEMENTS (actions); i++)
    g_action_map_remove_action (G_ACTION_MAP (self->application), actions[i].name);
  self->application = NULL;
  g_clear_object (&self->presenter);
  G_OBJECT_CLASS (sotto_security_actions_parent_class)->dispose (object);
}

static void
sotto_security_actions_class_init (SottoSecurityActionsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sotto_security_actions_dispose;
}

static void
sotto_security_actions_init (SottoSecurityActions *self)
{
}

SottoSecurityActions *
sotto_security_actions_new (GtkApplication *application, SottoEngine *engine, SottoPeople *people)
{
  SottoSecurityActions *self = g_object_new (SOTTO_TYPE_SECURITY_ACTIONS, NULL);

  self->application = application;
  self->presenter = sotto_security_presenter_new (engine, people);
  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions),
                                   self);
  return self;
}
