// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/view/window-size.h"

#include "gui/settings.h"

#define USUAL_DPI 96.0
#define HEADER    64 /* of a dialog, with its frame */

/* Of the screen where the window will most likely open; without any there is no limit either. */
static void
limit_to_screen (GtkWidget *widget, int *width, int *height)
{
  GdkDisplay *display = gtk_widget_get_display (widget);
  GdkMonitor *monitor = gdk_display_get_primary_monitor (display);
  GdkRectangle area;

  if (monitor == NULL)
    monitor = gdk_display_get_monitor (display, 0);
  if (monitor == NULL)
    return;
  gdk_monitor_get_workarea (monitor, &area);
  *width = MIN (*width, area.width);
  *height = MIN (*height, area.height);
}

static void
on_unmap (GtkWindow *window, GSettings *settings)
{
  int width = 0, height = 0;

  g_settings_set_boolean (settings, "maximized", gtk_window_is_maximized (window));
  if (!gtk_window_is_maximized (window))
    {
      gtk_window_get_size (window, &width, &height);
      g_settings_set (settings, "size", "(ii)", width, height);
    }
}

void
sotto_window_size_restore (GtkWindow *window)
{
  g_autoptr (GSettings) settings = sotto_settings_new ();
  int width, height;

  if (settings == NULL)
    return;
  g_settings_get (settings, "size", "(ii)", &width, &height);
  if (width > 0 && height > 0)
    {
      /* Last time's may have been a larger one. */
      limit_to_screen (GTK_WIDGET (window), &width, &height);
      gtk_window_set_default_size (window, width, height);
    }
  if (g_settings_get_boolean (settings, "maximized"))
    gtk_window_maximize (window);
  g_signal_connect_data (window, "unmap", G_CALLBACK (on_unmap), g_steal_pointer (&settings),
                         (GClosureNotify)(void (*) (void))g_object_unref, 0);
}

double
sotto_window_size_text_scale (GtkWidget *widget)
{
  double dpi = gdk_screen_get_resolution (gtk_widget_get_screen (widget));

  return MAX (1.0, dpi / USUAL_DPI); /* it is negative when it is not known */
}

void
sotto_window_size_fit_text (GtkWindow *window)
{
  double scale = sotto_window_size_text_scale (GTK_WIDGET (window));
  int width, height;

  gtk_window_get_default_size (window, &width, &height);
  width = (int)(width * scale);
  height = (int)(height * scale);
  limit_to_screen (GTK_WIDGET (window), &width, &height);
  gtk_window_set_default_size (window, width, height);
}

void
sotto_window_size_limit_content (GtkScrolledWindow *content)
{
  int width = G_MAXINT, height = G_MAXINT;

  limit_to_screen (GTK_WIDGET (content), &width, &height);
  height -= (int)(HEADER * sotto_window_size_text_scale (GTK_WIDGET (content)));
  gtk_scrolled_window_set_max_content_height (content, MAX (height, 1));
}
