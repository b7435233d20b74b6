// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/view/accessible.h"

void
sotto_accessible_set_name (GtkWidget *widget, const char *name)
{
  AtkObject *accessible = gtk_widget_get_accessible (widget);

  /* Setting the same name again would have it announced again. */
  if (g_strcmp0 (atk_object_get_name (accessible), name) != 0)
    atk_object_set_name (accessible, name);
}
