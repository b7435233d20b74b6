// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Somebody compares a safety number with a person: what came of it. The number itself, and whether
 * it belongs to a changed key, are the person's. Signal "changed" when anything below did.
 */
#pragma once

#include "gui/model/person.h"

#define SOTTO_TYPE_COMPARISON (sotto_comparison_get_type ())
G_DECLARE_FINAL_TYPE (SottoComparison, sotto_comparison, SOTTO, COMPARISON, GObject)

typedef enum
{
  SOTTO_COMPARISON_OPEN,    /* nobody decided yet */
  SOTTO_COMPARISON_RUNNING, /* decided, and being written down */
  SOTTO_COMPARISON_AGREED,
  SOTTO_COMPARISON_FAILED /* get_error says why; may be tried again */
} SottoComparisonState;

SottoComparison *sotto_comparison_new (SottoPerson *person);

SottoPerson *sotto_comparison_get_person (SottoComparison *self);
SottoComparisonState sotto_comparison_get_state (SottoComparison *self);
const char *sotto_comparison_get_error (SottoComparison *self); /* NULL unless FAILED */
void
sotto_comparison_set_state (SottoComparison *self, SottoComparisonState state, const char *error);
