// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/view/avatar.h"
#include <handy.h>

struct _SottoAvatar
{
  GtkOverlay parent_instance;
  HdyAvatar *picture;
  GtkWidget *presence;
};

G_DEFINE_TYPE (SottoAvatar, sotto_avatar, GTK_TYPE_OVERLAY)

static void
sotto_avatar_class_init (SottoAvatarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/sotto/Sotto/ui/avatar.ui");
  gtk_widget_class_bind_template_child (widget_class, SottoAvatar, picture);
  gtk_widget_class_bind_template_child (widget_class, SottoAvatar, presence);
}

static void
sotto_avatar_init (SottoAvatar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
sotto_avatar_show_person (SottoAvatar *self, const char *name, bool online)
{
  GtkStyleContext *style = gtk_widget_get_style_context (self->presence);

  hdy_avatar_set_text (self->picture, name);
  if (online)
    gtk_style_context_remove_class (style, "away");
  else
    gtk_style_context_add_class (style, "away");
}
