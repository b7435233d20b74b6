// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Whether the program is locked: then nothing of what was said is shown, and only the password
 * opens it again. Signal "changed" when anything below did.
 */
#pragma once

#include <glib-object.h>
#include <stdbool.h>

#define SOTTO_TYPE_LOCK (sotto_lock_get_type ())
G_DECLARE_FINAL_TYPE (SottoLock, sotto_lock, SOTTO, LOCK, GObject)

typedef enum
{
  SOTTO_LOCK_OPEN,
  SOTTO_LOCK_LOCKED,
  SOTTO_LOCK_CHECKING /* locked, and a password is being tried */
} SottoLockState;

SottoLock *sotto_lock_new (void);

SottoLockState sotto_lock_get_state (SottoLock *self);
bool sotto_lock_is_locked (SottoLock *self); /* also while CHECKING */
/* Why the last password did not open it; NULL = none was tried. */
const char *sotto_lock_get_problem (SottoLock *self);
void sotto_lock_set_state (SottoLock *self, SottoLockState state, const char *problem);
