// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Where a conversation is written to, and as what. The ending of the name decides; of a name
 * without a known one the chosen kind does.
 */
#pragma once

#include <gtk/gtk.h>

GtkNativeDialog *sotto_export_chooser_new (GtkWindow *parent, const char *name);
/* After ACCEPT. NULL when it is no place on this computer; *out_kind: "text", "html" or "json",
 * static. Caller frees. */
char *sotto_export_chooser_dup_path (GtkNativeDialog *self, const char **out_kind);
