// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The sidebar: who is here, a filter over them, oneself at the foot with the menu of the account.
 * Signals: "open" (name) when somebody was double-clicked or Enter was pressed; "filter" (text).
 */
#pragma once

#include "gui/model/people.h"
#include "gui/model/session-model.h"
#include <handy.h>

#define SOTTO_TYPE_PEOPLE_PANE (sotto_people_pane_get_type ())
G_DECLARE_FINAL_TYPE (SottoPeoplePane, sotto_people_pane, SOTTO, PEOPLE_PANE, GtkBox)

/* Once. */
void sotto_people_pane_set_models (SottoPeoplePane *self,
                                   SottoPeople *people,
                                   SottoSessionModel *session);
/* Alone in a narrow window. */
void sotto_people_pane_set_folded (SottoPeoplePane *self, gboolean folded);
HdyHeaderBar *sotto_people_pane_get_header (SottoPeoplePane *self);
void sotto_people_pane_select (SottoPeoplePane *self, SottoPerson *person);
void sotto_people_pane_focus_filter (SottoPeoplePane *self);
void sotto_people_pane_focus_list (SottoPeoplePane *self);
