// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/about.h"
#include "gui/view/window-size.h"
#include <glib/gi18n-lib.h>

#define WIDTH     420
#define WIDTH_MIN 300
#define HEIGHT    300

/* GTK asks for 400 pixels for what stands in it, whatever the screen has. */
static void
ask_for_less (GtkWidget *widget, gpointer unused)
{
  if (GTK_IS_STACK (widget))
    gtk_widget_set_size_request (widget, WIDTH_MIN, -1);
  else if (GTK_IS_CONTAINER (widget))
    gtk_container_forall (GTK_CONTAINER (widget), ask_for_less, NULL);
}

void
sotto_about_present (GtkWindow *parent)
{
  GtkWindow *dialog = g_object_new (
      GTK_TYPE_ABOUT_DIALOG, "transient-for", parent, "modal", TRUE, "destroy-with-parent", TRUE,
      "resizable", TRUE, "default-width", WIDTH, "default-height", HEIGHT, "program-name",
      _ ("Sotto"), "logo-icon-name", "org.sotto.Sotto", "version", SOTTO_VERSION, "comments",
      _ ("Words go straight to the person you write to. Not even the server can read them."),
      "license-type", GTK_LICENSE_GPL_3_0, "translator-credits", _ ("translator-credits"), NULL);

  ask_for_less (GTK_WIDGET (dialog), NULL);
  g_signal_connect (dialog, "response", G_CALLBACK (gtk_widget_destroy), NULL);
  sotto_window_size_fit_text (dialog);
  gtk_window_present (dialog);
}
