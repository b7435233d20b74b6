// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The window before there is a session. It is on the screen before its page is made: reading fonts
 * and templates takes as long as all that comes before, and nobody should wait for both. Says what
 * a person wants with the signals "submit" (boolean sign_up, server, username, password) and
 * "answered" (boolean trust).
 */
#pragma once

#include "gui/model/login-model.h"
#include <handy.h>

#define SOTTO_TYPE_LOGIN_WINDOW (sotto_login_window_get_type ())
G_DECLARE_FINAL_TYPE (SottoLoginWindow,
                      sotto_login_window,
                      SOTTO,
                      LOGIN_WINDOW,
                      HdyApplicationWindow)

SottoLoginWindow *sotto_login_window_new (GtkApplication *application, SottoLoginModel *model);
