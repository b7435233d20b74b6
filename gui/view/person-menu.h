// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The menu of a conversation is written once, in conversation-pane.ui, without saying whose: its
 * items are app.* actions of a person's name. Here it becomes the menu of one person.
 */
#pragma once

#include <gio/gio.h>

/* A copy in which every item of an app.* action has the name as its target. Free with
 * g_object_unref. */
GMenuModel *sotto_person_menu_new (GMenuModel *wording, const char *name);
