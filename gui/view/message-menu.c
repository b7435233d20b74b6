// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/message-menu.h"
#include "gui/view/accessible.h"
#include "gui/view/popover-once.h"
#include <glib/gi18n-lib.h>

struct _SottoMessageMenu
{
  GtkPopover parent_instance;
  SottoBubble *bubble;
  GtkWidget *palette;
  GtkWidget *reply;
  GtkWidget *edit;
  GtkWidget *remove;
};

G_DEFINE_TYPE (SottoMessageMenu, sotto_message_menu, GTK_TYPE_POPOVER)

static guint act_signal;

static const struct
{
  const char *emoji;
  const char *name;
} reactions[] = {
  { "👍", N_ ("Thumbs up") }, { "❤️", N_ ("Heart") }, { "😂", N_ ("Laughing") },
  { "😮", N_ ("Surprised") }, { "😢", N_ ("Sad") },        { "🎉", N_ ("Celebrating") },
};

static void
act (SottoMessageMenu *self, const char *action, const char *text)
{
  g_signal_emit (self, act_signal, 0, self->bubble, action, text);
  gtk_popover_popdown (GTK_POPOVER (self));
}

static void
on_reaction (GtkButton *button, SottoMessageMenu *self)
{
  act (self, SOTTO_ACT_REACT, gtk_button_get_label (button));
}

static void
on_reply (GtkButton *button, SottoMessageMenu *self)
{
  act (self, SOTTO_ACT_REPLY, NULL);
}

static void
on_edit (GtkButton *button, SottoMessageMenu *self)
{
  act (self, SOTTO_ACT_EDIT, NULL);
}

static void
on_delete (GtkButton *button, SottoMessageMenu *self)
{
  act (self, SOTTO_ACT_DELETE, NULL);
}

static void
on_copy (GtkButton *button, SottoMessageMenu *self)
{
  GtkWidget *beside = gtk_popover_get_relative_to (GTK_POPOVER (self));

  gtk_clipboard_set_text (gtk_widget_get_clipboard (beside, GDK_SELECTION_CLIPBOARD),
                          sotto_bubble_get_text (self->bubble), -1);
  gtk_popover_popdown (GTK_POPOVER (self));
}

static void
sotto_message_menu_dispose (GObject *object)
{
  g_clear_object (&SOTTO_MESSAGE_MENU (object)->bubble);
  G_OBJECT_CLASS (sotto_message_menu_parent_class)->dispose (object);
}

static void
sotto_message_menu_class_init (SottoMessageMenuClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sotto_message_menu_dispose;
  act_signal = g_signal_new ("act", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                             NULL, G_TYPE_NONE, 3, SOTTO_TYPE_BUBBLE, G_TYPE_STRING, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/sotto/Sotto/ui/message-menu.ui");
  gtk_widget_class_bind_template_child (widget_class, SottoMessageMenu, palette);
  gtk_widget_class_bind_template_child (widget_class, SottoMessageMenu, reply);
  gtk_widget_class_bind_template_child (widget_class, SottoMessageMenu, edit);
  gtk_widget_class_bind_template_child (widget_class, SottoMessageMenu, remove);
  gtk_widget_class_bind_template_callback (widget_class, on_reply);
  gtk_widget_class_bind_template_callback (widget_class, on_copy);
  gtk_widget_class_bind_template_callback (widget_class, on_edit);
  gtk_widget_class_bind_template_callback (widget_class, on_delete);
}

static void
fill_palette (SottoMessageMenu *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (reactions); i++)
    {
      GtkWidget *button = gtk_button_new_with_label (reactions[i].emoji);

      sotto_accessible_set_name (button, _ (reactions[i].name));
      gtk_widget_set_tooltip_text (button, _ (reactions[i].name));
      gtk_button_set_relief (GTK_BUTTON (button), GTK_RELIEF_NONE);
      g_signal_connect_object (button, "clicked", G_CALLBACK (on_reaction), self, 0);
      gtk_widget_show (button);
      gtk_container_add (GTK_CONTAINER (self->palette), button);
    }
}

static void
sotto_message_menu_init (SottoMessageMenu *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  sotto_popover_once (GTK_WIDGET (self));
  fill_palette (self);
}

GtkWidget *
sotto_message_menu_new (GtkWidget *beside, SottoBubble *bubble)
{
  SottoMessageMenu *self = g_object_new (SOTTO_TYPE_MESSAGE_MENU, "relative-to", beside, "position",
                                         GTK_POS_BOTTOM, NULL);
  bool known = sotto_bubble_get_id (bubble, &(SottoId){ 0 });
  bool gone = sotto_bubble_get_deleted (bubble);
  bool own = sotto_bubble_is_own (bubble);
  bool words = sotto_bubble_get_file (bubble) == NULL;

  self->bubble = g_object_ref (bubble);
  gtk_widget_set_visible (self->palette, known && words && !gone);
  gtk_widget_set_visible (self->reply, !gone);
  gtk_widget_set_visible (self->edit, known && words && own && !gone);
  gtk_widget_set_visible (self->remove, known && words && own && !gone);
  return GTK_WIDGET (self);
}
