// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What ties the program to the desktop it runs on: notifications, life without a window, and word
 * of sleep and of other networks, which goes to the engine.
 */
#pragma once

#include "gui/model/session-model.h"
#include "shared/client/engine.h"
#include <gtk/gtk.h>

#define SOTTO_TYPE_DESKTOP (sotto_desktop_get_type ())
G_DECLARE_FINAL_TYPE (SottoDesktop, sotto_desktop, SOTTO, DESKTOP, GObject)

SottoDesktop *
sotto_desktop_new (GApplication *application, SottoEngine *engine, SottoSessionModel *session);

/* A window of somebody who is logged in opened: a main one tells by its signal "look-at" (name or
 * NULL) whose words are before somebody's eyes. */
void sotto_desktop_take_window (SottoDesktop *self, GtkWindow *window);
/* Started with the session: it lives without a window. */
void sotto_desktop_hide (SottoDesktop *self);
/* The program may end: nobody wants it to go on without a window any more. */
void sotto_desktop_let_go (SottoDesktop *self);
/* What comes is told of without a word of it, nor from whom. */
void sotto_desktop_set_locked (SottoDesktop *self, bool locked);
GSettings *sotto_desktop_get_settings (SottoDesktop *self); /* NULL without a schema */
void sotto_desktop_mark_read (SottoDesktop *self, const char *name);
