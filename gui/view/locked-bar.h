// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Says that what was kept here under an earlier password is locked, until a person has read why.
 * Its button asks for the action "locked-history".
 */
#pragma once

#include "gui/model/session-model.h"
#include <gtk/gtk.h>

#define SOTTO_TYPE_LOCKED_BAR (sotto_locked_bar_get_type ())
G_DECLARE_FINAL_TYPE (SottoLockedBar, sotto_locked_bar, SOTTO, LOCKED_BAR, GtkInfoBar)

/* Once. */
void sotto_locked_bar_set_model (SottoLockedBar *self, SottoSessionModel *session);
