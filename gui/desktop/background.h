// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What closing the window means while somebody is logged in: messages arrive only while Sotto runs,
 * so it can go on without a window. A person is asked once, in words, and can change their mind in
 * the preferences.
 */
#pragma once

#include <gtk/gtk.h>

#define SOTTO_TYPE_BACKGROUND (sotto_background_get_type ())
G_DECLARE_FINAL_TYPE (SottoBackground, sotto_background, SOTTO, BACKGROUND, GObject)

SottoBackground *sotto_background_new (GApplication *application, GSettings *settings);
/* From now on this window's close button asks, or does what was answered. */
void sotto_background_watch (SottoBackground *self, GtkWindow *window);
/* The program lives on without a window, as if one had been closed: started with the session. */
void sotto_background_enter (SottoBackground *self);
void sotto_background_leave (SottoBackground *self); /* there is a window, or nobody logged in */
