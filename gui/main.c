// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The window's program. Everything it does is in libraries, so that tests link it.
 */
#include "config.h"
#include "gui/application.h"
#include <glib/gi18n-lib.h>
#include <locale.h>

/* SOTTO_LOCALEDIR: the catalogues of a build folder, before anything is installed. */
static void
set_up_language (void)
{
  const char *folder = g_getenv ("SOTTO_LOCALEDIR");

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, folder != NULL ? folder : LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

int
main (int argc, char **argv)
{
  SottoOptions options;
  g_autoptr (SottoApplication) application = NULL;
  char *args[] = { argv[0], NULL, NULL };
  int status = 0;

  g_log_writer_default_set_use_stderr (TRUE);
  /* Nothing here is drawn by GL, and looking for it costs a tenth of a second at every start. */
  g_setenv ("GDK_GL", "disable", TRUE);
  set_up_language ();
  if (!sotto_options_parse (&options, argc, argv, &status))
    return status;

  application = sotto_application_new (&options);
  args[1] = options.service ? (char *)"--gapplication-service" : options.link;
  status = g_application_run (G_APPLICATION (application), args[1] != NULL ? 2 : 1, args);
  g_clear_object (&application);
  sotto_options_clear (&options);
  return status;
}
