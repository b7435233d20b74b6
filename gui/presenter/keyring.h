// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The password in the desktop's keyring (Secret Service), for whoever asked to be remembered. Never
 * the only copy, never asked for before somebody wanted it, and every trouble with it means no more
 * than typing the password: nothing here fails. Built without libsecret it is not available.
 */
#pragma once

#include <gio/gio.h>
#include <stdbool.h>

bool sotto_keyring_is_available (void);

/* server: HOST:PORT; username: a `name`. */
void sotto_keyring_store (const char *server, const char *username, const char *password);
void sotto_keyring_forget (const char *server, const char *username);
/* Both go on by themselves. This one, at the program's end, waits until they are done, for two
 * seconds at most. */
void sotto_keyring_settle (void);

void sotto_keyring_look_up_async (const char *server,
                                  const char *username,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer data);
/* NULL when there is none or it was cancelled; free with sotto_keyring_password_free, which wipes
 * it. */
char *sotto_keyring_look_up_finish (GAsyncResult *result);
void sotto_keyring_password_free (char *password);
