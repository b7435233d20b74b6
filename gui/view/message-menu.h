// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What can be done with one message: a small palette of reactions and a few words below. Signal
 * "act" (SottoBubble, action, text), where action is one of the names here and text is the
 * reaction or NULL. Gone once it is closed.
 */
#pragma once

#include "gui/model/bubble.h"
#include <gtk/gtk.h>

#define SOTTO_ACT_REACT         "react"
#define SOTTO_ACT_REPLY         "reply"
#define SOTTO_ACT_EDIT          "edit"
#define SOTTO_ACT_DELETE        "delete"
#define SOTTO_ACT_RETRY         "retry"
#define SOTTO_ACT_ACCEPT_FILE   "accept-file"
#define SOTTO_ACT_PAUSE_FILE    "pause-file"
#define SOTTO_ACT_REFUSE_FILE   "refuse-file"

#define SOTTO_TYPE_MESSAGE_MENU (sotto_message_menu_get_type ())
G_DECLARE_FINAL_TYPE (SottoMessageMenu, sotto_message_menu, SOTTO, MESSAGE_MENU, GtkPopover)

GtkWidget *sotto_message_menu_new (GtkWidget *beside, SottoBubble *bubble);
