// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/shortcuts.h"
#include "gui/view/accessible.h"
#include <glib/gi18n-lib.h>

#define SHORTCUTS "sotto-shortcuts"

/* GTK leaves the button that opens the search without one. */
static void
name_search (GtkWidget *widget, gpointer unused)
{
  if (GTK_IS_TOGGLE_BUTTON (widget) && !GTK_IS_MENU_BUTTON (widget))
    sotto_accessible_set_name (widget, _ ("Search"));
  else if (GTK_IS_CONTAINER (widget))
    gtk_container_forall (GTK_CONTAINER (widget), name_search, NULL);
}

static GtkWindow *
make (GtkWindow *parent)
{
  g_autoptr (GtkBuilder) builder =
      gtk_builder_new_from_resource ("/org/sotto/Sotto/ui/shortcuts.ui");
  GtkWindow *self = GTK_WINDOW (gtk_builder_get_object (builder, "shortcuts"));

  gtk_window_set_transient_for (self, parent);
  name_search (gtk_window_get_titlebar (self), NULL);
  return self;
}

void
sotto_shortcuts_present (GtkWindow *parent)
{
  GtkWindow *self = g_object_get_data (G_OBJECT (parent), SHORTCUTS);

  if (self == NULL)
    {
      self = make (parent);
      g_object_set_data (G_OBJECT (parent), SHORTCUTS, self);
      /* It goes with its parent: destroyed earlier, GTK leaves labels behind that a screen reader
       * still asks for their parents. */
      g_signal_connect (self, "delete-event", G_CALLBACK (gtk_widget_hide_on_delete), NULL);
    }
  gtk_window_present (self);
}
