// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Between the engine and the lock: a password is tried on what is kept here, without the server.
 * The engine stays logged in behind a locked window: messages arrive, are kept and answered as
 * received, never as read. Logging out opens the lock, for there is nothing behind it any more.
 */
#pragma once

#include "gui/model/lock.h"
#include "gui/model/session-model.h"
#include "shared/client/engine.h"

#define SOTTO_TYPE_LOCK_PRESENTER (sotto_lock_presenter_get_type ())
G_DECLARE_FINAL_TYPE (SottoLockPresenter, sotto_lock_presenter, SOTTO, LOCK_PRESENTER, GObject)

SottoLockPresenter *
sotto_lock_presenter_new (SottoEngine *engine, SottoSessionModel *session, SottoLock *lock);

void sotto_lock_presenter_lock (SottoLockPresenter *self); /* nothing when nobody is logged in */
void sotto_lock_presenter_unlock (SottoLockPresenter *self, const char *password);
