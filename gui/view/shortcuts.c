// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/view/shortcuts.h"

void
sotto_shortcuts_present (GtkWindow *parent)
{
  g_autoptr (GtkBuilder) builder =
      gtk_builder_new_from_resource ("/org/sotto/Sotto/ui/shortcuts.ui");
  GtkWindow *window = GTK_WINDOW (gtk_builder_get_object (builder, "shortcuts"));

  gtk_window_set_transient_for (window, parent);
  gtk_window_present (window);
}
