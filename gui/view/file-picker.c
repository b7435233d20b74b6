// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/file-picker.h"
#include <glib/gi18n-lib.h>

#define KEY "sotto-file-picker"

static void
offer (GtkWidget *widget, const char *path)
{
  g_signal_emit_by_name (widget, "offer-file", path);
}

static void
on_response (GtkNativeDialog *dialog, int response, GtkWidget *widget)
{
  GSList *paths = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    paths = gtk_file_chooser_get_filenames (GTK_FILE_CHOOSER (dialog));
  gtk_native_dialog_hide (dialog);
  for (GSList *l = paths; l != NULL; l = l->next)
    offer (widget, l->data);
  g_slist_free_full (paths, g_free);
  g_object_set_data (G_OBJECT (widget), KEY, NULL);
}

/* The widget owns it: the chooser goes with the window it is of. */
void
sotto_file_picker_open (GtkWidget *widget)
{
  GtkWidget *window = gtk_widget_get_toplevel (widget);
  GtkFileChooserNative *dialog;

  if (g_object_get_data (G_OBJECT (widget), KEY) != NULL)
    return;
  dialog = gtk_file_chooser_native_new (_ ("Send File"),
                                        GTK_IS_WINDOW (window) ? GTK_WINDOW (window) : NULL,
                                        GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Send"), NULL);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (dialog), TRUE);
  gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (dialog), g_get_home_dir ());
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_object_set_data_full (G_OBJECT (widget), KEY, dialog, g_object_unref);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_response), widget, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

void
sotto_file_picker_close (GtkWidget *widget)
{
  g_object_set_data (G_OBJECT (widget), KEY, NULL);
}

static void
on_dropped (GtkWidget *target,
            GdkDragContext *context,
            int x,
            int y,
            GtkSelectionData *data,
            guint info,
            guint time,
            GtkWidget *widget)
{
  g_auto (GStrv) uris = gtk_selection_data_get_uris (data);

  for (gsize i = 0; uris != NULL && uris[i] != NULL; i++)
    {
      g_autofree char *path = g_filename_from_uri (uris[i], NULL, NULL);
      if (path != NULL)
        offer (widget, path);
    }
}

void
sotto_file_picker_take_drops (GtkWidget *widget, GtkWidget *target)
{
  gtk_drag_dest_set (target, GTK_DEST_DEFAULT_ALL, NULL, 0, GDK_ACTION_COPY);
  gtk_drag_dest_add_uri_targets (target);
  g_signal_connect_object (target, "drag-data-received", G_CALLBACK (on_dropped), widget, 0);
}
