// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/application-private.h"
#include "gui/view/lock-window.h"
#include "gui/view/login-window.h"
#include "gui/view/main-window.h"
#include "shared/client/folder.h"
#include <glib/gi18n-lib.h>
#include <string.h>

void
sotto_application_open_chat (SottoApplication *self, const char *name)
{
  if (SOTTO_IS_MAIN_WINDOW (self->window))
    sotto_main_window_show_chat (
        SOTTO_MAIN_WINDOW (self->window),
        sotto_conversation_presenter_open (self->conversation_presenter, name));
}

static void
on_offer_file (SottoConversationPane *pane, const char *path, SottoApplication *self)
{
  SottoChat *chat = sotto_conversation_pane_get_chat (pane);

  if (chat != NULL)
    sotto_file_presenter_offer (self->file_presenter, chat, path);
}

static void
on_offer_picture (SottoConversationPane *pane, GdkPixbuf *picture, SottoApplication *self)
{
  SottoChat *chat = sotto_conversation_pane_get_chat (pane);

  if (chat != NULL)
    sotto_file_presenter_offer_picture (self->file_presenter, chat, picture);
}

static void
on_change_password (SottoMainWindow *window,
                    const char *old_password,
                    const char *new_password,
                    SottoApplication *self)
{
  sotto_login_presenter_password_changing (self->login_presenter, new_password);
  sotto_session_presenter_change_password (self->session_presenter, old_password, new_password);
}

/* What a widget asks for, and whose function of the same arguments does it. */
typedef struct
{
  gpointer widget;
  const char *signal;
  GCallback handler;
  gpointer receiver;
} Wire;

static void
connect_wires (const Wire *wires, gsize n)
{
  for (gsize i = 0; i < n; i++)
    g_signal_connect_object (wires[i].widget, wires[i].signal, wires[i].handler, wires[i].receiver,
                             G_CONNECT_SWAPPED);
}

static void
log_out_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  sotto_session_presenter_log_out (((SottoApplication *)data)->session_presenter);
}

static void
reconnect_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  sotto_session_presenter_retry_now (((SottoApplication *)data)->session_presenter);
}

static void
refresh_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  sotto_people_presenter_refresh (((SottoApplication *)data)->people_presenter);
}

static const GActionEntry main_window_actions[] = {
  { "log-out", log_out_action },
  { "reconnect", reconnect_action },
  { "refresh", refresh_action },
};

static void
connect_main_window (SottoApplication *self, SottoMainWindow *window)
{
  SottoPeoplePane *people = sotto_main_window_get_people_pane (window);
  SottoConversationPane *pane = sotto_main_window_get_conversation_pane (window);
  SottoConversationPresenter *conversations = self->conversation_presenter;
  SottoSessionPresenter *session = self->session_presenter;
  const Wire wires[] = {
    { people, "open", G_CALLBACK (sotto_application_open_chat), self },
    { people, "filter", G_CALLBACK (sotto_people_presenter_filter), self->people_presenter },
    { pane, "send", G_CALLBACK (sotto_conversation_presenter_send), conversations },
    { pane, "act", G_CALLBACK (sotto_conversation_presenter_act), conversations },
    { pane, "extend", G_CALLBACK (sotto_conversation_presenter_extend), conversations },
    { pane, "newest", G_CALLBACK (sotto_conversation_presenter_go_to_newest), conversations },
    { window, "look-at", G_CALLBACK (sotto_conversation_presenter_look_at), conversations },
    { window, "delete-account", G_CALLBACK (sotto_session_presenter_delete_account), session },
    { window, "errand-closed", G_CALLBACK (sotto_session_presenter_end_errand), session },
  };

  connect_wires (wires, G_N_ELEMENTS (wires));
  g_signal_connect_object (pane, "offer-file", G_CALLBACK (on_offer_file), self, 0);
  g_signal_connect_object (pane, "offer-picture", G_CALLBACK (on_offer_picture), self, 0);
  g_signal_connect_object (window, "change-password", G_CALLBACK (on_change_password), self, 0);
  g_action_map_add_action_entries (G_ACTION_MAP (window), main_window_actions,
                                   G_N_ELEMENTS (main_window_actions), self);
}

static GtkWindow *
make_login_window (SottoApplication *self)
{
  SottoLoginWindow *window = sotto_login_window_new (GTK_APPLICATION (self), self->login);
  const Wire wires[] = {
    { window, "submit", G_CALLBACK (sotto_login_presenter_submit), self->login_presenter },
    { window, "answered", G_CALLBACK (sotto_login_presenter_answer_first_use),
      self->login_presenter },
  };

  connect_wires (wires, G_N_ELEMENTS (wires));
  return GTK_WINDOW (window);
}

static GtkWindow *
make_main_window (SottoApplication *self)
{
  SottoMainWindow *window =
      sotto_main_window_new (GTK_APPLICATION (self), self->people, self->session);

  connect_main_window (self, window);
  sotto_desktop_take_window (self->desktop, GTK_WINDOW (window));
  return GTK_WINDOW (window);
}

/* What waits to be read is seen where windows are listed, and two profiles are told apart. */
void
sotto_application_set_title (SottoApplication *self)
{
  bool plain = strcmp (self->options->profile, SOTTO_PROFILE_DEFAULT) == 0;
  guint unread = sotto_people_get_n_unread (self->people);
  g_autofree char *name =
      plain ? g_strdup (_ ("Sotto")) : g_strdup_printf (_ ("Sotto (%s)"), self->options->profile);
  g_autofree char *title = unread > 0 ? g_strdup_printf (_ ("(%u) %s"), unread, name) : NULL;

  if (self->window != NULL)
    gtk_window_set_title (self->window, title != NULL ? title : name);
}

static GtkWindow *
make_lock_window (SottoApplication *self)
{
  SottoLockWindow *window =
      sotto_lock_window_new (GTK_APPLICATION (self), sotto_lock_actions_get_lock (self->lock),
                             sotto_session_model_get_username (self->session));
  const Wire wires[] = {
    { window, "unlock", G_CALLBACK (sotto_lock_actions_unlock), self->lock },
    { window, "log-out", G_CALLBACK (sotto_session_presenter_log_out), self->session_presenter },
  };

  connect_wires (wires, G_N_ELEMENTS (wires));
  sotto_desktop_take_window (self->desktop, GTK_WINDOW (window));
  return GTK_WINDOW (window);
}

static GType
fitting_window (SottoApplication *self)
{
  if (sotto_session_model_get_username (self->session) == NULL)
    return SOTTO_TYPE_LOGIN_WINDOW;
  return sotto_lock_is_locked (sotto_lock_actions_get_lock (self->lock)) ? SOTTO_TYPE_LOCK_WINDOW
                                                                         : SOTTO_TYPE_MAIN_WINDOW;
}

/* Nobody looks at anything any more, and afterwards goes on where they were. */
static void
leave_behind (SottoApplication *self, SottoMainWindow *window)
{
  SottoChat *chat =
      sotto_conversation_pane_get_chat (sotto_main_window_get_conversation_pane (window));

  g_free (self->behind);
  self->behind =
      chat != NULL ? g_strdup (sotto_person_get_name (sotto_chat_get_person (chat))) : NULL;
  sotto_conversation_presenter_look_at (self->conversation_presenter, NULL);
}

static void
come_back (SottoApplication *self)
{
  g_autofree char *name = g_steal_pointer (&self->behind);

  if (name != NULL)
    sotto_application_open_chat (self, name);
}

/* The window that goes takes its dialogs along. */
void
sotto_application_open_window (SottoApplication *self)
{
  GType type = fitting_window (self);
  GtkWindow *before = self->window;
  GtkWindow *now = type == SOTTO_TYPE_MAIN_WINDOW   ? make_main_window (self)
                   : type == SOTTO_TYPE_LOCK_WINDOW ? make_lock_window (self)
                                                    : make_login_window (self);

  g_set_weak_pointer (&self->window, now);
  sotto_application_set_title (self);
  if (type == SOTTO_TYPE_LOCK_WINDOW && SOTTO_IS_MAIN_WINDOW (before))
    leave_behind (self, SOTTO_MAIN_WINDOW (before));
  gtk_window_present (now);
  if (before != NULL)
    gtk_widget_destroy (GTK_WIDGET (before));
  if (type == SOTTO_TYPE_MAIN_WINDOW)
    come_back (self);
}

static bool
window_fits (SottoApplication *self)
{
  return self->window != NULL && G_OBJECT_TYPE (self->window) == fitting_window (self);
}

static gboolean
swap_cb (gpointer data)
{
  SottoApplication *self = data;

  self->swap = 0;
  if (self->window != NULL && !window_fits (self))
    {
      if (sotto_session_model_get_username (self->session) == NULL)
        {
          g_clear_pointer (&self->behind, g_free);
          sotto_conversation_presenter_clear (self->conversation_presenter);
          sotto_login_presenter_reset (self->login_presenter);
        }
      sotto_application_open_window (self);
    }
  return G_SOURCE_REMOVE;
}

/* From an idle: the window that goes may be the one whose signal this is. */
void
sotto_application_swap_window (SottoApplication *self)
{
  if (self->swap == 0 && !window_fits (self))
    self->swap = g_idle_add_full (G_PRIORITY_DEFAULT, swap_cb, self, NULL);
}
