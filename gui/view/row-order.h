// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Rows of a GtkListBox in an order that is said from outside, cheaply: a row that comes between
 * others makes GTK 3 style anew all that follow it, with all that is in them (150 rows of people:
 * 80 ms, with this 10). It does not for one that comes last, and a row may change its place later
 * without anybody being styled. Styles that count rows (:nth-child) are therefore no use here.
 */
#pragma once

#include <gtk/gtk.h>

/* Before there are rows. The list gets a sort function; it must not be bound to a model. */
void sotto_row_order_init (GtkListBox *list);
/* rows: GtkListBoxRow *, borrowed, all that the list shall have, in order. Those it has not yet
 * come in, those it has keep selection and focus wherever they go; others are removed before. */
void sotto_row_order_set (GtkListBox *list, GPtrArray *rows);
/* All that the list has, in order. */
GPtrArray *sotto_row_order_get (GtkListBox *list);
