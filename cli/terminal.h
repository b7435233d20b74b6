// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Asks the person at the terminal one question at a time, without echo where the answer is secret.
 * Works beside standard input and output, which may be pipes. Never blocks the loop.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct _SottoTerminal SottoTerminal;

/* answer is wiped after the call; NULL = the terminal was closed instead. */
typedef void (*SottoTerminalFunc) (const char *answer, gpointer data);

/* NULL when no person is there: neither standard input nor standard error is a terminal. */
SottoTerminal *sotto_terminal_open (void);
void sotto_terminal_free (SottoTerminal *self); /* gives the terminal its echo back */

void sotto_terminal_ask (SottoTerminal *self,
                         const char *prompt,
                         bool is_secret,
                         SottoTerminalFunc func,
                         gpointer data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SottoTerminal, sotto_terminal_free)
