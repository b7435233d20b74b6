// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Between the engine and a search: asks when a person pauses in typing, and shows no answer but the
 * one to what was typed last.
 */
#pragma once

#include "gui/model/search.h"
#include "shared/client/engine.h"

#define SOTTO_TYPE_SEARCH_PRESENTER (sotto_search_presenter_get_type ())
G_DECLARE_FINAL_TYPE (SottoSearchPresenter,
                      sotto_search_presenter,
                      SOTTO,
                      SEARCH_PRESENTER,
                      GObject)

SottoSearchPresenter *sotto_search_presenter_new (SottoEngine *engine);

SottoSearch *sotto_search_presenter_get_search (SottoSearchPresenter *self);
/* name "" = in all conversations. Blank words end the search. */
void
sotto_search_presenter_look_for (SottoSearchPresenter *self, const char *name, const char *words);
