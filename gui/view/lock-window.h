// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * In the place of the main window while the program is locked: nothing but a password. Signals:
 * "unlock" (password), "log-out".
 */
#pragma once

#include "gui/model/lock.h"
#include <handy.h>

#define SOTTO_TYPE_LOCK_WINDOW (sotto_lock_window_get_type ())
G_DECLARE_FINAL_TYPE (SottoLockWindow, sotto_lock_window, SOTTO, LOCK_WINDOW, HdyApplicationWindow)

SottoLockWindow *
sotto_lock_window_new (GtkApplication *application, SottoLock *lock, const char *username);
