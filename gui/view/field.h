// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * One line of a form: what is asked, the entry, and beside it what is wrong with the answer.
 * Property "label" names the entry for screen readers too; "secret" hides what is typed. Signals:
 * "changed", "activate".
 */
#pragma once

#include <gtk/gtk.h>
#include <stdbool.h>

#define SOTTO_TYPE_FIELD (sotto_field_get_type ())
G_DECLARE_FINAL_TYPE (SottoField, sotto_field, SOTTO, FIELD, GtkGrid)

const char *sotto_field_get_text (SottoField *self);
void sotto_field_set_text (SottoField *self, const char *text);
/* NULL: nothing is wrong. */
void sotto_field_set_error (SottoField *self, const char *sentence);
void sotto_field_focus (SottoField *self);
