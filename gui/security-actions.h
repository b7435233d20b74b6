// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What the program can be asked for about security: the actions "compare" (name), "look-into"
 * (name) and "server-knows". Part of the composition root: brings presenter and dialogs together.
 */
#pragma once

#include "gui/presenter/security-presenter.h"
#include <gtk/gtk.h>

#define SOTTO_TYPE_SECURITY_ACTIONS (sotto_security_actions_get_type ())
G_DECLARE_FINAL_TYPE (SottoSecurityActions,
                      sotto_security_actions,
                      SOTTO,
                      SECURITY_ACTIONS,
                      GObject)

/* The application has the actions as long as this lives, and must live longer. */
SottoSecurityActions *
sotto_security_actions_new (GtkApplication *application, SottoEngine *engine, SottoPeople *people);
