// SPDX-License-Identifier: GPL-3.0-or-later
/* A list of people on a screen: which of them have a row, and where one is after they come and go.
 */
#undef G_DISABLE_ASSERT
#include "gui/view/people-list.h"
#include "gui/view/person-row.h"
#include "gui/view/style.h"
#include <handy.h>

typedef struct
{
  SottoPeople *people;
  GtkWidget *window;
  SottoPeopleList *shown;
  GtkListBox *list;
  GtkAdjustment *adjustment;
} Fixture;

/* Until nothing has happened for the length of some frames, and the display has nothing to say. */
static void
settle (void)
{
  gint64 quiet_since = g_get_monotonic_time ();

  while (g_get_monotonic_time () < quiet_since + 50000)
    {
      gdk_display_sync (gdk_display_get_default ());
      if (g_main_context_iteration (NULL, FALSE))
        quiet_since = g_get_monotonic_time ();
      else
        g_usleep (1000);
    }
}

static char *
name_of (int i)
{
  return g_strdup_printf ("person-%05d", i);
}

static void
come (SottoPeople *people, int from, int to)
{
  for (int i = from; i < to; i++)
    {
      g_autofree char *name = name_of (i);

      sotto_people_join (people, name);
    }
}

static void
begin (Fixture *self, int n_people)
{
  self->people = sotto_people_new ();
  come (self->people, 0, n_people);
  self->window = gtk_window_new (GTK_WINDOW_TOPLEVEL);
  gtk_window_set_default_size (GTK_WINDOW (self->window), 300, 600);
  self->shown = g_object_new (SOTTO_TYPE_PEOPLE_LIST, NULL);
  self->list =
      GTK_LIST_BOX (gtk_bin_get_child (GTK_BIN (gtk_bin_get_child (GTK_BIN (self->shown)))));
  self->adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->shown));
  gtk_container_add (GTK_CONTAINER (self->window), GTK_WIDGET (self->shown));
  sotto_people_list_set_model (self->shown, self->people);
  gtk_widget_show (self->window);
}

static void
end (Fixture *self)
{
  gtk_widget_destroy (self->window);
  settle ();
  g_assert_finalize_object (self->people);
}

static SottoPerson *
person_at (Fixture *self, int index)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list, index);

  return row != NULL ? sotto_person_row_get_person (SOTTO_PERSON_ROW (row)) : NULL;
}

static int
count_rows (Fixture *self)
{
  int n = 0;

  while (gtk_list_box_get_row_at_index (self->list, n) != NULL)
    n++;
  return n;
}

static GtkAllocation
place_of (gpointer row)
{
  GtkAllocation place;

  gtk_widget_get_allocation (row, &place);
  return place;
}

static int
get_value (Fixture *self)
{
  return (int)gtk_adjustment_get_value (self->adjustment);
}

/* The rows are a stretch of the model, in its order, and cover what is in sight. */
static void
check (Fixture *self)
{
  GListModel *model = G_LIST_MODEL (self->people);
  int value = get_value (self);
  int sight_end = value + (int)gtk_adjustment_get_page_size (self->adjustment);
  int n = count_rows (self), total = (int)g_list_model_get_n_items (model), first;
  GtkAllocation top, bottom;

  g_assert_cmpint (n, <=, SOTTO_PEOPLE_LIST_ROWS_MAX);
  if (total <= SOTTO_PEOPLE_LIST_ROWS_MAX || value > 0)
    g_assert_cmpint (n, ==, MIN (total, SOTTO_PEOPLE_LIST_ROWS_MAX));
  if (n == 0)
    return;
  first = sotto_people_get_position (self->people, person_at (self, 0));
  for (int i = 0; i < n; i++)
    {
      g_autoptr (SottoPerson) person = g_list_model_get_item (model, (guint)(first + i));

      g_assert_true (person_at (self, i) == person);
    }
  top = place_of (gtk_list_box_get_row_at_index (self->list, 0));
  bottom = place_of (gtk_list_box_get_row_at_index (self->list, n - 1));
  g_assert_cmpint (top.y, ==, first * top.height);
  g_assert_true (first == 0 || top.y <= value);
  g_assert_true (first + n == total || bottom.y + bottom.height >= sight_end);
  if (total > SOTTO_PEOPLE_LIST_ROWS_MAX)
    g_assert_cmpint ((int)gtk_adjustment_get_upper (self->adjustment), ==, total * top.height);
}

/* Whoever is first in sight. */
static GtkListBoxRow *
top_row (Fixture *self)
{
  return gtk_list_box_get_row_at_y (self->list, get_value (self));
}

static const char *
name_in (gpointer row)
{
  g_assert_nonnull (row);
  return sotto_person_get_name (sotto_person_row_get_person (SOTTO_PERSON_ROW (row)));
}

static GtkWidget *
get_focus (Fixture *self)
{
  return gtk_window_get_focus (GTK_WINDOW (self->window));
}

static void
test_a_team (void)
{
  Fixture self;

  begin (&self, SOTTO_PEOPLE_LIST_ROWS_MAX);
  settle ();
  check (&self);
  come (self.people, SOTTO_PEOPLE_LIST_ROWS_MAX, SOTTO_PEOPLE_LIST_ROWS_MAX + 1);
  settle ();
  check (&self);
  sotto_people_clear (self.people);
  settle ();
  g_assert_cmpint (count_rows (&self), ==, 0);
  end (&self);
}

/* Few rows before the first frame; to anywhere at once. */
static void
test_a_crowd (void)
{
  static const int values[] = { 27000, 79400 };
  Fixture self;

  begin (&self, 2000);
  g_assert_cmpint (count_rows (&self), <, 60);
  settle ();
  check (&self);
  g_assert_cmpint (count_rows (&self), <, 60);
  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      gtk_adjustment_set_value (self.adjustment, values[i]);
      settle ();
      g_assert_cmpint (get_value (&self), ==, values[i]);
      check (&self);
    }
  end (&self);
}

/* At the top newcomers are seen; below it nothing moves under one's eyes. */
static void
test_anchor (void)
{
  Fixture self;
  GtkListBoxRow *top;
  int offset;

  begin (&self, 1000);
  settle ();
  sotto_people_join (self.people, "aaa");
  settle ();
  g_assert_cmpstr (name_in (top_row (&self)), ==, "aaa");
  gtk_adjustment_set_value (self.adjustment, 20017);
  settle ();
  top = top_row (&self);
  offset = place_of (top).y - get_value (&self);
  sotto_people_join (self.people, "aab");
  sotto_people_join (self.people, "aac");
  sotto_people_leave (self.people, "person-00007");
  sotto_people_leave (self.people, "person-00999");
  settle ();
  g_assert_true (top_row (&self) == top);
  g_assert_cmpint (place_of (top).y - get_value (&self), ==, offset);
  check (&self);
  end (&self);
}

/* Whom one chose stays chosen without a row, and gets the keyboard with one. */
static void
test_chosen (void)
{
  Fixture self;

  begin (&self, 1000);
  settle ();
  sotto_people_list_select (self.shown, sotto_people_find (self.people, "person-00700"));
  g_assert_null (gtk_list_box_get_selected_row (self.list));
  sotto_people_list_focus (self.shown);
  settle ();
  check (&self);
  g_assert_cmpstr (name_in (gtk_list_box_get_selected_row (self.list)), ==, "person-00700");
  g_assert_cmpstr (name_in (top_row (&self)), ==, "person-00700");
  g_assert_cmpstr (name_in (get_focus (&self)), ==, "person-00700");
  /* The row goes far away, and the keyboard stays in sight. */
  sotto_people_leave (self.people, "person-00699");
  sotto_person_set_kept (sotto_people_find (self.people, "person-00700"), true);
  sotto_people_leave (self.people, "person-00700");
  settle ();
  g_assert_nonnull (get_focus (&self));
  sotto_people_join (self.people, "person-00700");
  gtk_adjustment_set_value (self.adjustment, 0);
  settle ();
  g_assert_null (gtk_list_box_get_selected_row (self.list));
  sotto_people_set_filter (self.people, "00700");
  settle ();
  check (&self);
  g_assert_cmpstr (name_in (gtk_list_box_get_selected_row (self.list)), ==, "person-00700");
  end (&self);
}

static void
move (Fixture *self, GtkMovementStep step, int count)
{
  g_signal_emit_by_name (self->list, "move-cursor", step, count);
}

static void
test_keys (void)
{
  static const struct
  {
    GtkMovementStep step;
    int count;
    const char *expected;
  } cases[] = {
    { GTK_MOVEMENT_DISPLAY_LINES, 1, "person-00001" },
    { GTK_MOVEMENT_BUFFER_ENDS, 1, "person-00999" },
    { GTK_MOVEMENT_DISPLAY_LINES, -1, "person-00998" },
    { GTK_MOVEMENT_BUFFER_ENDS, -1, "person-00000" },
  };
  Fixture self;

  begin (&self, 1000);
  settle ();
  sotto_people_list_focus (self.shown);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      move (&self, cases[i].step, cases[i].count);
      g_assert_cmpstr (name_in (get_focus (&self)), ==, cases[i].expected);
      settle ();
      check (&self);
    }
  /* Page for page, faster than anything is made in between: to the end, and nobody is left out. */
  for (int i = 0; i < 80; i++)
    {
      move (&self, GTK_MOVEMENT_PAGES, 1);
      while (gtk_events_pending ())
        gtk_main_iteration_do (FALSE);
    }
  g_assert_cmpstr (name_in (get_focus (&self)), ==, "person-00999");
  end (&self);
}

static void
on_open (SottoPeopleList *list, const char *name, GString *opened)
{
  g_string_append_printf (opened, "%s ", name);
}

static void
test_open_first (void)
{
  Fixture self;
  g_autoptr (GString) opened = g_string_new ("");

  begin (&self, 1000);
  g_signal_connect (self.shown, "open", G_CALLBACK (on_open), opened);
  sotto_people_set_filter (self.people, "00321");
  sotto_people_list_open_first (self.shown); /* no turn of the loop in between */
  sotto_people_set_filter (self.people, "nobody");
  sotto_people_list_open_first (self.shown);
  g_assert_cmpstr (opened->str, ==, "person-00321 ");
  end (&self);
}

/* Anything happens, in bursts; what is shown is what is. */
static void
test_storm (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (5);
  Fixture self;

  begin (&self, 300);
  for (int round = 0; round < 4; round++)
    {
      for (int i = 0; i < 150; i++)
        {
          g_autofree char *name = name_of (g_rand_int_range (random, 0, 600));
          SottoPerson *person = sotto_people_find (self.people, name);

          if (person == NULL || g_rand_boolean (random))
            sotto_people_join (self.people, name);
          else
            {
              sotto_person_set_kept (person, g_rand_boolean (random));
              sotto_people_leave (self.people, name);
            }
        }
      if (round % 2 == 0)
        sotto_people_set_filter (self.people, round % 4 == 0 ? "1" : NULL);
      gtk_adjustment_set_value (self.adjustment, g_rand_int_range (random, 0, 20000));
      settle ();
      check (&self);
    }
  end (&self);
}

int
main (int argc, char **argv)
{
  g_setenv ("GDK_GL", "disable", TRUE);
  gtk_test_init (&argc, &argv, NULL);
  hdy_init ();
  sotto_style_load (gdk_screen_get_default ());
  g_test_add_func ("/gui/people-list/a-team", test_a_team);
  g_test_add_func ("/gui/people-list/a-crowd", test_a_crowd);
  g_test_add_func ("/gui/people-list/anchor", test_anchor);
  g_test_add_func ("/gui/people-list/chosen", test_chosen);
  g_test_add_func ("/gui/people-list/keys", test_keys);
  g_test_add_func ("/gui/people-list/open-first", test_open_first);
  g_test_add_func ("/gui/people-list/storm", test_storm);
  return g_test_run ();
}
