// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What is looked for and what was found: a GListModel of SottoFinding, the newest first. What was
 * found last stays until there is a new answer, so that the list does not flicker while one types.
 * Signal "changed" when anything but the items did.
 */
#pragma once

#include "gui/model/finding.h"
#include <gio/gio.h>

#define SOTTO_TYPE_SEARCH (sotto_search_get_type ())
G_DECLARE_FINAL_TYPE (SottoSearch, sotto_search, SOTTO, SEARCH, GObject)

typedef enum
{
  SOTTO_SEARCH_IDLE,  /* nothing was asked */
  SOTTO_SEARCH_FOUND, /* the items, and there may be none */
  SOTTO_SEARCH_FAILED /* the history cannot be read */
} SottoSearchState;

SottoSearch *sotto_search_new (void);

SottoSearchState sotto_search_get_state (SottoSearch *self);
/* What the items were found by; "" while IDLE. */
const char *sotto_search_get_words (SottoSearch *self);
bool sotto_search_get_has_more (SottoSearch *self); /* older ones, which are not listed */

/* take_findings: SottoFinding *. */
void
sotto_search_show (SottoSearch *self, const char *words, GPtrArray *take_findings, bool has_more);
void sotto_search_fail (SottoSearch *self);
void sotto_search_clear (SottoSearch *self); /* IDLE, and nothing is left */
