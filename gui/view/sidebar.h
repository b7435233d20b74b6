// SPDX-License-Identifier: GPL-3.0-or-later
/* What stands beside the conversation, one thing at a time: all of them are equally wide. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SOTTO_TYPE_SIDEBAR (sotto_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (SottoSidebar, sotto_sidebar, SOTTO, SIDEBAR, GtkStack)

G_END_DECLS
