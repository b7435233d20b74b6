// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/options.h"
#include "shared/base/text.h"
#include <glib/gi18n-lib.h>
#include <gtk/gtk.h>
#include <string.h>

/* As they come from the command line, before they are checked. */
typedef struct
{
  char *config_path;
  char *profile;
  gboolean version;
  gboolean service;
  gboolean background;
  char **rest;
} Raw;

static void
raw_clear (Raw *raw)
{
  g_free (raw->config_path);
  g_free (raw->profile);
  g_strfreev (raw->rest);
}

static bool
parse_raw (Raw *raw, int argc, char **argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &raw->config_path,
      N_ ("Read the configuration from FILE"), N_ ("FILE") },
    { "profile", 0, 0, G_OPTION_ARG_STRING, &raw->profile,
      N_ ("Keep this person's keys and messages apart under NAME"), N_ ("NAME") },
    { "version", 0, 0, G_OPTION_ARG_NONE, &raw->version, N_ ("Print the version"), NULL },
    { "background", 0, 0, G_OPTION_ARG_NONE, &raw->background,
      N_ ("Without a window while somebody who asked to be remembered is logged in"), NULL },
    { "gapplication-service", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &raw->service, NULL,
      NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &raw->rest, NULL, N_ ("[JOIN-LINK]") },
    { NULL, 0, 0, 0, NULL, NULL, NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_auto (GStrv) args = g_strdupv (argv);

  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_add_group (context, gtk_get_option_group (FALSE));
  return g_option_context_parse_strv (context, &args, error);
}

static int
usage_error (const char *text)
{
  g_printerr ("sotto: %s\n", text);
  return SOTTO_EXIT_USAGE;
}

/* 0 when all is well, else the exit status. */
static int
accept (SottoOptions *out, Raw *raw)
{
  const char *profile = raw->profile != NULL ? raw->profile : SOTTO_PROFILE_DEFAULT;
  g_autoptr (GError) error = NULL;

  if (!sotto_name_parse (profile, strlen (profile), NULL))
    return usage_error (
        _ ("a profile is 1 to 32 letters a–z, digits, dots, hyphens or underscores"));
  if (raw->rest != NULL && g_strv_length (raw->rest) > 1)
    return usage_error (_ ("only one join link can be given"));
  if (!sotto_client_config_load (&out->config, raw->config_path, profile, &error))
    {
      g_printerr ("%s\n", error->message);
      return SOTTO_EXIT_CONFIG;
    }
  out->profile = g_strdup (profile);
  out->link = raw->rest != NULL ? g_strdup (raw->rest[0]) : NULL;
  out->service = raw->service;
  out->background = raw->background;
  return 0;
}

bool
sotto_options_parse (SottoOptions *out, int argc, char **argv, int *out_status)
{
  Raw raw = { 0 };
  g_autoptr (GError) error = NULL;
  int status = 0;
  bool goes_on = false;

  memset (out, 0, sizeof *out);
  if (!parse_raw (&raw, argc, argv, &error))
    status = usage_error (error->message);
  else if (raw.version)
    g_print ("sotto %s\n", SOTTO_VERSION);
  else
    {
      status = accept (out, &raw);
      goes_on = status == 0;
    }
  raw_clear (&raw);
  if (!goes_on)
    *out_status = status;
  return goes_on;
}

void
sotto_options_clear (SottoOptions *self)
{
  g_free (self->profile);
  g_free (self->link);
  sotto_client_config_clear (&self->config);
  memset (self, 0, sizeof *self);
}

char *
sotto_options_app_id (const char *profile)
{
  GString *id = g_string_new (SOTTO_APP_ID);

  if (strcmp (profile, SOTTO_PROFILE_DEFAULT) == 0)
    return g_string_free (id, FALSE);
  g_string_append (id, ".p_");
  for (const char *p = profile; *p != '\0'; p++)
    if (g_ascii_isalnum (*p))
      g_string_append_c (id, *p);
    else
      g_string_append_printf (id, "_%02X", (guint)(guchar)*p);
  return g_string_free (id, FALSE);
}
