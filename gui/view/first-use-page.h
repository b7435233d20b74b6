// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The second step of logging in to a server met for the first time: its fingerprint in words and
 * digits, to compare with what its keeper says. Signal "answered" (boolean: trust it?).
 */
#pragma once

#include <gtk/gtk.h>

#define SOTTO_TYPE_FIRST_USE_PAGE (sotto_first_use_page_get_type ())
G_DECLARE_FINAL_TYPE (SottoFirstUsePage, sotto_first_use_page, SOTTO, FIRST_USE_PAGE, GtkBox)

void sotto_first_use_page_show_server (SottoFirstUsePage *self,
                                       const char *host,
                                       const char *fingerprint);
