// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What stands above a message: a day's name above the first thing said on it, and a line above what
 * is new. For who does not see them they describe the row.
 */
#pragma once

#include "gui/model/bubble.h"
#include <gtk/gtk.h>
#include <stdbool.h>

/* before: the message above it, NULL = it is the first. */
void sotto_message_lines_put_above (GtkListBoxRow *row,
                                    SottoBubble *bubble,
                                    SottoBubble *before,
                                    bool is_new);
