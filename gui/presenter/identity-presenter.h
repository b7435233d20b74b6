// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Between the engine and the file that brings an identity to another device. Signal: "done" (path,
 * problem) when a file was written or read; problem is NULL when that went well.
 */
#pragma once

#include "gui/model/login-model.h"
#include "shared/client/engine.h"

#define SOTTO_TYPE_IDENTITY_PRESENTER (sotto_identity_presenter_get_type ())
G_DECLARE_FINAL_TYPE (SottoIdentityPresenter,
                      sotto_identity_presenter,
                      SOTTO,
                      IDENTITY_PRESENTER,
                      GObject)

SottoIdentityPresenter *sotto_identity_presenter_new (SottoEngine *engine, SottoLoginModel *login);

void sotto_identity_presenter_export (SottoIdentityPresenter *self,
                                      const char *path,
                                      const char *passphrase);
/* The form of the login then has the server and the name of that account. */
void sotto_identity_presenter_import (SottoIdentityPresenter *self,
                                      const char *path,
                                      const char *passphrase);
