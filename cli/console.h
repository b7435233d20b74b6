// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Lines of standard input, handed over one at a time and only when wanted, so that what a command
 * asks for in between is never taken from the lines that follow it. Never blocks the loop.
 */
#pragma once

#include <glib.h>

/* Longer lines lose what is beyond: far over every limit of a command, so it is refused anyway. */
#define SOTTO_CONSOLE_LINE_MAX (1024 * 1024)

typedef struct _SottoConsole SottoConsole;

/* line is without its newline and may be wiped; NULL = end of input. n counts NUL bytes too. */
typedef void (*SottoConsoleFunc) (char *line, gsize n, gpointer data);

SottoConsole *sotto_console_new (int fd, SottoConsoleFunc func, gpointer data);
void sotto_console_free (SottoConsole *self);

/* The next line, now or later, but never from within this call. */
void sotto_console_want_line (SottoConsole *self);
/* Takes in what was typed ahead: it belongs to the commands, not to a question asked next. */
void sotto_console_take_typed (SottoConsole *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SottoConsole, sotto_console_free)
