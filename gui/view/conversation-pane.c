// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/conversation-pane.h"
#include "gui/view/accessible.h"
#include "gui/view/blocked-bar.h"
#include "gui/view/composer.h"
#include "gui/view/connection-bar.h"
#include "gui/view/day-turn.h"
#include "gui/view/file-picker.h"
#include "gui/view/format.h"
#include "gui/view/key-bar.h"
#include "gui/view/markup.h"
#include "gui/view/message-list.h"
#include "gui/view/message-menu.h"
#include "gui/view/path-badge.h"
#include "gui/view/person-menu.h"
#include "gui/view/picture-paste.h"
#include "gui/view/signals.h"
#include "gui/view/window-size.h"
#include <glib/gi18n-lib.h>
#include <string.h>

#define WIDTH_WANTED 340 /* beside the people it fits a screen of 640 */
#define LARGE_TEXT   1.5

struct _SottoConversationPane
{
  GtkBox parent_instance;
  SottoSessionModel *session;
  SottoChat *chat;
  HdyHeaderBar *header;
  GtkStack *title_stack;
  GtkLabel *name;
  SottoPathBadge *badge;
  GtkLabel *seen;
  GtkWidget *back_button;
  GtkMenuButton *menu_button;
  GtkWidget *search_button;
  SottoConnectionBar *connection_bar;
  SottoKeyBar *key_bar;
  GtkStack *stack;
  SottoMessageList *messages;
  GtkRevealer *doing; /* what they do now */
  GtkLabel *doing_text;
  SottoComposer *composer;
  SottoBlockedBar *blocked_bar;
  SottoBubble *about; /* what is answered, or edited */
  bool edits;
};

G_DEFINE_TYPE (SottoConversationPane, sotto_conversation_pane, GTK_TYPE_BOX)

enum
{
  SEND,
  ACT,
  OFFER_FILE,
  OFFER_PICTURE,
  EXTEND,
  NEWEST,
  BACK,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* --- What is written: something new, an answer, or something said before --- */

static void
set_about (SottoConversationPane *self, SottoBubble *bubble, bool edits)
{
  g_autofree char *line = NULL;
  g_autofree char *text = NULL;

  g_set_object (&self->about, bubble);
  self->edits = edits;
  if (bubble != NULL)
    {
      line = sotto_format_one_line (sotto_bubble_get_text (bubble));
      text = edits ? g_strdup (_ ("Editing your message"))
                   : g_strdup_printf (_ ("Reply to: %s"), line);
    }
  sotto_composer_show_about (self->composer,
                             edits ? "document-edit-symbolic" : "mail-reply-sender-symbolic", text);
}

/* The draft of before comes back. */
static void
on_leave_about (SottoConversationPane *self)
{
  bool edited = self->about != NULL && self->edits;

  set_about (self, NULL, false);
  if (edited && self->chat != NULL)
    {
      g_autofree char *draft = g_strdup (sotto_chat_get_draft (self->chat));

      sotto_composer_set_text (self->composer, draft);
    }
}

static void
begin_edit (SottoConversationPane *self, SottoBubble *bubble)
{
  set_about (self, bubble, true);
  sotto_composer_set_text (self->composer, sotto_bubble_get_text (bubble));
  sotto_composer_focus (self->composer);
}

static void
begin_reply (SottoConversationPane *self, SottoBubble *bubble)
{
  set_about (self, bubble, false);
  sotto_composer_focus (self->composer);
}

static void
on_edit_last (SottoConversationPane *self)
{
  SottoBubble *bubble = self->chat != NULL ? sotto_chat_find_last_own (self->chat) : NULL;

  if (bubble != NULL)
    begin_edit (self, bubble);
}

static void
on_act (GtkWidget *from,
        SottoBubble *bubble,
        const char *action,
        const char *text,
        SottoConversationPane *self)
{
  if (strcmp (action, SOTTO_ACT_EDIT) == 0)
    begin_edit (self, bubble);
  else if (strcmp (action, SOTTO_ACT_REPLY) == 0)
    begin_reply (self, bubble);
  else
    g_signal_emit (self, signals[ACT], 0, self->chat, bubble, action, text);
}

static void
send_answer (SottoConversationPane *self, const char *text)
{
  g_autofree char *quote = self->about != NULL
                               ? sotto_markup_quote (sotto_bubble_get_text (self->about))
                               : g_strdup ("");
  g_autofree char *whole = g_strconcat (quote, text, NULL);

  set_about (self, NULL, false);
  sotto_message_list_go_to_end (self->messages);
  g_signal_emit (self, signals[SEND], 0, self->chat, whole);
}

static void
on_send (SottoComposer *composer, const char *text, SottoConversationPane *self)
{
  g_autoptr (SottoBubble) edited = self->edits ? g_steal_pointer (&self->about) : NULL;

  if (edited == NULL)
    {
      send_answer (self, text);
      return;
    }
  on_leave_about (self);
  g_signal_emit (self, signals[ACT], 0, self->chat, edited, SOTTO_ACT_EDIT, text);
}

static void
on_send_file (SottoComposer *composer, SottoConversationPane *self)
{
  sotto_file_picker_open (GTK_WIDGET (self));
}

static void
on_paste (SottoComposer *composer, SottoConversationPane *self)
{
  sotto_picture_paste_ask (GTK_WIDGET (self));
}

/* What is being changed is not a draft. */
static void
on_draft_changed (SottoComposer *composer, SottoConversationPane *self)
{
  g_autofree char *draft = sotto_composer_dup_text (composer);

  if (self->chat != NULL && !self->edits)
    sotto_chat_set_draft (self->chat, draft);
}

/* The conversation was cleared, and what was typed with it. */
static void
on_draft_taken (SottoConversationPane *self)
{
  const char *draft = sotto_chat_get_draft (self->chat);

  if (*draft == '\0' && !self->edits)
    sotto_composer_set_text (self->composer, draft);
}

static void
on_extend (SottoMessageList *list, gboolean newer, SottoConversationPane *self)
{
  g_signal_emit (self, signals[EXTEND], 0, self->chat, newer);
}

static void
on_newest (SottoMessageList *list, SottoConversationPane *self)
{
  g_signal_emit (self, signals[NEWEST], 0, self->chat);
}

static bool
is_narrow (SottoConversationPane *self)
{
  return gtk_widget_get_visible (self->back_button);
}

/* That they type, or when they were last seen; this is in the header if that has room beside the
 * badge. */
static void
show_presence (SottoConversationPane *self)
{
  SottoPerson *person = self->chat != NULL ? sotto_chat_get_person (self->chat) : NULL;
  bool room = !is_narrow (self) && sotto_window_size_text_scale (GTK_WIDGET (self)) < LARGE_TEXT;
  g_autofree char *seen = NULL;
  g_autofree char *doing = NULL;

  if (person == NULL)
    return;
  seen = sotto_format_person_seen (person);
  doing = sotto_person_get_typing (person)
              ? g_strdup_printf (_ ("%s is typing…"), sotto_person_get_name (person))
              : g_strdup (room ? NULL : seen);
  gtk_label_set_label (self->seen, seen != NULL ? seen : "");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->seen), seen); /* it may not have room for all */
  gtk_widget_set_visible (GTK_WIDGET (self->seen), seen != NULL && room);
  if (doing != NULL)
    gtk_label_set_label (self->doing_text, doing);
  gtk_revealer_set_reveal_child (self->doing, doing != NULL);
}

/* Elsewhere the desktop tells of it. */
static void
on_arrived (SottoChat *chat, SottoBubble *bubble, SottoConversationPane *self)
{
  GtkWidget *window = gtk_widget_get_toplevel (GTK_WIDGET (self));
  g_autofree char *sentence = sotto_format_bubble_name (bubble);

  if (GTK_IS_WINDOW (window) && gtk_window_is_active (GTK_WINDOW (window)))
    sotto_accessible_announce (GTK_WIDGET (self->messages), sentence);
}

static void
on_back (GtkButton *button, SottoConversationPane *self)
{
  g_signal_emit (self, signals[BACK], 0);
}

static void
let_go_of_chat (SottoConversationPane *self)
{
  if (self->chat != NULL)
    {
      g_signal_handlers_disconnect_by_data (sotto_chat_get_person (self->chat), self);
      g_signal_handlers_disconnect_by_data (self->chat, self);
    }
  g_clear_object (&self->chat);
}

static void
sotto_conversation_pane_dispose (GObject *object)
{
  SottoConversationPane *self = SOTTO_CONVERSATION_PANE (object);

  sotto_picture_paste_forget (GTK_WIDGET (self));
  let_go_of_chat (self);
  g_clear_object (&self->about);
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

static const SottoSignal signal_table[N_SIGNALS] = {
  [SEND] = { "send", 2, { G_TYPE_OBJECT, G_TYPE_STRING } },
  [ACT] = { "act", 4, { G_TYPE_OBJECT, G_TYPE_OBJECT, G_TYPE_STRING, G_TYPE_STRING } },
  [OFFER_FILE] = { "offer-file", 1, { G_TYPE_STRING } },
  [OFFER_PICTURE] = { "offer-picture", 1, { G_TYPE_OBJECT } },
  [EXTEND] = { "extend", 2, { G_TYPE_OBJECT, G_TYPE_BOOLEAN } },
  [NEWEST] = { "newest", 1, { G_TYPE_OBJECT } },
  [BACK] = { "back", 0, { 0 } },
};

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, SottoConversationPane, header);
  gtk_widget_class_bind_template_child (widget_class, SottoConversationPane, title_stack);
  gtk_widget_class_bind_template_child (widget_class, SottoConversationPane, name);
  gtk_widget_class_bind_template_child (widget_class, SottoConversationPane, badge);
  gtk_widget_class_bind_template_child (widget_class, SottoConversationPane, seen);
  gtk_widget_class_bind_template_child (widget_class, SottoConversationPane, back_button);
  gtk_widget_class_bind_template_child (widget_class, SottoConversationPane, menu_button);
  gtk_widget_class_bind_template_child (widget_class, SottoConversationPane, search_button);
  gtk_widget_class_bind_template_child (widget_class, SottoConversationPane, connection_bar);
  gtk_widget_class_bind_template_child (widget_class, SottoConversationPane, key_bar);
  gtk_widget_class_bind_template_child (widget_class, SottoConversationPane, stack);
  gtk_widget_class_bind_template_child (widget_class, SottoConversationPane, messages);
  gtk_widget_class_bind_template_child (widget_class, SottoConversationPane, doing);
  gtk_widget_class_bind_template_child (widget_class, SottoConversationPane, doing_text);
  gtk_widget_class_bind_template_child (widget_class, SottoConversationPane, composer);
  gtk_widget_class_bind_template_child (widget_class, SottoConversationPane, blocked_bar);
}

static void
sotto_conversation_pane_class_init (SottoConversationPaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sotto_conversation_pane_dispose;
  widget_class->get_preferred_width = sotto_conversation_pane_get_preferred_width;
  sotto_signals_new (G_TYPE_FROM_CLASS (klass), signal_table, N_SIGNALS, signals);

  g_type_ensure (SOTTO_TYPE_PATH_BADGE);
  g_type_ensure (SOTTO_TYPE_CONNECTION_BAR);
  g_type_ensure (SOTTO_TYPE_KEY_BAR);
  g_type_ensure (SOTTO_TYPE_BLOCKED_BAR);
  g_type_ensure (SOTTO_TYPE_COMPOSER);
  g_type_ensure (SOTTO_TYPE_MESSAGE_LIST);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/sotto/Sotto/ui/conversation-pane.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, on_send);
  gtk_widget_class_bind_template_callback (widget_class, on_draft_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_edit_last);
  gtk_widget_class_bind_template_callback (widget_class, on_leave_about);
  gtk_widget_class_bind_template_callback (widget_class, on_act);
  gtk_widget_class_bind_template_callback (widget_class, on_send_file);
  gtk_widget_class_bind_template_callback (widget_class, on_paste);
  gtk_widget_class_bind_template_callback (widget_class, on_extend);
  gtk_widget_class_bind_template_callback (widget_class, on_newest);
  gtk_widget_class_bind_template_callback (widget_class, on_back);
}

static void
sotto_conversation_pane_init (SottoConversationPane *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (sotto_day_turn_get_default (), "turned", G_CALLBACK (show_presence),
                           self, G_CONNECT_SWAPPED);
  sotto_file_picker_take_drops (GTK_WIDGET (self), GTK_WIDGET (self->messages));
}

void
sotto_conversation_pane_set_session (SottoConversationPane *self, SottoSessionModel *session)
{
  self->session = g_object_ref (session);
  sotto_connection_bar_set_model (self->connection_bar, session);
}

static void
on_path (SottoConversationPane *self)
{
  SottoPerson *person = sotto_chat_get_person (self->chat);
  const char *format = sotto_person_get_path (person) == SOTTO_PATH_ALARM
                           ? _ ("Waits until you compared: message %s")
                           : _ ("Message %s");
  g_auto (GStrv) parts = g_strsplit (format, "%s", 2);
  g_autofree char *placeholder = g_strjoinv (sotto_person_get_name (person), parts);

  sotto_composer_set_placeholder (self->composer, placeholder);
}

/* What it offers is what is not so yet. */
static void
update_menu (SottoConversationPane *self)
{
  g_autoptr (GMenuModel) menu = sotto_person_menu_new (sotto_chat_get_person (self->chat));

  gtk_menu_button_set_menu_model (self->menu_button, menu);
}

static void
on_alias (SottoConversationPane *self)
{
  g_autofree char *title = sotto_format_person_title (sotto_chat_get_person (self->chat));

  gtk_label_set_label (self->name, title);
}

/* Where one would write stands why one cannot; whoever changes that there goes on writing. */
static void
on_blocked (SottoConversationPane *self)
{
  SottoPerson *person = sotto_chat_get_person (self->chat);
  bool blocked = sotto_person_get_mark (person, SOTTO_MARK_BLOCKED);

  gtk_widget_set_visible (GTK_WIDGET (self->composer), !blocked);
  if (!blocked && gtk_container_get_focus_child (GTK_CONTAINER (self->blocked_bar)) != NULL)
    sotto_composer_focus (self->composer);
}

/* What of a person is shown where. */
static const struct
{
  const char *signal;
  void (*show) (SottoConversationPane *self);
} shown[] = {
  { "notify::favourite", update_menu }, { "notify::muted", update_menu },
  { "notify::blocked", update_menu },   { "notify::blocked", on_blocked },
  { "notify::alias", on_alias },        { "notify::online", show_presence },
  { "notify::seen", show_presence },    { "notify::typing", show_presence },
  { "notify::path", on_path },
};

static void
show_person (SottoConversationPane *self, SottoPerson *person)
{
  for (gsize i = 0; i < G_N_ELEMENTS (shown); i++)
    g_signal_connect_object (person, shown[i].signal, G_CALLBACK (shown[i].show), self,
                             G_CONNECT_SWAPPED);
  update_menu (self);
  on_alias (self);
  show_presence (self);
  on_blocked (self);
  on_path (self);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->search_button), "s",
                                    sotto_person_get_name (person));
  sotto_blocked_bar_show_person (self->blocked_bar, person);
  sotto_path_badge_show_person (self->badge, person, self->session);
  sotto_key_bar_show_person (self->key_bar, person);
}

static void
bind_chat (SottoConversationPane *self, SottoChat *chat)
{
  /* A copy: the entry writes every change back to where it came from. */
  g_autofree char *draft = g_strdup (sotto_chat_get_draft (chat));

  self->chat = g_object_ref (chat);
  show_person (self, sotto_chat_get_person (chat));
  g_signal_connect_object (chat, "notify::draft", G_CALLBACK (on_draft_taken), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (chat, "arrived", G_CALLBACK (on_arrived), self, 0);
  sotto_composer_set_text (self->composer, draft);
}

/* In a narrow window the badge keeps its words instead: the menu searches, too. */
static void
show_search_button (SottoConversationPane *self)
{
  gtk_widget_set_visible (self->search_button, self->chat != NULL && !is_narrow (self));
}

void
sotto_conversation_pane_show_chat (SottoConversationPane *self, SottoChat *chat)
{
  if (self->chat == chat)
    return;
  set_about (self, NULL, false);
  sotto_file_picker_close (GTK_WIDGET (self));
  sotto_picture_paste_forget (GTK_WIDGET (self));
  let_go_of_chat (self);
  gtk_stack_set_visible_child_name (self->stack, chat != NULL ? "chat" : "nothing");
  gtk_stack_set_visible_child_name (self->title_stack, chat != NULL ? "chat" : "nothing");
  gtk_widget_set_visible (GTK_WIDGET (self->menu_button), chat != NULL);
  sotto_message_list_show_chat (self->messages, chat);
  if (chat != NULL)
    bind_chat (self, chat);
  show_search_button (self);
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
  show_search_button (self);
  show_presence (self);
}

void
sotto_conversation_pane_focus (SottoConversationPane *self)
{
  sotto_composer_focus (self->composer);
}
