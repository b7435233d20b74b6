// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * gui-crowd N: the real window of somebody who is logged in already, among N people who are here,
 * over an engine that plays them. What a start costs without waiting for a server.
 */
#include "gui/application.h"
#include "shared/base/limits.h"
#include "tests/gui/fake-engine.h"
#include <stdlib.h>

static void
on_startup (GApplication *application, gpointer data)
{
  guint n = GPOINTER_TO_UINT (data);
  SottoEngine *engine = sotto_fake_engine_get_last ();
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  SottoEvent event = { .type = SOTTO_EVENT_AUTHENTICATED, .peer = { "alice" } };

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (names, g_strdup_printf ("person%05u", i));
  sotto_fake_engine_emit (engine, &event);
  event = (SottoEvent){ .type = SOTTO_EVENT_USERS,
                        .names = (const char *const *)names->pdata,
                        .n_names = names->len };
  sotto_fake_engine_emit (engine, &event);
}

int
main (int argc, char **argv)
{
  SottoOptions options = { .profile = (char *)SOTTO_PROFILE_DEFAULT,
                           .config = { .server_address = (char *)"lab.example",
                                       .server_port = SOTTO_PORT_DEFAULT } };
  g_autoptr (SottoApplication) application = NULL;

  if (argc != 2)
    {
      g_printerr ("usage: %s N\n", argv[0]);
      return 2;
    }
  g_setenv ("GDK_GL", "disable", TRUE); /* as the program does */
  application = sotto_application_new (&options);
  g_signal_connect_after (application, "startup", G_CALLBACK (on_startup),
                          GUINT_TO_POINTER (atoi (argv[1])));
  return g_application_run (G_APPLICATION (application), 1, argv);
}
