// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Where and as whom one was last logged in, so that next time the password is all there is to type.
 * A small file of the profile. Never holds a password; when it cannot be read there was no last
 * time.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct
{
  char *server;   /* HOST:PORT; NULL when there is none */
  char *username; /* a `name`, or NULL */
  bool remember;  /* their password is in the keyring */
} SottoLastLogin;

void sotto_last_login_load (SottoLastLogin *out, const char *path);
/* Best effort: what is not remembered is typed again. The profile's folder exists by then. */
void sotto_last_login_save (const char *path, const SottoLastLogin *login);
void sotto_last_login_clear (SottoLastLogin *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SottoLastLogin, sotto_last_login_clear)
