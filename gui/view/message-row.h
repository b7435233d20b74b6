// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * One bubble of a conversation. Time and state are written under the last of a group; the name for
 * screen readers always has them. Enter on it, or activating it, means its menu. Signal "act"
 * (SottoBubble, action, text; see message-menu.h) when Try Again was pressed.
 */
#pragma once

#include "gui/model/bubble.h"
#include <gtk/gtk.h>

#define SOTTO_TYPE_MESSAGE_ROW (sotto_message_row_get_type ())
G_DECLARE_FINAL_TYPE (SottoMessageRow, sotto_message_row, SOTTO, MESSAGE_ROW, GtkListBoxRow)

GtkWidget *sotto_message_row_new (SottoBubble *bubble);

SottoBubble *sotto_message_row_get_bubble (SottoMessageRow *self);
/* What its menu points at. */
GtkWidget *sotto_message_row_get_frame (SottoMessageRow *self);
