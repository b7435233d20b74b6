// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A key that activates an action of the application in windows that are not its own, too: dialogs,
 * preferences, help. GTK looks for an application's keys in application windows only. A file
 * chooser is left alone, it has keys of its own.
 */
#pragma once

#include <gtk/gtk.h>

typedef struct _SottoEverywhereKey SottoEverywhereKey;

/* accelerator: as gtk_accelerator_parse reads it. */
SottoEverywhereKey *
sotto_everywhere_key_new (GtkApplication *application, const char *accelerator, const char *action);
void sotto_everywhere_key_free (SottoEverywhereKey *self); /* NULL is fine */
