// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/view/popover-once.h"

/* Not from within the signal of an item that goes with it. */
static gboolean
destroy_cb (gpointer data)
{
  gtk_widget_destroy (data);
  return G_SOURCE_REMOVE;
}

static void
on_closed (GtkPopover *popover, gpointer data)
{
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, destroy_cb, g_object_ref (popover), g_object_unref);
}

void
sotto_popover_once (GtkWidget *popover)
{
  g_signal_connect (popover, "closed", G_CALLBACK (on_closed), NULL);
}
