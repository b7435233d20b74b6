// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/settings.h"

#include "gui/options.h"

/* Where the compiled schema lies in a build folder, seen from the program. */
#define BUILD_SCHEMAS "../data"

static GSettingsSchemaSource *
source_of_build_folder (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = program == NULL ? NULL : g_path_get_dirname (program);
  g_autofree char *schemas = folder == NULL ? NULL : g_build_filename (folder, BUILD_SCHEMAS, NULL);

  if (schemas == NULL)
    return NULL;
  return g_settings_schema_source_new_from_directory (
      schemas, g_settings_schema_source_get_default (), FALSE, NULL);
}

/* g_settings_new would abort the program over a missing schema. */
GSettings *
sotto_settings_new (void)
{
  GSettingsSchemaSource *installed = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema =
      installed != NULL ? g_settings_schema_source_lookup (installed, SOTTO_APP_ID, TRUE) : NULL;
  g_autoptr (GSettingsSchemaSource) built = schema == NULL ? source_of_build_folder () : NULL;

  if (built != NULL)
    schema = g_settings_schema_source_lookup (built, SOTTO_APP_ID, FALSE);
  return schema != NULL ? g_settings_new_full (schema, NULL, NULL) : NULL;
}

bool
sotto_settings_is_on (GSettings *settings, const char *key)
{
  return settings == NULL || g_settings_get_boolean (settings, key);
}

guint
sotto_settings_get_number (GSettings *settings, const char *key)
{
  return settings == NULL ? 0 : g_settings_get_uint (settings, key);
}

int
sotto_settings_get_choice (GSettings *settings, const char *key)
{
  return settings == NULL ? 0 : g_settings_get_enum (settings, key);
}

void
sotto_settings_set_choice (GSettings *settings, const char *key, int value)
{
  if (settings != NULL)
    g_settings_set_enum (settings, key, value);
}
