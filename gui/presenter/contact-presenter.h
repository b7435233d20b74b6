// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Between the engine and what we settled about people and know of them: their alias and marks,
 * since when their key holds and how much is kept. The engine keeps it, the people show it; who has
 * any is listed also while they are away.
 */
#pragma once

#include "gui/model/people.h"
#include "shared/client/engine.h"

#define SOTTO_TYPE_CONTACT_PRESENTER (sotto_contact_presenter_get_type ())
G_DECLARE_FINAL_TYPE (SottoContactPresenter,
                      sotto_contact_presenter,
                      SOTTO,
                      CONTACT_PRESENTER,
                      GObject)

SottoContactPresenter *sotto_contact_presenter_new (SottoEngine *engine, SottoPeople *people);

void sotto_contact_presenter_set_mark (SottoContactPresenter *self,
                                       const char *name,
                                       SottoMark mark,
                                       bool set);
/* typed: blanks round it do not count, and nothing else takes the alias away. NULL when it is in
 * force, else a sentence about why it cannot be. */
const char *sotto_contact_presenter_set_alias (SottoContactPresenter *self,
                                               const char *name,
                                               const char *typed);
/* Somebody looks at what is known of a person: it becomes what it is at this moment. */
void sotto_contact_presenter_look_into (SottoContactPresenter *self, const char *name);
/* Borrowed; made when nobody knows them yet. */
SottoPerson *sotto_contact_presenter_get_person (SottoContactPresenter *self, const char *name);
