// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/view/app-action.h"

void
sotto_window_action (GtkWidget *widget, const char *action)
{
  GtkWidget *window = gtk_widget_get_ancestor (widget, GTK_TYPE_APPLICATION_WINDOW);

  if (window != NULL)
    g_action_group_activate_action (G_ACTION_GROUP (window), action, NULL);
}

void
sotto_app_action (GtkWidget *widget, const char *action, const char *name)
{
  GtkWidget *window = gtk_widget_get_ancestor (widget, GTK_TYPE_WINDOW);
  GtkApplication *application =
      window != NULL ? gtk_window_get_application (GTK_WINDOW (window)) : NULL;

  if (application != NULL)
    g_action_group_activate_action (G_ACTION_GROUP (application), action,
                                    g_variant_new_string (name));
}
