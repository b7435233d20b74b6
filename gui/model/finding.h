// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A message that a search found: with whom, who said it, when, its words, and where it is. Never
 * changes.
 */
#pragma once

#include "shared/base/types.h"
#include <glib-object.h>

#define SOTTO_TYPE_FINDING (sotto_finding_get_type ())
G_DECLARE_FINAL_TYPE (SottoFinding, sotto_finding, SOTTO, FINDING, GObject)

/* place: in the history with that person, to jump to. */
SottoFinding *sotto_finding_new (const char *person,
                                 bool own,
                                 const char *text,
                                 gint64 unix_ms,
                                 uint64_t place,
                                 const SottoId *id);

const char *sotto_finding_get_person (SottoFinding *self);
bool sotto_finding_is_own (SottoFinding *self);
const char *sotto_finding_get_text (SottoFinding *self);
gint64 sotto_finding_get_time_ms (SottoFinding *self);
uint64_t sotto_finding_get_place (SottoFinding *self);
const SottoId *sotto_finding_get_id (SottoFinding *self);
