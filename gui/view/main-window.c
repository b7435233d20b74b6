// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/main-window.h"
#include "gui/view/app-action.h"
#include "gui/view/delete-dialog.h"
#include "gui/view/password-dialog.h"
#include "gui/view/sidebar.h"
#include "gui/view/signals.h"
#include "gui/view/toast.h"
#include "gui/view/window-size.h"
#include <glib/gi18n-lib.h>

struct _SottoMainWindow
{
  HdyApplicationWindow parent_instance;
  SottoPeople *people;
  SottoSessionModel *session;
  HdyLeaflet *leaflet;
  HdyHeaderGroup *headers;
  GtkStack *side; /* people, or a search */
  SottoPeoplePane *people_pane;
  SottoSearchPane *search_pane;
  SottoConversationPane *conversation_pane;
  SottoToast *toast;
  GtkWidget *before_search; /* what had the keyboard, weak */
};

G_DEFINE_TYPE (SottoMainWindow, sotto_main_window, HDY_TYPE_APPLICATION_WINDOW)

enum
{
  LOOK_AT,
  CHANGE_PASSWORD,
  DELETE_ACCOUNT,
  ERRAND_CLOSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* Whose words are before somebody's eyes: only an active window that shows the conversation. */
static void
tell_look_at (SottoMainWindow *self)
{
  SottoChat *chat = sotto_conversation_pane_get_chat (self->conversation_pane);
  bool shown =
      chat != NULL && gtk_window_is_active (GTK_WINDOW (self))
      && (!hdy_leaflet_get_folded (self->leaflet)
          || hdy_leaflet_get_visible_child (self->leaflet) == GTK_WIDGET (self->conversation_pane));

  g_signal_emit (self, signals[LOOK_AT], 0,
                 shown ? sotto_person_get_name (sotto_chat_get_person (chat)) : NULL);
}

static void
on_folded (SottoMainWindow *self)
{
  gboolean folded = hdy_leaflet_get_folded (self->leaflet);

  sotto_conversation_pane_set_folded (self->conversation_pane, folded);
  sotto_people_pane_set_folded (self->people_pane, folded);
  hdy_header_group_set_decorate_all (self->headers, folded);
  tell_look_at (self);
}

static bool
is_searching (SottoMainWindow *self)
{
  return gtk_stack_get_visible_child (self->side) == GTK_WIDGET (self->search_pane);
}

static void
on_back (SottoMainWindow *self)
{
  hdy_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->side));
  if (is_searching (self))
    sotto_search_pane_focus (self->search_pane);
  else
    sotto_people_pane_focus_list (self->people_pane);
}

static void
on_leave_search (SottoMainWindow *self)
{
  gtk_stack_set_visible_child (self->side, GTK_WIDGET (self->people_pane));
  if (self->before_search != NULL && gtk_widget_get_mapped (self->before_search))
    gtk_widget_grab_focus (self->before_search);
  else
    sotto_people_pane_focus_list (self->people_pane);
}

static void
on_password_submit (GtkWidget *dialog, const char *old, const char *new, SottoMainWindow *self)
{
  g_signal_emit (self, signals[CHANGE_PASSWORD], 0, old, new);
}

static void
on_delete_submit (GtkWidget *dialog, const char *password, SottoMainWindow *self)
{
  g_signal_emit (self, signals[DELETE_ACCOUNT], 0, password);
}

static void
on_dialog_closed (SottoMainWindow *self)
{
  g_signal_emit (self, signals[ERRAND_CLOSED], 0);
}

static void
present_dialog (SottoMainWindow *self, GtkWidget *dialog, GCallback on_submit)
{
  g_signal_connect_object (dialog, "submit", on_submit, self, 0);
  g_signal_connect_object (dialog, "destroy", G_CALLBACK (on_dialog_closed), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
change_password_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SottoMainWindow *self = data;

  present_dialog (self, GTK_WIDGET (sotto_password_dialog_new (GTK_WINDOW (self), self->session)),
                  G_CALLBACK (on_password_submit));
}

static void
delete_account_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SottoMainWindow *self = data;

  present_dialog (self, GTK_WIDGET (sotto_delete_dialog_new (GTK_WINDOW (self), self->session)),
                  G_CALLBACK (on_delete_submit));
}

static bool
has_focus (SottoMainWindow *self, gpointer pane)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  return focus != NULL && gtk_widget_is_ancestor (focus, pane);
}

/* In a conversation its words are looked for, elsewhere people. */
static void
find_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SottoMainWindow *self = data;
  SottoChat *chat = sotto_conversation_pane_get_chat (self->conversation_pane);

  if (chat != NULL && has_focus (self, self->conversation_pane))
    {
      sotto_app_action (GTK_WIDGET (self), SOTTO_APP_SEARCH,
                        sotto_person_get_name (sotto_chat_get_person (chat)));
      return;
    }
  hdy_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->side));
  gtk_stack_set_visible_child (self->side, GTK_WIDGET (self->people_pane));
  sotto_people_pane_focus_filter (self->people_pane);
}

/* F6 goes from pane to pane. */
static void
next_pane_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SottoMainWindow *self = data;

  if (has_focus (self, self->side)
      && sotto_conversation_pane_get_chat (self->conversation_pane) != NULL)
    {
      hdy_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->conversation_pane));
      sotto_conversation_pane_focus (self->conversation_pane);
    }
  else
    on_back (self);
}

static void
close_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gtk_window_close (data);
}

static const GActionEntry actions[] = {
  { "change-password", change_password_action },
  { "delete-account", delete_account_action },
  { "find", find_action },
  { "next-pane", next_pane_action },
  { "close", close_action },
};

static void
sotto_main_window_dispose (GObject *object)
{
  SottoMainWindow *self = SOTTO_MAIN_WINDOW (object);

  g_clear_weak_pointer (&self->before_search);
  g_clear_object (&self->people);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sotto_main_window_parent_class)->dispose (object);
}

static const SottoSignal signal_table[N_SIGNALS] = {
  [LOOK_AT] = { "look-at", 1, { G_TYPE_STRING } },
  [CHANGE_PASSWORD] = { "change-password",
                        2,
                        { G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE,
                          G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE } },
  [DELETE_ACCOUNT] = { "delete-account", 1, { G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE } },
  [ERRAND_CLOSED] = { "errand-closed", 0, { 0 } },
};

static void
sotto_main_window_class_init (SottoMainWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sotto_main_window_dispose;
  sotto_signals_new (G_TYPE_FROM_CLASS (klass), signal_table, N_SIGNALS, signals);

  g_type_ensure (SOTTO_TYPE_SIDEBAR);
  g_type_ensure (SOTTO_TYPE_PEOPLE_PANE);
  g_type_ensure (SOTTO_TYPE_CONVERSATION_PANE);
  g_type_ensure (SOTTO_TYPE_SEARCH_PANE);
  g_type_ensure (SOTTO_TYPE_TOAST);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/sotto/Sotto/ui/main-window.ui");
  gtk_widget_class_bind_template_child (widget_class, SottoMainWindow, leaflet);
  gtk_widget_class_bind_template_child (widget_class, SottoMainWindow, headers);
  gtk_widget_class_bind_template_child (widget_class, SottoMainWindow, side);
  gtk_widget_class_bind_template_child (widget_class, SottoMainWindow, people_pane);
  gtk_widget_class_bind_template_child (widget_class, SottoMainWindow, search_pane);
  gtk_widget_class_bind_template_child (widget_class, SottoMainWindow, conversation_pane);
  gtk_widget_class_bind_template_child (widget_class, SottoMainWindow, toast);
  gtk_widget_class_bind_template_callback (widget_class, on_folded);
  gtk_widget_class_bind_template_callback (widget_class, on_back);
  gtk_widget_class_bind_template_callback (widget_class, on_leave_search);
  gtk_widget_class_bind_template_callback (widget_class, tell_look_at);
}

static void
sotto_main_window_init (SottoMainWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  /* One window, one set of window buttons, whichever header stands at the edge. */
  hdy_header_group_add_header_bar (self->headers, sotto_people_pane_get_header (self->people_pane));
  hdy_header_group_add_header_bar (self->headers, sotto_search_pane_get_header (self->search_pane));
  hdy_header_group_add_header_bar (self->headers,
                                   sotto_conversation_pane_get_header (self->conversation_pane));
  sotto_window_size_restore (GTK_WINDOW (self));
}

SottoMainWindow *
sotto_main_window_new (GtkApplication *application, SottoPeople *people, SottoSessionModel *session)
{
  SottoMainWindow *self = g_object_new (SOTTO_TYPE_MAIN_WINDOW, "application", application, NULL);

  self->people = g_object_ref (people);
  self->session = g_object_ref (session);
  sotto_people_pane_set_models (self->people_pane, people, session);
  sotto_conversation_pane_set_session (self->conversation_pane, session);
  on_folded (self);
  return self;
}

SottoMainWindow *
sotto_main_window_find (GtkApplication *application)
{
  for (GList *l = gtk_application_get_windows (application); l != NULL; l = l->next)
    if (SOTTO_IS_MAIN_WINDOW (l->data))
      return l->data;
  return NULL;
}

void
sotto_main_window_show_chat (SottoMainWindow *self, SottoChat *chat)
{
  sotto_people_pane_select (self->people_pane, sotto_chat_get_person (chat));
  sotto_conversation_pane_show_chat (self->conversation_pane, chat);
  hdy_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->conversation_pane));
  sotto_conversation_pane_focus (self->conversation_pane);
  tell_look_at (self);
}

void
sotto_main_window_search (SottoMainWindow *self, const char *name)
{
  if (!is_searching (self))
    g_set_weak_pointer (&self->before_search, gtk_window_get_focus (GTK_WINDOW (self)));
  hdy_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->side));
  gtk_stack_set_visible_child (self->side, GTK_WIDGET (self->search_pane));
  sotto_search_pane_begin (self->search_pane, name);
}

SottoPeoplePane *
sotto_main_window_get_people_pane (SottoMainWindow *self)
{
  return self->people_pane;
}

SottoConversationPane *
sotto_main_window_get_conversation_pane (SottoMainWindow *self)
{
  return self->conversation_pane;
}

SottoSearchPane *
sotto_main_window_get_search_pane (SottoMainWindow *self)
{
  return self->search_pane;
}

void
sotto_main_window_tell (SottoMainWindow *self, const char *text, const char *path)
{
  sotto_toast_tell (self->toast, text, path);
}

void
sotto_main_window_tell_problem (SottoMainWindow *self, const char *text)
{
  sotto_toast_tell_problem (self->toast, text);
}
