// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A person in the list of people. Shows its model and nothing else.
 */
#pragma once

#include "gui/model/person.h"
#include <gtk/gtk.h>

#define SOTTO_TYPE_PERSON_ROW (sotto_person_row_get_type ())
G_DECLARE_FINAL_TYPE (SottoPersonRow, sotto_person_row, SOTTO, PERSON_ROW, GtkListBoxRow)

GtkWidget *sotto_person_row_new (SottoPerson *person);

SottoPerson *sotto_person_row_get_person (SottoPersonRow *self);
/* What can be done about them, at a press in the list, or (NULL) beside the row. The Menu key and
 * Shift+F10 do it by themselves. */
void sotto_person_row_pop_up_menu (SottoPersonRow *self, const GdkEventButton *event);
