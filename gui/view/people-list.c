// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/people-list-private.h"
#include "gui/view/let-go.h"
#include "gui/view/person-row.h"
#include <glib/gi18n-lib.h>

#define AIM_MS 2000

G_DEFINE_TYPE (SottoPeopleList, sotto_people_list, GTK_TYPE_SCROLLED_WINDOW)

static guint open_signal;

static SottoPerson *
person_of (gpointer row)
{
  return sotto_person_row_get_person (SOTTO_PERSON_ROW (row));
}

/* What an empty list says: how to get somebody into it. */
void
sotto_people_list_show_empty (SottoPeopleList *self)
{
  bool alone = sotto_people_get_n_known (self->people) == 0;

  gtk_image_set_from_icon_name (self->empty_icon,
                                alone ? "sotto-people-symbolic" : "edit-find-symbolic",
                                GTK_ICON_SIZE_DIALOG);
  gtk_label_set_label (self->empty_title, alone ? _ ("Nobody Else Yet") : _ ("No Match"));
  gtk_label_set_label (self->empty_text,
                       alone ? _ ("Give others the address of this server or a join link. They "
                                  "appear here when they log in.")
                             : _ ("Nobody by that name. Clear the search with Esc."));
}

/* Home and End go to the ends of the list, not to those of what has a row; and keys that come
 * faster than frames find what the one before has moved to. */
static void
on_move_cursor (GtkListBox *list, GtkMovementStep step, int count, SottoPeopleList *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->people));

  if (self->update != 0)
    sotto_people_rows_update_now (self);
  sotto_people_rows_settle (self);
  if (step == GTK_MOVEMENT_BUFFER_ENDS && n > 0)
    sotto_people_rows_reveal (self, count < 0 ? 0 : n - 1);
}

/* --- Choosing and opening --- */

static void
on_row_selected (GtkListBox *list, GtkListBoxRow *row, SottoPeopleList *self)
{
  if (row != NULL)
    g_set_object (&self->chosen, person_of (row));
}

/* A press that is not let go yet, as opposed to a key. */
static bool
is_pointer_down (void)
{
  g_autoptr (GdkEvent) event = gtk_get_current_event ();
  GdkEventType type = event != NULL ? gdk_event_get_event_type (event) : GDK_NOTHING;

  return type == GDK_BUTTON_PRESS || type == GDK_2BUTTON_PRESS;
}

static void
on_row_activated (GtkListBox *list, GtkListBoxRow *row, SottoPeopleList *self)
{
  const char *name = sotto_person_get_name (person_of (row));

  g_free (self->opening);
  self->opening = is_pointer_down () ? g_strdup (name) : NULL;
  g_signal_emit (self, open_signal, 0, name);
}

static gboolean
reopen_cb (gpointer data)
{
  SottoPeopleList *self = data;
  g_autofree char *name = g_steal_pointer (&self->opening);

  self->reopen = 0;
  g_signal_emit (self, open_signal, 0, name);
  return G_SOURCE_REMOVE;
}

/* The list takes the focus back when the button of a double-click is let go; opening once more
 * after that gives it to the conversation, where the person means to write. */
static gboolean
on_button_release (GtkWidget *list, GdkEvent *event, SottoPeopleList *self)
{
  if (self->opening != NULL && self->reopen == 0)
    self->reopen = g_idle_add (reopen_cb, self);
  return GDK_EVENT_PROPAGATE;
}

static gboolean
aim_cb (gpointer data)
{
  SottoPeopleList *self = data;

  self->aim = 0;
  sotto_people_hold (self->people, false);
  return G_SOURCE_REMOVE;
}

static gboolean
on_aim (GtkWidget *list, GdkEvent *event, SottoPeopleList *self)
{
  g_clear_handle_id (&self->aim, g_source_remove);
  self->aim = g_timeout_add (AIM_MS, aim_cb, self);
  sotto_people_hold (self->people, true);
  return GDK_EVENT_PROPAGATE;
}

static gboolean
on_button_press (GtkWidget *list, GdkEventButton *event, SottoPeopleList *self)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_y (self->list, (int)event->y);

  if (!gdk_event_triggers_context_menu ((GdkEvent *)event) || row == NULL)
    return GDK_EVENT_PROPAGATE;
  sotto_person_row_pop_up_menu (SOTTO_PERSON_ROW (row), event);
  return GDK_EVENT_STOP;
}

/* --- The widget --- */

static void
sotto_people_list_dispose (GObject *object)
{
  SottoPeopleList *self = SOTTO_PEOPLE_LIST (object);

  sotto_people_rows_dispose (self);
  g_clear_handle_id (&self->reopen, g_source_remove);
  if (self->aim != 0)
    sotto_people_hold (self->people, false);
  g_clear_handle_id (&self->aim, g_source_remove);
  g_clear_pointer (&self->opening, g_free);
  g_clear_object (&self->chosen);
  sotto_widget_let_go (&self->people, self);
  G_OBJECT_CLASS (sotto_people_list_parent_class)->dispose (object);
}

static void
sotto_people_list_finalize (GObject *object)
{
  g_hash_table_unref (SOTTO_PEOPLE_LIST (object)->rows);
  G_OBJECT_CLASS (sotto_people_list_parent_class)->finalize (object);
}

static void
sotto_people_list_class_init (SottoPeopleListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sotto_people_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = sotto_people_list_finalize;
  open_signal = g_signal_new ("open", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                              NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/sotto/Sotto/ui/people-list.ui");
  gtk_widget_class_bind_template_child (widget_class, SottoPeopleList, list);
  gtk_widget_class_bind_template_child (widget_class, SottoPeopleList, empty_icon);
  gtk_widget_class_bind_template_child (widget_class, SottoPeopleList, empty_title);
  gtk_widget_class_bind_template_child (widget_class, SottoPeopleList, empty_text);
  gtk_widget_class_bind_template_callback (widget_class, on_row_selected);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_aim);
  gtk_widget_class_bind_template_callback (widget_class, on_button_press);
  gtk_widget_class_bind_template_callback (widget_class, on_button_release);
  gtk_widget_class_bind_template_callback (widget_class, on_move_cursor);
}

static void
sotto_people_list_init (SottoPeopleList *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  sotto_people_rows_init (self);
}

void
sotto_people_list_set_model (SottoPeopleList *self, SottoPeople *people)
{
  self->people = g_object_ref (people);
  sotto_people_rows_follow (self);
}

void
sotto_people_list_set_eager (SottoPeopleList *self, bool eager)
{
  gtk_list_box_set_activate_on_single_click (self->list, eager);
}

void
sotto_people_list_select (SottoPeopleList *self, SottoPerson *person)
{
  g_set_object (&self->chosen, person);
  sotto_people_rows_mark_chosen (self);
}

void
sotto_people_list_open_first (SottoPeopleList *self)
{
  GtkWidget *row = sotto_people_rows_reveal (self, 0);

  if (row == NULL)
    return;
  gtk_list_box_select_row (self->list, GTK_LIST_BOX_ROW (row));
  on_row_activated (self->list, GTK_LIST_BOX_ROW (row), self);
}

void
sotto_people_list_focus (SottoPeopleList *self)
{
  int place = self->chosen != NULL ? sotto_people_get_position (self->people, self->chosen) : -1;
  GtkWidget *row =
      sotto_people_rows_reveal (self, place >= 0 ? (guint)place : sotto_people_rows_get_top (self));

  if (row != NULL)
    gtk_widget_grab_focus (row);
}
