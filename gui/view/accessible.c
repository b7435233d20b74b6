// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/view/accessible.h"

#define ANNOUNCE "announcement" /* since ATK 2.46 */

void
sotto_accessible_set_name (GtkWidget *widget, const char *name)
{
  AtkObject *accessible = gtk_widget_get_accessible (widget);

  /* Setting the same name again would have it announced again. */
  if (g_strcmp0 (atk_object_get_name (accessible), name) != 0)
    atk_object_set_name (accessible, name);
}

void
sotto_accessible_set_description (GtkWidget *widget, const char *description)
{
  AtkObject *accessible = gtk_widget_get_accessible (widget);
  const char *before = atk_object_get_description (accessible);

  if (g_strcmp0 (before != NULL ? before : "", description != NULL ? description : "") != 0)
    atk_object_set_description (accessible, description != NULL ? description : "");
}

void
sotto_accessible_announce (GtkWidget *widget, const char *text)
{
  if (g_signal_lookup (ANNOUNCE, ATK_TYPE_OBJECT) != 0)
    g_signal_emit_by_name (gtk_widget_get_accessible (widget), ANNOUNCE, text);
}
