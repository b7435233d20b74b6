// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Between the engine and the login window: turns Log In, Sign Up and Trust This Server into calls,
 * and the engine's answers into what the model says. Keeps no password
 * but, for who wants to be remembered, in the keyring.
 */
#pragma once

#include "gui/model/login-model.h"
#include "shared/client/engine.h"

#define SOTTO_TYPE_LOGIN_PRESENTER (sotto_login_presenter_get_type ())
G_DECLARE_FINAL_TYPE (SottoLoginPresenter, sotto_login_presenter, SOTTO, LOGIN_PRESENTER, GObject)

/* config is borrowed and outlives the presenter. profile_path: the folder where the last login is
 * remembered; NULL = nowhere. */
SottoLoginPresenter *sotto_login_presenter_new (SottoEngine *engine,
                                                SottoLoginModel *model,
                                                const SottoClientConfig *config,
                                                const char *profile_path);

/* An attempt with what is in the fields; `server` is HOST[:PORT] or a join link. */
void sotto_login_presenter_submit (SottoLoginPresenter *self,
                                   gboolean sign_up,
                                   const char *server,
                                   const char *username,
                                   const char *password);
void sotto_login_presenter_answer_first_use (SottoLoginPresenter *self, gboolean trust);
/* Somebody who was remembered is being logged in, and it is not known yet how that ends. */
bool sotto_login_presenter_is_recalling (SottoLoginPresenter *self);
/* A join link from the command line or another program. */
void sotto_login_presenter_take_link (SottoLoginPresenter *self, const char *link);
/* A new password is on its way to the server: what is remembered changes with it. */
void sotto_login_presenter_password_changing (SottoLoginPresenter *self, const char *password);
/* Back to the form after logging out, with the server and username that one was logged in with;
 * whoever leaves is not remembered. */
void sotto_login_presenter_reset (SottoLoginPresenter *self);
