// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/search-actions.h"
#include "gui/presenter/search-presenter.h"
#include "gui/view/main-window.h"

#define ACTION "search-messages"

struct _SottoSearchActions
{
  GObject parent_instance;
  GtkApplication *application; /* borrowed */
  SottoConversationPresenter *conversations;
  SottoSearchPresenter *presenter;
  SottoMainWindow *window; /* whose pane speaks to us, weak */
};

G_DEFINE_TYPE (SottoSearchActions, sotto_search_actions, G_TYPE_OBJECT)

static void
on_jump (SottoSearchPane *pane, SottoFinding *finding, SottoSearchActions *self)
{
  SottoChat *chat =
      sotto_conversation_presenter_open (self->conversations, sotto_finding_get_person (finding));

  sotto_main_window_show_chat (self->window, chat);
  sotto_conversation_presenter_jump (self->conversations, chat, sotto_finding_get_place (finding),
                                     sotto_finding_get_id (finding));
}

/* Each window has a pane of its own. */
static void
take_window (SottoSearchActions *self, SottoMainWindow *window)
{
  SottoSearchPane *pane = sotto_main_window_get_search_pane (window);

  if (!g_set_weak_pointer (&self->window, window))
    return;
  sotto_search_pane_set_model (pane, sotto_search_presenter_get_search (self->presenter));
  g_signal_connect_object (pane, "look-for", G_CALLBACK (sotto_search_presenter_look_for),
                           self->presenter, G_CONNECT_SWAPPED);
  g_signal_connect_object (pane, "jump", G_CALLBACK (on_jump), self, 0);
}

static void
search_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SottoSearchActions *self = data;
  SottoMainWindow *window = sotto_main_window_find (self->application);

  if (window == NULL)
    return;
  take_window (self, window);
  sotto_main_window_search (window, g_variant_get_string (parameter, NULL));
}

static const GActionEntry actions[] = { { ACTION, search_action, "s" } };

static void
sotto_search_actions_dispose (GObject *object)
{
  SottoSearchActions *self = SOTTO_SEARCH_ACTIONS (object);

  if (self->application != NULL)
    g_action_map_remove_action (G_ACTION_MAP (self->application), ACTION);
  self->application = NULL;
  g_clear_weak_pointer (&self->window);
  g_clear_object (&self->presenter);
  g_clear_object (&self->conversations);
  G_OBJECT_CLASS (sotto_search_actions_parent_class)->dispose (object);
}

static void
sotto_search_actions_class_init (SottoSearchActionsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sotto_search_actions_dispose;
}

static void
sotto_search_actions_init (SottoSearchActions *self)
{
}

SottoSearchActions *
sotto_search_actions_new (GtkApplication *application,
                          SottoEngine *engine,
                          SottoConversationPresenter *conversations)
{
  SottoSearchActions *self = g_object_new (SOTTO_TYPE_SEARCH_ACTIONS, NULL);

  self->application = application;
  self->conversations = g_object_ref (conversations);
  self->presenter = sotto_search_presenter_new (engine);
  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions),
                                   self);
  gtk_application_set_accels_for_action (
      application, "app." ACTION "::", (const char *const[]){ "<Primary><Shift>f", NULL });
  return self;
}
