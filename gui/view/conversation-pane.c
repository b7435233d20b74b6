// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/conversation-pane.h"
#include "gui/view/composer.h"
#include "gui/view/connection-bar.h"
#include "gui/view/format.h"
#include "gui/view/message-row.h"
#include "gui/view/path-badge.h"
#include <glib/gi18n-lib.h>

#define WIDTH_WANTED 340 /* beside the people it fits a screen of 640 */

struct _SottoConversationPane
{
  GtkBox parent_instance;
  SottoSessionModel *session;
  SottoChat *chat;
  HdyHeaderBar *header;
  GtkStack *title_stack;
  GtkLabel *name;
  SottoPathBadge *badge;
  GtkWidget *back_button;
  SottoConnectionBar *connection_bar;
  GtkStack *stack;
  GtkScrolledWindow *scroller;
  GtkListBox *list;
  GtkLabel *beginning;
  SottoComposer *composer;
  bool at_end;
};

G_DEFINE_TYPE (SottoConversationPane, sotto_conversation_pane, GTK_TYPE_BOX)

enum
{
  SEND,
  RETRY,
  BACK,
  RECONNECT,
  LOG_IN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
on_row_retry (SottoMessageRow *row, SottoConversationPane *self)
{
  g_signal_emit (self, signals[RETRY], 0, sotto_message_row_get_bubble (row));
}

static GtkWidget *
make_row (gpointer item, gpointer data)
{
  GtkWidget *row = sotto_message_row_new (item);

  g_signal_connect_object (row, "retry", G_CALLBACK (on_row_retry), data, 0);
  return row;
}

/* A day's name stands above the first thing said on it. */
static void
update_header (GtkListBoxRow *row, GtkListBoxRow *before, gpointer data)
{
  gint64 time = sotto_bubble_get_time_ms (sotto_message_row_get_bubble (SOTTO_MESSAGE_ROW (row)));
  g_autofree char *day = NULL;
  GtkWidget *label;

  if (before != NULL
      && sotto_format_same_day (time, sotto_bubble_get_time_ms (sotto_message_row_get_bubble (
                                          SOTTO_MESSAGE_ROW (before)))))
    {
      gtk_list_box_row_set_header (row, NULL);
      return;
    }
  if (gtk_list_box_row_get_header (row) != NULL)
    return;
  day = sotto_format_day (time, g_get_real_time () / 1000);
  label = gtk_label_new (day);
  gtk_style_context_add_class (gtk_widget_get_style_context (label), "day");
  gtk_widget_show (label);
  gtk_list_box_row_set_header (row, label);
}

/* Two pixels of slack: a fraction of a line above the end is the end. */
static void
on_scrolled (GtkAdjustment *adjustment, SottoConversationPane *self)
{
  self->at_end = gtk_adjustment_get_value (adjustment) + gtk_adjustment_get_page_size (adjustment)
                 >= gtk_adjustment_get_upper (adjustment) - 2;
}

static void
on_height_changed (GtkAdjustment *adjustment, SottoConversationPane *self)
{
  if (self->at_end)
    gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment)
                                              - gtk_adjustment_get_page_size (adjustment));
}

static void
on_send (SottoComposer *composer, const char *text, SottoConversationPane *self)
{
  self->at_end = true;
  g_signal_emit (self, signals[SEND], 0, text);
}

static void
on_draft_changed (SottoComposer *composer, SottoConversationPane *self)
{
  g_autofree char *draft = sotto_composer_dup_text (composer);

  if (self->chat != NULL)
    sotto_chat_set_draft (self->chat, draft);
}

static void
on_back (GtkButton *button, SottoConversationPane *self)
{
  g_signal_emit (self, signals[BACK], 0);
}

static void
on_reconnect (SottoConnectionBar *bar, SottoConversationPane *self)
{
  g_signal_emit (self, signals[RECONNECT], 0);
}

static void
on_log_in (SottoConnectionBar *bar, SottoConversationPane *self)
{
  g_signal_emit (self, signals[LOG_IN], 0);
}

static void
sotto_conversation_pane_dispose (GObject *object)
{
  SottoConversationPane *self = SOTTO_CONVERSATION_PANE (object);

  g_clear_object (&self->chat);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sotto_conversation_pane_parent_class)->dispose (object);
}

/* What is written in it must not decide whether the window has room for two panes. */
static void
sotto_conversation_pane_get_preferred_width (GtkWidget *widget, int *minimum, int *natural)
{
  GTK_WIDGET_CLASS (sotto_conversation_pane_parent_class)
      ->get_preferred_width (widget, minimum, natural);
  *natural = MAX (*minimum, WIDTH_WANTED);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, SottoConversationPane, header);
  gtk_widget_class_bind_template_child (widget_class, SottoConversationPane, title_stack);
  gtk_widget_class_bind_template_child (widget_class, SottoConversationPane, name);
  gtk_widget_class_bind_template_child (widget_class, SottoConversationPane, badge);
  gtk_widget_class_bind_template_child (widget_class, SottoConversationPane, back_button);
  gtk_widget_class_bind_template_child (widget_class, SottoConversationPane, connection_bar);
  gtk_widget_class_bind_template_child (widget_class, SottoConversationPane, stack);
  gtk_widget_class_bind_template_child (widget_class, SottoConversationPane, scroller);
  gtk_widget_class_bind_template_child (widget_class, SottoConversationPane, list);
  gtk_widget_class_bind_template_child (widget_class, SottoConversationPane, beginning);
  gtk_widget_class_bind_template_child (widget_class, SottoConversationPane, composer);
}

static void
sotto_conversation_pane_class_init (SottoConversationPaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sotto_conversation_pane_dispose;
  widget_class->get_preferred_width = sotto_conversation_pane_get_preferred_width;
  signals[SEND] = g_signal_new ("send", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                1, G_TYPE_STRING);
  signals[RETRY] = g_signal_new ("retry", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                 1, SOTTO_TYPE_BUBBLE);
  signals[BACK] =
      g_signal_new ("back", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[RECONNECT] =
      g_signal_new ("reconnect", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[LOG_IN] =
      g_signal_new ("log-in", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (SOTTO_TYPE_PATH_BADGE);
  g_type_ensure (SOTTO_TYPE_CONNECTION_BAR);
  g_type_ensure (SOTTO_TYPE_COMPOSER);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/sotto/Sotto/ui/conversation-pane.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, on_send);
  gtk_widget_class_bind_template_callback (widget_class, on_draft_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_back);
  gtk_widget_class_bind_template_callback (widget_class, on_reconnect);
  gtk_widget_class_bind_template_callback (widget_class, on_log_in);
}

static void
sotto_conversation_pane_init (SottoConversationPane *self)
{
  GtkAdjustment *adjustment;

  gtk_widget_init_template (GTK_WIDGET (self));
  self->at_end = true;
  adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (on_scrolled), self, 0);
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (on_height_changed), self, 0);
  gtk_list_box_set_header_func (self->list, update_header, NULL, NULL);
}

void
sotto_conversation_pane_set_session (SottoConversationPane *self, SottoSessionModel *session)
{
  self->session = g_object_ref (session);
  sotto_connection_bar_set_model (self->connection_bar, session);
}

static void
show_person (SottoConversationPane *self, SottoPerson *person)
{
  const char *name = sotto_person_get_name (person);
  g_autofree char *placeholder = g_strdup_printf (_ ("Message %s"), name);
  g_autofree char *beginning =
      g_strdup_printf (_ ("Only you and %s can read what you write here. Say hello."), name);

  gtk_label_set_label (self->name, name);
  gtk_label_set_label (self->beginning, beginning);
  sotto_path_badge_show_person (self->badge, person, self->session);
  sotto_composer_set_placeholder (self->composer, placeholder);
}

void
sotto_conversation_pane_show_chat (SottoConversationPane *self, SottoChat *chat)
{
  g_autofree char *draft = NULL;

  if (self->chat == chat)
    return;
  g_set_object (&self->chat, chat);
  self->at_end = true;
  gtk_stack_set_visible_child_name (self->stack, chat != NULL ? "chat" : "nothing");
  gtk_stack_set_visible_child_name (self->title_stack, chat != NULL ? "chat" : "nothing");
  gtk_list_box_bind_model (self->list, chat != NULL ? G_LIST_MODEL (chat) : NULL, make_row, self,
                           NULL);
  if (chat == NULL)
    return;
  show_person (self, sotto_chat_get_person (chat));
  /* A copy: the entry writes every change back to where it came from. */
  draft = g_strdup (sotto_chat_get_draft (chat));
  sotto_composer_set_text (self->composer, draft);
}

SottoChat *
sotto_conversation_pane_get_chat (SottoConversationPane *self)
{
  return self->chat;
}

HdyHeaderBar *
sotto_conversation_pane_get_header (SottoConversationPane *self)
{
  return self->header;
}

void
sotto_conversation_pane_set_folded (SottoConversationPane *self, gboolean folded)
{
  gtk_widget_set_visible (self->back_button, folded);
}

void
sotto_conversation_pane_focus (SottoConversationPane *self)
{
  sotto_composer_focus (self->composer);
}
