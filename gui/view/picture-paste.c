// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/view/picture-paste.h"

#define KEY "sotto-picture-paste"

typedef struct
{
  GtkWidget *widget;
  GCancellable *wanted;
} Paste;

static void
paste_free (Paste *self)
{
  g_object_unref (self->widget);
  g_object_unref (self->wanted);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Paste, paste_free)

static void
on_picture (GtkClipboard *clipboard, GdkPixbuf *picture, gpointer data)
{
  g_autoptr (Paste) self = data;

  if (picture != NULL && !g_cancellable_is_cancelled (self->wanted))
    g_signal_emit_by_name (self->widget, "offer-picture", picture);
}

static void
on_targets (GtkClipboard *clipboard, GdkAtom *targets, int n, gpointer data)
{
  g_autoptr (Paste) self = data;

  if (targets != NULL && !gtk_targets_include_text (targets, n)
      && gtk_targets_include_image (targets, n, FALSE))
    gtk_clipboard_request_image (clipboard, on_picture, g_steal_pointer (&self));
}

void
sotto_picture_paste_ask (GtkWidget *widget)
{
  GtkClipboard *clipboard = gtk_widget_get_clipboard (widget, GDK_SELECTION_CLIPBOARD);
  Paste *self = g_new (Paste, 1);

  sotto_picture_paste_forget (widget);
  *self = (Paste){ g_object_ref (widget), g_cancellable_new () };
  g_object_set_data_full (G_OBJECT (widget), KEY, g_object_ref (self->wanted), g_object_unref);
  gtk_clipboard_request_targets (clipboard, on_targets, self);
}

void
sotto_picture_paste_forget (GtkWidget *widget)
{
  GCancellable *wanted = g_object_get_data (G_OBJECT (widget), KEY);

  if (wanted != NULL)
    g_cancellable_cancel (wanted);
  g_object_set_data (G_OBJECT (widget), KEY, NULL);
}
