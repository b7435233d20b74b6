// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What the server knows about somebody who uses it, and what it cannot know. Says what
 * docs/protocol.md promises and what it does not, in words for people; where one changes, so does
 * the other.
 */
#pragma once

#include <gtk/gtk.h>

#define SOTTO_TYPE_SERVER_KNOWS_WINDOW (sotto_server_knows_window_get_type ())
G_DECLARE_FINAL_TYPE (SottoServerKnowsWindow,
                      sotto_server_knows_window,
                      SOTTO,
                      SERVER_KNOWS_WINDOW,
                      GtkDialog)

SottoServerKnowsWindow *sotto_server_knows_window_new (GtkWindow *parent);
