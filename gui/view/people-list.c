// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/people-list.h"
#include "gui/view/let-go.h"
#include "gui/view/person-row.h"
#include "gui/view/row-order.h"
#include <glib/gi18n-lib.h>

#define ROWS_AT_FIRST 16 /* in sight, as long as nobody knows how high the window is */
#define ROWS_NEAR     12 /* made at once beyond those in sight, on either side */
#define ROWS_STEP     8  /* made at a time when idle: a few milliseconds */
#define ROW_HEIGHT    56 /* until there is one */
#define AIM_MS        2000

/* Rows have their place among all people, not only among those that have one: what is above the
 * first is the height of its header, what is below the last is the rest of the list's. */
struct _SottoPeopleList
{
  GtkScrolledWindow parent_instance;
  SottoPeople *people;
  GtkListBox *list;
  GtkImage *empty_icon;
  GtkLabel *empty_title;
  GtkLabel *empty_text;
  GHashTable *rows; /* SottoPerson (owned) → its row */
  guint first;      /* the first row's place among all */
  guint extent;     /* how many rows there should be */
  int row_height;
  SottoPerson *chosen; /* whose row is marked, as soon as there is one */
  SottoPerson *anchor; /* stays where it is in sight, whoever comes above; NULL at the very top */
  double anchor_offset;
  SottoPerson *focused; /* had the keyboard when rows were moved */
  bool stale;           /* people came, went or moved */
  bool settling;        /* rows came or went and have no place yet */
  guint update;
  guint grow;
  char *opening; /* whom a double-click that is not over yet opened */
  guint reopen;
  guint aim; /* somebody looks for a row: none moves until they found it */
};

G_DEFINE_TYPE (SottoPeopleList, sotto_people_list, GTK_TYPE_SCROLLED_WINDOW)

static guint open_signal;

static GtkAdjustment *
get_adjustment (SottoPeopleList *self)
{
  return gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self));
}

static SottoPerson *
person_of (gpointer row)
{
  return sotto_person_row_get_person (SOTTO_PERSON_ROW (row));
}

/* --- Which rows there are --- */

static GtkWidget *
get_row (SottoPeopleList *self, SottoPerson *person)
{
  GtkWidget *row = g_hash_table_lookup (self->rows, person);

  if (row != NULL)
    return row;
  row = sotto_person_row_new (person);
  g_hash_table_insert (self->rows, g_object_ref (person), row);
  return row;
}

static gboolean
remove_unwanted (gpointer person, gpointer row, gpointer wanted)
{
  if (g_hash_table_contains (wanted, person))
    return FALSE;
  gtk_widget_destroy (row);
  return TRUE;
}

static void
mark_chosen (SottoPeopleList *self)
{
  GtkListBoxRow *row = self->chosen != NULL ? g_hash_table_lookup (self->rows, self->chosen) : NULL;

  if (row != NULL)
    gtk_list_box_select_row (self->list, row);
  else
    gtk_list_box_unselect_all (self->list);
}

static void
remember_focus (SottoPeopleList *self)
{
  GtkWidget *focus = gtk_container_get_focus_child (GTK_CONTAINER (self->list));

  if (focus != NULL && gtk_widget_is_focus (focus))
    g_set_object (&self->focused, person_of (focus));
}

static void
make_rows (SottoPeopleList *self, guint first, guint n)
{
  g_autoptr (GHashTable) wanted = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();
  guint n_people = g_list_model_get_n_items (G_LIST_MODEL (self->people));

  remember_focus (self);
  for (guint i = 0; i < n; i++)
    {
      gpointer person = g_list_model_get_item (G_LIST_MODEL (self->people), first + i);

      g_hash_table_add (wanted, person);
      g_ptr_array_add (rows, get_row (self, person));
    }
  self->settling = true;
  self->first = first;
  g_hash_table_foreach_remove (self->rows, remove_unwanted, wanted);
  sotto_row_order_set (self->list, rows);
  if (n > 0)
    gtk_widget_get_preferred_height (rows->pdata[0], NULL, &self->row_height);
  gtk_list_box_invalidate_headers (self->list);
  gtk_widget_set_size_request (GTK_WIDGET (self->list), -1,
                               n < n_people ? (int)n_people * self->row_height : -1);
  mark_chosen (self);
}

static void
update_header (GtkListBoxRow *row, GtkListBoxRow *before, gpointer data)
{
  SottoPeopleList *self = data;
  GtkWidget *space;

  if (before != NULL || self->first == 0)
    {
      gtk_list_box_row_set_header (row, NULL);
      return;
    }
  space = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_size_request (space, -1, (int)self->first * self->row_height);
  gtk_widget_show (space);
  gtk_list_box_row_set_header (row, space);
}

/* What an empty list says: how to get somebody into it. */
static void
show_empty (SottoPeopleList *self)
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

/* The place of the first person in sight. */
static guint
get_top (SottoPeopleList *self)
{
  int place = self->anchor != NULL ? sotto_people_get_position (self->people, self->anchor) : -1;

  return place >= 0 ? (guint)place
                    : (guint)(gtk_adjustment_get_value (get_adjustment (self)) / self->row_height);
}

static bool
have_rows (SottoPeopleList *self, guint first, guint end)
{
  for (guint i = first; i < end; i++)
    {
      g_autoptr (SottoPerson) person = g_list_model_get_item (G_LIST_MODEL (self->people), i);

      if (!g_hash_table_contains (self->rows, person))
        return false;
    }
  return true;
}

static void grow_soon (SottoPeopleList *self);

/* What is in sight has its rows first of all; where it has none, only those near it are made now.
 */
static void
update (SottoPeopleList *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->people));
  double page = gtk_adjustment_get_page_size (get_adjustment (self));
  guint sight = page > 1 ? (guint)(page / self->row_height) + 2 : ROWS_AT_FIRST;
  guint limit = MIN (MAX (SOTTO_PEOPLE_LIST_ROWS_MAX, sight), n);
  guint top = MIN (get_top (self), n > sight ? n - sight : 0);
  guint extent, first, margin;

  if (self->stale)
    show_empty (self);
  if (!have_rows (self, top, MIN (top + sight, n)))
    self->extent = 0;
  self->extent = MAX (self->extent, sight + 2 * ROWS_NEAR);
  extent = MIN (self->extent, limit);
  margin = extent > sight ? (extent - sight) / 2 : 0;
  first = MIN (top > margin ? top - margin : 0, n - extent);
  if (self->stale || first != self->first || extent != g_hash_table_size (self->rows))
    make_rows (self, first, extent);
  self->stale = false;
  if (extent < limit)
    grow_soon (self);
}

static gboolean
update_cb (gpointer data)
{
  SottoPeopleList *self = data;

  self->update = 0;
  update (self);
  return G_SOURCE_REMOVE;
}

/* Before the next frame, and once for all that happens until then. */
static void
update_soon (SottoPeopleList *self)
{
  if (self->update == 0)
    self->update = g_idle_add_full (GTK_PRIORITY_RESIZE - 1, update_cb, self, NULL);
}

static void
update_now (SottoPeopleList *self)
{
  g_clear_handle_id (&self->update, g_source_remove);
  update (self);
}

static gboolean
grow_cb (gpointer data)
{
  SottoPeopleList *self = data;

  self->grow = 0;
  self->extent += ROWS_STEP;
  update (self);
  return G_SOURCE_REMOVE;
}

static void
grow_soon (SottoPeopleList *self)
{
  if (self->grow == 0)
    self->grow = g_idle_add_full (G_PRIORITY_LOW, grow_cb, self, NULL);
}

static void
on_people_changed (SottoPeopleList *self)
{
  self->stale = true;
  update_soon (self);
}

/* --- The scroll position --- */

static double
y_of (gpointer row)
{
  GtkAllocation place;

  gtk_widget_get_allocation (row, &place);
  return place.y;
}

/* Rows that have no place yet cannot be asked for theirs, and the list answers with its first or
 * last row where there is none. */
static GtkWidget *
get_top_row (SottoPeopleList *self)
{
  int value = (int)gtk_adjustment_get_value (get_adjustment (self));
  gpointer row = self->settling ? NULL : gtk_list_box_get_row_at_y (self->list, value);
  GtkAllocation place;

  if (row == NULL)
    return NULL;
  gtk_widget_get_allocation (row, &place);
  return value >= place.y && value < place.y + place.height ? row : NULL;
}

static void
remember_anchor (SottoPeopleList *self)
{
  double value = gtk_adjustment_get_value (get_adjustment (self));
  GtkWidget *row = value > 0 ? get_top_row (self) : NULL;

  g_clear_object (&self->anchor);
  if (row == NULL)
    return;
  self->anchor = g_object_ref (person_of (row));
  self->anchor_offset = y_of (row) - value;
}

static void
on_scrolled (SottoPeopleList *self)
{
  remember_anchor (self);
  update_soon (self);
}

static bool
has_lost_focus (SottoPeopleList *self)
{
  GtkWidget *window = gtk_widget_get_toplevel (GTK_WIDGET (self));

  return self->focused != NULL && GTK_IS_WINDOW (window)
         && gtk_window_get_focus (GTK_WINDOW (window)) == NULL;
}

/* The keyboard, if it went with a row, stays with the person who had it or where one can see it;
 * where nobody is in sight yet, the next rows have it. */
static void
restore_focus (SottoPeopleList *self)
{
  GtkWidget *row;

  if (!has_lost_focus (self))
    {
      g_clear_object (&self->focused);
      return;
    }
  row = g_hash_table_lookup (self->rows, self->focused);
  if (row == NULL)
    row = get_top_row (self);
  if (row != NULL)
    gtk_widget_grab_focus (row);
}

/* All rows have their place: back to where one was, before anything is drawn. */
static void
on_allocated (GtkWidget *list, GdkRectangle *allocation, SottoPeopleList *self)
{
  gpointer row = self->anchor != NULL ? g_hash_table_lookup (self->rows, self->anchor) : NULL;

  self->settling = false;
  if (row != NULL)
    gtk_adjustment_set_value (get_adjustment (self), y_of (row) - self->anchor_offset);
  remember_anchor (self);
  restore_focus (self);
}

/* Rows made since the last frame have their place now and not with the next one. */
static void
settle (SottoPeopleList *self)
{
  if (self->settling)
    gtk_container_check_resize (GTK_CONTAINER (gtk_widget_get_toplevel (GTK_WIDGET (self))));
}

/* The row of somebody who may be far out of sight, there and in its place. */
static GtkWidget *
reveal (SottoPeopleList *self, guint place)
{
  g_autoptr (SottoPerson) person = NULL;

  if (self->stale)
    update_now (self);
  person = g_list_model_get_item (G_LIST_MODEL (self->people), place);
  if (person != NULL && !g_hash_table_contains (self->rows, person))
    {
      gtk_adjustment_set_value (get_adjustment (self), (double)place * self->row_height);
      update_now (self);
    }
  settle (self);
  return person != NULL ? g_hash_table_lookup (self->rows, person) : NULL;
}

/* Home and End go to the ends of the list, not to those of what has a row; and keys that come
 * faster than frames find what the one before has moved to. */
static void
on_move_cursor (GtkListBox *list, GtkMovementStep step, int count, SottoPeopleList *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->people));

  if (self->update != 0)
    update_now (self);
  settle (self);
  if (step == GTK_MOVEMENT_BUFFER_ENDS && n > 0)
    reveal (self, count < 0 ? 0 : n - 1);
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

  g_clear_handle_id (&self->update, g_source_remove);
  g_clear_handle_id (&self->grow, g_source_remove);
  g_clear_handle_id (&self->reopen, g_source_remove);
  if (self->aim != 0)
    sotto_people_hold (self->people, false);
  g_clear_handle_id (&self->aim, g_source_remove);
  g_clear_pointer (&self->opening, g_free);
  g_hash_table_remove_all (self->rows);
  g_clear_object (&self->chosen);
  g_clear_object (&self->anchor);
  g_clear_object (&self->focused);
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
  gtk_widget_class_bind_template_callback (widget_class, on_allocated);
}

static void
sotto_people_list_init (SottoPeopleList *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->rows = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self->row_height = ROW_HEIGHT;
  sotto_row_order_init (self->list);
  gtk_list_box_set_header_func (self->list, update_header, self, NULL);
}

void
sotto_people_list_set_model (SottoPeopleList *self, SottoPeople *people)
{
  GtkAdjustment *adjustment = get_adjustment (self); /* in `init` it is not the last one yet */

  self->people = g_object_ref (people);
  g_signal_connect_object (people, "items-changed", G_CALLBACK (on_people_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (on_scrolled), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (update_soon), self,
                           G_CONNECT_SWAPPED);
  self->stale = true;
  update_now (self);
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
  mark_chosen (self);
}

void
sotto_people_list_open_first (SottoPeopleList *self)
{
  GtkWidget *row = reveal (self, 0);

  if (row == NULL)
    return;
  gtk_list_box_select_row (self->list, GTK_LIST_BOX_ROW (row));
  on_row_activated (self->list, GTK_LIST_BOX_ROW (row), self);
}

void
sotto_people_list_focus (SottoPeopleList *self)
{
  int place = self->chosen != NULL ? sotto_people_get_position (self->people, self->chosen) : -1;
  GtkWidget *row = reveal (self, place >= 0 ? (guint)place : get_top (self));

  if (row != NULL)
    gtk_widget_grab_focus (row);
}
