// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Between the engine and what people are told of their security: by which way words go to somebody,
 * and the safety number that is compared with them. A key that changed is accepted nowhere else.
 */
#pragma once

#include "gui/model/comparison.h"
#include "gui/model/people.h"
#include "shared/client/engine.h"

#define SOTTO_TYPE_SECURITY_PRESENTER (sotto_security_presenter_get_type ())
G_DECLARE_FINAL_TYPE (SottoSecurityPresenter,
                      sotto_security_presenter,
                      SOTTO,
                      SECURITY_PRESENTER,
                      GObject)

SottoSecurityPresenter *sotto_security_presenter_new (SottoEngine *engine, SottoPeople *people);

/* Somebody looks at the way to a person: their route becomes that of this moment. */
void sotto_security_presenter_look_into (SottoSecurityPresenter *self, const char *name);
/* Begins anew with that person; an earlier comparison is not heard of any more. */
SottoComparison *sotto_security_presenter_compare (SottoSecurityPresenter *self, const char *name);
/* number: as it was shown or typed, never what the engine has by now: a key that changed between
 * the look and the click is not accepted. */
void sotto_security_presenter_verify (SottoSecurityPresenter *self,
                                      SottoComparison *comparison,
                                      const char *number);
