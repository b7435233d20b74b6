// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Everybody as rows one scrolls through, with a word where there is nobody. GTK 3 makes a widget
 * for every row of a list, so of thousands only some have theirs: those in sight and a few near,
 * made at once, and as soon as one scrolls up to ROWS_MAX around them, made while nothing else is
 * to be done. The rest is empty space of the right height. What changes in the model is shown
 * before the next frame, at once for all of it. Signal: "open" (name) when somebody was
 * double-clicked or Enter was pressed.
 */
#pragma once

#include "gui/model/people.h"
#include <gtk/gtk.h>

#define SOTTO_PEOPLE_LIST_ROWS_MAX 150 /* a team that is no larger has all its rows */

#define SOTTO_TYPE_PEOPLE_LIST     (sotto_people_list_get_type ())
G_DECLARE_FINAL_TYPE (SottoPeopleList, sotto_people_list, SOTTO, PEOPLE_LIST, GtkScrolledWindow)

/* Once. */
void sotto_people_list_set_model (SottoPeopleList *self, SottoPeople *people);
/* One click opens: for a narrow window, where a mark alone would show nothing. */
void sotto_people_list_set_eager (SottoPeopleList *self, bool eager);
/* Marks the person, whose row need not be there. */
void sotto_people_list_select (SottoPeopleList *self, SottoPerson *person);
/* Marks and opens the first one, if there is anybody. */
void sotto_people_list_open_first (SottoPeopleList *self);
/* The row that is marked takes the keyboard, else the first one in sight. */
void sotto_people_list_focus (SottoPeopleList *self);
