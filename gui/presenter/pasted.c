// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"
#include "gui/presenter/pasted.h"
#include <glib/gi18n-lib.h>

char *
sotto_pasted_name (gint64 unix_ms)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (unix_ms / 1000);
  g_autofree char *when = g_date_time_format (then, "%Y-%m-%d %H-%M-%S");
  g_autofree char *stem = g_strdup_printf (_ ("Pasted image %s"), when);

  return g_strconcat (stem, ".png", NULL);
}

static void
encode_work (GTask *task, gpointer source, gpointer picture, GCancellable *cancellable)
{
  GError *error = NULL;
  char *bytes;
  gsize n;

  if (gdk_pixbuf_save_to_buffer (picture, &bytes, &n, "png", &error, NULL))
    g_task_return_pointer (task, g_bytes_new_take (bytes, n), (GDestroyNotify)g_bytes_unref);
  else
    g_task_return_error (task, error);
}

void
sotto_pasted_encode_async (GdkPixbuf *picture,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);

  g_task_set_task_data (task, g_object_ref (picture), g_object_unref);
  g_task_run_in_thread (task, encode_work);
}

GBytes *
sotto_pasted_encode_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
