// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The password between the moment it is typed and the moment the server says it is right: only then
 * it goes to the keyring, and only for who asked to be remembered. In wiped memory meanwhile.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct _SottoRemembering SottoRemembering;

/* What was found for who was remembered: a password, borrowed, or NULL. */
typedef void (*SottoRememberedFunc) (const char *password, gpointer data);

SottoRemembering *sotto_remembering_new (SottoRememberedFunc found, gpointer data);
void sotto_remembering_free (SottoRemembering *self); /* `found` is not called any more */

void sotto_remembering_look_up (SottoRemembering *self, const char *server, const char *username);
/* An attempt with this password begins. */
void sotto_remembering_hold (SottoRemembering *self, const char *password);
/* It was the right one. */
void sotto_remembering_settle (SottoRemembering *self,
                               const char *server,
                               const char *username,
                               bool remember);
void sotto_remembering_drop (SottoRemembering *self); /* it was not; and no more searching */
void sotto_remembering_forget (SottoRemembering *self, const char *server, const char *username);
