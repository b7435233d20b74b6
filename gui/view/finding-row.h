// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a search found, in two lines: with whom and when, and the line with the words marked. One
 * sentence for screen readers.
 */
#pragma once

#include "gui/model/finding.h"
#include <gtk/gtk.h>

#define SOTTO_TYPE_FINDING_ROW (sotto_finding_row_get_type ())
G_DECLARE_FINAL_TYPE (SottoFindingRow, sotto_finding_row, SOTTO, FINDING_ROW, GtkListBoxRow)

GtkWidget *sotto_finding_row_new (SottoFinding *finding, const char *words);
SottoFinding *sotto_finding_row_get_finding (SottoFindingRow *self);
