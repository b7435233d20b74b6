// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/export-chooser.h"
#include <glib/gi18n-lib.h>
#include <string.h>

static const struct
{
  const char *kind;
  const char *ending;
  const char *label;
} kinds[] = {
  { "text", ".txt", N_ ("Plain text") },
  { "html", ".html", N_ ("Web page (HTML)") },
  { "json", ".json", N_ ("For programs (JSON)") },
};

static gsize
chosen (GtkFileChooser *chooser)
{
  GtkFileFilter *filter = gtk_file_chooser_get_filter (chooser);

  for (gsize i = 0; filter != NULL && i < G_N_ELEMENTS (kinds); i++)
    if (g_strcmp0 (gtk_file_filter_get_name (filter), _ (kinds[i].label)) == 0)
      return i;
  return 0;
}

/* A known ending makes way for the one of the kind that was chosen now. */
static void
on_filter (GtkFileChooser *chooser)
{
  g_autofree char *name = gtk_file_chooser_get_current_name (chooser);
  g_autofree char *renamed = NULL;

  for (gsize i = 0; name != NULL && i < G_N_ELEMENTS (kinds); i++)
    if (g_str_has_suffix (name, kinds[i].ending))
      {
        name[strlen (name) - strlen (kinds[i].ending)] = '\0';
        renamed = g_strconcat (name, kinds[chosen (chooser)].ending, NULL);
        gtk_file_chooser_set_current_name (chooser, renamed);
        return;
      }
}

static void
add_kinds (GtkFileChooser *chooser)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      GtkFileFilter *filter = gtk_file_filter_new ();
      g_autofree char *pattern = g_strconcat ("*", kinds[i].ending, NULL);

      gtk_file_filter_set_name (filter, _ (kinds[i].label));
      gtk_file_filter_add_pattern (filter, pattern);
      gtk_file_chooser_add_filter (chooser, filter);
    }
}

GtkNativeDialog *
sotto_export_chooser_new (GtkWindow *parent, const char *name)
{
  GtkFileChooserNative *self = gtk_file_chooser_native_new (
      _ ("Export Conversation"), parent, GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Export"), NULL);
  g_autofree char *title = g_strdup_printf (_ ("Conversation with %s"), name);
  g_autofree char *suggested = g_strconcat (title, kinds[0].ending, NULL);

  gtk_file_chooser_set_do_overwrite_confirmation (GTK_FILE_CHOOSER (self), TRUE);
  gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (self), g_get_home_dir ());
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self), suggested);
  add_kinds (GTK_FILE_CHOOSER (self));
  g_signal_connect (self, "notify::filter", G_CALLBACK (on_filter), NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self), TRUE);
  return GTK_NATIVE_DIALOG (self);
}

char *
sotto_export_chooser_dup_path (GtkNativeDialog *self, const char **out_kind)
{
  char *path = gtk_file_chooser_get_filename (GTK_FILE_CHOOSER (self));

  if (path == NULL)
    return NULL;
  *out_kind = kinds[chosen (GTK_FILE_CHOOSER (self))].kind;
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_has_suffix (path, kinds[i].ending))
      *out_kind = kinds[i].kind;
  return path;
}
