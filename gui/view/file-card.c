// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/file-card.h"
#include "gui/view/accessible.h"
#include "gui/view/file-opener.h"
#include "gui/view/format-file.h"
#include "gui/view/format.h"
#include "gui/view/let-go.h"
#include "gui/view/message-menu.h"
#include "gui/view/picture.h"
#include <glib/gi18n-lib.h>

#define PICTURE_WIDTH  280
#define PICTURE_HEIGHT 220

struct _SottoFileCard
{
  GtkBox parent_instance;
  SottoFilePart *file;
  GCancellable *loading; /* of the picture; NULL = not begun */
  GtkImage *icon;
  GtkImage *picture;
  GtkLabel *name;
  GtkLabel *kind;
  GtkWidget *warning;
  GtkLabel *warning_text;
  GtkProgressBar *progress;
  GtkLabel *status;
  GtkWidget *buttons;
  GtkWidget *accept;
  GtkWidget *decline;
  GtkWidget *pause;
  GtkWidget *resume;
  GtkWidget *cancel;
  GtkWidget *open;
  GtkWidget *show;
};

G_DEFINE_TYPE (SottoFileCard, sotto_file_card, GTK_TYPE_BOX)

static guint act_signal;

static void
update_progress (SottoFileCard *self)
{
  g_autofree char *status = sotto_format_file_status (self->file);
  double size = (double)sotto_file_part_get_size (self->file);
  double done = (double)sotto_file_part_get_done (self->file);

  gtk_label_set_label (self->status, status);
  gtk_progress_bar_set_fraction (self->progress, size > 0 ? MIN (done / size, 1.0) : 0.0);
}

static void
on_picture (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GdkPixbuf) pixbuf = sotto_picture_load_finish (result, NULL);
  SottoFileCard *self = data;
  g_autofree char *name = NULL;
  cairo_surface_t *surface;

  if (pixbuf == NULL) /* the card may be gone, too */
    return;
  surface = gdk_cairo_surface_create_from_pixbuf (
      pixbuf, gtk_widget_get_scale_factor (GTK_WIDGET (self)), NULL);
  gtk_image_set_from_surface (self->picture, surface);
  cairo_surface_destroy (surface);
  name = g_strdup_printf (_ ("Picture: %s"), gtk_label_get_text (self->name));
  sotto_accessible_set_name (GTK_WIDGET (self->picture), name);
  gtk_widget_show (GTK_WIDGET (self->picture));
  gtk_widget_hide (GTK_WIDGET (self->icon)); /* one sees what it is */
}

/* Only what somebody accepted, and only when it is whole. */
static void
load_picture (SottoFileCard *self)
{
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));

  if (self->loading != NULL || !sotto_picture_is_likely (sotto_file_part_get_name (self->file)))
    return;
  self->loading = g_cancellable_new ();
  sotto_picture_load_async (sotto_file_part_get_path (self->file), PICTURE_WIDTH * scale,
                            PICTURE_HEIGHT * scale, self->loading, on_picture, self);
}

/* Nothing that can be run is one click away from being run. */
static void
update (SottoFileCard *self)
{
  SottoFilePartState state = sotto_file_part_get_state (self->file);
  bool own = sotto_file_part_is_own (self->file);
  const char *warning = sotto_format_file_warning (self->file);
  bool asks = state == SOTTO_FILE_PART_OFFERED && !own;
  bool moves = state == SOTTO_FILE_PART_MOVING;
  bool paused = state == SOTTO_FILE_PART_PAUSED;
  bool cancels = moves || paused || (state == SOTTO_FILE_PART_OFFERED && own);
  bool here =
      state == SOTTO_FILE_PART_DONE && !own && sotto_file_part_get_path (self->file) != NULL;

  gtk_widget_set_visible (self->warning, warning != NULL && state != SOTTO_FILE_PART_ENDED);
  gtk_label_set_label (self->warning_text, warning != NULL ? warning : "");
  gtk_widget_set_visible (GTK_WIDGET (self->progress), moves || paused);
  gtk_widget_set_visible (self->accept, asks);
  gtk_widget_set_visible (self->decline, asks);
  gtk_widget_set_visible (self->pause, moves && !own);
  gtk_widget_set_visible (self->resume, paused);
  gtk_widget_set_visible (self->cancel, cancels);
  gtk_widget_set_visible (self->open, here && warning == NULL);
  gtk_widget_set_visible (self->show, here);
  gtk_widget_set_visible (self->buttons, asks || cancels || here);
  update_progress (self);
  if (here && warning == NULL)
    load_picture (self);
}

static void
on_accept (GtkButton *button, SottoFileCard *self)
{
  g_signal_emit (self, act_signal, 0, SOTTO_ACT_ACCEPT_FILE);
}

static void
on_pause (GtkButton *button, SottoFileCard *self)
{
  g_signal_emit (self, act_signal, 0, SOTTO_ACT_PAUSE_FILE);
}

static void
on_refuse (GtkButton *button, SottoFileCard *self)
{
  g_signal_emit (self, act_signal, 0, SOTTO_ACT_REFUSE_FILE);
}

static void
on_open (GtkButton *button, SottoFileCard *self)
{
  g_autoptr (GError) error = NULL;

  if (!sotto_file_opener_open (GTK_WIDGET (self), sotto_file_part_get_path (self->file), &error))
    gtk_label_set_label (self->status, error->message);
}

static void
on_show (GtkButton *button, SottoFileCard *self)
{
  sotto_file_opener_show (GTK_WIDGET (self), sotto_file_part_get_path (self->file));
}

static void
sotto_file_card_dispose (GObject *object)
{
  SottoFileCard *self = SOTTO_FILE_CARD (object);

  g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  sotto_widget_let_go (&self->file, self);
  G_OBJECT_CLASS (sotto_file_card_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, SottoFileCard, icon);
  gtk_widget_class_bind_template_child (widget_class, SottoFileCard, picture);
  gtk_widget_class_bind_template_child (widget_class, SottoFileCard, name);
  gtk_widget_class_bind_template_child (widget_class, SottoFileCard, kind);
  gtk_widget_class_bind_template_child (widget_class, SottoFileCard, warning);
  gtk_widget_class_bind_template_child (widget_class, SottoFileCard, warning_text);
  gtk_widget_class_bind_template_child (widget_class, SottoFileCard, progress);
  gtk_widget_class_bind_template_child (widget_class, SottoFileCard, status);
  gtk_widget_class_bind_template_child (widget_class, SottoFileCard, buttons);
  gtk_widget_class_bind_template_child (widget_class, SottoFileCard, accept);
  gtk_widget_class_bind_template_child (widget_class, SottoFileCard, decline);
  gtk_widget_class_bind_template_child (widget_class, SottoFileCard, pause);
  gtk_widget_class_bind_template_child (widget_class, SottoFileCard, resume);
  gtk_widget_class_bind_template_child (widget_class, SottoFileCard, cancel);
  gtk_widget_class_bind_template_child (widget_class, SottoFileCard, open);
  gtk_widget_class_bind_template_child (widget_class, SottoFileCard, show);
}

static void
sotto_file_card_class_init (SottoFileCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sotto_file_card_dispose;
  act_signal = g_signal_new ("act", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                             NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/sotto/Sotto/ui/file-card.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, on_accept);
  gtk_widget_class_bind_template_callback (widget_class, on_pause);
  gtk_widget_class_bind_template_callback (widget_class, on_refuse);
  gtk_widget_class_bind_template_callback (widget_class, on_open);
  gtk_widget_class_bind_template_callback (widget_class, on_show);
}

static void
sotto_file_card_init (SottoFileCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
show_what_it_is (SottoFileCard *self)
{
  const char *raw = sotto_file_part_get_name (self->file);
  g_autofree char *type = g_content_type_guess (raw, NULL, 0, NULL);
  g_autoptr (GIcon) icon = g_content_type_get_symbolic_icon (type);
  g_autofree char *name = sotto_format_one_line (raw);
  g_autofree char *kind = sotto_format_file_kind (self->file);

  gtk_image_set_from_gicon (self->icon, icon, GTK_ICON_SIZE_DND);
  gtk_label_set_label (self->name, name);
  gtk_label_set_label (self->kind, kind);
}

GtkWidget *
sotto_file_card_new (SottoFilePart *file)
{
  SottoFileCard *self = g_object_new (SOTTO_TYPE_FILE_CARD, NULL);

  self->file = g_object_ref (file);
  show_what_it_is (self);
  g_signal_connect_object (file, "notify::state", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (file, "notify::progress", G_CALLBACK (update_progress), self,
                           G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}
