// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/message-list.h"
#include "gui/model/slice.h"
#include "gui/view/day-turn.h"
#include "gui/view/message-lines.h"
#include "gui/view/message-menu.h"
#include "gui/view/message-row.h"
#include "gui/view/row-order.h"
#include <glib/gi18n-lib.h>

#define ROWS_AT_FIRST 24 /* a screen */
#define PAGES_MAX     5  /* more rows than that much of what is in sight cost without use */
#define ROWS_STEP     4  /* made at a time: well under a delay that somebody would notice */
#define FOUND_S       3  /* how long what was looked for is marked */

struct _SottoMessageList
{
  GtkOverlay parent_instance;
  SottoChat *chat;
  SottoSlice *slice;
  GtkScrolledWindow *scroller;
  GtkListBox *list;
  GtkLabel *beginning;
  GtkRevealer *newest;
  GtkWidget *anchor;    /* the first row in sight, weak */
  double anchor_offset; /* its top, below that of what is in sight */
  bool at_end;
  bool settling; /* rows came or went and have no place yet: the scroll position means nothing */
  guint look;
  GtkWidget *found; /* the row somebody looked for, while it is marked; weak */
  bool go_to_found; /* once all rows have their place */
  guint unmark;
};

G_DEFINE_TYPE (SottoMessageList, sotto_message_list, GTK_TYPE_OVERLAY)

enum
{
  EXTEND,
  NEWEST,
  ACT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static GtkAdjustment *
get_adjustment (SottoMessageList *self)
{
  return gtk_scrolled_window_get_vadjustment (self->scroller);
}

static void
on_act (GtkWidget *from,
        SottoBubble *bubble,
        const char *action,
        const char *text,
        SottoMessageList *self)
{
  g_signal_emit (self, signals[ACT], 0, bubble, action, text);
}

static GtkWidget *
make_row (SottoMessageList *self, guint position)
{
  g_autoptr (SottoBubble) bubble = g_list_model_get_item (G_LIST_MODEL (self->slice), position);
  GtkWidget *row = sotto_message_row_new (bubble);

  g_signal_connect_object (row, "act", G_CALLBACK (on_act), self, 0);
  return row;
}

static SottoBubble *
bubble_of (GtkListBoxRow *row)
{
  return sotto_message_row_get_bubble (SOTTO_MESSAGE_ROW (row));
}

static void
update_header (GtkListBoxRow *row, GtkListBoxRow *before, gpointer data)
{
  SottoMessageList *self = data;
  SottoBubble *bubble = bubble_of (row);
  bool is_new = self->chat != NULL && sotto_chat_get_first_unread (self->chat) == bubble;

  sotto_message_lines_put_above (row, bubble, before != NULL ? bubble_of (before) : NULL, is_new);
}

/* --- The scroll position --- */

static double
y_of (SottoMessageList *self, GtkWidget *row)
{
  int y = 0;

  gtk_widget_translate_coordinates (row, gtk_bin_get_child (GTK_BIN (self->scroller)), 0, 0, NULL,
                                    &y);
  return y;
}

static void
remember_anchor (SottoMessageList *self)
{
  int x = 0, y = 0;
  GtkListBoxRow *row;

  gtk_widget_translate_coordinates (gtk_bin_get_child (GTK_BIN (self->scroller)),
                                    GTK_WIDGET (self->list), 0, 0, &x, &y);
  row = gtk_list_box_get_row_at_y (self->list, MAX (y, 0));
  g_set_weak_pointer (&self->anchor, row != NULL ? GTK_WIDGET (row) : NULL);
  if (row != NULL)
    self->anchor_offset = y_of (self, self->anchor);
}

static void
go_to_end (SottoMessageList *self)
{
  GtkAdjustment *adjustment = get_adjustment (self);

  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment)
                                            - gtk_adjustment_get_page_size (adjustment));
}

static void
restore_position (SottoMessageList *self)
{
  GtkAdjustment *adjustment = get_adjustment (self);

  if (self->at_end)
    go_to_end (self);
  else if (self->anchor != NULL)
    gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment)
                                              + y_of (self, self->anchor) - self->anchor_offset);
}

/* Makes some more rows on one side; beyond PAGES_MAX as many go on the other. Whether there were
 * any to make. */
static bool
make_more (SottoMessageList *self, bool above)
{
  GtkAdjustment *adjustment = get_adjustment (self);
  double pages = gtk_adjustment_get_upper (adjustment) / gtk_adjustment_get_page_size (adjustment);
  guint first = sotto_slice_get_first (self->slice);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->slice));
  guint there = above ? first : sotto_slice_get_n_source (self->slice) - first - n;
  guint step = MIN (ROWS_STEP, there);
  guint more = pages < PAGES_MAX ? step : 0;

  if (step > 0)
    sotto_slice_set_window (self->slice, above ? first - step : first + step - more, n + more);
  return step > 0;
}

/* Rows within a screen and a half of what is in sight are there before one gets to them. */
static gboolean
look_cb (gpointer data)
{
  SottoMessageList *self = data;
  GtkAdjustment *adjustment = get_adjustment (self);
  double page = gtk_adjustment_get_page_size (adjustment);
  double above = gtk_adjustment_get_value (adjustment);
  double below = gtk_adjustment_get_upper (adjustment) - above - page;

  self->look = 0;
  if (self->slice == NULL || self->settling || page <= 1)
    return G_SOURCE_REMOVE;
  /* One side at a time: rows that were just made have no place yet, and this is asked again. */
  if ((above < 1.5 * page && make_more (self, true))
      || (below < 1.5 * page && make_more (self, false)))
    return G_SOURCE_REMOVE;
  if (above < 1.5 * page && sotto_chat_get_has_more (self->chat, false))
    g_signal_emit (self, signals[EXTEND], 0, FALSE);
  if (below < 1.5 * page && sotto_chat_get_has_more (self->chat, true))
    g_signal_emit (self, signals[EXTEND], 0, TRUE);
  return G_SOURCE_REMOVE;
}

static void
look_soon (SottoMessageList *self)
{
  if (self->look == 0)
    self->look = g_idle_add_full (GDK_PRIORITY_REDRAW + 5, look_cb, self, NULL);
}

static bool
is_whole (SottoMessageList *self)
{
  guint first = sotto_slice_get_first (self->slice);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->slice));

  return first + n >= sotto_slice_get_n_source (self->slice)
         && !sotto_chat_get_has_more (self->chat, true);
}

/* Two pixels of slack: a fraction of a line above the end is the end. */
static void
on_scrolled (GtkAdjustment *adjustment, SottoMessageList *self)
{
  bool lowest = gtk_adjustment_get_value (adjustment) + gtk_adjustment_get_page_size (adjustment)
                >= gtk_adjustment_get_upper (adjustment) - 2;

  if (self->settling || self->slice == NULL)
    return;
  self->at_end = lowest && is_whole (self);
  sotto_slice_set_following (self->slice, self->at_end);
  gtk_revealer_set_reveal_child (self->newest, !self->at_end);
  remember_anchor (self);
  look_soon (self);
}

static void
on_height_changed (GtkAdjustment *adjustment, SottoMessageList *self)
{
  if (self->at_end)
    go_to_end (self);
  look_soon (self);
}

/* --- What somebody looked for --- */

static gboolean
unmark_cb (gpointer data)
{
  SottoMessageList *self = data;

  self->unmark = 0;
  if (self->found != NULL)
    gtk_style_context_remove_class (gtk_widget_get_style_context (self->found), "found");
  g_clear_weak_pointer (&self->found);
  return G_SOURCE_REMOVE;
}

static void
unmark (SottoMessageList *self)
{
  g_clear_handle_id (&self->unmark, g_source_remove);
  self->go_to_found = false;
  unmark_cb (self);
}

/* In the middle, where there is something to read before and after it. */
static void
go_to_found (SottoMessageList *self)
{
  GtkAdjustment *adjustment = get_adjustment (self);
  double page = gtk_adjustment_get_page_size (adjustment);
  int height = gtk_widget_get_allocated_height (self->found);

  self->go_to_found = false;
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment)
                                            + y_of (self, self->found) - (page - height) / 2);
  gtk_widget_grab_focus (self->found);
}

static void
on_found (SottoChat *chat, guint position, SottoMessageList *self)
{
  guint first = sotto_slice_get_first (self->slice);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->slice));

  unmark (self);
  self->at_end = false;
  sotto_slice_set_following (self->slice, false);
  if (position < first || position >= first + n)
    sotto_slice_set_window (self->slice, position - MIN (position, ROWS_AT_FIRST / 2),
                            ROWS_AT_FIRST);
  position -= sotto_slice_get_first (self->slice);
  g_set_weak_pointer (&self->found,
                      GTK_WIDGET (gtk_list_box_get_row_at_index (self->list, (int)position)));
  if (self->found == NULL)
    return;
  gtk_style_context_add_class (gtk_widget_get_style_context (self->found), "found");
  self->unmark = g_timeout_add_seconds (FOUND_S, unmark_cb, self);
  self->go_to_found = self->settling;
  if (!self->settling)
    go_to_found (self);
}

/* All rows have their place: back to where one was, before anything is drawn. */
static void
on_allocated (GtkWidget *list, GdkRectangle *allocation, SottoMessageList *self)
{
  if (self->go_to_found && self->found != NULL)
    go_to_found (self);
  else
    restore_position (self);
  self->settling = false;
  remember_anchor (self);
  look_soon (self);
}

static void
on_rows_changed (GListModel *slice,
                 guint position,
                 guint removed,
                 guint added,
                 SottoMessageList *self)
{
  g_autoptr (GPtrArray) rows = sotto_row_order_get (self->list);

  self->settling = true;
  for (guint i = 0; i < removed; i++)
    {
      gtk_widget_destroy (rows->pdata[position]);
      g_ptr_array_remove_index (rows, position);
    }
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (rows, (int)(position + i), make_row (self, position + i));
  sotto_row_order_set (self->list, rows);
}

static void
on_headers_changed (SottoMessageList *self)
{
  if (self->chat != NULL)
    gtk_list_box_invalidate_headers (self->list);
}

static void
on_newest (GtkButton *button, SottoMessageList *self)
{
  if (sotto_chat_get_has_more (self->chat, true))
    g_signal_emit (self, signals[NEWEST], 0);
  sotto_message_list_go_to_end (self);
}

/* --- What can be done with a row --- */

static void
open_menu (SottoMessageList *self, GtkListBoxRow *row)
{
  GtkWidget *menu;

  if (sotto_bubble_get_remark (bubble_of (row)) != SOTTO_REMARK_NONE)
    return;
  menu = sotto_message_menu_new (sotto_message_row_get_frame (SOTTO_MESSAGE_ROW (row)),
                                 bubble_of (row));
  g_signal_connect_object (menu, "act", G_CALLBACK (on_act), self, 0);
  gtk_popover_popup (GTK_POPOVER (menu));
}

static void
on_row_activated (GtkListBox *list, GtkListBoxRow *row, SottoMessageList *self)
{
  open_menu (self, row);
}

static gboolean
on_button_press (GtkWidget *list, GdkEventButton *event, SottoMessageList *self)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_y (self->list, (int)event->y);

  if (!gdk_event_triggers_context_menu ((GdkEvent *)event) || row == NULL)
    return GDK_EVENT_PROPAGATE;
  open_menu (self, row);
  return GDK_EVENT_STOP;
}

static gboolean
on_popup_menu (GtkWidget *list, SottoMessageList *self)
{
  GtkWidget *focus = gtk_container_get_focus_child (GTK_CONTAINER (self->list));

  if (!SOTTO_IS_MESSAGE_ROW (focus))
    return FALSE;
  open_menu (self, GTK_LIST_BOX_ROW (focus));
  return TRUE;
}

/* --- The widget --- */

static void
let_go_of_chat (SottoMessageList *self)
{
  if (self->chat != NULL)
    g_signal_handlers_disconnect_by_data (self->chat, self);
  unmark (self);
  g_clear_weak_pointer (&self->anchor);
  g_clear_object (&self->slice);
  g_clear_object (&self->chat);
}

static void
sotto_message_list_dispose (GObject *object)
{
  SottoMessageList *self = SOTTO_MESSAGE_LIST (object);

  g_clear_handle_id (&self->look, g_source_remove);
  let_go_of_chat (self);
  G_OBJECT_CLASS (sotto_message_list_parent_class)->dispose (object);
}

static void
sotto_message_list_class_init (SottoMessageListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sotto_message_list_dispose;
  signals[EXTEND] = g_signal_new ("extend", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  signals[NEWEST] =
      g_signal_new ("newest", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ACT] = g_signal_new ("act", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3,
                               SOTTO_TYPE_BUBBLE, G_TYPE_STRING, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/sotto/Sotto/ui/message-list.ui");
  gtk_widget_class_bind_template_child (widget_class, SottoMessageList, scroller);
  gtk_widget_class_bind_template_child (widget_class, SottoMessageList, list);
  gtk_widget_class_bind_template_child (widget_class, SottoMessageList, beginning);
  gtk_widget_class_bind_template_child (widget_class, SottoMessageList, newest);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_allocated);
  gtk_widget_class_bind_template_callback (widget_class, on_button_press);
  gtk_widget_class_bind_template_callback (widget_class, on_popup_menu);
  gtk_widget_class_bind_template_callback (widget_class, on_newest);
}

static void
sotto_message_list_init (SottoMessageList *self)
{
  GtkAdjustment *adjustment;

  gtk_widget_init_template (GTK_WIDGET (self));
  self->at_end = true;
  adjustment = get_adjustment (self);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (on_scrolled), self, 0);
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (on_height_changed), self, 0);
  sotto_row_order_init (self->list);
  gtk_list_box_set_header_func (self->list, update_header, self, NULL);
  g_signal_connect_object (sotto_day_turn_get_default (), "turned", G_CALLBACK (on_headers_changed),
                           self, G_CONNECT_SWAPPED);
}

static void
bind_chat (SottoMessageList *self, SottoChat *chat)
{
  const char *name = sotto_person_get_name (sotto_chat_get_person (chat));
  g_autofree char *beginning =
      g_strdup_printf (_ ("Only you and %s can read what you write here. Say hello."), name);

  gtk_label_set_label (self->beginning, beginning);
  self->chat = g_object_ref (chat);
  self->slice = sotto_slice_new (G_LIST_MODEL (chat), ROWS_AT_FIRST, true);
  g_signal_connect_object (self->slice, "items-changed", G_CALLBACK (on_rows_changed), self, 0);
  g_signal_connect_object (chat, "found", G_CALLBACK (on_found), self, 0);
  g_signal_connect_object (chat, "notify::first-unread", G_CALLBACK (on_headers_changed), self,
                           G_CONNECT_SWAPPED);
}

void
sotto_message_list_show_chat (SottoMessageList *self, SottoChat *chat)
{
  g_autoptr (GPtrArray) rows = sotto_row_order_get (self->list);

  for (guint i = 0; i < rows->len; i++)
    gtk_widget_destroy (rows->pdata[i]);
  let_go_of_chat (self);
  self->at_end = true;
  self->settling = false;
  gtk_revealer_set_reveal_child (self->newest, FALSE);
  if (chat == NULL)
    return;
  bind_chat (self, chat);
  on_rows_changed (G_LIST_MODEL (self->slice), 0, 0,
                   g_list_model_get_n_items (G_LIST_MODEL (self->slice)), self);
}

void
sotto_message_list_go_to_end (SottoMessageList *self)
{
  guint n = self->slice != NULL ? sotto_slice_get_n_source (self->slice) : 0;

  self->at_end = true;
  gtk_revealer_set_reveal_child (self->newest, FALSE);
  if (self->slice == NULL)
    return;
  sotto_slice_set_following (self->slice, true);
  sotto_slice_move (self->slice, n);
  go_to_end (self);
}
