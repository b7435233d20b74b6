// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The window of a session: people beside a conversation, or one at a time where it is narrow.
 * Shows models and says what a person wants; the signals carry what they need:
 * "open" (name), "filter" (text), "look-at" (name or NULL), "send" (SottoChat, text), "act"
 * (SottoChat, SottoBubble, action, text; see message-menu.h), "offer-file" (SottoChat, path),
 * "offer-picture" (SottoChat, GdkPixbuf), "extend" (SottoChat, boolean newer), "newest"
 * (SottoChat), "reconnect", "refresh", "log-out", "change-password" (old, new), "delete-account"
 * (password), "errand-closed".
 */
#pragma once

#include "gui/model/chat.h"
#include "gui/model/people.h"
#include "gui/model/session-model.h"
#include "gui/view/search-pane.h"
#include <handy.h>

#define SOTTO_TYPE_MAIN_WINDOW (sotto_main_window_get_type ())
G_DECLARE_FINAL_TYPE (SottoMainWindow, sotto_main_window, SOTTO, MAIN_WINDOW, HdyApplicationWindow)

SottoMainWindow *sotto_main_window_new (GtkApplication *application,
                                        SottoPeople *people,
                                        SottoSessionModel *session);

void sotto_main_window_show_chat (SottoMainWindow *self, SottoChat *chat);
SottoChat *sotto_main_window_get_chat (SottoMainWindow *self); /* NULL: none is open */
/* What was said is looked for in the place of the people: with that person, or "" = with anybody.
 */
void sotto_main_window_search (SottoMainWindow *self, const char *name);
SottoSearchPane *sotto_main_window_get_search_pane (SottoMainWindow *self);
/* See toast.h. */
void sotto_main_window_tell (SottoMainWindow *self, const char *text, const char *path);
void sotto_main_window_tell_problem (SottoMainWindow *self, const char *text);
