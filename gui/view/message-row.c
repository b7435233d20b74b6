// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/message-row.h"
#include "gui/view/accessible.h"
#include "gui/view/file-card.h"
#include "gui/view/format.h"
#include "gui/view/let-go.h"
#include "gui/view/markup.h"
#include "gui/view/message-menu.h"
#include "gui/view/row-accessible.h"
#include <glib/gi18n-lib.h>

struct _SottoMessageRow
{
  GtkListBoxRow parent_instance;
  SottoBubble *bubble;
  GtkWidget *column;
  GtkWidget *frame;
  GtkLabel *text;
  GtkWidget *under;
  GtkLabel *under_label;
  GtkImage *state_icon;
  /* Only where they are needed: there are few, and rows are made by the thousand. */
  GtkLabel *quote;
  GtkLabel *reactions;
  GtkWidget *retry_button;
};

G_DEFINE_TYPE (SottoMessageRow, sotto_message_row, GTK_TYPE_LIST_BOX_ROW)

static guint act_signal;

static void
set_class (GtkWidget *widget, const char *name, bool on)
{
  GtkStyleContext *style = gtk_widget_get_style_context (widget);

  if (on)
    gtk_style_context_add_class (style, name);
  else
    gtk_style_context_remove_class (style, name);
}

static bool
is_remark (SottoMessageRow *self)
{
  return sotto_bubble_get_remark (self->bubble) != SOTTO_REMARK_NONE;
}

static const char *
remark_icon (SottoRemark remark)
{
  return remark == SOTTO_REMARK_KEY_CHANGED ? "sotto-failed-symbolic" : "object-select-symbolic";
}

/* In one of the row's boxes, at that place. */
static GtkLabel *
add_label (GtkWidget *box, int place, const char *style)
{
  GtkWidget *label = gtk_label_new (NULL);

  set_class (label, style, true);
  gtk_box_pack_start (GTK_BOX (box), label, FALSE, FALSE, 0);
  gtk_box_reorder_child (GTK_BOX (box), label, place);
  return GTK_LABEL (label);
}

static void
on_retry (GtkButton *button, SottoMessageRow *self)
{
  g_signal_emit (self, act_signal, 0, self->bubble, SOTTO_ACT_RETRY, NULL);
}

static void
show_retry (SottoMessageRow *self, bool failed)
{
  if (failed && self->retry_button == NULL)
    {
      self->retry_button = gtk_button_new_with_label (_ ("Try Again"));
      set_class (self->retry_button, "flat", true);
      set_class (self->retry_button, "retry", true);
      gtk_widget_set_valign (self->retry_button, GTK_ALIGN_CENTER);
      gtk_container_add (GTK_CONTAINER (self->under), self->retry_button);
      g_signal_connect_object (self->retry_button, "clicked", G_CALLBACK (on_retry), self, 0);
    }
  if (self->retry_button != NULL)
    gtk_widget_set_visible (self->retry_button, failed);
}

static void
show_state (SottoMessageRow *self)
{
  SottoBubbleState state = sotto_bubble_get_state (self->bubble);
  bool words = sotto_bubble_get_file (self->bubble) == NULL;
  SottoRemark remark = sotto_bubble_get_remark (self->bubble);
  const char *icon = remark != SOTTO_REMARK_NONE ? remark_icon (remark)
                     : words                     ? sotto_format_state_icon (state)
                                                 : NULL;
  g_autofree char *under = sotto_format_under (self->bubble);
  bool failed = state == SOTTO_BUBBLE_FAILED;

  if (failed && sotto_bubble_get_reason (self->bubble) != NULL)
    {
      g_free (under);
      under = g_strdup (sotto_bubble_get_reason (self->bubble));
    }
  gtk_label_set_label (self->under_label, under);
  gtk_widget_set_visible (GTK_WIDGET (self->state_icon), icon != NULL);
  if (icon != NULL)
    gtk_image_set_from_icon_name (self->state_icon, icon, GTK_ICON_SIZE_MENU);
  show_retry (self, failed);
  set_class (self->under, "failed", failed);
  set_class (self->frame, "failed", failed);
}

static void
show_quote (SottoMessageRow *self, const char *quote)
{
  if (quote != NULL && self->quote == NULL)
    {
      self->quote = add_label (self->frame, 0, "quote");
      gtk_label_set_xalign (self->quote, 0);
      gtk_label_set_line_wrap (self->quote, TRUE);
      gtk_label_set_line_wrap_mode (self->quote, PANGO_WRAP_WORD_CHAR);
      gtk_label_set_max_width_chars (self->quote, gtk_label_get_max_width_chars (self->text));
    }
  if (self->quote == NULL)
    return;
  gtk_widget_set_visible (GTK_WIDGET (self->quote), quote != NULL);
  gtk_label_set_label (self->quote, quote != NULL ? quote : "");
}

static void
show_text (SottoMessageRow *self)
{
  bool gone = sotto_bubble_get_deleted (self->bubble);
  g_autofree char *text = gone ? g_strdup (_ ("Message deleted"))
                               : sotto_format_text (sotto_bubble_get_text (self->bubble));
  const char *rest = text;
  g_autofree char *quote = gone || is_remark (self) ? NULL : sotto_markup_dup_quote (text, &rest);
  g_autofree char *markup = is_remark (self) ? g_markup_escape_text (text, -1)
                                             : sotto_markup_from_text (quote != NULL ? rest : text);

  show_quote (self, quote);
  gtk_label_set_label (self->text, markup);
  set_class (self->frame, "gone", gone);
}

static void
show_reactions (SottoMessageRow *self)
{
  g_autofree char *both = sotto_format_reactions (self->bubble);

  if (*both != '\0' && self->reactions == NULL)
    {
      self->reactions = add_label (GTK_WIDGET (self->column), 1, "reactions");
      gtk_widget_set_halign (GTK_WIDGET (self->reactions), gtk_widget_get_halign (self->frame));
    }
  if (self->reactions == NULL)
    return;
  gtk_label_set_label (self->reactions, both);
  gtk_widget_set_visible (GTK_WIDGET (self->reactions), *both != '\0');
}

/* Only what was said or how it was taken: how far it got changes far more often. */
static void
on_content_changed (SottoMessageRow *self)
{
  show_text (self);
  show_reactions (self);
}

static void
update (SottoMessageRow *self)
{
  bool last = sotto_bubble_get_last (self->bubble);
  bool failed = sotto_bubble_get_state (self->bubble) == SOTTO_BUBBLE_FAILED;
  g_autofree char *name = sotto_format_bubble_name (self->bubble);

  show_state (self);
  gtk_widget_set_visible (self->under, last || failed || sotto_bubble_get_edited (self->bubble));
  set_class (self->frame, "last", last);
  sotto_accessible_set_name (GTK_WIDGET (self), name);
}

static void
on_card_act (GtkWidget *card, const char *action, SottoMessageRow *self)
{
  g_signal_emit (self, act_signal, 0, self->bubble, action, NULL);
}

/* In the place of words. */
static void
show_file (SottoMessageRow *self, SottoFilePart *file)
{
  GtkWidget *card = sotto_file_card_new (file);

  gtk_widget_hide (GTK_WIDGET (self->text));
  gtk_container_add (GTK_CONTAINER (self->frame), card);
  g_signal_connect_object (card, "act", G_CALLBACK (on_card_act), self, 0);
  g_signal_connect_object (file, "notify::state", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
}

/* Ctrl+C on the row takes its whole text, without the detour of selecting it. */
static gboolean
sotto_message_row_key_press (GtkWidget *widget, GdkEventKey *event)
{
  SottoMessageRow *self = SOTTO_MESSAGE_ROW (widget);
  GdkModifierType mods = event->state & gtk_accelerator_get_default_mod_mask ();

  if (mods == GDK_CONTROL_MASK && gdk_keyval_to_lower (event->keyval) == GDK_KEY_c)
    {
      gtk_clipboard_set_text (gtk_widget_get_clipboard (widget, GDK_SELECTION_CLIPBOARD),
                              sotto_bubble_get_text (self->bubble), -1);
      return GDK_EVENT_STOP;
    }
  return GTK_WIDGET_CLASS (sotto_message_row_parent_class)->key_press_event (widget, event);
}

static void
sotto_message_row_dispose (GObject *object)
{
  SottoMessageRow *self = SOTTO_MESSAGE_ROW (object);

  if (self->bubble != NULL && sotto_bubble_get_file (self->bubble) != NULL)
    g_signal_handlers_disconnect_by_data (sotto_bubble_get_file (self->bubble), self);
  sotto_widget_let_go (&self->bubble, self);
  G_OBJECT_CLASS (sotto_message_row_parent_class)->dispose (object);
}

static void
sotto_message_row_class_init (SottoMessageRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sotto_message_row_dispose;
  widget_class->key_press_event = sotto_message_row_key_press;
  gtk_widget_class_set_accessible_type (widget_class, SOTTO_TYPE_ROW_ACCESSIBLE);
  act_signal = g_signal_new ("act", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                             NULL, G_TYPE_NONE, 3, SOTTO_TYPE_BUBBLE, G_TYPE_STRING, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/sotto/Sotto/ui/message-row.ui");
  gtk_widget_class_bind_template_child (widget_class, SottoMessageRow, column);
  gtk_widget_class_bind_template_child (widget_class, SottoMessageRow, frame);
  gtk_widget_class_bind_template_child (widget_class, SottoMessageRow, text);
  gtk_widget_class_bind_template_child (widget_class, SottoMessageRow, under);
  gtk_widget_class_bind_template_child (widget_class, SottoMessageRow, under_label);
  gtk_widget_class_bind_template_child (widget_class, SottoMessageRow, state_icon);
}

static void
sotto_message_row_init (SottoMessageRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* Like the name of a day: across, and nothing can be done with it. */
static void
lay_out_remark (SottoMessageRow *self)
{
  gtk_widget_set_halign (self->frame, GTK_ALIGN_CENTER);
  gtk_widget_set_halign (self->under, GTK_ALIGN_CENTER);
  gtk_label_set_max_width_chars (self->text, -1);
  gtk_label_set_justify (self->text, GTK_JUSTIFY_CENTER);
  gtk_label_set_xalign (self->text, 0.5f);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), FALSE);
  set_class (self->frame, "bubble", false);
  set_class (GTK_WIDGET (self->column), "remark", true);
}

/* Ours at the end of the line, theirs at its start, whichever way the language runs. */
static void
lay_out (SottoMessageRow *self)
{
  GtkAlign side = sotto_bubble_is_own (self->bubble) ? GTK_ALIGN_END : GTK_ALIGN_START;

  gtk_widget_set_halign (self->frame, side);
  gtk_widget_set_halign (self->under, side);
  if (side == GTK_ALIGN_END)
    gtk_widget_set_margin_start (self->column, 48);
  else
    gtk_widget_set_margin_end (self->column, 48);
  set_class (self->frame, "own", sotto_bubble_is_own (self->bubble));
}

GtkWidget *
sotto_message_row_new (SottoBubble *bubble)
{
  SottoMessageRow *self = g_object_new (SOTTO_TYPE_MESSAGE_ROW, NULL);

  self->bubble = g_object_ref (bubble);
  if (is_remark (self))
    lay_out_remark (self);
  else
    lay_out (self);
  on_content_changed (self);
  if (sotto_bubble_get_file (bubble) != NULL)
    show_file (self, sotto_bubble_get_file (bubble));
  g_signal_connect_object (bubble, "notify::content", G_CALLBACK (on_content_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (bubble, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

SottoBubble *
sotto_message_row_get_bubble (SottoMessageRow *self)
{
  return self->bubble;
}

GtkWidget *
sotto_message_row_get_frame (SottoMessageRow *self)
{
  return self->frame;
}
