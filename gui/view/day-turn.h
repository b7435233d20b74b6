// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * "turned" when another day begins under a window that is open, within a minute: what was said
 * today was said yesterday then.
 */
#pragma once

#include <glib-object.h>

#define SOTTO_TYPE_DAY_TURN (sotto_day_turn_get_type ())
G_DECLARE_FINAL_TYPE (SottoDayTurn, sotto_day_turn, SOTTO, DAY_TURN, GObject)

/* The one there is. It stays. */
SottoDayTurn *sotto_day_turn_get_default (void);
