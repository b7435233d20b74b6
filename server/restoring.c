// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/restoring.h"

#include "shared/base/file.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

static const char text[] =
    "A restore of a Sotto server was begun here and has not ended: some files are of the backup,\n"
    "others are older. Run `sottoctl restore` again with that backup; this file then goes away.\n";

static char *
mark_of (const char *config_path)
{
  return g_strconcat (config_path, ".restoring", NULL);
}

bool
sotto_restoring_begin (const char *config_path, GError **error)
{
  g_autofree char *mark = mark_of (config_path);

  sotto_file_clean (mark);
  return sotto_file_create (mark, text, strlen (text), 0600, error);
}

bool
sotto_restoring_is_begun (const char *config_path)
{
  g_autofree char *mark = mark_of (config_path);

  return sotto_file_exists (mark);
}

/* Should a crash bring it back, the restore is run once more: all that it has to do is this. */
bool
sotto_restoring_end (const char *config_path, GError **error)
{
  g_autofree char *mark = mark_of (config_path);

  if (unlink (mark) == 0 || errno == ENOENT)
    return true;
  g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_IO, "cannot remove %s: %s", mark,
               g_strerror (errno));
  return false;
}

bool
sotto_restoring_check (const char *config_path, GError **error)
{
  if (!sotto_restoring_is_begun (config_path))
    return true;
  g_set_error (error, SOTTO_ERROR, SOTTO_ERROR_CONFIG,
               "%s:1:1: a restore was begun and has not ended (%s.restoring is there), expected "
               "`sottoctl restore` to be run again with the same backup",
               config_path, config_path);
  return false;
}
