// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Slides under the header while the server is away: when the next attempt is, and one thing to do.
 */
#pragma once

#include "gui/model/session-model.h"
#include <gtk/gtk.h>

#define SOTTO_TYPE_CONNECTION_BAR (sotto_connection_bar_get_type ())
G_DECLARE_FINAL_TYPE (SottoConnectionBar, sotto_connection_bar, SOTTO, CONNECTION_BAR, GtkInfoBar)

/* Once. */
void sotto_connection_bar_set_model (SottoConnectionBar *self, SottoSessionModel *session);
