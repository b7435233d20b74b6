// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What one fills in before there is a session, and the server met for the first time. Shows its
 * model; signals "submit" (boolean sign_up, server, username, password) and "answered" (boolean
 * trust).
 */
#pragma once

#include "gui/model/login-model.h"
#include <handy.h>

#define SOTTO_TYPE_LOGIN_PAGE (sotto_login_page_get_type ())
G_DECLARE_FINAL_TYPE (SottoLoginPage, sotto_login_page, SOTTO, LOGIN_PAGE, GtkBox)

/* Once, when it is in its window: the first field that is empty gets the focus. */
void sotto_login_page_set_model (SottoLoginPage *self, SottoLoginModel *model);
