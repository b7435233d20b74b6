// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What can be done about a person: written once, in person-menu.ui, without saying whose it is.
 * Here it becomes the menu of one of them, for the conversation's header and the person's row.
 */
#pragma once

#include "gui/model/person.h"
#include <gtk/gtk.h>

/* As things stand: made anew when a mark changes. Free with g_object_unref. */
GMenuModel *sotto_person_menu_new (SottoPerson *person);
/* Of any wording: every app.* action has the name as its target, and what does not apply is left
 * out. */
GMenuModel *sotto_person_menu_fill (GMenuModel *wording, SottoPerson *person);
/* Beside a place of a widget; ends itself. */
void sotto_person_menu_pop_up (SottoPerson *person, GtkWidget *beside, const GdkRectangle *place);
