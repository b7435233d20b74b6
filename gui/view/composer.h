// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Where one writes: grows to six lines, Enter sends, Shift+Enter breaks the line. Above it may
 * stand what the words are about: the message that is answered or edited. Signals: "send" (text),
 * "changed", "send-file" when a file is to be chosen, "paste" when what is on the clipboard may be
 * one, "edit-last" when Up was pressed with nothing written, "leave-about" when they shall be about
 * nothing.
 */
#pragma once

#include <gtk/gtk.h>
#include <stdbool.h>

#define SOTTO_TYPE_COMPOSER (sotto_composer_get_type ())
G_DECLARE_FINAL_TYPE (SottoComposer, sotto_composer, SOTTO, COMPOSER, GtkBox)

char *sotto_composer_dup_text (SottoComposer *self);
void sotto_composer_set_text (SottoComposer *self, const char *text);
void sotto_composer_set_placeholder (SottoComposer *self, const char *text);
/* text NULL: about nothing. */
void sotto_composer_show_about (SottoComposer *self, const char *icon, const char *text);
void sotto_composer_focus (SottoComposer *self);
