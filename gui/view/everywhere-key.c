// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/view/everywhere-key.h"
#include <stdbool.h>

struct _SottoEverywhereKey
{
  GtkApplication *application; /* borrowed */
  char *action;
  GtkAccelGroup *group;
  GClosure *closure; /* the group's */
  guint signal;
  gulong hook;
};

static gboolean
on_key (SottoEverywhereKey *self)
{
  g_action_group_activate_action (G_ACTION_GROUP (self->application), self->action, NULL);
  return TRUE;
}

static bool
lacks_key (SottoEverywhereKey *self, GtkWidget *widget)
{
  return GTK_IS_WINDOW (widget) && gtk_window_get_application (GTK_WINDOW (widget)) == NULL
         && !GTK_IS_FILE_CHOOSER (widget)
         && g_slist_find (gtk_accel_groups_from_object (G_OBJECT (widget)), self->group) == NULL;
}

/* A window that gets the keyboard gets the key. */
static gboolean
on_focus_in (GSignalInvocationHint *hint, guint n_values, const GValue *values, gpointer data)
{
  SottoEverywhereKey *self = data;
  GtkWidget *widget = g_value_get_object (&values[0]);

  if (lacks_key (self, widget))
    gtk_window_add_accel_group (GTK_WINDOW (widget), self->group);
  return TRUE;
}

SottoEverywhereKey *
sotto_everywhere_key_new (GtkApplication *application, const char *accelerator, const char *action)
{
  SottoEverywhereKey *self = g_new0 (SottoEverywhereKey, 1);
  GdkModifierType modifiers;
  guint key;

  gtk_accelerator_parse (accelerator, &key, &modifiers);
  self->application = application;
  self->action = g_strdup (action);
  self->group = gtk_accel_group_new ();
  self->closure = g_cclosure_new_swap (G_CALLBACK (on_key), self, NULL);
  gtk_accel_group_connect (self->group, key, modifiers, 0, self->closure);
  self->signal = g_signal_lookup ("focus-in-event", GTK_TYPE_WIDGET);
  self->hook = g_signal_add_emission_hook (self->signal, 0, on_focus_in, self, NULL);
  return self;
}

void
sotto_everywhere_key_free (SottoEverywhereKey *self)
{
  if (self == NULL)
    return;
  g_signal_remove_emission_hook (self->signal, self->hook);
  gtk_accel_group_disconnect (self->group, self->closure); /* windows that have it may stay */
  g_object_unref (self->group);
  g_free (self->action);
  g_free (self);
}
