// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a person is asked before nothing of a conversation is kept, or is left. Each says what will
 * be and what it does not reach: the other side. GTK_RESPONSE_ACCEPT means yes. Present them;
 * whoever hears the response destroys them.
 */
#pragma once

#include <gtk/gtk.h>
#include <stdbool.h>

/* name NULL = everything. has_waiting: words that never arrived go too. */
GtkWidget *sotto_clear_dialog_new (GtkWindow *parent, const char *name, bool has_waiting);

/* What is older than this from now on goes at once. */
GtkWidget *sotto_expire_dialog_new (GtkWindow *parent, guint days);

/* What there is to know when an earlier password's history is locked; nothing is asked. */
GtkWidget *sotto_locked_dialog_new (GtkWindow *parent);

/* keeps_nothing: as it is now; then the question is the other one. */
GtkWidget *sotto_keep_dialog_new (GtkWindow *parent, const char *name, bool keeps_nothing);
/* A person wants what was kept so far gone, too. */
bool sotto_keep_dialog_get_clear (GtkWidget *self);
