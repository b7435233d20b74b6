// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/contact-actions.h"
#include "gui/view/alias-dialog.h"
#include "gui/view/app-action.h"
#include "gui/view/person-details.h"
#include <string.h>

struct _SottoContactActions
{
  GObject parent_instance;
  GtkApplication *application; /* borrowed */
  SottoContactPresenter *presenter;
};

G_DEFINE_TYPE (SottoContactActions, sotto_contact_actions, G_TYPE_OBJECT)

static const struct
{
  const char *action;
  SottoMark mark;
  bool set;
} marks[] = {
  { "favourite", SOTTO_MARK_FAVOURITE, true }, { "unfavourite", SOTTO_MARK_FAVOURITE, false },
  { "mute", SOTTO_MARK_MUTED, true },          { "unmute", SOTTO_MARK_MUTED, false },
  { "block", SOTTO_MARK_BLOCKED, true },       { SOTTO_APP_UNBLOCK, SOTTO_MARK_BLOCKED, false },
};

static void
mark_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SottoContactActions *self = data;
  const char *name = g_action_get_name (G_ACTION (action));

  for (gsize i = 0; i < G_N_ELEMENTS (marks); i++)
    if (strcmp (marks[i].action, name) == 0)
      sotto_contact_presenter_set_mark (self->presenter, g_variant_get_string (parameter, NULL),
                                        marks[i].mark, marks[i].set);
}

static void
on_alias (SottoAliasDialog *dialog, const char *name, const char *alias, SottoContactActions *self)
{
  const char *problem = sotto_contact_presenter_set_alias (self->presenter, name, alias);

  if (problem != NULL)
    sotto_alias_dialog_set_error (dialog, problem);
  else
    gtk_widget_destroy (GTK_WIDGET (dialog));
}

static void
set_alias_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SottoContactActions *self = data;
  SottoPerson *person =
      sotto_contact_presenter_get_person (self->presenter, g_variant_get_string (parameter, NULL));
  SottoAliasDialog *dialog =
      sotto_alias_dialog_new (gtk_application_get_active_window (self->application), person);

  g_signal_connect_object (dialog, "submit", G_CALLBACK (on_alias), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
details_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SottoContactActions *self = data;
  const char *name = g_variant_get_string (parameter, NULL);
  SottoPerson *person = sotto_contact_presenter_get_person (self->presenter, name);

  sotto_contact_presenter_look_into (self->presenter, name);
  gtk_window_present (GTK_WINDOW (
      sotto_person_details_new (gtk_application_get_active_window (self->application), person)));
}

static const GActionEntry actions[] = {
  { "details", details_action, "s" },
  { "set-alias", set_alias_action, "s" },
};

static void
add_actions (SottoContactActions *self)
{
  GActionMap *map = G_ACTION_MAP (self->application);

  g_action_map_add_action_entries (map, actions, G_N_ELEMENTS (actions), self);
  for (gsize i = 0; i < G_N_ELEMENTS (marks); i++)
    {
      const GActionEntry entry = { marks[i].action, mark_action, "s" };

      g_action_map_add_action_entries (map, &entry, 1, self);
    }
}

static void
remove_actions (SottoContactActions *self)
{
  GActionMap *map = G_ACTION_MAP (self->application);

  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    g_action_map_remove_action (map, actions[i].name);
  for (gsize i = 0; i < G_N_ELEMENTS (marks); i++)
    g_action_map_remove_action (map, marks[i].action);
}

static void
sotto_contact_actions_dispose (GObject *object)
{
  SottoContactActions *self = SOTTO_CONTACT_ACTIONS (object);

  if (self->application != NULL)
    remove_actions (self);
  self->application = NULL;
  g_clear_object (&self->presenter);
  G_OBJECT_CLASS (sotto_contact_actions_parent_class)->dispose (object);
}

static void
sotto_contact_actions_class_init (SottoContactActionsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sotto_contact_actions_dispose;
}

static void
sotto_contact_actions_init (SottoContactActions *self)
{
}

SottoContactActions *
sotto_contact_actions_new (GtkApplication *application, SottoEngine *engine, SottoPeople *people)
{
  SottoContactActions *self = g_object_new (SOTTO_TYPE_CONTACT_ACTIONS, NULL);

  self->application = application;
  self->presenter = sotto_contact_presenter_new (engine, people);
  add_actions (self);
  return self;
}
