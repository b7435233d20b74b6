// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A picture on the clipboard that is to be sent. Words there are the entry's own business: it is
 * offered only when there are none. The clipboard belongs to another program and may take its time;
 * the picture is told by the widget's own signal "offer-picture" (GdkPixbuf).
 */
#pragma once

#include <gtk/gtk.h>

void sotto_picture_paste_ask (GtkWidget *widget);
/* Whoever it was for is not there any more. */
void sotto_picture_paste_forget (GtkWidget *widget);
