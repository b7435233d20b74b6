// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a widget deep in a window asks the program or the window of a session for, by name. Does
 * nothing where neither is round it.
 */
#pragma once

#include <gtk/gtk.h>

#define SOTTO_APP_COMPARE      "compare"         /* a safety number with this person */
#define SOTTO_APP_LOOK_INTO    "look-into"       /* how words travel to this person */
#define SOTTO_APP_SEARCH       "search-messages" /* the words of the conversation with this person */
#define SOTTO_APP_UNBLOCK      "unblock"

#define SOTTO_WINDOW_LOG_OUT   "log-out"
#define SOTTO_WINDOW_RECONNECT "reconnect" /* now, and not in a while */

void sotto_window_action (GtkWidget *widget, const char *action);
void sotto_app_action (GtkWidget *widget, const char *action, const char *name);
