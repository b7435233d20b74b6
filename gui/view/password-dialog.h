// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Changing the password. Signal "submit" (old, new); closes itself when the session says it is
 * done.
 */
#pragma once

#include "gui/model/session-model.h"
#include <gtk/gtk.h>

#define SOTTO_TYPE_PASSWORD_DIALOG (sotto_password_dialog_get_type ())
G_DECLARE_FINAL_TYPE (SottoPasswordDialog, sotto_password_dialog, SOTTO, PASSWORD_DIALOG, GtkDialog)

SottoPasswordDialog *sotto_password_dialog_new (GtkWindow *parent, SottoSessionModel *session);
