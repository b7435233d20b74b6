// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/view/window-size.h"

#define SCHEMA "org.sotto.Sotto"

/* g_settings_new would abort the program over a missing schema. */
static GSettings *
open_settings (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema =
      source != NULL ? g_settings_schema_source_lookup (source, SCHEMA, TRUE) : NULL;

  return schema != NULL ? g_settings_new_full (schema, NULL, NULL) : NULL;
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
  g_autoptr (GSettings) settings = open_settings ();
  int width, height;

  if (settings == NULL)
    return;
  g_settings_get (settings, "size", "(ii)", &width, &height);
  if (width > 0 && height > 0)
    gtk_window_set_default_size (window, width, height);
  if (g_settings_get_boolean (settings, "maximized"))
    gtk_window_maximize (window);
  g_signal_connect_data (window, "unmap", G_CALLBACK (on_unmap), g_steal_pointer (&settings),
                         (GClosureNotify)(void (*) (void))g_object_unref, 0);
}
