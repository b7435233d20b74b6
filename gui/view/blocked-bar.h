// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Where one would write to somebody, that they are blocked, and the way back.
 */
#pragma once

#include "gui/model/person.h"
#include <gtk/gtk.h>

#define SOTTO_TYPE_BLOCKED_BAR (sotto_blocked_bar_get_type ())
G_DECLARE_FINAL_TYPE (SottoBlockedBar, sotto_blocked_bar, SOTTO, BLOCKED_BAR, GtkInfoBar)

void sotto_blocked_bar_show_person (SottoBlockedBar *self, SottoPerson *person);
