// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Between the engine and the list of people: who is here, live. While the server is away the list
 * stays as it was last known; the next login brings it up to date.
 */
#pragma once

#include "gui/model/people.h"
#include "shared/client/engine.h"

#define SOTTO_TYPE_PEOPLE_PRESENTER (sotto_people_presenter_get_type ())
G_DECLARE_FINAL_TYPE (SottoPeoplePresenter,
                      sotto_people_presenter,
                      SOTTO,
                      PEOPLE_PRESENTER,
                      GObject)

SottoPeoplePresenter *sotto_people_presenter_new (SottoEngine *engine, SottoPeople *people);

void sotto_people_presenter_filter (SottoPeoplePresenter *self, const char *text);
void sotto_people_presenter_refresh (SottoPeoplePresenter *self);
