// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/view/person-row.h"
#include "gui/view/let-go.h"
#include "gui/view/accessible.h"
#include "gui/view/avatar.h"
#include "gui/view/day-turn.h"
#include "gui/view/format.h"
#include "gui/view/person-menu.h"
#include "gui/view/row-accessible.h"

struct _SottoPersonRow
{
  GtkListBoxRow parent_instance;
  SottoPerson *person;
  SottoAvatar *avatar;
  GtkLabel *name;
  GtkLabel *username; /* beside an alias */
  GtkBox *marks;
  GtkWidget *mark_icons[SOTTO_N_MARKS]; /* made when first needed: most rows have none */
  GtkLabel *second;
  GtkLabel *time;
  GtkLabel *unread;
};

G_DEFINE_TYPE (SottoPersonRow, sotto_person_row, GTK_TYPE_LIST_BOX_ROW)

static void
show_time (SottoPersonRow *self)
{
  gint64 last_ms = sotto_person_get_last_ms (self->person);
  g_autofree char *when =
      last_ms != 0 ? sotto_format_when (last_ms, g_get_real_time () / 1000) : g_strdup ("");

  gtk_label_set_label (self->time, when);
}

static void
show_unread (SottoPersonRow *self)
{
  GtkStyleContext *style = gtk_widget_get_style_context (GTK_WIDGET (self));
  guint unread = sotto_person_get_unread (self->person);
  g_autofree char *count = g_strdup_printf (unread < 100 ? "%u" : "99+", unread);

  gtk_label_set_label (self->unread, count);
  gtk_widget_set_visible (GTK_WIDGET (self->unread), unread > 0);
  if (unread > 0)
    gtk_style_context_add_class (style, "unread");
  else
    gtk_style_context_remove_class (style, "unread");
}

static void
show_mark (SottoPersonRow *self, SottoMark mark)
{
  bool set = sotto_person_get_mark (self->person, mark);
  GtkWidget *icon = self->mark_icons[mark];

  if (set && icon == NULL)
    {
      icon = gtk_image_new_from_icon_name (sotto_format_mark_icon (mark), GTK_ICON_SIZE_MENU);
      gtk_image_set_pixel_size (GTK_IMAGE (icon), 12);
      gtk_container_add (GTK_CONTAINER (self->marks), icon);
      self->mark_icons[mark] = icon;
    }
  if (icon != NULL)
    gtk_widget_set_visible (icon, set);
}

/* Beside the row rather than in it: what was said last is what one looks for there. */
static void
show_seen (SottoPersonRow *self)
{
  g_autofree char *seen = sotto_format_person_seen (self->person);

  gtk_widget_set_tooltip_text (GTK_WIDGET (self), seen);
  sotto_accessible_set_description (GTK_WIDGET (self), seen);
}

static void
update (SottoPersonRow *self)
{
  const char *name = sotto_person_get_name (self->person);
  const char *alias = sotto_person_get_alias (self->person);
  g_autofree char *shown = sotto_format_one_line (alias != NULL ? alias : name);
  g_autofree char *second = sotto_format_person_line (self->person);
  g_autofree char *accessible = sotto_format_person_name (self->person);

  sotto_avatar_show_person (self->avatar, name, sotto_person_get_online (self->person));
  gtk_label_set_label (self->name, shown);
  gtk_label_set_label (self->username, alias != NULL ? name : "");
  gtk_widget_set_visible (GTK_WIDGET (self->username), alias != NULL);
  for (SottoMark mark = 0; mark < SOTTO_N_MARKS; mark++)
    show_mark (self, mark);
  gtk_label_set_label (self->second, second);
  show_time (self);
  show_unread (self);
  show_seen (self);
  sotto_accessible_set_name (GTK_WIDGET (self), accessible);
}

static void
on_day_turned (SottoPersonRow *self)
{
  if (self->person == NULL)
    return;
  show_time (self);
  show_seen (self);
}

static gboolean
sotto_person_row_popup_menu (GtkWidget *widget)
{
  sotto_person_row_pop_up_menu (SOTTO_PERSON_ROW (widget), NULL);
  return TRUE;
}

static void
sotto_person_row_dispose (GObject *object)
{
  SottoPersonRow *self = SOTTO_PERSON_ROW (object);

  sotto_widget_let_go (&self->person, self);
  G_OBJECT_CLASS (sotto_person_row_parent_class)->dispose (object);
}

static void
sotto_person_row_class_init (SottoPersonRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sotto_person_row_dispose;
  widget_class->popup_menu = sotto_person_row_popup_menu;
  gtk_widget_class_set_accessible_type (widget_class, SOTTO_TYPE_ROW_ACCESSIBLE);
  g_type_ensure (SOTTO_TYPE_AVATAR);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/sotto/Sotto/ui/person-row.ui");
  gtk_widget_class_bind_template_child (widget_class, SottoPersonRow, avatar);
  gtk_widget_class_bind_template_child (widget_class, SottoPersonRow, name);
  gtk_widget_class_bind_template_child (widget_class, SottoPersonRow, username);
  gtk_widget_class_bind_template_child (widget_class, SottoPersonRow, marks);
  gtk_widget_class_bind_template_child (widget_class, SottoPersonRow, second);
  gtk_widget_class_bind_template_child (widget_class, SottoPersonRow, time);
  gtk_widget_class_bind_template_child (widget_class, SottoPersonRow, unread);
}

static void
sotto_person_row_init (SottoPersonRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
sotto_person_row_new (SottoPerson *person)
{
  SottoPersonRow *self = g_object_new (SOTTO_TYPE_PERSON_ROW, NULL);

  self->person = g_object_ref (person);
  g_signal_connect_object (person, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (sotto_day_turn_get_default (), "turned", G_CALLBACK (on_day_turned),
                           self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

SottoPerson *
sotto_person_row_get_person (SottoPersonRow *self)
{
  return self->person;
}

/* The list holds it: the row may go or move while it is open. */
void
sotto_person_row_pop_up_menu (SottoPersonRow *self, const GdkEventButton *event)
{
  GtkAllocation place;

  gtk_widget_get_allocation (GTK_WIDGET (self), &place);
  if (event != NULL)
    place = (GdkRectangle){ (int)event->x, (int)event->y, 1, 1 };
  sotto_person_menu_pop_up (self->person, gtk_widget_get_parent (GTK_WIDGET (self)), &place);
}
