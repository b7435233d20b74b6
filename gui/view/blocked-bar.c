// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/blocked-bar.h"
#include "gui/view/accessible.h"
#include "gui/view/app-action.h"
#include "gui/view/let-go.h"
#include <glib/gi18n-lib.h>

struct _SottoBlockedBar
{
  GtkInfoBar parent_instance;
  SottoPerson *person;
  GtkLabel *label;
};

G_DEFINE_TYPE (SottoBlockedBar, sotto_blocked_bar, GTK_TYPE_INFO_BAR)

static void
update (SottoBlockedBar *self)
{
  bool blocked = sotto_person_get_mark (self->person, SOTTO_MARK_BLOCKED);
  g_autofree char *text = g_strdup_printf (
      _ ("You blocked %s. You receive nothing from them, and send nothing to them."),
      sotto_person_get_shown_name (self->person));

  gtk_label_set_label (self->label, text);
  /* Hidden as well as folded: else a screen reader still finds an empty bar. */
  gtk_widget_set_visible (GTK_WIDGET (self), blocked);
  gtk_info_bar_set_revealed (GTK_INFO_BAR (self), blocked);
}

static void
on_clicked (GtkButton *button, SottoBlockedBar *self)
{
  sotto_app_action (GTK_WIDGET (self), SOTTO_APP_UNBLOCK, sotto_person_get_name (self->person));
}

static void
sotto_blocked_bar_dispose (GObject *object)
{
  SottoBlockedBar *self = SOTTO_BLOCKED_BAR (object);

  sotto_widget_let_go (&self->person, self);
  G_OBJECT_CLASS (sotto_blocked_bar_parent_class)->dispose (object);
}

static void
sotto_blocked_bar_class_init (SottoBlockedBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sotto_blocked_bar_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/sotto/Sotto/ui/blocked-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, SottoBlockedBar, label);
  gtk_widget_class_bind_template_callback (widget_class, on_clicked);
}

static void
sotto_blocked_bar_init (SottoBlockedBar *self)
{
  GObject *close;

  gtk_widget_init_template (GTK_WIDGET (self));
  /* GtkInfoBar's own, never shown here; but whoever lists all buttons meets it. */
  close = gtk_widget_get_template_child (GTK_WIDGET (self), GTK_TYPE_INFO_BAR, "close_button");
  sotto_accessible_set_name (GTK_WIDGET (close), _ ("Close"));
}

void
sotto_blocked_bar_show_person (SottoBlockedBar *self, SottoPerson *person)
{
  sotto_widget_let_go (&self->person, self);
  self->person = g_object_ref (person);
  g_signal_connect_object (person, "notify::blocked", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}
