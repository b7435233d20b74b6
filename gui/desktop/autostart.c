// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/desktop/autostart.h"

#include "gui/options.h"
#include "shared/base/error.h"
#include <errno.h>
#include <glib/gstdio.h>

static char *
path_of (const char *app_id)
{
  g_autofree char *name = g_strconcat (app_id, ".desktop", NULL);

  return g_build_filename (g_get_user_config_dir (), "autostart", name, NULL);
}

/* A person may have switched it off in the desktop's own settings. */
bool
sotto_autostart_get (const char *app_id)
{
  g_autofree char *path = path_of (app_id);
  g_autoptr (GKeyFile) file = g_key_file_new ();

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL))
    return false;
  return !g_key_file_get_boolean (file, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_HIDDEN,
                                  NULL);
}

static bool
fail (const char *path, GError **error)
{
  g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_IO, "%s: %s", path, g_strerror (errno));
  return false;
}

static bool
write_file (const char *path, const char *profile, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *command = g_strcmp0 (profile, SOTTO_PROFILE_DEFAULT) == 0
                                 ? g_strdup ("sotto --background")
                                 : g_strdup_printf ("sotto --background --profile %s", profile);
  const char *const entries[][2] = {
    { G_KEY_FILE_DESKTOP_KEY_TYPE, G_KEY_FILE_DESKTOP_TYPE_APPLICATION },
    { G_KEY_FILE_DESKTOP_KEY_NAME, "Sotto" },
    { G_KEY_FILE_DESKTOP_KEY_EXEC, command },
    { G_KEY_FILE_DESKTOP_KEY_ICON, SOTTO_APP_ID },
    { "X-GNOME-UsesNotifications", "true" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (entries); i++)
    g_key_file_set_string (file, G_KEY_FILE_DESKTOP_GROUP, entries[i][0], entries[i][1]);
  if (g_mkdir_with_parents (folder, 0700) != 0)
    return fail (folder, error);
  return g_key_file_save_to_file (file, path, error);
}

bool
sotto_autostart_set (const char *app_id, const char *profile, bool on, GError **error)
{
  g_autofree char *path = path_of (app_id);

  if (on)
    return write_file (path, profile, error);
  if (g_unlink (path) != 0 && errno != ENOENT)
    return fail (path, error);
  return true;
}
