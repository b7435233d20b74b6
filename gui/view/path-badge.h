// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * How words travel to a person, in one honest phrase; behind it what was
 * measured of the way, and the button that compares safety numbers.
 */
#pragma once

#include "gui/model/person.h"
#include "gui/model/session-model.h"
#include <gtk/gtk.h>

#define SOTTO_TYPE_PATH_BADGE (sotto_path_badge_get_type ())
G_DECLARE_FINAL_TYPE (SottoPathBadge, sotto_path_badge, SOTTO, PATH_BADGE, GtkMenuButton)

/* Whom it speaks of from now on. */
void sotto_path_badge_show_person (SottoPathBadge *self,
                                   SottoPerson *person,
                                   SottoSessionModel *session);
/* What it says of them: "Direct", "Waiting for grace", … Caller frees. */
char *sotto_path_badge_phrase (SottoPerson *person, SottoLink link);
