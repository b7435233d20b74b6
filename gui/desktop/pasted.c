// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/desktop/pasted.h"
#include <errno.h>
#include <fcntl.h>
#include <gio/gunixoutputstream.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#define NAMES_MAX 100 /* pasted within one second */

typedef struct
{
  char *folder;
  char *name;
  GdkPixbuf *picture;
} Write;

static void
write_free (gpointer data)
{
  Write *self = data;

  g_free (self->folder);
  g_free (self->name);
  g_object_unref (self->picture);
  g_free (self);
}

char *
sotto_pasted_folder (const char *profile)
{
  return g_build_filename (g_get_user_cache_dir (), "sotto", profile, "pasted", NULL);
}

char *
sotto_pasted_name (gint64 unix_ms)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (unix_ms / 1000);
  g_autofree char *when = g_date_time_format (then, "%Y-%m-%d %H-%M-%S");
  g_autofree char *stem = g_strdup_printf (_ ("Pasted image %s"), when);

  return g_strconcat (stem, ".png", NULL);
}

static char *
path_of (const Write *self, int n)
{
  const char *dot = strrchr (self->name, '.');
  g_autofree char *name =
      n == 1 ? g_strdup (self->name)
             : g_strdup_printf ("%.*s (%d)%s", (int)(dot - self->name), self->name, n, dot);

  return g_build_filename (self->folder, name, NULL);
}

/* -1 with errno. */
static int
open_new (const Write *self, char **out_path)
{
  int fd = -1;

  if (g_mkdir_with_parents (self->folder, 0700) != 0)
    return -1;
  for (int n = 1; fd < 0 && n <= NAMES_MAX; n++)
    {
      g_free (*out_path);
      *out_path = path_of (self, n);
      fd = g_open (*out_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
      if (fd < 0 && errno != EEXIST)
        break;
    }
  return fd;
}

static void
write_work (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Write *self = data;
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  int fd = open_new (self, &path);

  if (fd < 0)
    {
      int problem = errno;

      g_task_return_new_error (task, G_IO_ERROR, g_io_error_from_errno (problem), "%s: %s",
                               self->folder, g_strerror (problem));
      return;
    }
  g_autoptr (GOutputStream) stream = g_unix_output_stream_new (fd, TRUE);
  if (gdk_pixbuf_save_to_stream (self->picture, stream, "png", NULL, &error, NULL)
      && g_output_stream_close (stream, NULL, &error))
    {
      g_task_return_pointer (task, g_steal_pointer (&path), g_free);
      return;
    }
  g_unlink (path);
  g_task_return_error (task, g_steal_pointer (&error));
}

void
sotto_pasted_write_async (const char *folder,
                          const char *name,
                          GdkPixbuf *picture,
                          GAsyncReadyCallback callback,
                          gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, data);
  Write *self = g_new (Write, 1);

  *self = (Write){ g_strdup (folder), g_strdup (name), g_object_ref (picture) };
  g_task_set_task_data (task, self, write_free);
  g_task_run_in_thread (task, write_work);
}

char *
sotto_pasted_write_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
sotto_pasted_remove (const char *folder, const char *path)
{
  g_autofree char *where = path != NULL ? g_path_get_dirname (path) : NULL;

  if (g_strcmp0 (where, folder) == 0)
    g_unlink (path);
}
