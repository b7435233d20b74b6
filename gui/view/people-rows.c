// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Which people have rows, and where those stand. Rows have their place among all people, not only
 * among those that have one: what is above the first is the height of its header, what is below the
 * last is the rest of the list's.
 */
#include "gui/view/people-list-private.h"
#include "gui/view/person-row.h"
#include "gui/view/row-order.h"

#define ROWS_AT_FIRST 16 /* in sight, as long as nobody knows how high the window is */
#define ROWS_NEAR     12 /* made at once beyond those in sight, on either side */
#define ROWS_STEP     8  /* made at a time when idle: a few milliseconds */
#define ROW_HEIGHT    56 /* until there is one */

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

void
sotto_people_rows_mark_chosen (SottoPeopleList *self)
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
  sotto_people_rows_mark_chosen (self);
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

/* The place of the first person in sight. */
guint
sotto_people_rows_get_top (SottoPeopleList *self)
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
  guint top = MIN (sotto_people_rows_get_top (self), n > sight ? n - sight : 0);
  guint extent, first, margin;

  if (self->stale)
    sotto_people_list_show_empty (self);
  if (!have_rows (self, top, MIN (top + sight, n)))
    self->extent = 0;
  self->extent = MAX (self->extent, sight + 2 * ROWS_NEAR);
  extent = MIN (self->extent, limit);
  margin = extent > sight ? (extent - sight) / 2 : 0;
  first = MIN (top > margin ? top - margin : 0, n - extent);
  if (self->stale || first != self->first || extent != g_hash_table_size (self->rows))
    make_rows (self, first, extent);
  self->stale = false;
  /* Of a crowd nobody has scrolled through yet, what is near is enough. */
  if (extent < limit && (n <= SOTTO_PEOPLE_LIST_ROWS_MAX || self->anchor != NULL))
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

void
sotto_people_rows_update_now (SottoPeopleList *self)
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

void
sotto_people_rows_settle (SottoPeopleList *self)
{
  if (self->settling)
    gtk_container_check_resize (GTK_CONTAINER (gtk_widget_get_toplevel (GTK_WIDGET (self))));
}

GtkWidget *
sotto_people_rows_reveal (SottoPeopleList *self, guint place)
{
  g_autoptr (SottoPerson) person = NULL;

  if (self->stale)
    sotto_people_rows_update_now (self);
  person = g_list_model_get_item (G_LIST_MODEL (self->people), place);
  if (person != NULL && !g_hash_table_contains (self->rows, person))
    {
      gtk_adjustment_set_value (get_adjustment (self), (double)place * self->row_height);
      sotto_people_rows_update_now (self);
    }
  sotto_people_rows_settle (self);
  return person != NULL ? g_hash_table_lookup (self->rows, person) : NULL;
}

void
sotto_people_rows_init (SottoPeopleList *self)
{
  self->rows = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self->row_height = ROW_HEIGHT;
  sotto_row_order_init (self->list);
  gtk_list_box_set_header_func (self->list, update_header, self, NULL);
  g_signal_connect_object (self->list, "size-allocate", G_CALLBACK (on_allocated), self, 0);
}

void
sotto_people_rows_follow (SottoPeopleList *self)
{
  GtkAdjustment *adjustment = get_adjustment (self); /* in `init` it is not the last one yet */

  g_signal_connect_object (self->people, "items-changed", G_CALLBACK (on_people_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (on_scrolled), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (update_soon), self,
                           G_CONNECT_SWAPPED);
  self->stale = true;
  sotto_people_rows_update_now (self);
}

void
sotto_people_rows_dispose (SottoPeopleList *self)
{
  g_clear_handle_id (&self->update, g_source_remove);
  g_clear_handle_id (&self->grow, g_source_remove);
  g_hash_table_remove_all (self->rows);
  g_clear_object (&self->anchor);
  g_clear_object (&self->focused);
}
