// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The window of a session: people beside a conversation, or one at a time where it is narrow.
 * Shows models; what a person wants its panes say, and the window itself by the signals "look-at"
 * (name or NULL), "change-password" (old, new), "delete-account" (password), "errand-closed".
 * Whoever makes it adds the actions "log-out", "reconnect" and "refresh".
 */
#pragma once

#include "gui/model/chat.h"
#include "gui/model/people.h"
#include "gui/model/session-model.h"
#include "gui/view/conversation-pane.h"
#include "gui/view/people-pane.h"
#include "gui/view/search-pane.h"
#include <handy.h>

#define SOTTO_TYPE_MAIN_WINDOW (sotto_main_window_get_type ())
G_DECLARE_FINAL_TYPE (SottoMainWindow, sotto_main_window, SOTTO, MAIN_WINDOW, HdyApplicationWindow)

SottoMainWindow *sotto_main_window_new (GtkApplication *application,
                                        SottoPeople *people,
                                        SottoSessionModel *session);

/* The one that is open; NULL while nobody is logged in, or it is locked. */
SottoMainWindow *sotto_main_window_find (GtkApplication *application);
void sotto_main_window_show_chat (SottoMainWindow *self, SottoChat *chat);
/* What was said is looked for in the place of the people: with that person, or "" = with anybody.
 */
void sotto_main_window_search (SottoMainWindow *self, const char *name);
SottoPeoplePane *sotto_main_window_get_people_pane (SottoMainWindow *self);
SottoConversationPane *sotto_main_window_get_conversation_pane (SottoMainWindow *self);
SottoSearchPane *sotto_main_window_get_search_pane (SottoMainWindow *self);
/* See toast.h. */
void sotto_main_window_tell (SottoMainWindow *self, const char *text, const char *path);
void sotto_main_window_tell_problem (SottoMainWindow *self, const char *text);
