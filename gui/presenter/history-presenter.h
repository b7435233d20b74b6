// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Between the engine and what a person wishes about what is kept: a conversation as a file, nothing
 * kept of somebody, nothing left of what was. Signal "exported" (path, sentence): it is written, or
 * the sentence says why it is not; NULL when all went well.
 */
#pragma once

#include "gui/presenter/conversation-presenter.h"

#define SOTTO_TYPE_HISTORY_PRESENTER (sotto_history_presenter_get_type ())
G_DECLARE_FINAL_TYPE (SottoHistoryPresenter,
                      sotto_history_presenter,
                      SOTTO,
                      HISTORY_PRESENTER,
                      GObject)

SottoHistoryPresenter *sotto_history_presenter_new (SottoEngine *engine,
                                                    SottoConversationPresenter *conversations);

/* Everything said with that person. kind: "text", "html" or "json". */
void sotto_history_presenter_export (SottoHistoryPresenter *self,
                                     const char *name,
                                     const char *path,
                                     const char *kind);

bool sotto_history_presenter_keeps_nothing (SottoHistoryPresenter *self, const char *name);
void
sotto_history_presenter_keep_nothing (SottoHistoryPresenter *self, const char *name, bool nothing);

/* name NULL = with anybody. */
void sotto_history_presenter_clear (SottoHistoryPresenter *self, const char *name);
/* Whether clearing takes words along that never arrived. name NULL = of anybody. */
bool sotto_history_presenter_has_waiting (SottoHistoryPresenter *self, const char *name);
