// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/message-lines.h"
#include "gui/view/accessible.h"
#include "gui/view/format.h"
#include <glib/gi18n-lib.h>

static void
add_line (GtkWidget *lines, const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_style_context_add_class (gtk_widget_get_style_context (label), style);
  gtk_widget_show (label);
  gtk_container_add (GTK_CONTAINER (lines), label);
}

void
sotto_message_lines_put_above (GtkListBoxRow *row,
                               SottoBubble *bubble,
                               SottoBubble *before,
                               bool is_new)
{
  gint64 time = sotto_bubble_get_time_ms (bubble);
  bool new_day = before == NULL || !sotto_format_same_day (time, sotto_bubble_get_time_ms (before));
  g_autofree char *day = new_day ? sotto_format_day (time, g_get_real_time () / 1000) : NULL;
  const char *parts[] = { day, is_new ? _ ("New messages") : NULL, NULL };
  g_autofree char *said = g_strjoinv (", ", (char **)(new_day ? parts : parts + 1));
  GtkWidget *lines = new_day || is_new ? gtk_box_new (GTK_ORIENTATION_VERTICAL, 0) : NULL;

  if (new_day)
    add_line (lines, day, "day");
  if (is_new)
    add_line (lines, _ ("New messages"), "new-line");
  if (lines != NULL)
    gtk_widget_show (lines);
  gtk_list_box_row_set_header (row, lines);
  /* A screen reader does not come to headers. */
  sotto_accessible_set_description (GTK_WIDGET (row), said);
}
