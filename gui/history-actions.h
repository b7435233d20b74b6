// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What the program can be asked for about what is kept: the actions "export", "keep-nothing" and
 * "clear-history" (name), "clear-all-history" and "locked-history". Part of the composition root:
 * brings presenter and dialogs together.
 */
#pragma once

#include "gui/model/session-model.h"
#include "gui/presenter/conversation-presenter.h"
#include <gtk/gtk.h>

#define SOTTO_TYPE_HISTORY_ACTIONS (sotto_history_actions_get_type ())
G_DECLARE_FINAL_TYPE (SottoHistoryActions, sotto_history_actions, SOTTO, HISTORY_ACTIONS, GObject)

/* The application has the actions as long as this lives, and must live longer. settings may be
 * NULL.
 */
SottoHistoryActions *sotto_history_actions_new (GtkApplication *application,
                                                SottoEngine *engine,
                                                SottoConversationPresenter *conversations,
                                                SottoSessionModel *session,
                                                GSettings *settings);
