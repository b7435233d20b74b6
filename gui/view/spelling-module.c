// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/view/spelling-module.h"
#include "gui/settings.h"
#include <gspell/gspell.h>
#include <stdbool.h>

static GspellChecker *
get_checker (GtkTextView *view)
{
  GspellTextBuffer *buffer =
      gspell_text_buffer_get_from_gtk_text_buffer (gtk_text_view_get_buffer (view));

  return gspell_text_buffer_get_spell_checker (buffer);
}

static void
on_language (GspellChecker *checker, GParamSpec *pspec, GSettings *settings)
{
  const GspellLanguage *language = gspell_checker_get_language (checker);

  if (language != NULL)
    g_settings_set_string (settings, SOTTO_SETTING_SPELL_LANGUAGE,
                           gspell_language_get_code (language));
}

/* The language of last time, if its dictionary is still there; else that of the session. */
static void
set_up (GtkTextView *view, GSettings *settings)
{
  GspellTextView *checked = gspell_text_view_get_from_gtk_text_view (view);
  g_autofree char *code = NULL;
  const GspellLanguage *language = NULL;

  gspell_text_view_basic_setup (checked);
  if (settings == NULL)
    return;
  code = g_settings_get_string (settings, SOTTO_SETTING_SPELL_LANGUAGE);
  language = *code != '\0' ? gspell_language_lookup (code) : NULL;
  if (language != NULL)
    gspell_checker_set_language (get_checker (view), language);
  g_signal_connect_object (get_checker (view), "notify::language", G_CALLBACK (on_language),
                           settings, 0);
}

void
sotto_spelling_module_set (GtkTextView *view, GSettings *settings, gboolean on)
{
  GspellTextView *checked = gspell_text_view_get_from_gtk_text_view (view);

  if (on && get_checker (view) == NULL)
    set_up (view, settings);
  gspell_text_view_set_inline_spell_checking (checked, on);
  gspell_text_view_set_enable_language_menu (checked, on);
}
