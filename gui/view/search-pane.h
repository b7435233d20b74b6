// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * In the place of the people: what is looked for, and what was found. Signals: "look-for" (name or
 * "", words) at every letter; "jump" (SottoFinding); "leave" when somebody wants the people back.
 */
#pragma once

#include "gui/model/search.h"
#include <handy.h>

#define SOTTO_TYPE_SEARCH_PANE (sotto_search_pane_get_type ())
G_DECLARE_FINAL_TYPE (SottoSearchPane, sotto_search_pane, SOTTO, SEARCH_PANE, GtkBox)

/* Once. */
void sotto_search_pane_set_model (SottoSearchPane *self, SottoSearch *search);
/* A search begins: in the conversation with that person, or "" = in all. */
void sotto_search_pane_begin (SottoSearchPane *self, const char *name);
HdyHeaderBar *sotto_search_pane_get_header (SottoSearchPane *self);
void sotto_search_pane_focus (SottoSearchPane *self);
