// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The passphrase of a file: chosen, and then typed twice, or known. Signal: "submit" (passphrase).
 */
#pragma once

#include <gtk/gtk.h>
#include <stdbool.h>

#define SOTTO_TYPE_PASSPHRASE_DIALOG (sotto_passphrase_dialog_get_type ())
G_DECLARE_FINAL_TYPE (SottoPassphraseDialog,
                      sotto_passphrase_dialog,
                      SOTTO,
                      PASSPHRASE_DIALOG,
                      GtkDialog)

/* For the file of an identity: exports = it is made now, and the passphrase is chosen. */
SottoPassphraseDialog *sotto_passphrase_dialog_new (GtkWindow *parent, bool exports);
/* While the file is worked on nothing can be submitted. */
void sotto_passphrase_dialog_set_busy (SottoPassphraseDialog *self);
void sotto_passphrase_dialog_set_error (SottoPassphraseDialog *self, const char *sentence);
