// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What one calls somebody, for one's own eyes. Signal: "submit" (name, alias as typed).
 */
#pragma once

#include "gui/model/person.h"
#include <gtk/gtk.h>

#define SOTTO_TYPE_ALIAS_DIALOG (sotto_alias_dialog_get_type ())
G_DECLARE_FINAL_TYPE (SottoAliasDialog, sotto_alias_dialog, SOTTO, ALIAS_DIALOG, GtkDialog)

SottoAliasDialog *sotto_alias_dialog_new (GtkWindow *parent, SottoPerson *person);
void sotto_alias_dialog_set_error (SottoAliasDialog *self, const char *sentence);
