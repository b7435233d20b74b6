// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/about.h"
#include <glib/gi18n-lib.h>

void
sotto_about_present (GtkWindow *parent)
{
  gtk_show_about_dialog (parent, "program-name", _ ("Sotto"), "logo-icon-name", "org.sotto.Sotto",
                         "version", SOTTO_VERSION, "comments",
                         _ ("Words go straight to the person you write to. Not even the server can "
                            "read them."),
                         "license-type", GTK_LICENSE_GPL_3_0, "translator-credits",
                         _ ("translator-credits"), NULL);
}
