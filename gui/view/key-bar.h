// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Above the words of somebody whose key changed: says so, and leads to the comparison that alone
 * ends it. Not there otherwise.
 */
#pragma once

#include "gui/model/person.h"
#include <gtk/gtk.h>

#define SOTTO_TYPE_KEY_BAR (sotto_key_bar_get_type ())
G_DECLARE_FINAL_TYPE (SottoKeyBar, sotto_key_bar, SOTTO, KEY_BAR, GtkInfoBar)

void sotto_key_bar_show_person (SottoKeyBar *self, SottoPerson *person);
