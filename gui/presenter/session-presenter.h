// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Between the engine and the account: logged in or not, the link to the server, changing the
 * password, deleting the account, logging out.
 */
#pragma once

#include "gui/model/session-model.h"
#include "shared/client/engine.h"

#define SOTTO_TYPE_SESSION_PRESENTER (sotto_session_presenter_get_type ())
G_DECLARE_FINAL_TYPE (SottoSessionPresenter,
                      sotto_session_presenter,
                      SOTTO,
                      SESSION_PRESENTER,
                      GObject)

SottoSessionPresenter *sotto_session_presenter_new (SottoEngine *engine, SottoSessionModel *model);

void sotto_session_presenter_retry_now (SottoSessionPresenter *self);
void sotto_session_presenter_log_out (SottoSessionPresenter *self);
void sotto_session_presenter_change_password (SottoSessionPresenter *self,
                                              const char *old_password,
                                              const char *new_password);
void sotto_session_presenter_delete_account (SottoSessionPresenter *self, const char *password);
/* A dialog was closed: its outcome is forgotten. */
void sotto_session_presenter_end_errand (SottoSessionPresenter *self);
