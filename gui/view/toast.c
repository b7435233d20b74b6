// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/view/toast.h"
#include "gui/view/file-opener.h"
#include <stdbool.h>

#define STAYS_S 8 /* long enough to read two lines and reach the button */

struct _SottoToast
{
  GtkRevealer parent_instance;
  GtkLabel *label;
  GtkWidget *show_button;
  char *path;
  guint timeout;
};

G_DEFINE_TYPE (SottoToast, sotto_toast, GTK_TYPE_REVEALER)

static void
go (SottoToast *self)
{
  g_clear_handle_id (&self->timeout, g_source_remove);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self), FALSE);
}

static gboolean
on_timeout (gpointer data)
{
  SottoToast *self = data;

  self->timeout = 0;
  go (self);
  return G_SOURCE_REMOVE;
}

static void
on_close (SottoToast *self)
{
  go (self);
}

static void
on_show (SottoToast *self)
{
  sotto_file_opener_show (GTK_WIDGET (self), self->path);
  go (self);
}

/* Hidden as well as folded: else a screen reader still finds it, and it takes clicks. */
static void
on_folded (SottoToast *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self),
                          gtk_revealer_get_reveal_child (GTK_REVEALER (self))
                              || gtk_revealer_get_child_revealed (GTK_REVEALER (self)));
}

static void
sotto_toast_dispose (GObject *object)
{
  SottoToast *self = SOTTO_TOAST (object);

  g_clear_handle_id (&self->timeout, g_source_remove);
  g_clear_pointer (&self->path, g_free);
  G_OBJECT_CLASS (sotto_toast_parent_class)->dispose (object);
}

static void
sotto_toast_class_init (SottoToastClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sotto_toast_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/sotto/Sotto/ui/toast.ui");
  gtk_widget_class_bind_template_child (widget_class, SottoToast, label);
  gtk_widget_class_bind_template_child (widget_class, SottoToast, show_button);
  gtk_widget_class_bind_template_callback (widget_class, on_close);
  gtk_widget_class_bind_template_callback (widget_class, on_show);
  gtk_widget_class_bind_template_callback (widget_class, on_folded);
}

static void
sotto_toast_init (SottoToast *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
tell (SottoToast *self, const char *text, const char *path, bool stays)
{
  go (self);
  g_free (self->path);
  self->path = g_strdup (path);
  gtk_label_set_label (self->label, text);
  gtk_widget_set_visible (self->show_button, path != NULL);
  gtk_widget_show (GTK_WIDGET (self));
  gtk_revealer_set_reveal_child (GTK_REVEALER (self), TRUE);
  if (!stays)
    self->timeout = g_timeout_add_seconds (STAYS_S, on_timeout, self);
}

void
sotto_toast_tell (SottoToast *self, const char *text, const char *path)
{
  tell (self, text, path, false);
}

void
sotto_toast_tell_problem (SottoToast *self, const char *text)
{
  tell (self, text, NULL, true);
}
