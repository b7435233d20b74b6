// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/view/row-order.h"
#include <stdbool.h>

#define LAST G_MAXINT /* the rank of a row that was not given its place yet */

static GQuark
get_rank_quark (void)
{
  return g_quark_from_static_string ("sotto-rank");
}

static int
get_rank (gpointer row)
{
  return GPOINTER_TO_INT (g_object_get_qdata (row, get_rank_quark ()));
}

static void
set_rank (gpointer row, int rank)
{
  g_object_set_qdata (row, get_rank_quark (), GINT_TO_POINTER (rank));
}

static int
compare (GtkListBoxRow *a, GtkListBoxRow *b, gpointer unused)
{
  int left = get_rank (a), right = get_rank (b);

  return left < right ? -1 : left > right;
}

void
sotto_row_order_init (GtkListBox *list)
{
  gtk_list_box_set_sort_func (list, compare, NULL, NULL);
}

GPtrArray *
sotto_row_order_get (GtkListBox *list)
{
  GPtrArray *rows = g_ptr_array_new ();
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (list, (int)rows->len)) != NULL)
    g_ptr_array_add (rows, row);
  return rows;
}

/* With the new ranks: those that are not between their neighbours any more go to the end. */
static void
take_out_strays (GtkListBox *list)
{
  g_autoptr (GPtrArray) rows = sotto_row_order_get (list);
  g_autoptr (GPtrArray) strays = g_ptr_array_new ();
  int before = -1;

  for (guint i = 0; i < rows->len; i++)
    {
      int rank = get_rank (rows->pdata[i]);
      bool too_late = i + 1 < rows->len && rank > get_rank (rows->pdata[i + 1]);

      if (rank < before || too_late)
        g_ptr_array_add (strays, rows->pdata[i]);
      else
        before = rank;
    }
  for (guint i = 0; i < strays->len; i++)
    {
      set_rank (strays->pdata[i], LAST);
      gtk_list_box_row_changed (strays->pdata[i]);
    }
}

void
sotto_row_order_set (GtkListBox *list, GPtrArray *rows)
{
  for (guint i = 0; i < rows->len; i++)
    set_rank (rows->pdata[i], (int)i);
  take_out_strays (list);
  for (guint i = 0; i < rows->len; i++)
    {
      gpointer row = rows->pdata[i];

      if (gtk_widget_get_parent (row) == NULL)
        {
          set_rank (row, LAST);
          gtk_list_box_insert (list, row, -1);
        }
      if (get_rank (row) != LAST)
        continue;
      set_rank (row, (int)i);
      gtk_list_box_row_changed (row);
    }
}
