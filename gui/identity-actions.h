// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What the program can be asked for about one's identity: the actions "export-identity" and
 * "import-identity". Part of the composition root: brings presenter and dialogs together.
 */
#pragma once

#include "gui/presenter/identity-presenter.h"
#include <gtk/gtk.h>

#define SOTTO_TYPE_IDENTITY_ACTIONS (sotto_identity_actions_get_type ())
G_DECLARE_FINAL_TYPE (SottoIdentityActions,
                      sotto_identity_actions,
                      SOTTO,
                      IDENTITY_ACTIONS,
                      GObject)

/* The application has the actions as long as this lives, and must live longer. */
SottoIdentityActions *sotto_identity_actions_new (GtkApplication *application,
                                                  SottoEngine *engine,
                                                  SottoLoginModel *login);
