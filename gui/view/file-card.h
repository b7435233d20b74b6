// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a bubble shows of a file: what it is, a warning where one is due, how far it is, and what
 * can be done about it now. Signal "act" (action; see message-menu.h).
 */
#pragma once

#include "gui/model/file-part.h"
#include <gtk/gtk.h>

#define SOTTO_TYPE_FILE_CARD (sotto_file_card_get_type ())
G_DECLARE_FINAL_TYPE (SottoFileCard, sotto_file_card, SOTTO, FILE_CARD, GtkBox)

GtkWidget *sotto_file_card_new (SottoFilePart *file);
