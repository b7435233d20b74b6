// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A word about something that is done, over the window's content: it takes no room and no focus,
 * and goes by itself. What went wrong stays until it is closed.
 */
#pragma once

#include <gtk/gtk.h>

#define SOTTO_TYPE_TOAST (sotto_toast_get_type ())
G_DECLARE_FINAL_TYPE (SottoToast, sotto_toast, SOTTO, TOAST, GtkRevealer)

/* path: a button shows that file in its folder; NULL = there is none. */
void sotto_toast_tell (SottoToast *self, const char *text, const char *path);
void sotto_toast_tell_problem (SottoToast *self, const char *text);
