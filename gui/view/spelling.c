// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/view/spelling.h"

#ifdef HAVE_GSPELL
#include "gui/view/spelling-module.h"
#include <gmodule.h>

bool
sotto_spelling_is_possible (void)
{
  return true;
}

/* Beside the program in a build folder; else where it was installed. Never unloaded: its types
 * cannot be. */
static GModule *
open_module (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = program == NULL ? NULL : g_path_get_dirname (program);
  const char *folders[] = { folder, SOTTO_MODULE_DIR };
  GModule *module = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (folders) && module == NULL; i++)
    if (folders[i] != NULL)
      {
        g_autofree char *path = g_build_filename (folders[i], SOTTO_SPELLING_MODULE, NULL);

        module = g_module_open (path, G_MODULE_BIND_LOCAL);
      }
  if (module != NULL)
    g_module_make_resident (module);
  return module;
}

static SottoSpellingSet
load (void)
{
  GModule *module = open_module ();
  gpointer symbol = NULL;

  if (module == NULL || !g_module_symbol (module, SOTTO_SPELLING_SYMBOL, &symbol))
    return NULL;
  return (SottoSpellingSet)symbol;
}

void
sotto_spelling_set (GtkTextView *view, GSettings *settings, bool on)
{
  static SottoSpellingSet set;
  static bool tried;

  if (on && !tried)
    {
      tried = true;
      set = load ();
    }
  if (set != NULL)
    set (view, settings, on);
}

#else

bool
sotto_spelling_is_possible (void)
{
  return false;
}

void
sotto_spelling_set (GtkTextView *view, GSettings *settings, bool on)
{
}

#endif
