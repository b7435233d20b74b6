// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Searching what was said: the action "search-messages" (a name, or "" = in all conversations).
 * Part of the composition root: brings presenter, pane and conversation together.
 */
#pragma once

#include "gui/presenter/conversation-presenter.h"
#include <gtk/gtk.h>

#define SOTTO_TYPE_SEARCH_ACTIONS (sotto_search_actions_get_type ())
G_DECLARE_FINAL_TYPE (SottoSearchActions, sotto_search_actions, SOTTO, SEARCH_ACTIONS, GObject)

/* The application has the action as long as this lives, and must live longer. */
SottoSearchActions *sotto_search_actions_new (GtkApplication *application,
                                              SottoEngine *engine,
                                              SottoConversationPresenter *conversations);
