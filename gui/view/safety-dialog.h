// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The safety number of a person, large enough to be read out, and the button that says both saw the
 * same. With a changed key this is the one place where it is accepted. Signal "verify"
 * (comparison, number); goes away when the comparison agreed.
 */
#pragma once

#include "gui/model/comparison.h"
#include <gtk/gtk.h>

#define SOTTO_TYPE_SAFETY_DIALOG (sotto_safety_dialog_get_type ())
G_DECLARE_FINAL_TYPE (SottoSafetyDialog, sotto_safety_dialog, SOTTO, SAFETY_DIALOG, GtkDialog)

SottoSafetyDialog *sotto_safety_dialog_new (GtkWindow *parent, SottoComparison *comparison);
