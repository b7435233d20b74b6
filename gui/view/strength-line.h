// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Under a new password: how hard it is to guess, in words and as a bar, while it is typed.
 */
#pragma once

#include <gtk/gtk.h>

#define SOTTO_TYPE_STRENGTH_LINE (sotto_strength_line_get_type ())
G_DECLARE_FINAL_TYPE (SottoStrengthLine, sotto_strength_line, SOTTO, STRENGTH_LINE, GtkRevealer)

/* An empty password shows nothing. Neither is kept. */
void sotto_strength_line_show_password (SottoStrengthLine *self,
                                        const char *password,
                                        const char *username);
