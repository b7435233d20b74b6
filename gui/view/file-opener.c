// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/view/file-opener.h"

#define MANAGER          "org.freedesktop.FileManager1"
#define MANAGER_PATH     "/org/freedesktop/FileManager1"
#define MANAGER_WAITS_MS 3000 /* there may be none, and somebody waits */

static bool
show_uri (GtkWidget *from, const char *uri, GError **error)
{
  GtkWidget *window = gtk_widget_get_toplevel (from);

  return gtk_show_uri_on_window (GTK_IS_WINDOW (window) ? GTK_WINDOW (window) : NULL, uri,
                                 gtk_get_current_event_time (), error);
}

bool
sotto_file_opener_open (GtkWidget *from, const char *path, GError **error)
{
  g_autofree char *uri = g_filename_to_uri (path, NULL, error);

  return uri != NULL && show_uri (from, uri, error);
}

typedef struct
{
  GtkWidget *from;
  char *folder; /* as a URI */
} Show;

static void
show_free (Show *self)
{
  g_object_unref (self->from);
  g_free (self->folder);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Show, show_free)

static void
show_folder (const Show *self)
{
  if (self->folder == NULL || !show_uri (self->from, self->folder, NULL))
    gtk_widget_error_bell (self->from);
}

static void
shown_cb (GObject *bus, GAsyncResult *result, gpointer data)
{
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (bus), result, NULL);
  g_autoptr (Show) show = data;

  if (answer == NULL)
    show_folder (show);
}

void
sotto_file_opener_show (GtkWidget *from, const char *path)
{
  g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  const char *uris[] = { uri, NULL };
  GApplication *application = g_application_get_default ();
  GDBusConnection *bus =
      application != NULL ? g_application_get_dbus_connection (application) : NULL;
  g_autoptr (Show) show = g_new (Show, 1);

  show->from = g_object_ref (from);
  show->folder = g_filename_to_uri (folder, NULL, NULL);
  if (bus == NULL || uri == NULL)
    show_folder (show);
  else
    g_dbus_connection_call (bus, MANAGER, MANAGER_PATH, MANAGER, "ShowItems",
                            g_variant_new ("(^ass)", uris, ""), NULL, G_DBUS_CALL_FLAGS_NONE,
                            MANAGER_WAITS_MS, NULL, shown_cb, g_steal_pointer (&show));
}
