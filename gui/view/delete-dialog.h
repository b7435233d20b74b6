// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Deleting the account on the server, which cannot be undone: asks for the password. Signal
 * "submit" (password); goes away with the session.
 */
#pragma once

#include "gui/model/session-model.h"
#include <gtk/gtk.h>

#define SOTTO_TYPE_DELETE_DIALOG (sotto_delete_dialog_get_type ())
G_DECLARE_FINAL_TYPE (SottoDeleteDialog, sotto_delete_dialog, SOTTO, DELETE_DIALOG, GtkDialog)

SottoDeleteDialog *sotto_delete_dialog_new (GtkWindow *parent, SottoSessionModel *session);
